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
        ...sent.flatMap((pool) => {
            const now = live.find((other) => other.name === pool.name);
            if (now !== undefined)
                return differences(pool, now, ["count", "minCount", "maxCount", "orchestratorVersion"]);
            return [`pool ${String(pool.name)} is not there any more, and AKS adds none by an update of a cluster`];
        }),
    ];
}

/**
 * What AKS has changed of a pool since it was looked at, where an update sends what was seen then: the number of nodes
 * of an autoscaled pool (terraform-provider-azurerm#4256: AKS scales to it, or refuses), and a version that the
 * arguments do not change.
 */
export function movedSince(old: PoolProfile, sent: PoolProfile, now: PoolProfile): string[] {
    const scaled = [old, sent, now].every(({ enableAutoScaling }) => enableAutoScaling === true);
    const version = typeof sent.orchestratorVersion === "string" && isPatch(sent.orchestratorVersion);
    return differences(sent, now, [
        ...(scaled ? ["count" as const] : []),
        ...(version && old.orchestratorVersion === sent.orchestratorVersion ? ["orchestratorVersion" as const] : []),
    ]);
}

/** A minor version stands for whatever patch there is. */
const isPatch = (version: string) => version.split(".").length === 3;

function differences(
    pool: PoolProfile,
    now: PoolProfile,
    keys: readonly Exclude<keyof PoolProfile, "name">[],
): string[] {
    return keys
        .filter((key) => pool[key] !== undefined && pool[key] !== now[key])
        .map(
            (key) => `pool ${String(pool.name)} would go back to ${key} ${String(pool[key])} from ${String(now[key])}`,
        );
}
