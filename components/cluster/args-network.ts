import type * as pulumi from "@pulumi/pulumi";
import type { NetworkMode, NetworkPolicyEngine, PrivateDnsZone } from "./choices";

/**
 * Addresses of the cluster. Every range must be free of overlap with the others, which is checked before anything is
 * created: ranges are plain values.
 */
export interface NetworkArgs {
    /**
     * How pods get their addresses. Default `auto`. A change replaces the cluster; so does the first or the last DCsv2
     * pool of a cluster in mode `auto`, since it changes what `auto` means there.
     */
    mode?: NetworkMode;
    /**
     * An existing subnet for the nodes, by its resource id; a change replaces the cluster. Default: a VNet and subnet
     * are made in `nodeSubnet` mode; AKS makes its own in `overlay` mode.
     */
    subnetId?: pulumi.Input<string>;
    /** Range of the VNet this component makes. Default `10.224.0.0/16`. Only without `subnetId`. */
    vnetCidr?: string;
    /**
     * Range of the node subnet inside `vnetCidr`, with room for the nodes of all pools at their largest and for the
     * pods that these may take. Default: its first /20. Only without `subnetId`.
     */
    subnetCidr?: string;
    /**
     * Range of pod addresses in `overlay` mode; each node takes a /24 of it. Default `10.244.0.0/16`. A change replaces
     * the cluster.
     */
    podCidr?: string;
    /** Range of Service addresses. Default `10.0.0.0/16`. A change replaces the cluster. */
    serviceCidr?: string;
    /**
     * Address of the cluster's DNS service inside `serviceCidr`, not its first address. Default: the tenth of that
     * range. A change replaces the cluster.
     */
    dnsServiceIp?: string;
    /** Network policy engine. Default `none`. A change replaces the cluster. */
    networkPolicy?: NetworkPolicyEngine;
}

/** Sign-in with Microsoft Entra ID. Local accounts are switched off with it. */
export interface EntraArgs {
    /** Object ids (GUIDs) of the groups that administer the cluster. Required unless `azureRbac` is on. */
    adminGroupObjectIds?: pulumi.Input<pulumi.Input<string>[]>;
    /** Tenant of the groups. Default: the subscription's tenant. */
    tenantId?: pulumi.Input<string>;
    /**
     * Whether Azure role assignments decide inside the cluster, too. Default `false`. Switching it may replace the
     * cluster.
     */
    azureRbac?: boolean;
}

/** Who can reach the API server. Either ranges or private, not both. */
export interface ApiServerArgs {
    /**
     * Public IPv4 addresses or ranges in CIDR notation that may reach the API server; the machine that runs Pulumi must
     * be in one. Default: any.
     */
    authorizedIpRanges?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * Whether the API server has a private address only; Pulumi then has to run inside that network. Default `false`. A
     * change replaces the cluster.
     */
    privateCluster?: boolean;
    /**
     * Private DNS zone: made by AKS (`system`) or none, with a public name. Default `system`. Private clusters only.
     */
    privateDnsZone?: PrivateDnsZone;
}
