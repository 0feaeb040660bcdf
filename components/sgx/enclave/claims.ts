/**
 * Claims of Azure Attestation's tokens for SGX that say what an enclave is.
 * https://learn.microsoft.com/azure/attestation/claim-sets
 */
export const claims = {
    attestationType: "x-ms-attestation-type",
    debuggable: "x-ms-sgx-is-debuggable",
    signer: "x-ms-sgx-mrsigner",
    product: "x-ms-sgx-product-id",
    svn: "x-ms-sgx-svn",
    measurement: "x-ms-sgx-mrenclave",
} as const;

/** What one kind of enclave has to have: each claim with its value, of the SVN the least one. */
export interface Wanted {
    claim: (typeof claims)[keyof typeof claims];
    is: "equal" | "atLeast";
    value: string | number | boolean;
}
