import * as pulumi from "@pulumi/pulumi";
import { ConfidentialCluster } from "../cluster/confidential-cluster";
import type { EgressRule } from "../cluster/egress";
import { ExistingCluster } from "../cluster/existing-cluster";
import { SgxDevicePlugin } from "../device-plugin/sgx-device-plugin";
import { AttestedJob } from "../job/attested-job";
import { attestedJobSpec } from "../job/spec";
import { NodeProof } from "../proof/node-proof";
import { AttestationPolicies } from "../policies/attestation-policies";
import { throwIfAny } from "../problems";
import { SgxQuoteHelper } from "../quote-helper/sgx-quote-helper";
import { OpenEnclaveSample } from "../sample/open-enclave-sample";
import { argumentsOf, checkedPart, type Part } from "../shared/part";
import { showWarnings } from "../shared/warnings";
import type { ConfidentialPlatformArgs } from "./args";
import type { PlatformCluster } from "./cluster-part";
import { doctorCommandOf } from "./doctor-command";
import { platformImages, type PlatformImages } from "./images";
import { platformMonitoring } from "./monitoring";
import { ofPlatform, platformOutputs } from "./outputs";
import type { PlatformSpec } from "./parts";
import { refusedPlaceholders } from "./placeholders";
import { platformSecrets, type MadeSecrets } from "./secrets";
import { checkSecretsName } from "./secrets-parts";
import { platformSpec } from "./spec";

/**
 * A whole confidential environment from one set of arguments: cluster, SGX pools, quoting infrastructure from one
 * source, the attestation sample, admission policies where asked for, and jobs.
 *
 * @example
 * ```ts
 * import { ConfidentialPlatform } from "confidential-aks";
 *
 * const platform = new ConfidentialPlatform("sgx", {
 *     location: "westeurope",
 *     enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
 *     jobs: [{ name: "report", image: "example.azurecr.io/apps/report:1.0.0", epc: "64Mi" }],
 * });
 * export const clusterName = platform.clusterName;
 * ```
 */
export class ConfidentialPlatform extends pulumi.ComponentResource {
    /** Resource group of the cluster. */
    public readonly resourceGroupName: pulumi.Output<string>;
    /** Name of the cluster. */
    public readonly clusterName: pulumi.Output<string>;
    /**
     * Identifies the cluster: its Azure resource id, or `resource group/name` of an existing one. A Kubernetes provider
     * of your own takes it as `clusterIdentifier`.
     */
    public readonly clusterId: pulumi.Output<string>;
    /** Kubeconfig, a secret. With Entra ID it holds no credential, but calls `kubelogin`. */
    public readonly kubeconfig: pulumi.Output<string>;
    /** Issuer of the tokens of the cluster's ServiceAccounts; not set where an existing cluster has none. */
    public readonly oidcIssuerUrl: pulumi.Output<string | undefined>;
    /**
     * Principal id of the kubelets' identity, for pull rights on a registry of your own. Not for an existing cluster.
     */
    public readonly kubeletPrincipalId: pulumi.Output<string | undefined>;
    /**
     * What the cluster has to reach outside of its network, for the rules of a firewall. For an existing cluster: what
     * the package adds to it.
     */
    public readonly egress: pulumi.Output<EgressRule[]>;
    /**
     * Names of the pools in Azure, without the system pool. In an update they are known when all pools are made, and
     * those whose place they take are drained.
     */
    public readonly poolNames: pulumi.Output<string[]>;
    /** Name of the sample's Job, where there is one. */
    public readonly sampleJobName: pulumi.Output<string | undefined>;
    /** URL of the attestation provider; not set where there is none. */
    public readonly attestationUrl: pulumi.Output<string | undefined>;
    /** URL of the vault or Managed HSM with the keys; not set where there are none. */
    public readonly keyVaultUrl: pulumi.Output<string | undefined>;
    /**
     * Command that finds out why attestation fails on the cluster: `confidential-aks doctor` with the place of the
     * cluster in Azure. It has no secret: it takes the kubeconfig from the output `kubeconfig` of the stack.
     */
    public readonly doctorCommand: pulumi.Output<string>;

