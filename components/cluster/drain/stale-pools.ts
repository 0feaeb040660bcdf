import { POOL_LABEL, POOL_OWNER_LABEL, SGX_NODE_LABEL } from "../../sgx";

/** What AKS shows of a pool, as far as a drain needs it. */
export interface PoolProfile {
    name?: string;
    count?: number;
    nodeLabels?: Record<string, string>;
    upgradeSettings?: { drainTimeoutInMinutes?: number };
}

/**
 * A pool that this program made and has no longer. Pulumi deletes it, unless an option or the command line says
 * otherwise, of which a program sees nothing.
 */
export interface StalePool {
    /** Name that it had in the program. */
    pool: string;
    azureName: string;
    hasSgx: boolean;
    /** Nodes that it has. */
    nodes: number;
    /** Minutes that its drain may take, as it was made; undefined: not set. */
    minutes: number | undefined;
}

/** The stale pools among those that a cluster has. `current` are the names in Azure that the program has. */
export function stalePools(
    profiles: readonly PoolProfile[] | undefined,
    owner: string,
    current: ReadonlySet<string>,
): StalePool[] {
    return (profiles ?? []).flatMap(({ name, count, nodeLabels, upgradeSettings }) => {
        if (name === undefined || current.has(name) || nodeLabels?.[POOL_OWNER_LABEL] !== owner) return [];
        return [
            {
                pool: nodeLabels[POOL_LABEL] ?? name,
                azureName: name,
                hasSgx: nodeLabels[SGX_NODE_LABEL] !== undefined,
                nodes: count ?? 0,
                minutes: upgradeSettings?.drainTimeoutInMinutes,
            },
        ];
    });
}
