import { keepWorkload } from "../../../doctor/collect/keep/workload";
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

const template = (container: object, labels: object = {}) => ({
    metadata: { labels },
    spec: { containers: [{ name: "app", image: "app:1", ...container }] },
});

test.each([
    ["one after another", { completions: 5, parallelism: 1 }, { succeeded: 3 }, 1],
    ["the last ones", { completions: 5, parallelism: 3 }, { succeeded: 4 }, 1],
    ["as many as work at once", { parallelism: 3 }, {}, 3],
    ["none more, since one has found the work done", { parallelism: 3 }, { succeeded: 1 }, 0],
    ["none while it is suspended", { completions: 1, suspend: true }, {}, 0],
    ["none after it has failed", { completions: 2 }, { conditions: [{ type: "Failed", status: "True" }] }, 0],
])("a Job wants %s", (_, spec, status, wanted) => {
    expect(keepWorkload("Job", { metadata: { name: "job" }, spec, status }).wanted).toBe(wanted);
});

test("workloads are kept by their template, with how many pods are wanted and ready", async () => {
    const { objects } = await read({
        lists: {
            "/apis/apps/v1/deployments": [
                {
                    metadata: { name: "quotes", namespace: "shop", uid: "1" },
                    spec: { replicas: 3, template: template(asksForEpc) },
                    status: { readyReplicas: 1 },
                },
                { metadata: { name: "web", namespace: "shop", uid: "2" }, spec: { template: template(takesCpu) } },
            ],
            "/apis/batch/v1/cronjobs": [
                {
                    metadata: { name: "nightly", namespace: "shop", uid: "3" },
                    spec: {
                        jobTemplate: {
                            spec: { template: template({}, { "confidential-aks/attestation": "out-of-process" }) },
                        },
                    },
                },
            ],
            "/apis/batch/v1/jobs": [
                {
                    metadata: { name: "proof", namespace: "shop", uid: "4" },
                    spec: { completions: 2, template: template({ env: [{ name: "SGX_AESM_ADDR", value: "1" }] }) },
                    status: { succeeded: 2, conditions: [{ type: "Complete", status: "True" }] },
                },
            ],
        },
    });
    expect(objects.workloads).toMatchObject([
        { kind: "Deployment", metadata: { name: "quotes" }, wanted: 3, ready: 1 },
        { kind: "Job", metadata: { name: "proof" }, wanted: 0, ready: 2, conditions: [{ type: "Complete" }] },
        {
            kind: "CronJob",
            metadata: { name: "nightly" },
            template: { metadata: { labels: { "confidential-aks/attestation": "out-of-process" } } },
        },
    ]);
});

test.each([
    ["AESM's directory", { hostPath: { path: "/run/aesmd" } }, true],
    ["a parent of AESM's directory", { hostPath: { path: "/var" } }, false],
    ["all of the node", { hostPath: { path: "/" } }, false],
    ["an SGX device", { hostPath: { path: "/dev/sgx_provision" } }, true],
    ["the kubelet's device plugins", { hostPath: { path: "/var/lib/kubelet/device-plugins/" } }, false],
    ["another directory", { hostPath: { path: "/var/log" } }, false],
    ["a volume of another kind", { emptyDir: {} }, false],
])("a pod with a volume of %s is kept: %s", async (_, source, isKept) => {
    const mounts = pod("agent", "monitoring", {});
    const spec = { ...mounts.spec, volumes: [{ name: "v", ...source }] };
    const { objects } = await read({ lists: { "/api/v1/pods": [{ ...mounts, spec }] } });
    expect(objects.pods).toHaveLength(isKept ? 1 : 0);
});

test("a pod that mounts a part of a parent where AESM's directory has to be is kept", async () => {
    const mount = { name: "run", mountPath: "/var/run/aesmd", subPath: "aesmd" };
    const one = pod("client", "shop", { volumeMounts: [mount] });
    const spec = { ...one.spec, volumes: [{ name: "run", hostPath: { path: "/run" } }] };
    const { objects } = await read({ lists: { "/api/v1/pods": [{ ...one, spec }] } });
    expect(objects.pods).toHaveLength(1);
});

