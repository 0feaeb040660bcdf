import type * as pulumi from "@pulumi/pulumi";
import type { ConfidentialClusterArgs } from "../cluster/args";
import type { SgxDevicePluginArgs } from "../device-plugin/args";
import type { NewRegistryArgs } from "../image/args";
import type { AttestedJobArgs } from "../job/args";
import type { AttestationPoliciesArgs } from "../policies/args";
import type { QuoteHelperSettings } from "../quote-helper/args";
import type { NodeProofSettings } from "../proof/args";
import type { SampleSettings } from "../sample/args";
import type { PlatformAttestationMonitoringArgs } from "./args-monitoring";
import type { PlatformAttestationArgs, PlatformSecretsArgs } from "./args-secrets";

/** A job of a platform: an `AttestedJob` with a name. */
export interface PlatformJobArgs extends AttestedJobArgs {
    /**
     * Name of the job among the platform's jobs, 1 to 30 lower-case letters, digits and dashes. A change runs another
     * Job.
     */
    name: string;
    /**
     * Name of a key of `secrets.keys` that the job asks for: its pods get what `keyRelease` gives them. They run in the
     * key's namespace. Default none. A change runs the Job again.
     */
    key?: string;
}

/** The quote helper of a platform. */
export interface PlatformQuoteHelperArgs extends QuoteHelperSettings {
    /** Image with AESM. Default: built inside Azure from `images/aesm`. A change rolls the DaemonSet. */
    image?: pulumi.Input<string>;
}

/** The attestation sample of a platform. */
export interface PlatformSampleArgs extends SampleSettings {
    /**
     * Image of the sample. Default: built inside Azure from `images/attestation-sample`. A change runs the sample
     * again.
     */
    image?: pulumi.Input<string>;
}

/** The proof on every enclave node of a platform. */
export interface PlatformNodeProofArgs extends NodeProofSettings {
    /** Whether there is one. Default: there is, where any other of these settings is given. */
    enabled?: boolean;
    /**
     * Image of the judge. Default: that of the sample, which is built inside Azure from `images/attestation-sample`
     * unless `sample.image` names it. A change rolls the DaemonSet, and proves every node.
     */
    image?: pulumi.Input<string>;
}

/** Where the images are built and kept that the arguments do not name. */
export interface PlatformImagesArgs {
    /** A registry that exists, by its name. Default: one is created. A change builds the images there. */
    registryName?: pulumi.Input<string>;
    /** Resource group of that registry, or for the one created. Default: the cluster's. */
    registryResourceGroupName?: pulumi.Input<string>;
    /** Settings of the registry that is created. Only without `registryName`. */
    newRegistry?: NewRegistryArgs;
    /**
     * Host that images are pulled from, of a registry that exists; only with `registryName`. Default: Azure is asked
     * for it (registries with a domain name label have a hash in it); for a registry that is not there yet it is
     * `<registry>.azurecr.io`, with the ending of its region's cloud.
     */
    loginServer?: pulumi.Input<string>;
    /**
     * Agent pool of a registry that exists, which builds; only with `registryName`. Default: the agents that all
     * registries share, which cannot push to a registry that is closed to the public network.
     */
    agentPoolName?: pulumi.Input<string>;
    /**
     * Whether Intel's device plugin and EPC hook are copied into the registry and pulled from there, so that no node
     * needs Docker Hub. Default: `true` where there is a registry, because an image is built or because `registryName`
     * or `newRegistry` is set. Images that `devicePlugin` names are not copied. A change rolls the DaemonSet.
     */
    importIntel?: boolean;
    /** Time limit of each build in seconds, 300 to 28800. Default 3600. A change builds again, under the same tags. */
    timeoutSeconds?: number;
    /**
     * Any text; another one builds all images again, under the same tags, for example for Ubuntu's newest packages. Not
     * needed after a build that failed: the next update repeats it. Default none.
     */
    forceRun?: string;
    /** Longest encoded task in characters, 1 to 4000000. Default 131072. */
    maxTaskCharacters?: number;
    /**
     * Principal id of the kubelets' identity, which gets pull rights. Default: the cluster's own; required for an
     * existing cluster.
     */
    pullPrincipalId?: pulumi.Input<string>;
}

/** The AKS cluster that a platform uses because it exists. */
export interface PlatformExistingClusterArgs {
    /** Resource group of the cluster. */
    resourceGroupName: pulumi.Input<string>;
    /** Name of the cluster. */
    clusterName: pulumi.Input<string>;
}

/** Arguments of `ConfidentialPlatform`: those of the cluster, and what runs on it. */
export interface ConfidentialPlatformArgs extends ConfidentialClusterArgs {
    /**
     * Use an AKS cluster that exists, as `ExistingCluster` does: only enclave pools and access to it are created.
     * Arguments that configure a new cluster are not allowed then.
     */
    existing?: PlatformExistingClusterArgs;
    /**
     * Settings of the device plugin. Only with `quoting: daemonSets`. Their `kubernetesVersion` is the cluster's where
     * that is named.
     */
    devicePlugin?: SgxDevicePluginArgs;
    /** Settings of the quote helper. Only with `quoting: daemonSets`. */
    quoteHelper?: PlatformQuoteHelperArgs;
    /**
     * Proof on every enclave node that its quotes are made out-of-process, as `NodeProof` does: at once when it is new,
     * was restarted or has another quote helper, and every few hours. Where there is one, `quoteHelper.rollout` is
     * `proven` by default. Default: there is one with `quoting: daemonSets`, unless `quoteHelper.image` is named and no
     * image for the proof is.
     */
    nodeProof?: PlatformNodeProofArgs;
    /**
     * Alerts on quoting, proofs, EPC and devices, as `AttestationMonitoring` has them, for the quote helper and the
     * proof of the platform. Only with `quoting: daemonSets`. Default none.
     */
    attestationMonitoring?: PlatformAttestationMonitoringArgs;
    /** Whether the attestation sample runs, which proves that quotes are made out-of-process. Default `false`. */
    runSample?: boolean;
    /** Settings of the sample. Only with `runSample`. */
    sample?: PlatformSampleArgs;
    /**
     * Registry of the images that the platform builds because the arguments name none. Default: one is created in the
     * cluster's resource group.
     */
    images?: PlatformImagesArgs;
    /** Jobs that attest. Default none. Adding or removing one leaves the others alone. */
    jobs?: PlatformJobArgs[];
    /**
     * Admission policies for namespaces that opt in: they set labelled pods up and guard hostPath. Their
     * `kubernetesVersion` is the cluster's where that is named. Default none. A change leaves running pods as they are.
     */
    policies?: AttestationPoliciesArgs;
    /**
     * Azure Attestation: a provider of your own with its SGX policy, or one that Azure shares. Default: a provider of
     * your own where there are `secrets`, else none.
     */
    attestation?: PlatformAttestationArgs;
    /**
     * Keys that are released to attested enclaves, each with an identity and a ServiceAccount for the pods that ask for
     * it. Default none. Adding or removing a key leaves the others alone.
     */
    secrets?: PlatformSecretsArgs;
}