    constructor(name: string, args: ConfidentialPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
        const { spec: found, problems, warnings } = platformSpec(args);
        throwIfAny(ofPlatform(name, "").subject, [
            ...problems,
            ...checkSecretsName(name, found.secrets),
            ...(pulumi.runtime.isDryRun() ? [] : refusedPlaceholders(args)),
        ]);
        super("confidential-aks:index:ConfidentialPlatform", name, args, opts);
        showWarnings(warnings, this);

        const spec = platformOutputs(name, found);
        const cluster = platformCluster(name, spec.cluster, this);
        const onCluster = { ...cluster.workloadOptions(), parent: this };
        const images = platformImages(name, spec, cluster, this, opts?.aliases);
        const proof = nodeProof(name, spec, images, onCluster);
        const { quoting, quoteHelper } = quotingInfrastructure(name, spec, images, proof, onCluster);
        if (quoteHelper !== undefined) {
            platformMonitoring(name, spec, { cluster, quoteHelper, nodeProof: proof }, onCluster);
        }
        if (spec.policies !== undefined) {
            new AttestationPolicies(name, argumentsOf(ofPlatform(name, "policies"), spec.policies.args), onCluster);
        }
        const attested = { ...onCluster, dependsOn: quoting.length > 0 ? quoting : onCluster.dependsOn };

        const sample =
            images.sample === undefined
                ? undefined
                : new OpenEnclaveSample(
                      `${name}-sample`,
                      argumentsOf(ofPlatform(name, "sample"), withImage(spec.sample, images.sample.image).args),
                      { ...attested, dependsOn: [...attested.dependsOn, ...images.sample.after] },
                  );
        const secrets = platformSecrets(name, spec.secrets, spec.cluster.spec, cluster, this);
        spec.jobs.forEach((job, index) => {
            const args = argumentsOf(ofPlatform(name, `jobs[${index}]`), withKey(job, secrets));
            new AttestedJob(`${name}-${job.name}`, args, attested);
        });

        this.resourceGroupName = cluster.resourceGroupName;
        this.clusterName = cluster.clusterName;
        this.clusterId = cluster.clusterId;
        this.kubeconfig = cluster.kubeconfig;
        this.oidcIssuerUrl = cluster.oidcIssuerUrl;
        this.kubeletPrincipalId = cluster.kubeletPrincipalId;
        this.egress = cluster.egress;
        this.poolNames = cluster.poolNames;
        this.sampleJobName = sample?.jobName ?? pulumi.output(undefined);
        this.attestationUrl = pulumi.output(secrets.attestationUrl);
        this.keyVaultUrl = pulumi.output(secrets.keyVaultUrl);
        this.doctorCommand = pulumi
            .all([this.resourceGroupName, this.clusterName, this.clusterId])
            .apply(([group, clusterName, clusterId]) => doctorCommandOf(group, clusterName, clusterId));
        this.registerOutputs({
            resourceGroupName: this.resourceGroupName,
            clusterName: this.clusterName,
            clusterId: this.clusterId,
            kubeconfig: this.kubeconfig,
            oidcIssuerUrl: this.oidcIssuerUrl,
            kubeletPrincipalId: this.kubeletPrincipalId,
            egress: this.egress,
            poolNames: this.poolNames,
            sampleJobName: this.sampleJobName,
            attestationUrl: this.attestationUrl,
            keyVaultUrl: this.keyVaultUrl,
            doctorCommand: this.doctorCommand,
        });
    }
}

/** An existing cluster was once a `ConfidentialCluster` as well; the alias keeps its pools. */
function platformCluster(
    name: string,
    cluster: PlatformCluster,
    parent: pulumi.Resource,
): ConfidentialCluster | ExistingCluster {
    const of = ofPlatform(name, "");
    if (cluster.isNew) return new ConfidentialCluster(name, argumentsOf(of, cluster.args), { parent });
    const aliases = [{ type: "confidential-aks:index:ConfidentialCluster" }];
    return new ExistingCluster(name, argumentsOf(of, cluster.args), { parent, aliases });
}

type OnCluster = Omit<pulumi.ComponentResourceOptions, "dependsOn"> & { dependsOn: pulumi.Resource[] };

/** The proof on every node, where there is one. */
function nodeProof(
    name: string,
    spec: PlatformSpec,
    { nodeProof }: PlatformImages,
    opts: OnCluster,
): NodeProof | undefined {
    if (nodeProof === undefined) return undefined;
    const args = argumentsOf(ofPlatform(name, "nodeProof"), withImage(spec.nodeProof, nodeProof.image).args);
    return new NodeProof(`${name}-proof`, args, { ...opts, dependsOn: [...opts.dependsOn, ...nodeProof.after] });
}

/**
 * The DaemonSets, where they are the source: the device plugin, then the AESM that needs its devices. An update of AESM
 * waits for the proof of a node, so what proves is there before; nothing waits for the proof.
 */
function quotingInfrastructure(
    name: string,
    spec: PlatformSpec,
    images: PlatformImages,
    proof: NodeProof | undefined,
    opts: OnCluster,
): { quoting: pulumi.Resource[]; quoteHelper: SgxQuoteHelper | undefined } {
    const { aesm, devicePlugin, epcHook } = images;
    if (aesm === undefined) return { quoting: [], quoteHelper: undefined };
    const copies = [...(devicePlugin?.after ?? []), ...(epcHook?.after ?? [])];
    const ofPlugin = argumentsOf(ofPlatform(name, "devicePlugin"), withCopies(spec.devicePlugin, images).args);
    const plugin = new SgxDevicePlugin(`${name}-device-plugin`, ofPlugin, {
        ...opts,
        dependsOn: [...opts.dependsOn, ...copies],
    });
    const args = argumentsOf(ofPlatform(name, "quoteHelper"), withImage(spec.quoteHelper, aesm.image).args);
    const after = { ...opts, dependsOn: [plugin, ...(proof === undefined ? [] : [proof]), ...aesm.after] };
    const quoteHelper = new SgxQuoteHelper(`${name}-quote-helper`, args, after);
    return { quoting: [plugin, quoteHelper], quoteHelper };
}

/** The device plugin with its images from the registry, of which the warning on Docker Hub does not speak. */
function withCopies(part: PlatformSpec["devicePlugin"], { devicePlugin, epcHook }: PlatformImages) {
    if (devicePlugin === undefined || epcHook === undefined) return part;
    const images = { image: devicePlugin.image, epcHookImage: epcHook.image };
    const warnings = part.warnings.filter(({ code }) => code !== "image-by-tag");
    return checkedPart({ ...part.args, ...images }, { ...part, spec: { ...part.spec, ...images }, warnings });
}

/** The arguments of a job, with what its pods need to ask for their key. */
function withKey({ args, key }: PlatformSpec["jobs"][number], { keyRelease }: MadeSecrets) {
    const given = key === undefined ? undefined : keyRelease.get(key);
    if (given === undefined) return args;
    const own = { ...args, keyRelease: given };
    return checkedPart(own, attestedJobSpec(own)).args;
}

/** The part with its image, which was built or named. */
function withImage<Args extends object, Spec>(part: Part<Args, Spec>, image: pulumi.Input<string>) {
    return checkedPart({ ...part.args, image }, { ...part, spec: { ...part.spec, image } });
}
