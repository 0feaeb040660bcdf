import { expect, vi } from "vitest";
import type { DrainClient, DrainNode, DrainPod } from "../../../components/cluster/drain/cluster-client";
import { drain, type DrainPlan } from "../../../components/cluster/drain/drain";
import type { Move, Successor } from "../../../components/cluster/drain/moves";
import type { StalePool } from "../../../components/cluster/drain/stale-pools";

export const epc = 2 ** 20;

/** A cluster with two pools; pods end some seconds after they were evicted. */
export class FakeCluster implements DrainClient {
    nodeList: DrainNode[] = [];
    placed = new Map<string, DrainPod[]>();
    readonly evicted: string[] = [];
    budget: (pod: DrainPod) => string | undefined = () => undefined;
    graceSeconds = 10;
    failure: Error | undefined;

    node(name: string, pool: string, more: Partial<DrainNode> = {}): this {
        this.nodeList.push({ name, pool, ready: true, schedulable: true, epc: 8 * epc, ...more });
        return this;
    }

    pod(node: string, name: string, more: Partial<DrainPod> = {}): this {
        const pod = { namespace: "shop", name, uid: name, epc: 4 * epc, controller: "ReplicaSet" };
        const flags = { isMirror: false, isFinished: false, endsBy: undefined };
        this.placed.set(node, [...(this.placed.get(node) ?? []), { ...pod, ...flags, ...more }]);
        return this;
    }

    nodes(pools: readonly string[]): Promise<DrainNode[]> {
        if (this.failure !== undefined) return Promise.reject(this.failure);
        return Promise.resolve(this.nodeList.filter(({ pool }) => pools.includes(pool)));
    }

    pods(node: string): Promise<DrainPod[]> {
        return Promise.resolve([...(this.placed.get(node) ?? [])]);
    }

    cordon(name: string): Promise<void> {
        for (const node of this.nodeList) if (node.name === name) node.schedulable = false;
        return Promise.resolve();
    }

    evict(pod: DrainPod) {
        const refused = this.budget(pod);
        if (refused !== undefined) return Promise.resolve({ refused });
        this.evicted.push(pod.name);
        for (const pods of this.placed.values())
            for (const each of pods) if (each.uid === pod.uid) each.endsBy = Date.now() + this.graceSeconds * 1000;
        setTimeout(() => {
            for (const [node, pods] of this.placed)
                if (this.nodeList.some(({ name, ready }) => name === node && ready))
                    this.placed.set(
                        node,
                        pods.filter(({ uid }) => uid !== pod.uid),
                    );
        }, this.graceSeconds * 1000);
        return Promise.resolve({});
    }
}

export const enclave: StalePool = {
    pool: "enclave",
    azureName: "enclaveold1",
    hasSgx: true,
    nodes: 1,
    minutes: undefined,
};
export const successor: Successor = { pool: "enclave", azureName: "enclavenew1", nodes: 1, autoscaled: false };
const plan: DrainPlan = { moves: [{ stale: [enclave], successors: [successor] }], minutes: 5 };
export const moved = (more: Partial<Move>): Partial<DrainPlan> => ({ moves: [{ ...plan.moves[0]!, ...more }] });
/** A pool that is only removed. */
export const removed = moved({ successors: [] });

/** Runs a drain to its end; gives its error, and what it said. */
export async function run(cluster: FakeCluster, more: Partial<DrainPlan> = {}) {
    const [noticed, said]: [string[], string[]] = [[], []];
    const warned: string[] = [];
    let error: Error | undefined;
    let seconds = -1;
    const report = {
        notice: (text: string) => {
            expect(cluster.nodeList.every(({ schedulable }) => schedulable)).toBe(true);
            noticed.push(text);
        },
        progress: (text: string) => void said.push(text),
        warning: (text: string) => void warned.push(text),
    };
    const began = Date.now();
    void drain(cluster, { ...plan, ...more }, report).then(
        () => (seconds = (Date.now() - began) / 1000),
        (reason: unknown) => {
            error = reason as Error;
            seconds = (Date.now() - began) / 1000;
        },
    );
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(seconds, "the drain ends").toBeGreaterThanOrEqual(0);
    return { message: error?.message, noticed, said, warned, seconds };
}
