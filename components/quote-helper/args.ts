import type * as pulumi from "@pulumi/pulumi";

/** Version of the collateral API (https://github.com/microsoft/Azure-DCAP-Client). */
export const CollateralVersion = {
    /** Ended by Intel in 2026; only for a verifier that still asks for it. */
    v3: "v3",
    /** The version that Intel offers. */
    v4: "v4",
} as const;
export type CollateralVersion = (typeof CollateralVersion)[keyof typeof CollateralVersion];

/** What a quote provider library logs. */
export const QuotingLogLevel = {
    /** Errors only. */
    error: "error",
    /** Information as well. */
    info: "info",
} as const;
export type QuotingLogLevel = (typeof QuotingLogLevel)[keyof typeof QuotingLogLevel];

/** When an update of the quote helper goes on to the next node. */
export const QuoteHelperRollout = {
    /**
     * When AESM has made a quote for a pod of this node: for the proof that runs on every node, or for any other. It
     * stops at the first node whose AESM cannot quote. A file `skip` in the folder of the metrics passes one node.
     */
    proven: "proven",
    /** When AESM says that it can quote. */
    ready: "ready",
    /** When somebody deletes the pod of a node. */
    onDelete: "onDelete",
} as const;
export type QuoteHelperRollout = (typeof QuoteHelperRollout)[keyof typeof QuoteHelperRollout];

/** Settings of the quote helper that do not depend on where its image comes from. */
export interface QuoteHelperSettings {
    /** EPC for the quoting enclaves (QE3, PCE), a quantity. Default `2Mi`. A change rolls the DaemonSet. */
    epc?: string;
    /**
     * Version of the collateral API, the same for quoting and verifying. Default `v4`; Intel ended v2 and v3 in 2026.
     */
    collateralVersion?: CollateralVersion;
    /** What the quote provider library logs. Default `error`. */
    logLevel?: QuotingLogLevel;
    /** A namespace that exists. Default: `sgx-quote-helper` is created. A change replaces the DaemonSet. */
    namespace?: pulumi.Input<string>;
    /** Labels of the nodes it runs on. Default: the label of this package's enclave pools. */
    nodeSelector?: Record<string, pulumi.Input<string>>;
    /**
     * Whether a proxy stands between the node's pods and AESM. It reads whole messages of sensible size before AESM
     * hears of them. Without it, any pod with the socket can freeze AESM by two bytes, have it killed by four, or make
     * it abort by 250 connections, for every pod of the node. The image needs perl-base either way. Default `true`. A
     * change rolls the DaemonSet.
     */
    socketProxy?: boolean;
    /**
     * Whether the pods serve metrics to Prometheus, at `/metrics` of the port named `metrics` (9464): what AESM last
     * answered, and what became of the quotes that pods of the node asked for. A scrape asks AESM nothing. Default
     * `true`. A change rolls the DaemonSet.
     */
    metrics?: boolean;
    /**
     * When an update of these pods goes on to the next node. `proven` needs `metrics` and `socketProxy`, and something
     * on each node that asks for a quote. Default `ready`; in a platform that runs the proof on its nodes, `proven`.
     * A change rolls the DaemonSet.
     */
    rollout?: QuoteHelperRollout;
    /**
     * Whether a NetworkPolicy refuses connections to these pods, except to the port of their metrics, and lets them
     * connect to what collateral comes from
     * (HTTPS on port 443, Azure's host 169.254.169.254) and to resolvers only. It does nothing on a cluster
     * without a policy engine. Where the internet is reached through an HTTP proxy on another port, allow that port by
     * a NetworkPolicy of your own (policies add up), or switch this one off. Default `true`. A change takes effect at
     * once, also on running pods.
     */
    networkPolicy?: boolean;
}

/** Arguments of `SgxQuoteHelper`. */
export interface SgxQuoteHelperArgs extends QuoteHelperSettings {
    /**
     * Image with Intel's AESM (PSW 2.22 to 2.29, or 2.30.1 and later), its quote-ex plugin and one quote provider
     * library, on a base with perl-base (every Debian and Ubuntu image), such as one built from `images/aesm`. A change
     * rolls the DaemonSet: quoting pauses on one node at a time.
     */
    image: pulumi.Input<string>;
}
