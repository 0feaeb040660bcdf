import { vmFamily } from "../../components/sgx/index.js";
import { isObject, type PlanObject, type PlanResource, type PlanValue, type QuotaFamily } from "../model/format.js";
import { isContainerService } from "./pools.js";

/** The nodes of one pool that Azure has to have room for. */
interface PoolNodes {
    quota: string;
    vCpu: number;
    atMost: number;
    /** Extra nodes while the pool is upgraded. */
    surge: number;
    /** Extra nodes while a replacement of the pool stands beside it. */
    replacement: number;
}

/**
 * The vCPUs that a plan needs of each family of VM sizes: all pools at their largest, and what comes on top while AKS
 * upgrades them or while a pool is replaced. Pools whose size or number is not known are not in it.
 */
export function quotaTable(resources: readonly PlanResource[]): QuotaFamily[] {
    const pools = resources.flatMap(poolsOf);
    const families = [...new Set(pools.map(({ quota }) => quota))].sort();
    return families.map((quota) => {
        const own = pools.filter((pool) => pool.quota === quota);
        const vCpusAtMost = sum(own, ({ atMost, vCpu }) => atMost * vCpu);
        const surge = sum(own, ({ surge: nodes, vCpu }) => nodes * vCpu);
        // Each update may replace any one pool; an upgrade is another operation of the same cluster.
        const replacement = Math.max(0, ...own.map(({ replacement: nodes, vCpu }) => nodes * vCpu));
        return { quota, vCpusAtMost, surge, replacement, needed: vCpusAtMost + Math.max(surge, replacement) };
    });
}

function sum<T>(list: readonly T[], of: (item: T) => number): number {
    return list.reduce((total, item) => total + of(item), 0);
}

function poolsOf(resource: PlanResource): PoolNodes[] {
    const { inputs, options, type } = resource;
    if (isContainerService(type, "AgentPool")) return poolNodes(inputs, options.deleteBeforeReplace !== true);
    if (!isContainerService(type, "ManagedCluster")) return [];
    const profiles = inputs["agentPoolProfiles"];
    // A pool that is inline in its cluster is never replaced.
    return (Array.isArray(profiles) ? profiles : []).filter(isObject).flatMap((profile) => poolNodes(profile, false));
}

function poolNodes(body: PlanObject, isCreatedFirst: boolean): PoolNodes[] {
    const { vmSize, maxCount, count, enableAutoScaling, upgradeSettings, scaleSetPriority } = body;
    const family = typeof vmSize === "string" ? vmFamily(vmSize) : undefined;
    const atMost = enableAutoScaling === true ? maxCount : count;
    // Spot nodes have a quota of their own, which is one number for all families.
    if (family === undefined || typeof atMost !== "number" || scaleSetPriority === "Spot") return [];
    const maxSurge = isObject(upgradeSettings) ? upgradeSettings["maxSurge"] : undefined;
    return [{ ...family, atMost, surge: surgeNodes(maxSurge, atMost), replacement: isCreatedFirst ? atMost : 0 }];
}

/** Extra nodes of an upgrade: a number, or a percentage of the nodes, rounded up. AKS's own default is 10 %. */
function surgeNodes(maxSurge: PlanValue | undefined, nodes: number): number {
    const [, value, percent] = /^(\d+)(%?)$/.exec(typeof maxSurge === "string" ? maxSurge : "10%") ?? [];
    const number = Number(value ?? 0);
    return percent === "%" ? Math.ceil((number * nodes) / 100) : number;
}
