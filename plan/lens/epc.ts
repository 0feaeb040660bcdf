import { aksSystemPods, fitPods, leftOf, type NodeAmounts } from "../../components/sgx/index.js";
import type { EpcPool, EpcUse, PlanResource } from "../model/format.js";
import { offeredDevices } from "./devices.js";
import { canRunOn } from "./placement.js";
import { workloadsOf, type Workload } from "./pods.js";
import { enclavePools, type EnclavePool } from "./pools.js";

/**
 * The EPC table: for every pool of an SGX size, what DaemonSets take of a node and how many pods of each workload fit
 * in the rest.
 */
export function epcTable(resources: readonly PlanResource[]): EpcPool[] {
    const workloads = workloadsOf(resources);
    return enclavePools(resources).map((pool) => poolRow(pool, workloads));
}

function poolRow(pool: EnclavePool, workloads: readonly Workload[]): EpcPool {
    const here = workloads.filter((workload) => canRunOn(workload.podSpec, pool.labels));
    const daemons = here.filter(({ kind }) => kind === "DaemonSet");
    const reserved = daemons.filter(asksForEpc);
    const node = { ...pool.node, ...offeredDevices(daemons) };
    const free = leftOf(node, [aksSystemPods, ...daemons.map(({ requests }) => requests)]);
    return {
        pool: pool.name,
        urn: pool.urn,
        vmSize: pool.size.name,
        ...(pool.nodes === undefined ? {} : { nodes: pool.nodes }),
        nodeBytes: node.epc ?? 0,
        reserved: reserved.map(use),
        reservedBytes: reserved.reduce((sum, { requests }) => sum + (requests.epc ?? 0), 0),
        availableBytes: free.epc ?? 0,
        free,
        workloads: here
            .filter((workload) => workload.kind !== "DaemonSet" && asksForEpc(workload))
            .map((workload) => ({ ...use(workload), ...fit(free, workload.requests) })),
    };
}

/** Whether pods ask for EPC, or may. */
function asksForEpc({ requests }: Workload): boolean {
    return requests.epc !== 0;
}

function use({ title, resource, requests }: Workload): EpcUse {
    return { workload: title, urn: resource.urn, ...(requests.epc === undefined ? {} : { bytes: requests.epc }) };
}

function fit(free: NodeAmounts, requests: NodeAmounts): Partial<EpcUse> {
    const found = fitPods(free, requests);
    return found === undefined ? {} : { fitsPerNode: found.count, limitedBy: found.limitedBy, fitsEach: found.each };
}
