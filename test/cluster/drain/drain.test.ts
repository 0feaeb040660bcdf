import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ClusterError } from "../../../components/cluster/drain/cluster-client";
import { enclave, epc, FakeCluster, moved, removed, run, successor } from "./fake-cluster";

beforeEach(() => {
    vi.useFakeTimers();
});
afterEach(() => {
    vi.useRealTimers();
});

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
        expect(message).toContain("The old nodes were not deleted; they take no new pods");
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
        const stale = [enclave, { ...enclave, azureName: "enclaveold0" }];
        expect((await run(cluster, moved({ stale }))).message).toBeUndefined();
        expect(cluster.evicted.sort()).toEqual(["a", "b"]);
    });
});

describe("a node that is not ready", () => {
    const dead = (): FakeCluster => new FakeCluster().node("old", "enclaveold1", { ready: false });

    test("is not waited for when the grace of its pods is over", async () => {
        const cluster = dead().node("new", "enclavenew1").pod("old", "web").pod("old", "other");
        cluster.graceSeconds = 60;
        const { message, warned, seconds } = await run(cluster);
        expect(message).toBeUndefined();
        expect(cluster.evicted).toEqual(["web", "other"]);
        expect(seconds).toBeGreaterThanOrEqual(60);
        expect(warned).toEqual(
            ["web", "other"].map((pod) => {
                return `shop/${pod} has not ended, and cannot: its node old is not ready. The drain goes on without it`;
            }),
        );
    });

    test("still has the pods that a budget keeps, and is named", async () => {
        const cluster = dead().node("new", "enclavenew1").pod("old", "web");
        cluster.budget = () => "The disruption budget web needs 2 healthy pods";
        const { message } = await run(cluster);
        expect(message).toContain(
            "stays: The disruption budget web needs 2 healthy pods on node old, which is not ready",
        );
    });

    test("needs no room for pods that are waited for in vain", async () => {
        const cluster = dead()
            .node("new", "enclavenew1", { epc: 0 })
            .pod("old", "web", { endsBy: Date.now() - 1 });
        expect((await run(cluster)).message).toBeUndefined();
    });
});

describe("before a drain", () => {
    test("the pools are named, and how to open their nodes again, before the first one is closed", async () => {
        const { noticed } = await run(old().node("new", "enclavenew1").pod("old", "web"));
        expect(noticed).toEqual([
            'the program does not have pool "enclave" (enclaveold1 in Azure) any more: the pods are moved off these nodes, ' +
                "which take no new ones from now on. To undo that: kubectl uncordon -l 'kubernetes.azure.com/agentpool in (enclaveold1)'",
        ]);
    });

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

    test("all nodes that an autoscaled pool is made with have to offer theirs", async () => {
        const cluster = old()
            .node("new-1", "enclavenew1", { epc })
            .node("new-2", "enclavenew1", { epc: 0 })
            .pod("old", "web");
        const scaled = moved({ successors: [{ ...successor, nodes: 2, autoscaled: true }] });
        expect((await run(cluster, scaled)).message).toContain("(1 of 2 offer them)");
        expect(cluster.evicted).toEqual([]);
        cluster.nodeList[2]!.epc = 8 * epc;
        expect((await run(cluster, scaled)).message).toBeUndefined();
        expect(cluster.evicted).toEqual(["web"]);
    });

    test("an autoscaled pool without a node ends it: the autoscaler starts none for EPC", async () => {
        const cluster = old().pod("old", "web");
        const { message } = await run(cluster, moved({ successors: [{ ...successor, nodes: 0, autoscaled: true }] }));
        expect(message).toContain('the nodes of pool "enclave" (0 of 1 offer them)');
        expect(cluster.nodeList.every(({ schedulable }) => schedulable)).toBe(true);
        expect(cluster.evicted).toEqual([]);
    });

    test("nodes that are smaller than the old ones are a warning: waiting brings no more", async () => {
        const cluster = old()
            .node("new", "enclavenew1", { epc: 3 * epc })
            .pod("old", "web");
        const { message, warned } = await run(cluster);
        expect(message).toBeUndefined();
        expect(warned).toEqual([expect.stringMatching(/^the nodes of pool "enclave" have 3 MiB .* take 4 MiB: /)]);
    });

    test("nodes that are ready have room enough, whatever the other pools lack", async () => {
        const cluster = old().node("b-1", "bnew1").node("c-1", "cnew1", { epc: 0 }).pod("old", "web");
        const successors = ["b", "c"].map((pool) => ({ ...successor, pool, azureName: `${pool}new1` }));
        expect((await run(cluster, moved({ successors }))).message).toBeUndefined();
    });

    test("several pools that take the place of one are waited for together", async () => {
        const cluster = old()
            .node("b-1", "bnew1", { epc: 2 * epc })
            .node("c-1", "cnew1", { epc: 0 })
            .pod("old", "web");
        const successors = ["b", "c"].map((pool) => ({ ...successor, pool, azureName: `${pool}new1` }));
        const { message } = await run(cluster, moved({ successors }));
        expect(message).toContain('SGX resources on the nodes of pool "c" (0 of 1 offer them)');
        cluster.nodeList[2]!.epc = 2 * epc;
        expect((await run(cluster, moved({ successors }))).message).toBeUndefined();
    });

    test("a pool that is removed waits for no nodes where there is no other", async () => {
        const cluster = old().pod("old", "web");
        expect((await run(cluster, removed)).message).toBeUndefined();
        expect(cluster.evicted).toEqual(["web"]);
    });
});

describe("a cluster that cannot be reached", () => {
    test("ends the drain with the reason, after a while", async () => {
        const cluster = old().pod("old", "web");
        cluster.failure = new ClusterError("connect ECONNREFUSED", false);
        const { message, seconds } = await run(cluster, removed);
        expect(message).toContain("the cluster cannot be reached to drain old nodes: connect ECONNREFUSED. The old");
        expect(seconds).toBeGreaterThan(60);
    });

    test("ends it at once where the credentials are not enough", async () => {
        const cluster = old().pod("old", "web");
        cluster.failure = new ClusterError("403 Forbidden", true);
        const { message, seconds } = await run(cluster, removed);
        expect(message).toContain("old nodes cannot be drained: 403 Forbidden. The old nodes were not deleted");
        expect(seconds).toBe(0);
    });

    test("is asked again after a short interruption", async () => {
        const cluster = old().pod("old", "web");
        cluster.failure = new ClusterError("socket hang up", false);
        setTimeout(() => (cluster.failure = undefined), 30_000);
        expect((await run(cluster, removed)).message).toBeUndefined();
        expect(cluster.evicted).toEqual(["web"]);
    });
});
