import type { WorkerPoolArgs } from "./args-pools";

/**
 * A further pool whose nodes have no SGX, for what does not attest: Web services, controllers, build jobs. It is an
 * `AgentPool` of its own, created after the enclave pools.
 */
export interface NodePoolArgs extends WorkerPoolArgs {
    /** Pool name, of the form that enclave pools have. A change makes another pool. */
    name: string;
    /** VM size without SGX. Default `Standard_D4s_v5` (4 vCPU, 16 GiB). A change replaces the pool. */
    vmSize?: string;
    /** Smallest number of nodes; together with `maxCount` it turns the autoscaler on. */
    minCount?: number;
    /**
     * Taints of the nodes, each `key=value:NoSchedule`, `…:PreferNoSchedule` or `…:NoExecute`. Default none: the pool
     * takes every pod.
     */
    taints?: string[];
}
