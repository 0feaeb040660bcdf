/** Label of every node of an enclave pool of this package. */
export const SGX_NODE_LABEL = "confidential-aks/sgx";

/** Its value. */
export const SGX_NODE_LABEL_VALUE = "true";

/** Label of every node of a pool of this package: the pool's name in the program, which Azure's name starts with. */
export const POOL_LABEL = "confidential-aks/pool";

/** Label of every node of a pool of this package: the component that the pool is of, in one state of Pulumi. */
export const POOL_OWNER_LABEL = "confidential-aks/owner";

/** Key of the optional taint of enclave pools (effect NoSchedule). */
export const SGX_TAINT_KEY = "confidential-aks/sgx";

/**
 * Key of the taint of a new enclave node that has no EPC yet (effect NoSchedule). The cluster autoscaler takes a node
 * with a taint of this prefix for one that still starts
 * (https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md).
 */
export const STARTUP_TAINT_KEY = "startup-taint.cluster-autoscaler.kubernetes.io/sgx-epc";

/** Name of the policy that sets and removes it, and of that policy's binding; a cluster has one device plugin. */
export const STARTUP_TAINT_POLICY = "confidential-aks-sgx-startup-taint";
