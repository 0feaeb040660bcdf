import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
    ClusterError,
    type DrainClient,
    type DrainNode,
    type DrainPod,
} from "../../../components/cluster/drain/cluster-client";
import { drain, type DrainPlan } from "../../../components/cluster/drain/drain";

beforeEach(() => {
    vi.useFakeTimers();
});
afterEach(() => {
    vi.useRealTimers();
});

const epc = 2 ** 20;

/** A cluster with two pools; pods end some seconds after they were evicted. */
class FakeCluster implements DrainClient {
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
        const flags = { isMirror: false, isFinished: false, isEnding: false };
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
            for (const each of pods) if (each.uid === pod.uid) each.isEnding = true;
        setTimeout(() => {
            for (const [node, pods] of this.placed)
                this.placed.set(
                    node,
                    pods.filter(({ uid }) => uid !== pod.uid),
                );
        }, this.graceSeconds * 1000);
        return Promise.resolve({});
    }
}

const plan: DrainPlan = {
    stale: [{ pool: "enclave", azureName: "enclaveold1", minutes: undefined }],
    moves: [
        {
            from: ["enclaveold1"],
            to: [{ pool: "enclave", azureName: "enclavenew1", nodes: 1, autoscaled: false }],
        },
    ],
    minutes: 5,
};