test("objects of namespaces are kept of those only in which something has to do with SGX", async () => {
    const inBoth = (name: string, more: object = {}) =>
        ["shop", "web"].map((namespace) => ({ metadata: { name, namespace, uid: namespace }, ...more }));
    const { objects } = await read({
        lists: {
            "/api/v1/pods": [pod("enclave", "shop", asksForEpc), pod("web", "web")],
            "/api/v1/namespaces": ["shop", "web"].map((name) => ({ metadata: { name, uid: name } })),
            "/apis/networking.k8s.io/v1/networkpolicies": inBoth("deny", {
                spec: { podSelector: {}, policyTypes: ["Egress"], ingress: [{}] },
            }),
        },
    });
    expect(objects.namespaces.map(({ metadata }) => metadata.name)).toEqual(["shop"]);
    const metadata = { namespace: "shop" };
    expect(objects.networkPolicies).toMatchObject([{ metadata, spec: { podSelector: {}, policyTypes: ["Egress"] } }]);
    expect(JSON.stringify(objects)).not.toMatch(/ingress/);
});

function warning(kind: string, name: string, reason: string, message = "why", more: object = {}) {
    return {
        metadata: { name: `${name}.1`, namespace: "shop", creationTimestamp: "2026-11-27T10:00:00Z" },
        type: "Warning",
        reason,
        message,
        involvedObject: { kind, namespace: kind === "Node" ? undefined : "shop", name },
        ...more,
    };
}

test("events are kept of what is kept and of its ReplicaSets, masked with its values, but none of a workload's probe", async () => {
    const env = [{ name: "DB_PASSWORD", value: "swordfish" }];
    const secretive = pod("enclave", "shop", { ...asksForEpc, env });
    const { objects } = await read({
        lists: {
            "/api/v1/nodes": [{ metadata: { name: "node-1", uid: "n" } }],
            "/api/v1/pods": [secretive, pod("web", "shop")],
            "/apis/apps/v1/deployments": [
                {
                    metadata: { name: "quotes", namespace: "shop", uid: "1" },
                    spec: { template: template({ ...asksForEpc, env }) },
                },
            ],
            "/api/v1/events": [
                warning("Pod", "enclave", "Unhealthy", "Readiness probe failed: a line of the program"),
                warning("Pod", "enclave", "Failed", "no swordfish", {
                    count: 7,
                    lastTimestamp: "2026-11-27T11:00:00Z",
                }),
                warning("Pod", "enclave", "FailedScheduling", "no node", {
                    series: { count: 4, lastObservedTime: "2026-11-27T12:00:00.000000Z" },
                }),
                warning("Pod", "enclave", "OutOfsgx.intel.com/epc"),
                warning("Pod", "enclave", "SomethingElse"),
                { ...warning("Pod", "enclave", "TriggeredScaleUp"), type: "Normal" },
                { ...warning("Node", "node-1", "Starting"), type: "Normal", source: { component: "kubelet" } },
                { ...warning("Node", "node-1", "Starting"), type: "Normal", reportingComponent: "kube-proxy" },
                warning("Pod", "web", "Unhealthy"),
                warning("ReplicaSet", "quotes-7d9c5b8f4", "FailedCreate", "exceeded quota of swordfish"),
                warning("ReplicaSet", "web-7d9c5b8f4", "FailedCreate"),
                warning("Node", "node-1", "SystemOOM"),
            ],
        },
    });
    expect(objects.events.map(({ object, reason, message, last }) => [object.name, reason, message, last])).toEqual([
        ["enclave", "Failed", "no [masked]", "2026-11-27T11:00:00Z"],
        ["enclave", "FailedScheduling", "no node", "2026-11-27T12:00:00.000000Z"],
        ["quotes-7d9c5b8f4", "FailedCreate", "exceeded quota of [masked]", "2026-11-27T10:00:00Z"],
        ["enclave", "TriggeredScaleUp", "why", "2026-11-27T10:00:00Z"],
        ["node-1", "Starting", "why", "2026-11-27T10:00:00Z"],
    ]);
    const asked = double?.asked.filter(({ path }) => path === "/api/v1/events");
    expect(asked?.map(({ query }) => query.get("fieldSelector"))).toEqual([
        "type=Warning",
        "reason=TriggeredScaleUp",
        "reason=Starting",
    ]);
});

