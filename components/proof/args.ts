import type * as pulumi from "@pulumi/pulumi";

/** Settings of the proof on every node, except for its image. */
export interface NodeProofSettings {
    /**
     * Hours between two proofs on a node, 1 to 168. Default 6. A new, restarted or updated node, and one whose quote
     * helper was updated or started again, is proven at once. A change rolls the DaemonSet, and proves every node.
     */
    everyHours?: number;
    /**
     * EPC that is reserved on every enclave node for the proof's two enclaves. Default `32Mi`. The pods have the lowest
     * priority: where work needs that EPC, the proof gives way, and waits until some is free. A change rolls the
     * DaemonSet.
     */
    epc?: string;
    /** Seconds after which a proof counts as failed, 150 to 3600. Default 900. A change rolls the DaemonSet. */
    deadlineSeconds?: number;
    /**
     * Numeric groups its user belongs to as well, such as the one that owns `/dev/sgx_enclave` on the nodes. Default
     * none. A change rolls the DaemonSet.
     */
    supplementalGroups?: number[];
    /** A namespace that exists. Default: `sgx-node-proof` is created. A change replaces the DaemonSet. */
    namespace?: pulumi.Input<string>;
    /** Labels of the nodes it runs on. Default: the label of this package's enclave pools. */
    nodeSelector?: Record<string, pulumi.Input<string>>;
    /**
     * Whether a NetworkPolicy refuses connections to these pods, except to the port of their metrics, and lets them
     * connect to what collateral comes from (HTTPS on port 443, Azure's host 169.254.169.254) and to resolvers only. It
     * does nothing on a cluster without a policy engine. Default `true`. A change takes effect at once, also on running
     * pods.
     */
    networkPolicy?: boolean;
}

/** Arguments of `NodeProof`. */
export interface NodeProofArgs extends NodeProofSettings {
    /** Image built from `images/attestation-sample`. A change rolls the DaemonSet, and proves every node. */
    image: pulumi.Input<string>;
}
