/** Encrypted memory for enclaves, a quantity in bytes such as "32Mi". */
export const EPC_RESOURCE = "sgx.intel.com/epc";

/** One per container that runs enclaves: gives it /dev/sgx_enclave. */
export const ENCLAVE_RESOURCE = "sgx.intel.com/enclave";

/** One per container that loads Intel's quoting enclaves: gives it /dev/sgx_provision. */
export const PROVISION_RESOURCE = "sgx.intel.com/provision";

/** The resource of AKS's first device plugin, a count of MiB (https://github.com/Azure/AgentBaker/pull/571). */
export const LEGACY_EPC_RESOURCE = "kubernetes.azure.com/sgx_epc_mem_in_MiB";
