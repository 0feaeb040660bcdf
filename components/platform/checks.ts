import { NodePriority, QuotingSource } from "../cluster/choices";
import { checkRegistry } from "../image/check-registry";
import { checkBuild } from "../image/spec";
import {
    duplicate,
    flag,
    imageReference,
    invalid,
    matches,
    missing,
    notAllowed,
    prefixed,
    when,
    type Problem,
    type Warning,
} from "../problems";
import { checkPrincipalId, checkResourceGroupName } from "../shared/check-place";
import { checkEpcFits, findVmSize, parseEpc } from "../sgx";
import { firstMinor } from "../sgx/admission";
import type { ConfidentialPlatformArgs } from "./args";
import { checkPolicies } from "./check-policies";
import { checkAttestationMonitoring } from "./monitoring-part";
import { checkPartVersion } from "./check-version";
import type { PlatformSpec } from "./parts";
import { checkSecrets } from "./secrets-parts";

/** Everything that is wrong with the arguments of a platform: in each part, and in the parts together. */
export function checkParts(args: ConfidentialPlatformArgs, spec: PlatformSpec): Problem[] {
    return [
        ...spec.cluster.problems,
        ...prefixed(
            "devicePlugin",
            checkPartVersion(args.devicePlugin?.kubernetesVersion, spec.devicePlugin.problems, spec.cluster, args),
        ),
        ...prefixed("quoteHelper", [
            ...imageReference("image", spec.quoteHelper.args.image),
            ...spec.quoteHelper.problems,
        ]),
        ...prefixed("nodeProof", checkNodeProof(args, spec)),
        ...checkAttestationMonitoring(args, spec),
        ...prefixed("sample", checkSample(args, spec)),
        ...prefixed("images", checkImages(args, spec)),
        ...checkJobs(spec),
        ...checkQuotingSource(args),
        ...checkQuotingVersion(args, spec),
        ...checkEpc(spec),
        ...checkSpot(spec),
        ...checkPolicies(args, spec),
        ...checkSecrets(args, spec.secrets),
    ];
}

function checkSample({ sample }: ConfidentialPlatformArgs, spec: PlatformSpec): Problem[] {
    if (sample === undefined) return [];
    const why = "without runSample: nothing runs that it would configure";
    return [
        ...when(!spec.runsSample, notAllowed("", sample, why, "set runSample: true, or remove sample")),
        ...imageReference("image", sample.image),
        ...spec.sample.problems,
    ];
}

function checkNodeProof({ nodeProof }: ConfidentialPlatformArgs, spec: PlatformSpec): Problem[] {
    if (nodeProof === undefined) return [];
    const { enabled, ...settings } = nodeProof;
    const why = "with enabled: false: nothing runs that it would configure";
    return [
        ...flag("enabled", enabled),
        ...Object.entries(settings).flatMap(([key, value]) =>
            when(enabled === false, notAllowed(key, value, why, "remove it, or enabled")),
        ),
        ...imageReference("image", nodeProof.image),
        ...spec.nodeProof.problems,
    ];
}

/** Settings for building that nothing uses, and an existing cluster whose kubelet identity is not in the arguments. */
function checkImages(args: ConfidentialPlatformArgs, { builds, cluster, images }: PlatformSpec): Problem[] {
    if (builds.length === 0) {
        const why = "where none is built: each image is named, or nothing runs it";
        return when(args.images !== undefined, notAllowed("", args.images, why, "remove images"));
    }
    const expected = `the principal id of the existing cluster's kubelets, which have to pull what is built (${builds.join(", ")})`;
    const remedy =
        "name it (az aks show --query identityProfile.kubeletidentity.objectId), or name the images: " +
        "quoteHelper.image, nodeProof.image, sample.image, devicePlugin.image, devicePlugin.epcHookImage";
    return [
        ...checkRegistry(images),
        ...checkResourceGroupName("registryResourceGroupName", images.registryResourceGroupName),
        ...checkPrincipalId("pullPrincipalId", images.pullPrincipalId),
        ...checkBuild(images),
        ...flag("importIntel", images.importIntel),
        ...when(images.importIntel === true && !builds.some((image) => image.startsWith("intel-")), nothingToImport),
        ...when(!cluster.isNew && images.pullPrincipalId === undefined, missing("pullPrincipalId", expected, remedy)),
    ];
}

const nothingToImport = notAllowed(
    "importIntel",
    true,
    "where devicePlugin names both images, or the DaemonSets are not the source of quoting",
    "remove it",
);

