import { QuotingSource } from "../cluster/choices";
import type { SgxDevicePluginArgs } from "../device-plugin/args";
import { devicePluginSpec, type DevicePluginSpec } from "../device-plugin/spec";
import type { AttestedJobArgs } from "../job/args";
import { attestedJobSpec, type AttestedJobSpec } from "../job/spec";
import type { AttestationPoliciesArgs } from "../policies/args";
import { attestationPoliciesSpec, type PoliciesSpec } from "../policies/spec";
import { nodeProofSettings, type NodeProofSettingsSpec } from "../proof/spec";
import { QuoteHelperRollout } from "../quote-helper/args";
import { quoteHelperSettings, type QuoteHelperSettingsSpec } from "../quote-helper/spec";
import { sampleSettings, type SampleSettingsSpec } from "../sample/spec";
import { partOf, type Part } from "../shared/part";
import { clusterPart, type PlatformCluster } from "./cluster-part";
import type {
    ConfidentialPlatformArgs,
    PlatformImagesArgs,
    PlatformNodeProofArgs,
    PlatformQuoteHelperArgs,
    PlatformSampleArgs,
} from "./args";
import { platformDefaults } from "./defaults";
import { monitoringOf, type PlatformMonitoring } from "./monitoring-part";
import { secretsOf, type PlatformSecrets } from "./secrets-parts";

/** A job, and its name among the platform's. */
interface PlatformJobSpec extends Part<AttestedJobArgs, AttestedJobSpec> {
    name: string;
    /** Name of the key that it asks for; undefined: of none. */
    key: string | undefined;
}

/** The parts of a platform, each with every default applied. */
export interface PlatformSpec {
    cluster: PlatformCluster;
    /** Whether this package's DaemonSets are the source of quoting infrastructure: `devicePlugin` and `quoteHelper`. */
    usesDaemonSets: boolean;
    devicePlugin: Part<SgxDevicePluginArgs, DevicePluginSpec>;
    /** The image is undefined where it is built. */
    quoteHelper: Part<PlatformQuoteHelperArgs, QuoteHelperSettingsSpec>;
    /** Whether every enclave node is proven. */
    provesNodes: boolean;
    /** The image is undefined where it is built. */
    nodeProof: Part<PlatformNodeProofArgs, NodeProofSettingsSpec>;
    /** Undefined: nothing watches. */
    monitoring: PlatformMonitoring | undefined;
    runsSample: boolean;
    /** The image is undefined where it is built. */
    sample: Part<PlatformSampleArgs, SampleSettingsSpec>;
    jobs: PlatformJobSpec[];
    /** Undefined: none. */
    policies: Part<AttestationPoliciesArgs, PoliciesSpec> | undefined;
    /** Which of this package's images are built: those that run and that the arguments do not name. */
    builds: BuiltImage[];
    images: PlatformImagesArgs;
    secrets: PlatformSecrets;
}

/** What is built from a folder of `images/`, and Intel's images, of which the registry gets a copy. */
export type BuiltImage = "aesm" | "attestation-sample" | "intel-sgx-plugin" | "intel-sgx-initcontainer";

/** The arguments of a platform as those of its parts, each checked once. */
export function partsOf(args: ConfidentialPlatformArgs): PlatformSpec {
    const { devicePlugin: _, quoteHelper, runSample, sample, images, jobs, policies, existing, ...more } = args;
    const { attestation: __, secrets: ___, nodeProof: ____, attestationMonitoring: _____, ...clusterArgs } = more;
    const plugin = partOf(devicePluginArgs(args), devicePluginSpec);
    const { startupTaint: hasStartupTaint } = plugin.spec;
    const cluster = clusterPart(clusterArgs, existing, {
        hasStartupTaint,
        flavour: args.attestationMonitoring?.flavour,
    });
    const usesDaemonSets = cluster.spec.quoting === QuotingSource.daemonSets;
    const runsSample = runSample ?? platformDefaults.runSample;
    const provesNodes = provesNodesOf(args, usesDaemonSets, runsSample);
    const ownPolicies = policiesArgs(args);
    return {
        cluster,
        usesDaemonSets,
        devicePlugin: plugin,
        quoteHelper: partOf(quoteHelperArgs(quoteHelper, provesNodes), quoteHelperSettings),
        provesNodes,
        nodeProof: partOf(nodeProofArgs(args, runsSample), nodeProofSettings),
        monitoring: monitoringOf(args),
        runsSample,
        sample: partOf(sample ?? {}, sampleSettings),
        jobs: (jobs ?? []).map(({ name, key, ...job }) => ({ name, key, ...partOf(job, attestedJobSpec) })),
        policies:
            ownPolicies === undefined
                ? undefined
                : partOf(ownPolicies, (own) => attestationPoliciesSpec(own, quotingNamespaces(args, usesDaemonSets))),
        builds: buildsOf(args, { usesDaemonSets, provesNodes, runsSample }),
        images: images ?? {},
        secrets: secretsOf(args),
    };
}

