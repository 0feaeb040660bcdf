import type * as pulumi from "@pulumi/pulumi";

/** Settings of the sample, except for its image. */
export interface SampleSettings {
    /** EPC of the sample's two enclaves. Default `32Mi`: 4 MiB of heap and 8 MiB of stack each, and their code. */
    epc?: string;
    /** Any text; another one runs the sample again. Default none. */
    rerun?: string;
    /**
     * Seconds after which the sample counts as failed, 150 to 86400. Default 900: a third to wait for AESM, a fifth for
     * each of the two runs.
     */
    deadlineSeconds?: number;
    /**
     * Numeric groups its user belongs to as well, such as the one that owns `/dev/sgx_enclave` on the nodes. Default
     * none.
     */
    supplementalGroups?: number[];
    /** Whether it may run on spot nodes. Default `false`. */
    tolerateSpot?: boolean;
    /** A namespace that exists. Default: `attestation-sample` is created. A change runs the sample again there. */
    namespace?: pulumi.Input<string>;
    /**
     * Whether a NetworkPolicy refuses connections to these pods, and lets them connect to what collateral comes from
     * (HTTPS on port 443, Azure's host 169.254.169.254) and to resolvers only. It does nothing on a cluster
     * without a policy engine. Where the internet is reached through an HTTP proxy on another port, allow that port by
     * a NetworkPolicy of your own (policies add up), or switch this one off. Default `true`. A change takes effect at
     * once, also on running pods.
     */
    networkPolicy?: boolean;
}

/** Arguments of `OpenEnclaveSample`. */
export interface OpenEnclaveSampleArgs extends SampleSettings {
    /** Image built from `images/attestation-sample`. A change runs the sample again. */
    image: pulumi.Input<string>;
}
