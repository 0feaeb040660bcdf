import type { Move, Successor } from "./drain";
import type { StalePool } from "./stale-pools";

/** A pool of the program. */
export interface Candidate extends Successor {
    /** Whether its nodes offer EPC. */
    hasSgx: boolean;
}

/**
 * Which pools have to be ready before the pods of stale pools move: the pool of the same name, and for a pool that the
 * program has no longer under any name, such as a renamed one, every pool with SGX.
 */
export function movesOf(stale: readonly StalePool[], pools: readonly Candidate[]): Move[] {
    const replaced = pools.map((pool) => ({
        from: namesOf(stale.filter((old) => old.pool === pool.pool)),
        to: [pool],
    }));
    const removed = stale.filter((old) => pools.every(({ pool }) => pool !== old.pool));
    const moves = [...replaced, { from: namesOf(removed), to: pools.filter(({ hasSgx }) => hasSgx) }];
    return moves.filter(({ from }) => from.length > 0);
}

const namesOf = (stale: readonly StalePool[]) => stale.map(({ azureName }) => azureName);