function checkJobs({ jobs }: PlatformSpec): Problem[] {
    return jobs.flatMap((job, index) => {
        const twin = jobs.findIndex(({ name }) => name === job.name);
        return prefixed(`jobs[${index}]`, [
            ...((job.name as string | undefined) === undefined
                ? [missing("name", "a name for the job", "add one")]
                : matches(
                      "name",
                      job.name,
                      /^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$/,
                      "1-30 lower-case letters, digits and dashes, starting with a letter (Pulumi adds to it)",
                      "choose a name of that form",
                  )),
            ...when(twin < index, duplicate("name", job.name, `by jobs[${twin}]`, "rename one")),
            ...job.problems,
        ]);
    });
}

/**
 * Two AESMs on one directory remove each other's socket, so settings for DaemonSets beside another source are refused.
 */
function checkQuotingSource(args: ConfidentialPlatformArgs): Problem[] {
    if (args.quoting !== QuotingSource.addon && args.quoting !== QuotingSource.none) return [];
    const given = (["devicePlugin", "quoteHelper"] as const).filter((key) => args[key] !== undefined);
    const why = `with quoting ${JSON.stringify(args.quoting)}: one source of quoting infrastructure, never two`;
    return given.map((key) => notAllowed(key, args[key], why, `remove ${key}, or set quoting to "daemonSets"`));
}

/** The policy on the EPC hook's account comes with the DaemonSets. A bad version is the cluster's problem. */
function checkQuotingVersion({ kubernetesVersion }: ConfidentialPlatformArgs, spec: PlatformSpec): Problem[] {
    const version = spec.cluster.spec.kubernetesVersion;
    if (!spec.usesDaemonSets || version === undefined || version.minor >= firstMinor.validating) return [];
    if (spec.cluster.problems.some(({ path }) => path === "kubernetesVersion")) return [];
    const expected = `1.${firstMinor.validating} or newer with quoting "daemonSets": an admission policy holds the EPC hook to its own node`;
    const remedy = 'upgrade, or set quoting to "addon" or "none"';
    return [invalid("kubernetesVersion", kubernetesVersion, expected, remedy)];
}

/** Every workload's EPC has to fit on a node of some pool, beside what the quote helper takes. */
function checkEpc({ cluster, usesDaemonSets, quoteHelper, ...spec }: PlatformSpec): Problem[] {
    const sizes = cluster.spec.enclavePools.flatMap(({ vmSize }) => findVmSize(vmSize) ?? []);
    if (sizes.length === 0) return [];
    const helper = usesDaemonSets ? parseEpc(quoteHelper.spec.epc, "").bytes : 0;
    // The quote helper runs on every node, so it has to fit on the smallest.
    const tooLarge = sizes.flatMap((size) => checkEpcFits(helper, [size], 0, "quoteHelper.epc")).slice(0, 1);
    if (tooLarge.length > 0) return tooLarge;
    const { provesNodes, nodeProof, runsSample, sample, jobs } = spec;
    const workloads = [
        ...(provesNodes ? [{ path: "nodeProof.epc", epc: nodeProof.spec.epc }] : []),
        ...(runsSample ? [{ path: "sample.epc", epc: sample.spec.epc }] : []),
        ...jobs.map(({ spec }, index) => ({ path: `jobs[${index}].epc`, epc: spec.epc })),
    ];
    return workloads.flatMap(({ path, epc }) => {
        const parsed = parseEpc(epc, path);
        return parsed.problems.length > 0 ? [] : checkEpcFits(parsed.bytes, sizes, helper, path);
    });
}

/** Where every pool is Spot, a workload that does not tolerate it never starts. */
function checkSpot({ cluster, runsSample, sample, jobs }: PlatformSpec): Problem[] {
    const pools = cluster.spec.enclavePools;
    if (!cluster.isNew || pools.length === 0) return [];
    if (pools.some(({ priority }) => priority !== NodePriority.spot)) return [];
    const workloads = [
        ...(runsSample ? [{ path: "sample", tolerates: sample.args.tolerateSpot }] : []),
        ...jobs.map((job, index) => ({ path: `jobs[${index}]`, tolerates: job.args.tolerateSpot })),
    ];
    return workloads
        .filter(({ tolerates }) => tolerates !== true)
        .map(({ path, tolerates }) => {
            const expected = "true: every enclave pool is Spot, and it could not start anywhere";
            const remedy = "set tolerateSpot: true, or add a pool of regular nodes";
            return invalid(`${path}.tolerateSpot`, tolerates, expected, remedy);
        });
}

/** A warning where workloads need what nothing of the platform offers. */
export function checkNoQuoting({ cluster, provesNodes, runsSample, jobs }: PlatformSpec): Warning[] {
    const attests = provesNodes || runsSample || jobs.length > 0;
    if (cluster.spec.quoting !== QuotingSource.none || !attests) return [];
    return [
        {
            code: "no-quoting-infrastructure",
            path: "quoting",
            message:
                "nothing of this program offers SGX devices and EPC or serves quotes: the workloads wait for a device plugin and an AESM " +
                "that somebody else has to run",
        },
    ];
}
