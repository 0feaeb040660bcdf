import type * as pulumi from "@pulumi/pulumi";
import type {
    ClusterTier,
    KubeLogin,
    NetworkMode,
    NetworkPolicyEngine,
    NodeOsSku,
    NodeOsUpgradeChannel,
    NodePriority,
    PrivateDnsZone,
    QuotingSource,
    UpgradeChannel,
} from "./choices";

/**
 * The one pool that AKS needs for its own pods. It is part of the cluster resource, so choose it once: an edit of it
 * later edits the cluster, and AKS rescales every pool (https://github.com/pulumi/pulumi-azure-native/issues/4264).
 */
export interface SystemPoolArgs {
    /**
     * Pool name: 1-12 lower-case letters and digits, starting with a letter. Default `system`. A change makes AKS
     * refuse the update.
     */
    name?: string;
    /** VM size without SGX. Default `Standard_D2s_v5` (2 vCPU, 8 GiB). A change makes AKS refuse the update. */
    vmSize?: string;
    /** Number of nodes, 1 to 1000. Default 2: a single system node takes admission webhooks down with it. */
    count?: number;
    /** Smallest number of nodes; together with `maxCount` it turns the autoscaler on, and `count` must be left out. */
    minCount?: number;
    /** Largest number of nodes; see `minCount`. */
    maxCount?: number;
    /** Zones to spread over, for example `["1", "2", "3"]`. Default none. */
    availabilityZones?: string[];
    /** Size of the OS disk in GiB. Default: what AKS picks for the size. */
    osDiskSizeGb?: number;
}

/**
 * A node pool whose nodes have SGX. Each one is an `AgentPool` of its own; pools are created one after another. Sizes,
 * numbers and labels are plain values: EPC, addresses and the fit of workloads are checked before anything is created.
 */
export interface EnclavePoolArgs {
    /**
     * Pool name: 1-12 lower-case letters and digits, starting with a letter. A change deletes the pool and creates
     * another one.
     */
    name: string;
    /**
     * VM size with SGX in Azure's exact spelling, for example `Standard_DC2s_v3`: node selectors compare it letter by
     * letter. A change replaces the pool: the old one is deleted first, because the name stays, so its nodes are
     * drained.
     */
    vmSize: string;
    /** Number of nodes, 0 to 1000. Default 1. Not together with `minCount`/`maxCount`. A change scales the pool. */
    count?: number;
    /**
     * Smallest number of nodes; together with `maxCount` it turns the autoscaler on. From 0 the autoscaler does not
     * start a node for pods that ask for SGX resources, which it cannot see on a node that is not there.
     */
    minCount?: number;
    /** Largest number of nodes; see `minCount`. */
    maxCount?: number;
    /** Zones to spread over, for example `["1", "2", "3"]`. Default none. A change replaces the pool. */
    availabilityZones?: string[];
    /** Most pods a node takes, 10 to 250. Default: what AKS picks for the network mode. A change replaces the pool. */
    maxPods?: number;
    /** Operating system of the nodes. Default `Ubuntu`. */
    osSku?: NodeOsSku;
    /** Size of the managed OS disk in GiB, 30 to 2048. Default: what AKS picks. A change replaces the pool. */
    osDiskSizeGb?: number;
    /** `Regular` or `Spot`. Default `Regular`. A change replaces the pool. */
    priority?: NodePriority;
    /**
     * Whether to taint the nodes with `confidential-aks/sgx=true:NoSchedule`, so that only pods that tolerate it land
     * there; this package's pods do. Default `false`. The AKS add-on's pods are not known to tolerate it.
     */
    taint?: boolean;
    /**
     * Further labels of the nodes. Default none. Keys under `kubernetes.azure.com/` and `kubernetes.io/` are AKS's own.
     */
    labels?: Record<string, string>;
    /**
     * Subnet of the nodes, only for an existing cluster (a created one has `network.subnetId`). Default: what AKS
     * picks. A change replaces the pool.
     */
    subnetId?: pulumi.Input<string>;
    /**
     * Extra nodes during an upgrade: a number or a percentage. Default `1`; not for spot pools. SGX quota must have
     * room for it.
     */
    maxSurge?: string;
}

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

/** An AKS cluster that exists. */
export interface ExistingClusterArgs {
    /** Resource group of the cluster. */
    resourceGroupName: pulumi.Input<string>;
    /** Name of the cluster. */
    clusterName: pulumi.Input<string>;
}

/**
 * Arguments of `ConfidentialCluster`. Names, ids, tags and lists of addresses may be outputs of other resources; they
 * are checked as soon as they are known. All others are plain values, because they decide which resources there are, or
 * are checked against each other before the first one is created.
 */
export interface ConfidentialClusterArgs {
    /**
     * Pools whose nodes have SGX; at least one. Adding or removing one leaves the others alone (mind `network.mode`
     * with DCsv2).
     */
    enclavePools: EnclavePoolArgs[];
    /** Azure region, for example `westeurope`. Default: the provider's. A change replaces everything. */
    location?: pulumi.Input<string>;
    /** A resource group that exists. Default: one is created. A change replaces everything. */
    resourceGroupName?: pulumi.Input<string>;
    /**
     * Name of the cluster. Default: made from the component's name with a random suffix. A change replaces the cluster.
     */
    clusterName?: pulumi.Input<string>;
    /**
     * Use an AKS cluster that exists: only enclave pools and access to it are created. Arguments that configure a new
     * cluster are not allowed then.
     */
    existing?: ExistingClusterArgs;
    /**
     * Kubernetes version, `1.36` or `1.36.2`. Default: AKS's default. A change upgrades the control plane in place;
     * nodes follow by an upgrade channel or by `az aks nodepool upgrade`. Not allowed with the channels `stable` and
     * `rapid`; without patch number with `patch`.
     */
    kubernetesVersion?: string;
    /** Versions AKS moves the cluster to by itself. Default `none`. Changes in place. */
    upgradeChannel?: UpgradeChannel;
    /**
     * How AKS keeps the nodes' operating system up to date, which re-images nodes. Default `NodeImage`. Changes in
     * place.
     */
    nodeOsUpgradeChannel?: NodeOsUpgradeChannel;
    /** Pricing tier of the control plane. Default `Free`. Changes in place. */
    tier?: ClusterTier;
    /** The pool for AKS's own pods. Default: two `Standard_D2s_v5`. */
    systemPool?: SystemPoolArgs;
    /** Network of the cluster. Default: chosen by the SGX sizes. */
    network?: NetworkArgs;
    /** Sign-in with Microsoft Entra ID; switches local accounts off. Default: local accounts. */
    entra?: EntraArgs;
    /** How Pulumi signs in to a cluster with Entra ID, by `kubelogin`. Default `azurecli` with `entra`, else none. */
    kubeLogin?: KubeLogin;
    /** Who reaches the API server. Default: any address, with credentials. */
    apiServer?: ApiServerArgs;
    /**
     * Where the quoting infrastructure comes from. `addon` switches the AKS add-on on. Default `daemonSets`, which this
     * component leaves to `SgxDevicePlugin` and `SgxQuoteHelper`.
     */
    quoting?: QuotingSource;
    /** Whether sizes that Azure has retired (DCsv2, on 2026-06-30) are accepted, with a warning. Default `false`. */
    allowRetiredSizes?: boolean;
    /** Whether Pulumi refuses to delete or replace the resource group and the cluster. Default `false`. */
    protect?: boolean;
    /** Tags of all Azure resources. Default none. Changes in place. */
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