test("of a DaemonSet is kept when its spec or its status changed last", async () => {
    const changed = (...times: string[]) => ({
        metadata: { name: `d${times.length}`, uid: "1", managedFields: times.map((time) => ({ manager: "m", time })) },
        spec: { template: template(asksForEpc) },
    });
    const times = ["2026-11-27T11:00:00Z", "2026-11-27T11:59:00Z", "2026-11-27T10:00:00Z"];
    const { objects } = await read({ lists: { "/apis/apps/v1/daemonsets": [changed(...times), changed()] } });
    expect(objects.daemonSets.map(({ changedAt }) => changedAt)).toEqual(["2026-11-27T11:59:00Z", undefined]);
    expect(JSON.stringify(objects)).not.toContain("managedFields");
});

test("of a DaemonSet's status the numbers are kept by which its pods are seen to come and go", async () => {
    const numbers = { desiredNumberScheduled: 3, updatedNumberScheduled: 2, currentNumberScheduled: 1 };
    const daemonSet = {
        metadata: { name: "d", uid: "1" },
        spec: { template: template(asksForEpc) },
        status: { ...numbers, numberReady: 1 },
    };
    const { objects } = await read({ lists: { "/apis/apps/v1/daemonsets": [daemonSet] } });
    expect(objects.daemonSets.map(({ status }) => status)).toEqual([numbers]);
});

test("policies of this package and their bindings are kept, also when bound by hand, and no others", async () => {
    const labels = { "app.kubernetes.io/part-of": "confidential-aks" };
    const api = "/apis/admissionregistration.k8s.io/v1";
    const { objects } = await read({
        lists: {
            [`${api}/validatingadmissionpolicies`]: [
                {
                    metadata: { name: "guard", uid: "1", labels },
                    spec: { failurePolicy: "Ignore", validations: [{ expression: "planted" }] },
                    status: {
                        typeChecking: { expressionWarnings: [{ fieldRef: "spec.x", warning: "no such field" }] },
                    },
                },
                { metadata: { name: "other", uid: "2" }, spec: {} },
            ],
            [`${api}/validatingadmissionpolicybindings`]: [
                {
                    metadata: { name: "by-hand", uid: "3" },
                    spec: { policyName: "guard", validationActions: ["Audit"] },
                },
                { metadata: { name: "other", uid: "4" }, spec: { policyName: "other" } },
                { metadata: { name: "left-over", uid: "5", labels }, spec: { policyName: "gone" } },
            ],
            [`${api}/mutatingadmissionpolicies`]: [
                { metadata: { name: "confidential-aks-sgx-startup-taint", uid: "6" }, spec: {} },
            ],
        },
    });
    expect(objects.policies).toEqual([
        {
            kind: "ValidatingAdmissionPolicy",
            metadata: { name: "guard", uid: "1", labels },
            failurePolicy: "Ignore",
            typeWarnings: ["spec.x: no such field"],
        },
        {
            kind: "MutatingAdmissionPolicy",
            metadata: { name: "confidential-aks-sgx-startup-taint", uid: "6" },
        },
    ]);
    expect(objects.policyBindings.map(({ metadata, policyName }) => [metadata.name, policyName])).toEqual([
        ["by-hand", "guard"],
        ["left-over", "gone"],
    ]);
});