/** The images that the registry gets. Intel's come along wherever there is a registry, unless the arguments say no. */
function buildsOf(
    args: ConfidentialPlatformArgs,
    { usesDaemonSets, provesNodes, runsSample }: Pick<PlatformSpec, "usesDaemonSets" | "provesNodes" | "runsSample">,
): BuiltImage[] {
    const { devicePlugin, quoteHelper, sample, images = {} } = args;
    const proofImage = nodeProofArgs(args, runsSample).image;
    const runsOwnSample = (runsSample && sample?.image === undefined) || (provesNodes && proofImage === undefined);
    const own: BuiltImage[] = [
        ...(usesDaemonSets && quoteHelper?.image === undefined ? (["aesm"] as const) : []),
        ...(runsOwnSample ? (["attestation-sample"] as const) : []),
    ];
    const hasRegistry = own.length > 0 || images.registryName !== undefined || images.newRegistry !== undefined;
    if (!usesDaemonSets || !(images.importIntel ?? hasRegistry)) return own;
    return [
        ...own,
        ...(devicePlugin?.image === undefined ? (["intel-sgx-plugin"] as const) : []),
        ...(devicePlugin?.epcHookImage === undefined ? (["intel-sgx-initcontainer"] as const) : []),
    ];
}

/** Nothing is built for the proof alone, unless the arguments ask for the proof. */
function provesNodesOf(args: ConfidentialPlatformArgs, usesDaemonSets: boolean, runsSample: boolean): boolean {
    const { nodeProof = {}, quoteHelper } = args;
    if (typeof nodeProof.enabled === "boolean") return nodeProof.enabled;
    if (Object.keys(nodeProof).length > 0) return true;
    return usesDaemonSets && (quoteHelper?.image === undefined || runsSample);
}

/** The proof has the image of the sample. */
function nodeProofArgs({ nodeProof, sample }: ConfidentialPlatformArgs, runsSample: boolean): PlatformNodeProofArgs {
    const image = nodeProof?.image ?? (runsSample ? sample?.image : undefined);
    return { ...nodeProof, ...(image === undefined ? {} : { image }) };
}

/** The proof on every node decides on an update, unless the arguments switch off what shows the quotes. */
function quoteHelperArgs(args: PlatformQuoteHelperArgs = {}, provesNodes: boolean): PlatformQuoteHelperArgs {
    const { metrics, socketProxy, rollout } = args;
    const isSeen = metrics !== false && socketProxy !== false;
    return rollout === undefined && provesNodes && isSeen ? { ...args, rollout: QuoteHelperRollout.proven } : args;
}

/** The arguments of the device plugin, with the cluster's version where the plugin reads it. */
function devicePluginArgs({ devicePlugin = {}, kubernetesVersion }: ConfidentialPlatformArgs): SgxDevicePluginArgs {
    if (devicePlugin.startupTaint !== true) return devicePlugin;
    return { ...devicePlugin, kubernetesVersion: devicePlugin.kubernetesVersion ?? kubernetesVersion };
}

/** The arguments of the policies, with the cluster's version. */
function policiesArgs({ policies, kubernetesVersion }: ConfidentialPlatformArgs): AttestationPoliciesArgs | undefined {
    return policies && { ...policies, kubernetesVersion: policies.kubernetesVersion ?? kubernetesVersion };
}

/** Where the arguments have quoting infrastructure run, which the policies never cover. */
function quotingNamespaces({ devicePlugin, quoteHelper }: ConfidentialPlatformArgs, usesDaemonSets: boolean) {
    const own = usesDaemonSets ? [devicePlugin?.namespace, quoteHelper?.namespace] : [];
    return own.filter((namespace) => namespace !== undefined);
}
