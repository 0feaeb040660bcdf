import type { NodeOsSku, NodePriority, PoolReplacement, UndrainableNodes } from "./choices";

/**
 * A further pool whose nodes have no SGX, for what does not attest: Web services, controllers, build jobs. It is an
 * `AgentPool` of its own, created after the enclave pools.
 */
export interface NodePoolArgs {
    /** Pool name, of the form that enclave pools have. A change makes another pool. */
    name: string;
    /** VM size without SGX. Default `Standard_D4s_v5` (4 vCPU, 16 GiB). A change replaces the pool. */
    vmSize?: string;
    /** Number of nodes, 0 to 1000. Default 1. Not together with `minCount`/`maxCount`. A change scales the pool. */
    count?: number;
    /** Smallest number of nodes; together with `maxCount` it turns the autoscaler on. */
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
     * Taints of the nodes, each `key=value:NoSchedule`, `…:PreferNoSchedule` or `…:NoExecute`. Default none: the pool
     * takes every pod.
     */
    taints?: string[];
    /**
     * Labels of the nodes. Default none. Keys under `kubernetes.azure.com/` and `kubernetes.io/` are AKS's own.
     */
    labels?: Record<string, string>;
    /**
     * Extra nodes during an upgrade: a number or a percentage. Default `1`, and `0` with `maxUnavailable`; not for spot
     * pools.
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
     * In which order the pool is replaced when something changes that AKS fixes at creation, as of an enclave pool.
     * Default `createFirst`.
     */
    replacement?: PoolReplacement;
    /** Minutes that draining the pool may take, as of an enclave pool, 1 to 1440. Default 30. */
    drainTimeoutMinutes?: number;
}
