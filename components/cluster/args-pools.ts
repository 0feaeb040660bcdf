import type * as pulumi from "@pulumi/pulumi";
import type { NodeOsSku, NodePriority, PoolReplacement, UndrainableNodes } from "./choices";

/**
 * The one pool that AKS needs for its own pods. It is created with the cluster; later changes of its number of nodes,
 * its taint and its version change this pool alone.
 */
export interface SystemPoolArgs {
    /**
     * Pool name: 1-12 lower-case letters and digits, starting with a letter. Default `agentpool`. It should sort before
     * the names of all other pools: AKS lists pools by name, and after a refresh the provider azure-native compares
     * its list with the arguments by position. A change makes AKS refuse the update.
     */
    name?: string;
    /**
     * VM size without SGX, of 4 vCPU or more and not of the B series
     * (https://learn.microsoft.com/azure/aks/use-system-pools). Default `Standard_D4s_v5` (4 vCPU, 16 GiB). A change
     * makes AKS refuse the update.
     */
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
    /**
     * Whether only AKS's own pods run there: the nodes get the taint `CriticalAddonsOnly=true:NoSchedule`. Other pods
     * run on `nodePools`, and on enclave pools without a taint. Default `true`.
     */
    criticalAddonsOnly?: boolean;
}

/** What enclave pools and pools without SGX have in common. */
export interface WorkerPoolArgs {
    /** Number of nodes, 0 to 1000. Default 1. Not together with `minCount`/`maxCount`. A change scales the pool. */
    count?: number;
    /** Largest number of nodes; see `minCount`. */
    maxCount?: number;
    /**
     * Zones to spread over, for example `["1", "2", "3"]`, in any order. Default none. A change replaces the pool.
     */
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
     * Further labels of the nodes. Default none. Keys under `kubernetes.azure.com/` and `kubernetes.io/` are AKS's own.
     */
    labels?: Record<string, string>;
    /**
     * Extra nodes during an upgrade: a number or a percentage. Quota must have room for them. Default `1`, and `0`
     * with `maxUnavailable`; not for spot pools.
     */
    maxSurge?: string;
    /**
     * Nodes that an upgrade drains at the same time without extra ones: a number or a percentage. It takes the place of
     * `maxSurge` where quota has no room; their pods need room on the other nodes. Default `0`; not for spot pools
     * (https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling).
     */
    maxUnavailable?: string;
    /** Minutes that an upgrade waits after a node is drained, 0 to 30. Default 0; not for spot pools. */
    soakMinutes?: number;
    /** What an upgrade does with a node that cannot be drained in time. Default `Schedule`; not for spot pools. */
    undrainableNodes?: UndrainableNodes;
    /**
     * In which order the pool is replaced when something changes that AKS fixes at creation. `createFirst`: the new
     * pool comes, the pods are moved there by evictions, then the old pool goes; both are billed meanwhile, and quota
     * needs room for both. Where the autoscaler decides, the new pool has as many nodes at first as the old one has,
     * within its bounds, whatever their sizes. `deleteFirst`: the old pool is drained and deleted, then the new one
     * comes; its capacity is gone meanwhile. Default `createFirst`.
     */
    replacement?: PoolReplacement;
    /**
     * Minutes that draining the pool may take before it is replaced or removed, 5 to 1440; also AKS's own limit for
     * each node in an upgrade (not for spot pools). When the time is over, `pulumi up` fails, and the pool stays.
     * Default 30. A change applies from then on. Without the program there is no drain: `pulumi destroy` ends pods at
     * once.
     */
    drainTimeoutMinutes?: number;
    /**
     * Subnet of the nodes, only for an existing cluster (a created one has `network.subnetId`). It has to be in the
     * VNet of the cluster's other pools (https://learn.microsoft.com/azure/aks/node-pool-unique-subnet). Default: what
     * AKS picks. A change replaces the pool.
     */
    subnetId?: pulumi.Input<string>;
}

/**
 * A node pool whose nodes have SGX. Each one is an `AgentPool` of its own; pools are created one after another. Sizes,
 * numbers and labels have to be known at once: EPC, addresses and the fit of workloads are checked before anything is
 * created.
 */
export interface EnclavePoolArgs extends WorkerPoolArgs {
    /**
     * Pool name: 1-8 lower-case letters and digits, starting with a letter. Azure's name of the pool has four more
     * characters, a hash over what AKS fixes when it makes a pool; nodes carry this name in the label
     * `confidential-aks/pool`. A change creates another pool, then drains and deletes this one.
     */
    name: string;
    /**
     * VM size with SGX in Azure's exact spelling, for example `Standard_DC2s_v3`: node selectors compare it letter by
     * letter. A change replaces the pool, as `replacement` says.
     */
    vmSize: string;
    /**
     * Smallest number of nodes; together with `maxCount` it turns the autoscaler on. From 0 the autoscaler does not
     * start a node for pods that ask for SGX resources, which it cannot see on a node that is not there.
     */
    minCount?: number;
    /**
     * Whether to taint the nodes with `confidential-aks/sgx=true:NoSchedule`, so that only pods that tolerate it land
     * there; this package's pods do. Default `false`. The AKS add-on's pods are not known to tolerate it.
     */
    taint?: boolean;
}
