import type { ScaleSpec } from "../spec-pools";
import type { StalePool } from "./stale-pools";

/** A pool of the program, as far as it may take the place of stale ones. */
export interface ProgramPool {
    /** Name in the program. */
    pool: string;
    azureName: string;
    hasSgx: boolean;
    scale: ScaleSpec;
}

/** A pool that takes the place of stale ones. */
export interface Successor {
    /** Name in the program. */
    pool: string;
    azureName: string;
    /** Nodes that this update makes it with or leaves it; 0: the autoscaler decides. */
    nodes: number;
    /** The autoscaler adds nodes when pods wait for them. */
    autoscaled: boolean;
}

/** Stale pools, and those that take their place; without any, nothing is waited for. */
export interface Move {
    stale: readonly StalePool[];
    successors: readonly Successor[];
}

/**
 * Which pools take the place of which stale ones: the pool of the same name; and where the program has none of that
 * name, as when a pool is renamed, split or removed, every pool with SGX, or without for one without. `live` are the
 * names in Azure that the cluster had before the update.
 */
export function movesOf(stale: readonly StalePool[], pools: readonly ProgramPool[], live: ReadonlySet<string>): Move[] {
    const named = pools.map((pool) => ({ old: stale.filter((each) => each.pool === pool.pool), now: [pool] }));
    const unnamed = [true, false].map((hasSgx) => ({
        old: stale.filter((each) => each.hasSgx === hasSgx && !pools.some(({ pool }) => pool === each.pool)),
        now: pools.filter((each) => each.hasSgx === hasSgx),
    }));
    const isNew = (pool: ProgramPool) => !live.has(pool.azureName);
    return [...named, ...unnamed]
        .filter(({ old }) => old.length > 0)
        .map(({ old, now }) => {
            const nodes = sum(old.map((pool) => pool.nodes));
            const share = Math.ceil(nodes / Math.max(now.filter(isNew).length, 1));
            return { stale: old, successors: now.map((pool) => successor(pool, isNew(pool) ? share : undefined)) };
        });
}

/** `wanted`: nodes of old pools that a new one is to be as large as; undefined: it is not new. */
function successor({ pool, azureName, scale }: ProgramPool, wanted: number | undefined): Successor {
    const { autoscaled, minCount, maxCount } = scale;
    if (!autoscaled) return { pool, azureName, autoscaled, nodes: minCount };
    // Of a pool that was there before, the autoscaler may have removed nodes by now.
    const nodes = wanted === undefined ? 0 : Math.min(Math.max(wanted, minCount), maxCount);
    return { pool, azureName, autoscaled, nodes };
}

/**
 * Nodes that an autoscaled pool is made with: as many as the pools have whose place it takes, within its bounds. So the
 * pods of the old nodes find room at once; the autoscaler would buy nodes one wave after another, and from 0 none for
 * EPC, which it cannot see.
 */
export function nodesAtFirst({ azureName, scale }: ProgramPool, moves: readonly Move[]): number {
    const found = moves.flatMap(({ successors }) => successors).filter((each) => each.azureName === azureName);
    return Math.max(scale.minCount, ...found.map(({ nodes }) => nodes));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
