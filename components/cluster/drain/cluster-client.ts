/** Label that AKS gives a node: the name of its pool in Azure. */
export const agentPoolLabel = "kubernetes.azure.com/agentpool";

/** A node of a pool, as far as a drain needs it. */
export interface DrainNode {
    name: string;
    /** Name of its pool in Azure. */
    pool: string;
    ready: boolean;
    /** Whether the scheduler places pods there: it is not cordoned. */
    schedulable: boolean;
    /** EPC that it offers, in bytes. */
    epc: number;
}

/** A pod on a node. */
export interface DrainPod {
    namespace: string;
    name: string;
    uid: string;
    /** EPC that it takes, in bytes. */
    epc: number;
    /** Kind of the controller that starts it again; undefined: none does. */
    controller: string | undefined;
    /** It is a file on the node, not an object that could be evicted. */
    isMirror: boolean;
    /** Its containers have ended, and do not start again. */
    isFinished: boolean;
    /** Time at which its grace is over, since it has been asked to end, in milliseconds; undefined: it has not. */
    endsBy: number | undefined;
}

/** What the API server answers to an eviction; `refused` is the reason, such as a budget with its numbers. */
interface Eviction {
    refused?: string;
}

/** The few requests of a drain. Every one may fail with a `ClusterError`. */
export interface DrainClient {
    /** The nodes of pools, by the names of the pools in Azure. */
    nodes(pools: readonly string[]): Promise<DrainNode[]>;
    pods(node: string): Promise<DrainPod[]>;
    cordon(node: string): Promise<void>;
    /** Asks a pod to end, if its budget allows it. A pod that is gone counts as asked. */
    evict(pod: DrainPod): Promise<Eviction>;
}

/** A request that failed. */
export class ClusterError extends Error {
    constructor(
        message: string,
        /** Whether it makes no sense to ask again: the credentials are not enough. */
        readonly isFinal: boolean,
    ) {
        super(message);
    }
}
