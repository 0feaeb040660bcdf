import { POOL_LABEL, POOL_OWNER_LABEL } from "../../sgx";

/** What AKS shows of a pool, as far as a drain needs it. */
export interface PoolProfile {
    name?: string;
    nodeLabels?: Record<string, string>;
    upgradeSettings?: { drainTimeoutInMinutes?: number };
}

/** A pool of this program that is there and that the program has no longer: Pulumi deletes it. */
export interface StalePool {
    /** Name that it had in the program. */
    pool: string;
    azureName: string;
    /** Minutes that its drain may take, as it was made; undefined: not set. */
    minutes: number | undefined;
}

/** The stale pools among those that a cluster has. `current` are the names in Azure that the program has. */
export function stalePools(
    profiles: readonly PoolProfile[] | undefined,
    owner: string,
    current: ReadonlySet<string>,
): StalePool[] {
    return (profiles ?? []).flatMap(({ name, nodeLabels, upgradeSettings }) => {
        if (name === undefined || current.has(name) || nodeLabels?.[POOL_OWNER_LABEL] !== owner) return [];
        const pool = nodeLabels[POOL_LABEL] ?? name;
        return [{ pool, azureName: name, minutes: upgradeSettings?.drainTimeoutInMinutes }];
    });
}
