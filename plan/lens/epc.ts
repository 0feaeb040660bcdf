import { aksSystemPods, fitPods, leftOf, type NodeAmounts } from "../../components/sgx/index.js";
import { valueAt, type EpcPool, type EpcUse, type PlanResource } from "../model/format.js";
import { offeredDevices } from "./devices.js";
import { canRunOn } from "./placement.js";
import { kindOf, objectName, workloadsOf, type Workload } from "./pods.js";
import { enclavePools, type EnclavePool } from "./pools.js";

/**
 * The EPC table: for every pool of an SGX size, what DaemonSets take of a node and how many pods of each workload fit
 * in the rest. A DaemonSet of a priority below the default, 0, gives its part to any workload that needs it.
 */
export function epcTable(resources: readonly PlanResource[]): EpcPool[] {
    const workloads = workloadsOf(resources);
    const low = lowPriorities(resources);
    const givesWay = ({ podSpec }: Workload) => low.has(podSpec["priorityClassName"]);
    return enclavePools(resources).map((pool) => poolRow(pool, workloads, givesWay));
}

/** Names of the plan's priority classes below 0. */
function lowPriorities(resources: readonly PlanResource[]): ReadonlySet<unknown> {
    const classes = resources.filter((resource) => kindOf(resource) === "PriorityClass");
    return new Set(classes.filter(({ inputs }) => Number(valueAt(inputs, "value")) < 0).map(objectName));
}

function poolRow(pool: EnclavePool, workloads: readonly Workload[], givesWay: (of: Workload) => boolean): EpcPool {
    const here = workloads.filter((workload) => canRunOn(workload.podSpec, pool.labels));
    const daemons = here.filter(({ kind }) => kind === "DaemonSet");
    const staying = daemons.filter((daemon) => !givesWay(daemon));
    const node = { ...pool.node, ...offeredDevices(daemons) };
    const free = leftOf(node, [aksSystemPods, ...staying.map(({ requests }) => requests)]);
    return {
        pool: pool.name,
        urn: pool.urn,
        vmSize: pool.size.name,
        ...(pool.nodes === undefined ? {} : { nodes: pool.nodes }),
        nodeBytes: node.epc ?? 0,
        reserved: daemons.filter(asksForEpc).map((daemon) => ({
            ...use(daemon),
            ...(givesWay(daemon) ? { givesWay: true } : {}),
        })),
        reservedBytes: staying.reduce((sum, { requests }) => sum + (requests.epc ?? 0), 0),
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
