import type * as pulumi from "@pulumi/pulumi";

/** The SGX device plugin on the nodes: arguments of `SgxDevicePlugin`. */
export interface SgxDevicePluginArgs {
    /**
     * Intel's device plugin. Default `intel/intel-sgx-plugin:0.36.0`, by tag, with a warning: name it with its digest
     * (`name:tag@sha256:...`), which `docker buildx imagetools inspect` shows. `ConfidentialPlatform` copies the
     * default into its registry (`images.importIntel`). A change rolls the DaemonSet, one node at a time.
     */
    image?: pulumi.Input<string>;
    /**
     * Intel's image with the EPC hook. Default `intel/intel-sgx-initcontainer:0.36.0`, as above. A change rolls the
     * DaemonSet.
     */
    epcHookImage?: pulumi.Input<string>;
    /**
     * How many containers of a node may have the enclave device at once, 2 to 10000 (AESM is one of them). Default 110,
     * as Intel's plugin has it.
     */
    enclaveLimit?: number;
    /** How many containers of a node may have the provisioning device at once, 1 to 10000. Default 110. */
    provisionLimit?: number;
    /** A namespace that exists. Default: `sgx-device-plugin` is created. A change replaces the DaemonSet. */
    namespace?: pulumi.Input<string>;
    /** Labels of the nodes it runs on. Default: the label of this package's enclave pools. */
    nodeSelector?: Record<string, pulumi.Input<string>>;
    /**
     * Whether a NetworkPolicy refuses connections to these pods, and lets them connect to the API server (ports 443 and
     * 6443) and to resolvers only. It does nothing on a cluster without a policy engine. Default `true`. A change takes
     * effect at once, also on running pods.
     */
    networkPolicy?: boolean;
    /**
     * Whether a new node that carries the labels of `nodeSelector` has the taint
     * `startup-taint.cluster-autoscaler.kubernetes.io/sgx-epc` (NoSchedule) until pods can have its EPC, so that the
     * cluster autoscaler takes it for a node that still starts and adds no other one for pods that wait for EPC
     * (https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md). A node on which the plugin does
     * not come up keeps it. A MutatingAdmissionPolicy does this, so the cluster needs Kubernetes 1.36. Default `false`.
     * A change touches no node that is there.
     */
    startupTaint?: boolean;
    /** Kubernetes version of the cluster, such as "1.36". Required with `startupTaint`, not allowed without. */
    kubernetesVersion?: string;
}
