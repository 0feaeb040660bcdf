import { afterEach, expect, test } from "vitest";
import { collect } from "../../../doctor/collect";
import { knownLines } from "../../../doctor/model/known-lines";
import type { Pod } from "../../../doctor/model/objects";
import { emptyLists, startApiDouble, type ApiDouble } from "../support/api-server";
import { helperPod, pod } from "../support/cluster";

let double: ApiDouble | undefined;
afterEach(async () => {
    await double?.stop();
    double = undefined;
});

async function read(pods: readonly Pod[], logs: Record<string, string>, forbidden: string[] = []) {
    double = await startApiDouble({
        lists: { ...emptyLists, "/api/v1/pods": pods },
        forbidden,
        answer: ({ path, query }) => {
            if (!path.endsWith("/log")) return undefined;
            const key = `${path.split("/").at(-2)} ${query.get("container")}${query.has("previous") ? " before" : ""}`;
            const body = logs[key];
            return body === undefined ? { status: 400, body: { message: "container is gone" } } : { status: 200, body };
        },
    });
    return await collect({ kubeconfig: double.kubeconfig, logs: true, exec: false }, () => undefined);
}

const [line] = knownLines.filter(({ id }) => id === "qe3-not-loaded");
const asked = () => double?.asked.filter(({ path }) => path.endsWith("/log")) ?? [];

/** A workload's pod with one container in a state. */
function workload(name: string, status: object): Pod {
    const epc = { resources: { limits: { "sgx.intel.com/epc": "8Mi" } } };
    const made = pod(name, "shop", { nodeName: "n", containers: [{ name: "app", image: "app:1", ...epc }] });
    return { ...made, status: { ...made.status, ...status } };
}

test("of the log of AESM only is kept which known lines were found, and how often", async () => {
    const snapshot = await read([helperPod("n")], {
        "sgx-quote-helper-n aesm": "start planted-secret\nFailed to load QE3\nplanted\nFailed to load QE3.\n",
        "sgx-quote-helper-n proxy": "nothing of note\n",
    });
    expect(snapshot.logs).toEqual([
        { pod: "sgx-quote-helper/sgx-quote-helper-n", container: "aesm", line: line?.id, count: 2 },
    ]);
    expect(JSON.stringify(snapshot)).not.toContain("planted");
    for (const { query } of asked()) {
        // What is older has been mended since.
        expect(query.get("sinceSeconds")).toBe("3600");
        expect(Number(query.get("tailLines"))).toBeLessThanOrEqual(1000);
        expect(Number(query.get("limitBytes"))).toBeLessThanOrEqual(1024 ** 2);
    }
});

test("of workloads the logs of failed containers and of a wait that has not ended are read, and no others", async () => {
    const failed = { name: "app", ready: false, restartCount: 0, state: { terminated: { exitCode: 1 } } };
    const again = {
        ...{ name: "app", ready: false, restartCount: 3, state: { waiting: { reason: "CrashLoopBackOff" } } },
        lastState: { terminated: { exitCode: 1 } },
    };
    const waits = { name: "wait-for-aesm", ready: false, restartCount: 0, state: { running: {} } };
    await read(
        [
            workload("runs", {}),
            workload("failed", { containerStatuses: [failed] }),
            workload("again", { containerStatuses: [again] }),
            workload("waits", { initContainerStatuses: [waits], containerStatuses: [] }),
        ],
        { "failed app": "", "again app before": "", "waits wait-for-aesm": "" },
    );
    const found = asked().map(({ path, query }) => [
        path.split("/").at(-2),
        query.get("container"),
        query.has("previous"),
    ]);
    expect(asked().map(({ query }) => query.get("sinceSeconds"))).toEqual([null, null, null]);
    expect(found.sort()).toEqual([
        ["again", "app", true],
        ["failed", "app", false],
        ["waits", "wait-for-aesm", false],
    ]);
});

test("of the proof on a node, which ends again and again, the log of the run before is read where that failed", async () => {
    const labels = { "app.kubernetes.io/part-of": "confidential-aks", "app.kubernetes.io/component": "node-proof" };
    const proof = (name: string, exitCode: number) => {
        const status = { name: "app", ready: true, restartCount: 9, state: { running: {} } };
        const made = workload(name, { containerStatuses: [{ ...status, lastState: { terminated: { exitCode } } }] });
        return { ...made, metadata: { ...made.metadata, labels } };
    };
    await read([proof("proven", 0), proof("failed", 1)], { "failed app before": "" });
    expect(asked().map(({ path }) => path.split("/").at(-2))).toEqual(["failed"]);
});

test("a log that cannot be read has no known lines", async () => {
    expect((await read([helperPod("n")], {})).logs).toEqual([]);
});

test("without the right to read logs none is asked for, and the gap says so", async () => {
    const snapshot = await read([helperPod("n")], {}, ["get pods/log"]);
    expect(asked()).toEqual([]);
    expect(snapshot.logs).toBeUndefined();
    expect(snapshot.gaps).toEqual([{ collection: "logs", why: "forbidden", detail: "get pods/log is forbidden" }]);
});

test.each<[string, string[], string[] | undefined, string[]]>([
    ["in the pods' namespaces is enough", ["get pods/log everywhere"], ["sgx-quote-helper"], []],
    [
        "in one of them only is not",
        ["get pods/log everywhere", "get pods/log sgx-quote-helper"],
        undefined,
        ["get pods/log is forbidden in namespace sgx-quote-helper"],
    ],
])("with --namespace the right to read logs %s", async (_, forbidden, read, gaps) => {
    const pods = [helperPod("n"), workload("failed", {})];
    double = await startApiDouble({
        lists: { ...emptyLists, "/api/v1/pods": pods },
        forbidden,
        answer: ({ path }) => (path.endsWith("/log") ? { status: 200, body: "Failed to load QE3\n" } : undefined),
    });
    const request = { kubeconfig: double.kubeconfig, namespace: "shop", logs: true, exec: false };
    const snapshot = await collect(request, () => undefined);
    expect(snapshot.gaps.map(({ detail }) => detail)).toEqual(gaps);
    const namespaces = snapshot.logs?.map(({ pod: name }) => name.split("/")[0] ?? "");
    expect(namespaces === undefined ? undefined : [...new Set(namespaces)]).toEqual(read);
});

test("without --logs no log is asked for", async () => {
    double = await startApiDouble({ lists: { ...emptyLists, "/api/v1/pods": [helperPod("n")] } });
    const snapshot = await collect({ kubeconfig: double.kubeconfig, logs: false, exec: false }, () => undefined);
    expect(asked()).toEqual([]);
    expect(snapshot.logs).toBeUndefined();
});
