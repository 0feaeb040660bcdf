import type { LabelSelector, Meta } from "./objects.js";

/** A NetworkPolicy of a namespace that has a quote helper or a workload. */
export interface NetworkPolicy {
    metadata: Meta;
    spec: {
        podSelector?: LabelSelector;
        policyTypes?: readonly string[];
        egress?: readonly { to?: readonly EgressPeer[]; ports?: readonly EgressPort[] }[];
    };
}

/** Whom a pod may connect to. */
export interface EgressPeer {
    ipBlock?: { cidr: string; except?: readonly string[] };
    namespaceSelector?: LabelSelector;
    podSelector?: LabelSelector;
}

/** To which port; a named one is one of a pod. */
export interface EgressPort {
    protocol?: string;
    port?: number | string;
    endPort?: number;
}
