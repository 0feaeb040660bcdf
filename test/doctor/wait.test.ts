import { afterEach, expect, test } from "vitest";
import type { Report } from "../../doctor/model/report";
import { examine, type DoctorRequest } from "../../doctor/run";
import { emptyLists, startApiDouble, type ApiDouble, type ApiDoubleOptions } from "./support/api-server";
import { healthy } from "./support/cluster";

let double: ApiDouble | undefined;
afterEach(async () => {
    await double?.stop();
    double = undefined;
});

/** A healthy cluster that is years old, by the paths of its lists. */
const { nodes, pods, daemonSets } = JSON.parse(
    JSON.stringify(healthy(1).objects).replaceAll("2026-", "2020-"),
) as ReturnType<typeof healthy>["objects"];
const lists = {
    ...emptyLists,
    "/api/v1/nodes": nodes,
    "/api/v1/pods": pods,
    "/apis/apps/v1/daemonsets": daemonSets,
};

/** The SGX node, as it is when its kubelet has just registered it. */
function joining() {
    const at = new Date().toISOString();
    return nodes.map((node) => ({
        ...node,
        metadata: { ...node.metadata, creationTimestamp: at },
        status: { ...node.status, conditions: [{ type: "Ready", status: "False", lastTransitionTime: at }] },
    }));
}

/** Runs it: what it tells, how often it has looked, and the report or the error. */
async function run(answer: ApiDoubleOptions["answer"], more: Partial<DoctorRequest>) {
    double = await startApiDouble({ lists, ...(answer === undefined ? {} : { answer }) });
    const told: string[] = [];
    const request = {
        kubeconfig: double.kubeconfig,
        logs: false,
        exec: false,
        failOn: "problem",
        pauseSeconds: 0,
    } as const;
    const result = await examine(
        { ...request, ...more },
        () => undefined,
        (text) => told.push(text),
    ).catch((error: unknown) => error as Error);
    const looks = double.asked.filter(({ path }) => path === "/version").length;
    return { told, looks, result };
}

/** The nodes join for the first two looks. */
function joiningTwice(): ApiDoubleOptions["answer"] {
    let looks = 0;
    return ({ path }) =>
        path === "/api/v1/nodes" && ++looks <= 2 ? { status: 200, body: { items: joining() } } : undefined;
}

function pendingIn(result: Report | Error) {
    if (result instanceof Error) throw result;
    return result.categories.flatMap(({ checks }) => checks).filter(({ pending }) => pending === true);
}

test("--wait goes on while a node joins, says so once, and ends when all is ready", async () => {
    const { told, looks, result } = await run(joiningTwice(), { waitMinutes: 5 });
    expect(told).toEqual(["waiting: CA-N08 3 minutes: node aks-enclave-0 joins"]);
    expect([looks, pendingIn(result)]).toEqual([3, []]);
});

test("without --wait there is one look, with what is pending in it, and nothing is told", async () => {
    const { told, looks, result } = await run(joiningTwice(), {});
    expect([told, looks]).toEqual([[], 1]);
    expect(result).toMatchObject({ healthy: true });
    expect(pendingIn(result).map(({ code }) => code)).toContain("CA-N08");
});

test("when its time is over, what is pending stays so", async () => {
    const always: ApiDoubleOptions["answer"] = ({ path }) =>
        path === "/api/v1/nodes" ? { status: 200, body: { items: joining() } } : undefined;
    const { result } = await run(always, { waitMinutes: 0.001 });
    expect(pendingIn(result)).not.toEqual([]);
});

test("a finding is waited for, and told once, as is the one that takes its place", async () => {
    let looks = 0;
    const withoutPlugin = pods.filter(({ metadata }) => metadata.namespace !== "sgx-device-plugin");
    const { told, result } = await run(
        ({ path }) => {
            if (path === "/version") looks++;
            if (path === "/apis/apps/v1/daemonsets" && looks <= 2) return { status: 500 };
            return path === "/api/v1/pods" && looks === 3 ? { status: 200, body: { items: withoutPlugin } } : undefined;
        },
        { waitMinutes: 5 },
    );
    expect(told.map((text) => /^waiting: (CA-\S+)/.exec(text)?.[1])).toEqual(["CA-C06", "CA-P13"]);
    expect(told[1]).toContain("Node aks-enclave-0");
    expect(result).toMatchObject({ healthy: true });
});

test("an API server that fails for now is waited for", async () => {
    let asked = 0;
    const { told, looks, result } = await run(
        ({ path }) => (path === "/version" && ++asked === 1 ? { status: 500 } : undefined),
        { waitMinutes: 5 },
    );
    expect(told).toEqual([`waiting: the API server at ${double!.server} answers 500`]);
    expect([looks, result]).toMatchObject([2, { healthy: true }]);
});

test.each<[string, ApiDoubleOptions["answer"], RegExp]>([
    ["credentials that are not accepted", () => ({ status: 401 }), /\(401\): sign in again/],
    ["another server", () => ({ status: 404 }), /answers 404/],
    [
        "rights that are missing",
        ({ path }) => (/^\/api\/v1\/(?:nodes|pods)$/.test(path) ? { status: 403 } : undefined),
        /^neither nodes nor pods can be read/,
    ],
])("%s end at once", async (_, answer, message) => {
    const { told, looks, result } = await run(answer, { waitMinutes: 5 });
    expect([told, looks]).toEqual([[], 1]);
    expect(result).toMatchObject({ exitCode: 1, message: expect.stringMatching(message) as string });
});
