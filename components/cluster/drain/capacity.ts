import type { DrainClient } from "./cluster-client";
import type { Move, Successor } from "./moves";
import { isOnDeadNode, movable } from "./placed-pods";

/**
 * What nodes lack for the pods of the old ones; undefined: nothing, or nothing that would come by waiting. It warns
 * where the pods take more EPC than those nodes have left.
 */
export async function capacity(
    client: DrainClient,
    moves: readonly Move[],
    warn: (text: string) => void,
): Promise<string | undefined> {
    const short: string[] = [];
    for (const { stale, successors } of moves) {
        if (successors.length === 0) continue;
        const old = await client.nodes(stale.map(({ azureName }) => azureName));
        const needed = sum((await movable(client, old)).map((pod) => (isOnDeadNode(pod) ? 0 : pod.epc)));
        if (needed === 0) continue;
        const found = await Promise.all(successors.map((successor) => readiness(client, successor)));
        const free = sum(found.map((each) => each.free));
        if (free >= needed) continue;
        const waiting = found.find(({ offering, all }) => offering < all);
        if (waiting !== undefined) {
            const { pool, offering, all } = waiting;
            return `SGX resources on the nodes of pool "${pool}" (${offering} of ${all} offer them)`;
        }
        const names = successors.map(({ pool }) => `"${pool}"`).join(", ");
        short.push(
            `the nodes of ${successors.length === 1 ? "pool" : "pools"} ${names} have ${inMiB(free)} MiB of EPC left, and ` +
                `the pods of the old nodes take ${inMiB(needed)} MiB: what finds no room waits for more nodes`,
        );
    }
    short.forEach(warn);
    return undefined;
}

/** How many nodes of a pool offer EPC, of how many that are waited for, and how much of it is free. */
async function readiness(client: DrainClient, { pool, azureName, nodes: first, autoscaled }: Successor) {
    const nodes = await client.nodes([azureName]);
    const offering = nodes.filter(({ ready, schedulable, epc }) => ready && schedulable && epc > 0);
    // More come only when pods wait for them, or not at all; where there is none, the autoscaler starts none for EPC.
    const all = Math.max(first, autoscaled ? 1 : 0, nodes.length);
    const pods = await Promise.all(offering.map(({ name }) => client.pods(name)));
    const taken = pods.flat().map((pod) => (pod.isFinished ? 0 : pod.epc));
    return { pool, offering: offering.length, all, free: sum(offering.map(({ epc }) => epc)) - sum(taken) };
}

const inMiB = (bytes: number): number => Math.floor(bytes / 1024 ** 2);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
