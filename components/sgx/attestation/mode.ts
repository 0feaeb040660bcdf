/** Where a pod's quotes are made; never both ways in one pod. */
export const AttestationMode = {
    /**
     * By the node's AESM, over its socket: the application needs neither Intel's quoting enclaves nor the provisioning
     * device.
     */
    outOfProcess: "outOfProcess",
    /** By quoting enclaves (QE, PCE) that the application loads itself. */
    inProcess: "inProcess",
} as const;
export type AttestationMode = (typeof AttestationMode)[keyof typeof AttestationMode];

/** Text, or a promise or a Pulumi Output of it (by its shape, since this room does not know Pulumi). */
type TextOrOutput = string | PromiseLike<string> | { apply(run: (value: string) => unknown): unknown };

/** What a pod needs to ask for a key: who it is in Azure, who attests it, and which key. */
export interface KeyReleaseOptions {
    /**
     * ServiceAccount of the pods, in their namespace, such as the output `serviceAccountName` of `EnclaveIdentity`.
     */
    serviceAccountName: TextOrOutput;
    /** Address of the provider of Azure Attestation, as tokens name it: https://, without a slash at the end. */
    attestationUrl: TextOrOutput;
    /** Address of the vault or managed HSM, such as `https://payroll.vault.azure.net/`. */
    keyVaultUrl: TextOrOutput;
    /** Name of the key in it. */
    keyName: TextOrOutput;
}

/** Options of `withAttestation`. */
export interface WithAttestationOptions {
    /** Names of the containers and init containers that run enclaves. Default: all that ask for `sgx.intel.com/epc`. */
    containers?: readonly string[];
    /** EPC, such as "32Mi", for those of them that ask for none. Default: they have to ask themselves. */
    epc?: string;
    /** Whether an init container waits until AESM answers (out-of-process). Default `true`. */
    wait?: boolean;
    /**
     * Image of that init container: text, or a promise or a Pulumi Output of one. It must contain perl-base, as every
     * Debian and Ubuntu image does. Default: the image of the first of the containers.
     */
    waitImage?: TextOrOutput;
    /** How long it waits, in whole seconds, 1 to 86400. Default 300. */
    waitDeadlineSeconds?: number;
    /**
     * Whether the pods tolerate the taint of this package's enclave pools; `false` leaves the tolerations as they are.
     * Default `true`.
     */
    toleration?: boolean;
    /**
     * What the containers need to ask a vault for a key that it releases to their enclave. The pods get the
     * ServiceAccount and the label `azure.workload.identity/use: "true"`, for which the identity webhook of AKS gives
     * them a token; the containers that run enclaves get `ATTESTATION_URL`, `KEY_VAULT_URL` and `KEY_NAME`, for code of
     * yours on the host side of the enclave: no SDK for SGX reads them. Default none.
     */
    keyRelease?: KeyReleaseOptions;
}

/** Label of pods that says how they attest. */
export const ATTESTATION_LABEL = "confidential-aks/attestation";

/** Values of the label, by attestation mode. */
export const AttestationLabelValue = { outOfProcess: "out-of-process", inProcess: "in-process" } as const;

export type AttestationLabelValue = (typeof AttestationLabelValue)[keyof typeof AttestationLabelValue];
