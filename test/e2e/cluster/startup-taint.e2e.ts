import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STARTUP_TAINT_KEY } from "../../../components/sgx/nodes";
import { Api, type Answer, type Manifest } from "../support/api";
import { startControlPlane, type ControlPlane, type ControlPlaneOptions } from "../support/control-plane";
import { enclaveLabels } from "../support/fake-nodes";
import { renderedManifests } from "../support/manifests";
import { withTokenOf } from "../support/tokens";
import { waitFor } from "../support/wait";

/*
 * The startup taint with the real API server, scheduler and controllers. The nodes are objects that the test registers
 * and keeps as their kubelets would, with the kubelets' users; the node lifecycle controller removes the taint
 * not-ready, and does not miss heartbeats.
 */
const manifests = renderedManifests("dev", { devicePlugin: '{"startupTaint":true,"kubernetesVersion":"1.36"}' });
const namespace = "sgx-device-plugin";
const epcOf8GiB = "8589934592";
const names = ["before", "new", "plain", "never", "again", "lone", "probe"] as const;
type Name = (typeof names)[number];

let plane: ControlPlane;
let admin: Api;
let core: CoreV1Api;

/** Starts a control plane with the kubelets' users, and nothing in it. */
async function start(options: ControlPlaneOptions): Promise<void> {
    const users = names.map((name) => ({ name: `system:node:${name}`, groups: ["system:nodes"] }));
    plane = await startControlPlane({ ...options, users });
    admin = new Api(plane.admin);
    core = plane.api(CoreV1Api);
}

/** Creates objects, and waits until the policy, which is among them, is active. */
async function install(objects: readonly Manifest[]): Promise<void> {
    for (const manifest of objects) {
        const { status, body } = await admin.create(manifest);
        expect([manifest.kind, status, body.message]).toEqual([manifest.kind, 201, undefined]);
    }
    await waitFor("the policy to be active", async () => {
        await register("probe");
        const isActive = (await taintsOf("probe")).includes(STARTUP_TAINT_KEY);
        await core.deleteNode({ name: "probe" });
        return isActive;
    });
}

describe("a new enclave node", () => {
    beforeAll(async () => {
        const controllerManagerFlags = ["--node-monitor-grace-period=24h"];
        await start({ controllerManager: true, scheduler: true, controllerManagerFlags });
        await register("before");
        await install(manifests.filter(({ kind }) => kind !== "Job"));
    });
    afterAll(() => plane.stop());

    test("is tainted until pods can have its EPC, and never again", async () => {
        await register("new");
        await pod("wants-epc");
        await waitFor(
            "the node to be ready",
            async () => !(await taintsOf("new")).includes("node.kubernetes.io/not-ready"),
        );
        expect(await taintsOf("new")).toEqual([STARTUP_TAINT_KEY]);
        await waitFor("the scheduler to look", async () => (await pending("wants-epc")).includes("untolerated taint"));

        // The plugin's pods come all the same, and its EPC hook registers the capacity.
        await waitFor("the device plugin", async () => (await pluginNodes()).includes("new"));
        expect((await hookPatch("new")).status).toBe(200);
        expect(await taintsOf("new")).toEqual([STARTUP_TAINT_KEY]);
        await syncStatus("new");
        await waitFor("the taint to go", async () => (await taintsOf("new")).length === 0, {
            explain: async () => JSON.stringify(await nodeOf("new"), undefined, 1),
        });
        await waitFor("the pod to be bound", async () => (await nodeOfPod("wants-epc")) === "new");
        expect((await nodeOf("new")).metadata?.annotations).toMatchObject({ "node.alpha.kubernetes.io/ttl": "0" });

        // The plugin is rolled, the kubelet starts anew, somebody labels the node.
        expect((await hookPatch("new")).status).toBe(200);
        await syncStatus("new");
        await label("new");
        expect(await taintsOf("new")).toEqual([]);
    });

    test("keeps the taint for as long as it has no EPC, or EPC of zero", async () => {
        await register("never");
        await waitFor("the node to be ready", async () => (await taintsOf("never")).length === 1);
        for (const more of [{}, { "sgx.intel.com/epc": "0" }] as Record<string, string>[]) {
            await setStatus("never", more);
            await label("never");
            expect(await taintsOf("never")).toEqual([STARTUP_TAINT_KEY]);
        }
        await setStatus("never", { "sgx.intel.com/epc": epcOf8GiB });
        await waitFor("the taint to go", async () => (await taintsOf("never")).length === 0);
    });

    test("is tainted when it comes again under the same name", async () => {
        await register("again", { "sgx.intel.com/epc": epcOf8GiB });
        await core.deleteNode({ name: "again" });
        await register("again");
        expect(await taintsOf("again")).toContain(STARTUP_TAINT_KEY);
    });

    test("is not touched without the label of enclave pools, or when it was there before", async () => {
        await register("plain", {}, {});
        for (const name of ["plain", "before"] as const) {
            await setStatus(name, {});
            await label(name);
            expect(await taintsOf(name)).not.toContain(STARTUP_TAINT_KEY);
        }
    });
});

