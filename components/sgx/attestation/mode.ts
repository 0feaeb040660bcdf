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

/** Options of `withAttestation`. */
export interface WithAttestationOptions {
    /** Names of the containers and init containers that run enclaves. Default: all that ask for `sgx.intel.com/epc`. */
    containers?: readonly string[];
    /** EPC, such as "32Mi", for those of them that ask for none. Default: they have to ask themselves. */
    epc?: string;
    /** Whether an init container waits until AESM answers (out-of-process). Default `true`. */
    wait?: boolean;
    /**
     * Image of that init container: text, or a promise or a Pulumi Output of one (here by its shape, since this room
     * does not know Pulumi). It must contain perl-base, as every Debian and Ubuntu image does. Default: the image of
     * the first of the containers.
     */
    waitImage?: string | PromiseLike<string> | { apply(run: (value: string) => unknown): unknown };
    /** How long it waits, in whole seconds, 1 to 86400. Default 300. */
    waitDeadlineSeconds?: number;
    /**
     * Whether the pods tolerate the taint of this package's enclave pools; `false` leaves the tolerations as they are.
     * Default `true`.
     */
    toleration?: boolean;
}

/** Label of pods that says how they attest. */
export const ATTESTATION_LABEL = "confidential-aks/attestation";

/** Values of the label, by attestation mode. */
export const AttestationLabelValue = { outOfProcess: "out-of-process", inProcess: "in-process" } as const;

export type AttestationLabelValue = (typeof AttestationLabelValue)[keyof typeof AttestationLabelValue];
