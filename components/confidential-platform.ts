import * as pulumi from "@pulumi/pulumi";
import { AttestationPolicies, type AttestationPoliciesArgs } from "./attestation-policies";
import { AttestedJob, type AttestedJobArgs } from "./attested-job";
import { showWarnings } from "./checks";
import { ConfidentialCluster, type ConfidentialClusterArgs } from "./confidential-cluster";
import type { NewRegistryArgs } from "./image/args";
import { OpenEnclaveSample, type SampleSettings } from "./open-enclave-sample";
import { platformImages, type ReadyImage } from "./platform/images";
import { platformPolicies } from "./platform/policies";
import { checkPlatform, clusterArgs } from "./platform/validate";
import { SgxDevicePlugin, type SgxDevicePluginArgs } from "./sgx-device-plugin";
import type { QuoteHelperSettings } from "./quote-helper/args";
import { SgxQuoteHelper } from "./sgx-quote-helper";
import { throwIfAny } from "./sgx";

/** A job of a platform: an `AttestedJob` with a name. */
export interface PlatformJobArgs extends AttestedJobArgs {
    /** Name of the job among the platform's jobs, 1 to 30 lower-case letters, digits and dashes. A change runs another Job. */
    name: string;
}

/** The quote helper of a platform. */
export interface PlatformQuoteHelperArgs extends QuoteHelperSettings {
    /** Image with AESM. Default: built inside Azure from `images/aesm`. A change rolls the DaemonSet. */
    image?: pulumi.Input<string>;
}

/** The attestation sample of a platform. */
export interface PlatformSampleArgs extends SampleSettings {
    /** Image of the sample. Default: built inside Azure from `images/attestation-sample`. A change runs the sample again. */
    image?: pulumi.Input<string>;
}

/** Where the images are built and kept that nobody named. */
export interface PlatformImagesArgs {
    /** A registry that exists, by its name. Default: one is created. A change builds the images there. */
    registryName?: pulumi.Input<string>;
    /** Resource group of that registry, or for the one created. Default: the cluster's. */
    registryResourceGroupName?: pulumi.Input<string>;
    /** Settings of the registry that is created. Only without `registryName`. */
    newRegistry?: NewRegistryArgs;
    /** Principal id of the kubelets' identity, which gets pull rights. Default: the cluster's own; required for an existing cluster. */
    pullPrincipalId?: pulumi.Input<string>;
}

/** Arguments of `ConfidentialPlatform`: those of the cluster, and what runs on it. */
export interface ConfidentialPlatformArgs extends ConfidentialClusterArgs {
    /** Settings of the device plugin. Only with `quoting: daemonSets`. */
    devicePlugin?: SgxDevicePluginArgs;
    /** Settings of the quote helper. Only with `quoting: daemonSets`. */
    quoteHelper?: PlatformQuoteHelperArgs;
    /** Whether the attestation sample runs, which proves that quotes are made out-of-process. Default `true`. */
    runSample?: boolean;
    /** Settings of the sample. */
    sample?: PlatformSampleArgs;
    /** Registry of the images that are built because nobody named them. Default: one is created in the cluster's resource group. */
    images?: PlatformImagesArgs;
    /** Jobs that attest. Default none. Adding or removing one leaves the others alone. */
    jobs?: PlatformJobArgs[];
    /**
     * Admission policies for namespaces that opt in: they set labelled pods up and guard hostPath. Their `kubernetesVersion` is the
     * cluster's where that is named. Default none. A change leaves running pods as they are.
     */
    policies?: AttestationPoliciesArgs;
}

/**
 * A whole confidential environment from one set of arguments: cluster, SGX pools, quoting infrastructure from one source,
 * the attestation sample, admission policies where asked for, and jobs.
 */
export class ConfidentialPlatform extends pulumi.ComponentResource {
    /** Resource group of the cluster. */
    public readonly resourceGroupName: pulumi.Output<string>;
    /** Name of the cluster. */
    public readonly clusterName: pulumi.Output<string>;
    /** Kubeconfig, a secret. */
    public readonly kubeconfig: pulumi.Output<string>;
    /** Issuer of the tokens of the cluster's ServiceAccounts; undefined where an existing cluster has none. */
    public readonly oidcIssuerUrl: pulumi.Output<string | undefined>;
    /** Principal id of the kubelets' identity, for pull rights on a registry of your own. Not for an existing cluster. */
    public readonly kubeletPrincipalId: pulumi.Output<string | undefined>;
    /** Name of the sample's Job, where there is one. */
    public readonly sampleJobName: pulumi.Output<string | undefined>;

    constructor(name: string, args: ConfidentialPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
        const { problems, warnings } = checkPlatform(args);
        throwIfAny(`platform "${name}"`, problems);
        super("confidential-aks:index:ConfidentialPlatform", name, args, opts);
        showWarnings(warnings, this);

        const cluster = new ConfidentialCluster(name, clusterArgs(args), { parent: this });
        const onCluster = { ...cluster.workloadOptions(), parent: this };
        const images = platformImages(name, args, cluster, this, opts?.aliases);
        const quoting = quotingInfrastructure(name, args, images.aesm, onCluster);
        const policies = platformPolicies(args);
        if (policies !== undefined) new AttestationPolicies(name, policies, onCluster);
        const attested = { ...onCluster, dependsOn: quoting.length > 0 ? quoting : onCluster.dependsOn };

        const sample =
            images.sample === undefined
                ? undefined
                : new OpenEnclaveSample(
                      `${name}-sample`,
                      { ...args.sample, image: images.sample.image },
                      { ...attested, dependsOn: [...attested.dependsOn, ...images.sample.after] },
                  );
        for (const { name: jobName, ...job } of args.jobs ?? []) new AttestedJob(`${name}-${jobName}`, job, attested);

        this.resourceGroupName = cluster.resourceGroupName;
        this.clusterName = cluster.clusterName;
        this.kubeconfig = cluster.kubeconfig;
        this.oidcIssuerUrl = cluster.oidcIssuerUrl;
        this.kubeletPrincipalId = cluster.kubeletPrincipalId;
        this.sampleJobName = sample?.jobName ?? pulumi.output(undefined);
        this.registerOutputs({
            resourceGroupName: this.resourceGroupName,
            clusterName: this.clusterName,
            kubeconfig: this.kubeconfig,
            oidcIssuerUrl: this.oidcIssuerUrl,
            kubeletPrincipalId: this.kubeletPrincipalId,
            sampleJobName: this.sampleJobName,
        });
    }
}

/** The DaemonSets, where they are the source: the device plugin, then the AESM that needs its devices. */
function quotingInfrastructure(
    name: string,
    args: ConfidentialPlatformArgs,
    aesm: ReadyImage | undefined,
    opts: pulumi.ComponentResourceOptions,
): pulumi.Resource[] {
    if (aesm === undefined) return [];
    const plugin = new SgxDevicePlugin(`${name}-device-plugin`, args.devicePlugin ?? {}, opts);
    const settings = { ...args.quoteHelper, image: aesm.image };
    const after = { ...opts, dependsOn: [plugin, ...aesm.after] };
    return [plugin, new SgxQuoteHelper(`${name}-quote-helper`, settings, after)];
}