describe("where no TTL controller runs, a new enclave node", () => {
    beforeAll(async () => {
        await start({});
        await install(manifests.filter(({ kind }) => kind?.startsWith("MutatingAdmission")));
    });
    afterAll(() => plane.stop());

    test("loses the taint by the next update of the node, whatever it is about", async () => {
        await register("lone");
        await label("lone");
        await setStatus("lone", { "sgx.intel.com/epc": epcOf8GiB });
        expect(await taintsOf("lone")).toContain(STARTUP_TAINT_KEY);
        await label("lone");
        expect(await taintsOf("lone")).not.toContain(STARTUP_TAINT_KEY);
    });
});

const nodeOf = (name: Name) => core.readNode({ name });
const taintsOf = async (name: Name) => ((await nodeOf(name)).spec?.taints ?? []).map(({ key }) => key);

/** The API server, as a node's kubelet. */
function kubelet(name: Name): Api {
    const config = new KubeConfig();
    config.loadFromString(plane.kubeconfigOf(`system:node:${name}`));
    return new Api(config);
}

/** Registers a node, as its kubelet does: with its labels, ready, and without EPC. */
async function register(name: Name, more: Record<string, string> = {}, labels: object = enclaveLabels): Promise<void> {
    const own = { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name };
    const node = { apiVersion: "v1", kind: "Node", metadata: { name, labels: { ...own, ...labels } } };
    const { status, body } = await kubelet(name).call("POST", "/api/v1/nodes", { body: node });
    expect([status, body.message]).toEqual([201, undefined]);
    await setStatus(name, more);
}

/** Reports a node's status, as its kubelet does. */
async function setStatus(name: Name, more: Record<string, string>): Promise<void> {
    const capacity = { cpu: "4", memory: "16Gi", pods: "110", "ephemeral-storage": "100Gi", ...more };
    const ready = { type: "Ready", status: "True", reason: "KubeletReady", message: "", lastHeartbeatTime: new Date() };
    const status = { capacity, allocatable: capacity, conditions: [ready] };
    const answer = await kubelet(name).call("PATCH", `/api/v1/nodes/${name}/status`, {
        contentType: "application/strategic-merge-patch+json",
        body: { status },
    });
    expect([answer.status, answer.body.message]).toEqual([200, undefined]);
}

/** The next status of a kubelet: what others registered as capacity becomes allocatable. */
async function syncStatus(name: Name): Promise<void> {
    await setStatus(name, (await nodeOf(name)).status?.capacity ?? {});
}

/** An update of the node itself by somebody else. */
async function label(name: Name): Promise<void> {
    const body = { metadata: { labels: { "example.org/touched": String(Date.now()) } } };
    const contentType = "application/merge-patch+json";
    expect((await admin.call("PATCH", `/api/v1/nodes/${name}`, { contentType, body })).status).toBe(200);
}

/** What Intel's hook sends, with the token of the device plugin's pod on the node. */
async function hookPatch(name: Name): Promise<Answer> {
    const { items } = await core.listNamespacedPod({ namespace });
    const { metadata } = items.find(({ spec }) => spec?.nodeName === name)!;
    const pod = { name: metadata!.name!, uid: metadata!.uid! };
    const hook = await withTokenOf(plane, { namespace, account: "sgx-epc-hook", pod });
    return hook.call("PATCH", `/api/v1/nodes/${name}/status`, {
        contentType: "application/json-patch+json",
        body: [{ op: "add", path: "/status/capacity/sgx.intel.com~1epc", value: Number(epcOf8GiB) }],
    });
}

const pluginNodes = async () => (await core.listNamespacedPod({ namespace })).items.map(({ spec }) => spec?.nodeName);

/** A pod that asks for EPC. */
async function pod(name: string): Promise<void> {
    const limits = { "sgx.intel.com/epc": "8Mi" };
    const spec = { containers: [{ name: "app", image: "example.org/app:1", resources: { limits } }] };
    await core.createNamespacedPod({ namespace: "default", body: { metadata: { name }, spec } });
}

const podOf = (name: string) => core.readNamespacedPod({ name, namespace: "default" });
const nodeOfPod = async (name: string) => (await podOf(name)).spec?.nodeName;
const pending = async (name: string) =>
    (await podOf(name)).status?.conditions?.find(({ type }) => type === "PodScheduled")?.message ?? "";