/** Runs a drain to its end; gives its error, and what it said. */
async function run(cluster: FakeCluster, more: Partial<DrainPlan> = {}) {
    const said: string[] = [];
    const warned: string[] = [];
    let error: Error | undefined;
    let seconds = -1;
    const report = {
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
    return { message: error?.message, said, warned, seconds };
}

const old = () => new FakeCluster().node("old", "enclaveold1");

describe("a drain", () => {
    test("evicts what a controller starts again, cordons the node, and waits until the pods have ended", async () => {
        const cluster = old().node("new", "enclavenew1").pod("old", "web");
        const { message, seconds } = await run(cluster);
        expect(message).toBeUndefined();
        expect(cluster.evicted).toEqual(["web"]);
        expect(cluster.nodeList[0]?.schedulable).toBe(false);
        expect(cluster.nodeList[1]?.schedulable).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(10);
    });

    test("leaves pods of DaemonSets, files of the node and pods that have ended", async () => {
        const cluster = old()
            .node("new", "enclavenew1")
            .pod("old", "aesm", { controller: "DaemonSet" })
            .pod("old", "kube-proxy", { isMirror: true, controller: "Node" })
            .pod("old", "job", { isFinished: true });
        expect((await run(cluster)).message).toBeUndefined();
        expect(cluster.evicted).toEqual([]);
    });

    test("names pods that nothing starts again", async () => {
        const cluster = old().node("new", "enclavenew1").pod("old", "naked", { controller: undefined });
        const { warned } = await run(cluster);
        expect(warned).toEqual(["shop/naked has no controller that starts it again: it ends with the old node"]);
        expect(cluster.evicted).toEqual(["naked"]);
    });

    test("asks no pod a second time that is ending already", async () => {
        const cluster = old().node("new", "enclavenew1").pod("old", "web");
        cluster.graceSeconds = 60;
        await run(cluster);
        expect(cluster.evicted).toEqual(["web"]);
    });

    test("repeats an eviction that a budget forbids, until it allows it", async () => {
        const cluster = old().node("new", "enclavenew1").pod("old", "web");
        let left = 4;
        cluster.budget = () => (left-- > 0 ? "The disruption budget web needs 2 healthy pods and has 2" : undefined);
        const { message, said } = await run(cluster);
        expect(message).toBeUndefined();
        expect(cluster.evicted).toEqual(["web"]);
        expect(said.join("\n")).toContain("shop/web stays: The disruption budget web needs 2 healthy pods and has 2");
    });

    test("ends after its time, with the pods and the budget, when the budget never allows it", async () => {
        const cluster = old().node("new", "enclavenew1").pod("old", "web").pod("old", "other");
        cluster.budget = ({ name }) => (name === "web" ? "The disruption budget web needs 2 healthy pods" : undefined);
        const { message, seconds } = await run(cluster);
        expect(message).toContain('pool "enclave" (enclaveold1 in Azure) did not end within 5 minutes');
        expect(message).toContain("shop/web stays: The disruption budget web needs 2 healthy pods");
        expect(message).not.toContain("shop/other");
        expect(message).toContain("Nothing was deleted");
        expect(seconds).toBeLessThan(6 * 60);
    });

    test("cordons a node that the autoscaler adds to an old pool meanwhile", async () => {
        const cluster = old().node("new", "enclavenew1").pod("old", "web");
        cluster.graceSeconds = 60;
        setTimeout(() => cluster.node("late", "enclaveold1").pod("late", "web-2"), 20_000);
        expect((await run(cluster)).message).toBeUndefined();
        expect(cluster.nodeList.find(({ name }) => name === "late")?.schedulable).toBe(false);
        expect(cluster.evicted).toEqual(["web", "web-2"]);
    });

    test("drains several old pools, all cordoned before the first eviction", async () => {
        const cluster = old().node("older", "enclaveold0").node("new", "enclavenew1").pod("old", "a").pod("older", "b");
        cluster.budget = () => {
            expect(cluster.nodeList.filter(({ schedulable }) => schedulable).map(({ name }) => name)).toEqual(["new"]);
            return undefined;
        };
        const stale = [...plan.stale, { pool: "enclave", azureName: "enclaveold0", minutes: undefined }];
        expect((await run(cluster, { stale })).message).toBeUndefined();
        expect(cluster.evicted.sort()).toEqual(["a", "b"]);
    });
});

describe("before a drain", () => {
    test("the new nodes have to offer the EPC that runs on the old ones", async () => {
        const cluster = old().node("new", "enclavenew1", { epc: 0 }).pod("old", "web");
        setTimeout(() => {
            cluster.nodeList.forEach((node) => (node.epc = 8 * epc));
        }, 60_000);
        cluster.budget = () => {
            expect(cluster.nodeList.every((node) => node.epc > 0)).toBe(true);
            return undefined;
        };
        const { message, seconds } = await run(cluster);
        expect(message).toBeUndefined();
        expect(seconds).toBeGreaterThanOrEqual(60);
    });

    test("new nodes that never offer EPC end it, and nothing is cordoned", async () => {
        const cluster = old().node("new", "enclavenew1", { epc: 0 }).pod("old", "web");
        const { message } = await run(cluster);
        expect(message).toContain('SGX resources on the nodes of pool "enclave" (0 of 1 offer them) after 5 min');
        expect(cluster.nodeList.every(({ schedulable }) => schedulable)).toBe(true);
        expect(cluster.evicted).toEqual([]);
    });

    test("one node with EPC is enough where the autoscaler brings the others", async () => {
        const cluster = old()
            .node("new-1", "enclavenew1", { epc: epc })
            .node("new-2", "enclavenew1", { epc: 0 })
            .pod("old", "web");
        const to = [{ pool: "enclave", azureName: "enclavenew1", nodes: 2, autoscaled: true }];
        expect((await run(cluster, { moves: [{ from: ["enclaveold1"], to }] })).message).toBeUndefined();
    });

    const others = [
        { pool: "first", azureName: "first1", nodes: 1, autoscaled: false },
        { pool: "second", azureName: "second1", nodes: 1, autoscaled: false },
    ];

    test("the nodes of other pools have to offer it where the pool is only removed", async () => {
        const cluster = old().node("first", "first1").node("second", "second1", { epc: 0 });
        cluster.pod("old", "web").pod("old", "more").pod("first", "taken");
        const moves = [{ from: ["enclaveold1"], to: others }];
        const { message } = await run(cluster, { moves });
        expect(message).toContain('SGX resources on the nodes of pool "second" (0 of 1 offer them) after 5 min');
        expect(cluster.evicted).toEqual([]);
        cluster.nodeList.forEach((node) => (node.epc = 8 * epc));
        expect((await run(cluster, { moves })).message).toBeUndefined();
        expect(cluster.evicted).toEqual(["web", "more"]);
    });

    test("nodes that are ready have room enough, whatever the other pools lack", async () => {
        const cluster = old().node("first", "first1").node("second", "second1", { epc: 0 }).pod("old", "web");
        const moves = [{ from: ["enclaveold1"], to: others }];
        expect((await run(cluster, { moves })).message).toBeUndefined();
        expect(cluster.evicted).toEqual(["web"]);
    });

    test("a pool that is removed waits for no nodes where there is no other", async () => {
        const cluster = old().pod("old", "web");
        expect((await run(cluster, { moves: [] })).message).toBeUndefined();
        expect(cluster.evicted).toEqual(["web"]);
    });
});

describe("a cluster that cannot be reached", () => {
    test("ends the drain with the reason, after a while", async () => {
        const cluster = old().pod("old", "web");
        cluster.failure = new ClusterError("connect ECONNREFUSED", false);
        const { message, seconds } = await run(cluster, { moves: [] });
        expect(message).toContain("the cluster cannot be reached to drain old nodes: connect ECONNREFUSED. Nothing");
        expect(seconds).toBeGreaterThan(60);
    });

    test("ends it at once where the credentials are not enough", async () => {
        const cluster = old().pod("old", "web");
        cluster.failure = new ClusterError("403 Forbidden", true);
        const { message, seconds } = await run(cluster, { moves: [] });
        expect(message).toContain("old nodes cannot be drained: 403 Forbidden. Nothing was deleted");
        expect(seconds).toBe(0);
    });

    test("is asked again after a short interruption", async () => {
        const cluster = old().pod("old", "web");
        cluster.failure = new ClusterError("socket hang up", false);
        setTimeout(() => (cluster.failure = undefined), 30_000);
        expect((await run(cluster, { moves: [] })).message).toBeUndefined();
        expect(cluster.evicted).toEqual(["web"]);
    });
});
