/** Label of every node of an enclave pool of this package. */
export const SGX_NODE_LABEL = "confidential-aks/sgx";

/** Its value. */
export const SGX_NODE_LABEL_VALUE = "true";

/** Key of the optional taint of enclave pools (effect NoSchedule). */
export const SGX_TAINT_KEY = "confidential-aks/sgx";
