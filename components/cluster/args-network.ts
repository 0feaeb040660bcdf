import type * as pulumi from "@pulumi/pulumi";
import type { NetworkMode, NetworkPolicyEngine, OutboundType, PrivateDnsZone } from "./choices";

/**
 * Addresses of the cluster. Every range must be free of overlap with the others, which is checked before anything is
 * created, so ranges have to be known then.
 */
export interface NetworkArgs {
    /**
     * How pods get their addresses. Default `auto`. A change replaces the cluster; so does the first or the last DCsv2
     * pool of a cluster in mode `auto`, since it changes what `auto` means there.
     */
    mode?: NetworkMode;
    /**
     * An existing subnet for the nodes, by its resource id; a change replaces the cluster. The cluster's identity gets
     * Network Contributor on it, on its whole VNet for a private cluster. Default: a VNet and subnet are made in
     * `nodeSubnet` mode; AKS makes its own in `overlay` mode, unless `vnetCidr`, `subnetCidr`, `outbound.natGatewayId`
     * or `outbound.routeTableId` asks for one of this component.
     */
    subnetId?: pulumi.Input<string>;
    /**
     * Range of the VNet this component makes. Default `10.224.0.0/16`. Only without `subnetId`. In `overlay` mode it
     * makes the component create a VNet, which AKS would do otherwise; adding or removing it replaces the cluster
     * there.
     */
    vnetCidr?: string;
    /**
     * Range of the node subnet inside `vnetCidr`, with room for the nodes of all pools at their largest and, in
     * `nodeSubnet` mode, for the pods that these may take. Default: its first /20. Only without `subnetId`.
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
    /** How the cluster reaches the internet. Default: by its load balancer, with one public address of Azure's. */
    outbound?: OutboundArgs;
}

/**
 * How the cluster reaches the internet. The output `egress` lists what it has to reach, for the rules of a firewall.
 */
export interface OutboundArgs {
    /** Default `loadBalancer`. A change replaces the cluster. */
    type?: OutboundType;
    /**
     * How many public addresses Azure makes for it: 1 to 100 of a load balancer, 1 to 16 of a NAT gateway. Default 1.
     * Not together with `publicIpIds`.
     */
    ipCount?: number;
    /**
     * Resource ids of public addresses (Standard) that exist and are used instead; at most 16 of a NAT gateway. The
     * cluster's identity gets Network Contributor on each one that the load balancer uses. Each one is a role
     * assignment of its own, so their number has to be known at once; the ids may be outputs. Default: Azure makes
     * them.
     */
    publicIpIds?: pulumi.Input<string>[];
    /**
     * Minutes after which an idle connection is closed, 4 to 120. Default: Azure's, 30 of a load balancer and 4 of a
     * NAT gateway.
     */
    idleTimeoutMinutes?: number;
    /**
     * A NAT gateway that exists, for the subnet that this component makes. Only with `natGateway` and without
     * `subnetId`: a subnet of yours has its own. Default: AKS or this component makes one.
     */
    natGatewayId?: pulumi.Input<string>;
    /**
     * A route table that exists, for the subnet that this component makes: its route `0.0.0.0/0` leads out. Required
     * with `userDefinedRouting` and without `subnetId`: a subnet of yours has its own.
     */
    routeTableId?: pulumi.Input<string>;
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
     * Private DNS zone: made by AKS (`system`) or none, with a public name. Default `system`. Private clusters only. A
     * change to `none` is made in place and re-images the nodes; any other change replaces the cluster.
     */
    privateDnsZone?: PrivateDnsZone;
    /**
     * A private DNS zone that exists, by its resource id, instead: named `privatelink.<region>.azmk8s.io`, or a subzone
     * of that (https://learn.microsoft.com/azure/aks/private-clusters). The cluster's identity gets Private DNS Zone
     * Contributor on it. Private clusters only, and not with `privateDnsZone`. A change replaces the cluster, except
     * to `privateDnsZone: none`.
     */
    privateDnsZoneId?: pulumi.Input<string>;
}
