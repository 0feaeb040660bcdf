/** What is compared of a pool in the body of a cluster. */
export interface PoolProfile {
    name?: unknown;
    count?: unknown;
    minCount?: unknown;
    maxCount?: unknown;
    enableAutoScaling?: unknown;
    orchestratorVersion?: unknown;
}

/**
 * What an update of the cluster would do to pools by the way, because the state remembers them as they were: AKS takes
 * the pools in a cluster's body at their word. The pools are in the body at all because AKS asks for the system pool
 * there (https://github.com/Azure/azure-service-operator/issues/2791).
 */
export function outdatedPools(sent: readonly PoolProfile[], live: readonly PoolProfile[]): string[] {
    const versions = sent.filter(({ orchestratorVersion }) => orchestratorVersion !== undefined).length;
    const mixed = versions > 0 && versions < live.length;
    return [
        ...(mixed ? ["it has the versions of some pools, and AKS takes those of all or of none"] : []),
        ...sent.flatMap((pool) => changedSince(pool, live)),
    ];
}

function changedSince(pool: PoolProfile, live: readonly PoolProfile[]): string[] {
    const name = String(pool.name);
    const now = live.find((other) => other.name === pool.name);
    if (now === undefined) return [`pool ${name} is not there any more, and AKS adds none by an update of a cluster`];
    const keys = isAutoscaled(pool) && isAutoscaled(now) ? bounds : [...bounds, "count" as const];
    return [...keys, "orchestratorVersion" as const]
        .filter((key) => pool[key] !== undefined && pool[key] !== now[key])
        .map((key) => `pool ${name} would go back to ${key} ${String(pool[key])} from ${String(now[key])}`);
}

const bounds = ["minCount", "maxCount"] as const;
const isAutoscaled = ({ enableAutoScaling }: PoolProfile) => enableAutoScaling === true;
