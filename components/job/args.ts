import type * as pulumi from "@pulumi/pulumi";
import type { AttestationMode } from "../sgx";

/**
 * What a pod needs to ask a vault for a key that it releases to the pod's enclave. It is for code of yours on the host
 * side of the enclave: no SDK for SGX reads it.
 */
export interface KeyReleaseArgs {
    /**
     * ServiceAccount of the pods, in their namespace: the output `serviceAccountName` of `EnclaveIdentity`. A change
     * runs the Job again.
     */
    serviceAccountName: pulumi.Input<string>;
    /**
     * Address of the provider of Azure Attestation, without a slash at the end, as its tokens name it:
     * `ATTESTATION_URL` in the container. A change runs the Job again.
     */
    attestationUrl: pulumi.Input<string>;
    /**
     * Address of the vault or managed HSM, such as `https://payroll.vault.azure.net/`: `KEY_VAULT_URL` in the container.
     * A change runs the Job again.
     */
    keyVaultUrl: pulumi.Input<string>;
    /** Name of the key in it: `KEY_NAME` in the container. A change runs the Job again. */
    keyName: pulumi.Input<string>;
}

/** Arguments of `AttestedJob`. */
export interface AttestedJobArgs {
    /** Image of the enclave application, with a tag or digest. A change runs the Job again. */
    image: pulumi.Input<string>;
    /** EPC of the application's enclaves, as a quantity such as `32Mi`. A change runs the Job again. */
    epc: string;
    /** Where quotes are made. Default `outOfProcess`. A change runs the Job again. */
    mode?: AttestationMode;
    /** Command in place of the image's entry point. A change runs the Job again. */
    command?: pulumi.Input<string>[];
    /** Arguments in place of the image's. A change runs the Job again. */
    args?: pulumi.Input<string>[];
    /**
     * Environment variables; every value is text. `SGX_AESM_ADDR` is set by `mode`, not here. `AZDCAP_CACHE` is `/tmp`
     * unless it is here: the image's file system is read-only, and Azure's quote provider keeps collateral in the first
     * folder that it finds named there or in `HOME`. A change runs the Job again.
     */
    env?: Record<string, pulumi.Input<string>>;
    /**
     * Namespace, which must allow hostPath in `outOfProcess` mode (Pod Security level `privileged`). Default `default`.
     */
    namespace?: pulumi.Input<string>;
    /** Any text; another one runs the Job again without any other change. Default none. */
    rerun?: string;
    /**
     * How many times a failed pod is tried anew, 0 to 20. Default 3: Open Enclave remembers a missing AESM for the life
     * of its process.
     */
    backoffLimit?: number;
    /** Seconds after which the Job is stopped and counts as failed, 30 to 86400. Default 900. */
    deadlineSeconds?: number;
    /**
     * Seconds a pod waits for AESM before it fails, 10 to 3600, less than the deadline. Default 300, or half the
     * deadline where that is less. Only in `outOfProcess` mode.
     */
    waitDeadlineSeconds?: number;
    /** Image for the container that waits for AESM; needs perl-base. Default: the application's image. */
    waitImage?: pulumi.Input<string>;
    /** CPU the container asks for, a quantity. Default `100m`. */
    cpu?: string;
    /** Memory the container may use, a quantity. Default `256Mi`. */
    memory?: string;
    /**
     * Numeric user of the container, 0 to 65535. Default 10001. Needs access to the node's `/dev/sgx_enclave`; see
     * `supplementalGroups`.
     */
    runAsUser?: number;
    /**
     * Numeric groups the container belongs to as well, such as the one that owns `/dev/sgx_enclave` on the nodes.
     * Default none.
     */
    supplementalGroups?: number[];
    /** Whether the Job may run on spot nodes. Default `false`. */
    tolerateSpot?: boolean;
    /** Labels of the nodes it may run on. Default: the label of this package's enclave pools. */
    nodeSelector?: Record<string, pulumi.Input<string>>;
    /**
     * What the container needs to ask for a key, as three environment variables, and the identity that it asks as.
     * Default none: the pods have no identity in Azure. A change runs the Job again.
     */
    keyRelease?: KeyReleaseArgs;
}
