import { afterEach, expect, test } from "vitest";
import { collect } from "../../../doctor/collect";
import type { Snapshot } from "../../../doctor/model/snapshot";
import { emptyLists, startApiDouble, type ApiDouble, type ApiDoubleOptions } from "../support/api-server";

let double: ApiDouble | undefined;
afterEach(async () => {
    await double?.stop();
    double = undefined;
});

async function read(options: ApiDoubleOptions, request: { namespace?: string } = {}): Promise<Snapshot> {
    double = await startApiDouble({ ...options, lists: { ...emptyLists, ...options.lists } });
    return await collect({ kubeconfig: double.kubeconfig, logs: false, exec: false, ...request }, () => undefined);
}

function pod(name: string, namespace: string, container: object = {}, more: { node?: string; labels?: object } = {}) {
    return {
        metadata: { name, namespace, uid: `uid-${name}`, labels: more.labels ?? {} },
        spec: { nodeName: more.node ?? "node-1", containers: [{ name: "app", image: "app:1", ...container }] },
        status: { phase: "Running" },
    };
}

const asksForEpc = { resources: { limits: { "sgx.intel.com/epc": "8Mi" } } };
const takesCpu = { resources: { requests: { cpu: "250m", memory: "1Gi" } } };

test("of pods that have nothing to do with SGX only what they take of each node is kept", async () => {
    const snapshot = await read({
        lists: {
            "/api/v1/pods": [
                pod("enclave", "shop", asksForEpc),
                pod("web-1", "shop", takesCpu),
                pod("web-2", "shop", takesCpu),
                pod("web-3", "shop", takesCpu, { node: "node-2" }),
                { ...pod("done", "shop", takesCpu), status: { phase: "Succeeded" } },
                { ...pod("waits", "shop", takesCpu), spec: { containers: [{ name: "app", ...takesCpu }] } },
            ],
        },
    });
    expect(snapshot.objects.pods.map(({ metadata }) => metadata.name)).toEqual(["enclave"]);
    expect(snapshot.others).toEqual({
        "node-1": { pods: 2, cpu: 500, memory: 2 * 1024 ** 3 },
        "node-2": { pods: 1, cpu: 250, memory: 1024 ** 3 },
    });
    expect(snapshot.gaps).toEqual([]);
});

test("a list is read in pages, and from its start when a page has come too late", async () => {
    const pods = Array.from({ length: 1200 }, (_, index) => pod(`enclave-${index}`, "shop", asksForEpc));
    let isLate = true;
    const snapshot = await read({
        lists: { "/api/v1/pods": pods },
        answer: ({ path, query }) => {
            if (path !== "/api/v1/pods" || query.get("continue") !== "1000" || !isLate) return undefined;
            isLate = false;
            return { status: 410, body: { message: "expired" } };
        },
    });
    expect(snapshot.objects.pods.map(({ metadata }) => metadata.name)).toEqual(
        pods.map(({ metadata }) => metadata.name),
    );
    expect(double?.asked.filter(({ path }) => path === "/api/v1/pods").map(({ query }) => query.get("limit"))).toEqual(
        Array<string>(6).fill("500"),
    );
});
