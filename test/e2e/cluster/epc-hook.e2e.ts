import { CoreV1Api } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Api, type Manifest } from "../support/api";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { fakeNodesPlane, makeFakeNode } from "../support/fake-nodes";
import { oneOf, renderedManifests } from "../support/manifests";
import { withTokenOf } from "../support/tokens";
import { waitFor } from "../support/wait";

/*
 * What the account of the EPC hook may do with its real rights, and with the tokens that the API server makes: those of
 * a pod on a node, as the kubelet gets them, and one of no pod. The nodes are objects only. That the real hook still
 * registers its EPC is in test/e2e/node/attestation.e2e.ts.
 */
const manifests = renderedManifests("prod");
const namespace = "sgx-device-plugin";
const account = "sgx-epc-hook";

let plane: ControlPlane;
let admin: Api;
let hook: Api;
beforeAll(async () => {
    plane = await startControlPlane(fakeNodesPlane);
    admin = new Api(plane.admin);
    for (const manifest of manifests.filter(({ kind }) => kind !== "DaemonSet" && kind !== "Job"))
        expect((await admin.create(manifest)).status, manifest.kind).toBe(201);
    const core = plane.api(CoreV1Api);
    for (const name of ["own", "other"])
        await makeFakeNode(core, { name, labels: { pool: "a" }, capacity: { "example.org/nic": "1" } });
    hook = await podOn("own");
    await waitFor("the policy to be active", async () => (await patchStatus(hook, "other", epc)).status === 403);
});
afterAll(() => plane.stop());

type Patch = { op: string; path: string; value?: unknown }[];

/** What Intel's hook sends (v0.36.0): a number, one operation. */
const epc: Patch = [{ op: "add", path: "/status/capacity/sgx.intel.com~1epc", value: 8_589_934_592 }];

const patchStatus = (api: Api, node: string, body: Patch, query: Record<string, string> = {}) =>
    api.call("PATCH", `/api/v1/nodes/${node}/status`, { contentType: "application/json-patch+json", body, query });
const ruleOf = ({ body }: { body: { message?: string } }) => / \(([a-z-]+)\)$/.exec(body.message ?? "")?.[1];

describe("with the token of a pod on its node, the EPC hook", () => {
    test("registers the node's EPC, and again when it starts anew or EPC is another", async () => {
        expect((await hook.call("GET", "/api/v1/nodes/own")).status).toBe(200);
        for (const body of [epc, epc, [{ ...epc[0]!, value: 4_294_967_296 }]]) {
            const { status, body: node } = await patchStatus(hook, "own", body);
            expect([status, node.message]).toEqual([200, undefined]);
        }
        const node = await plane.api(CoreV1Api).readNode({ name: "own" });
        expect(node.status?.capacity).toMatchObject({ "sgx.intel.com/epc": "4294967296", "example.org/nic": "1" });
    });

    test("registers no EPC of another node", async () => {
        const answer = await patchStatus(hook, "other", epc);
        expect([answer.status, ruleOf(answer)]).toEqual([403, "own-node"]);
        expect(answer.body.message).toContain("the EPC hook may change only the node that its pod runs on");
    });

    const condition = { type: "Ready", status: "False", reason: "Broken", message: "" };
    const address = { type: "InternalIP", address: "10.9.9.9" };
    const owner = { apiVersion: "v1", kind: "Node", name: "other", uid: "00000000-0000-0000-0000-000000000000" };
    const changes: [string, Patch][] = [
        ["another resource", [{ op: "add", path: "/status/capacity/example.org~1gpu", value: "1" }]],
        ["more of another resource", [{ op: "replace", path: "/status/capacity/example.org~1nic", value: "9" }]],
        ["one resource less", [{ op: "remove", path: "/status/capacity/example.org~1nic" }]],
        ["all of capacity", [{ op: "add", path: "/status/capacity", value: { "sgx.intel.com/epc": "8Gi" } }]],
        ["allocatable EPC", [{ op: "add", path: "/status/allocatable/sgx.intel.com~1epc", value: "8Gi" }]],
        ["conditions", [{ op: "replace", path: "/status/conditions", value: [condition] }]],
        ["a condition more", [{ op: "add", path: "/status/conditions/-", value: { ...condition, type: "Odd" } }]],
        ["addresses", [{ op: "add", path: "/status/addresses", value: [address] }]],
        ["the kubelet's endpoint", [{ op: "add", path: "/status/daemonEndpoints/kubeletEndpoint/Port", value: 6443 }]],
        ["what the node is", [{ op: "add", path: "/status/nodeInfo/kubeletVersion", value: "v1.0.0" }]],
        ["images", [{ op: "add", path: "/status/images", value: [{ names: ["example.org/a:1"], sizeBytes: 1 }] }]],
        ["volumes", [{ op: "add", path: "/status/volumesInUse", value: ["kubernetes.io/csi/a^b"] }]],
        ["runtime handlers", [{ op: "add", path: "/status/runtimeHandlers", value: [{ name: "odd" }] }]],
        ["a label", [{ op: "add", path: "/metadata/labels/confidential-aks~1sgx", value: "true" }]],
        ["a label's value", [{ op: "replace", path: "/metadata/labels/pool", value: "b" }]],
        ["a label less", [{ op: "remove", path: "/metadata/labels/pool" }]],
        ["all labels", [{ op: "remove", path: "/metadata/labels" }]],
        ["annotations", [{ op: "add", path: "/metadata/annotations", value: { "example.org/a": "b" } }]],
        ["owners", [{ op: "add", path: "/metadata/ownerReferences", value: [owner] }]],
        ["finalizers", [{ op: "add", path: "/metadata/finalizers", value: ["example.org/never"] }]],
    ];
    test.each(changes)("does not change its node's %s, also beside EPC", async (_, patch) => {
        for (const body of [patch, [...epc, ...patch]]) {
            const answer = await patchStatus(hook, "own", body);
            expect([answer.status, ruleOf(answer)]).toEqual([403, "only-epc"]);
        }
        // The same by an account that may: so it was the policy, and not a patch that the API server refuses. A dry
        // run, since the garbage collector deletes a node whose owner does not exist.
        expect((await patchStatus(admin, "own", patch, { dryRun: "All" })).status).toBe(200);
    });

    test.each([
        "application/merge-patch+json",
        "application/strategic-merge-patch+json",
        "application/apply-patch+yaml",
    ])("does not do so by another kind of patch: %s", async (contentType) => {
        const query: Record<string, string> = contentType.includes("apply")
            ? { fieldManager: "e2e", force: "true" }
            : {};
        const labels = { "confidential-aks/sgx": "true" };
        const body = { apiVersion: "v1", kind: "Node", metadata: { name: "own", labels } };
        const path = "/api/v1/nodes/own/status";
        const answer = await hook.call("PATCH", path, { contentType, query, body });
        expect([answer.status, ruleOf(answer)]).toEqual([403, "only-epc"]);
    });

    test.each([
        ["GET", "/api/v1/nodes"],
        ["PATCH", "/api/v1/nodes/own"],
        ["PUT", "/api/v1/nodes/own/status"],
        ["DELETE", "/api/v1/nodes/own"],
        ["GET", "/api/v1/secrets"],
        ["GET", `/api/v1/namespaces/${namespace}/pods`],
        ["POST", `/api/v1/namespaces/${namespace}/pods`],
        ["POST", `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`],
        ["GET", `/apis/apps/v1/namespaces/${namespace}/daemonsets/sgx-device-plugin`],
    ])("is refused %s %s", async (method, path) => {
        const contentType = method === "PATCH" ? "application/merge-patch+json" : "application/json";
        const body = method === "GET" ? undefined : {};
        expect((await hook.call(method, path, { body, contentType })).status).toBe(403);
    });
});

test("with a token of no pod, the EPC hook changes no node at all", async () => {
    const loose = await withTokenOf(plane, { namespace, account });
    for (const node of ["own", "other"]) {
        const answer = await patchStatus(loose, node, epc);
        expect([answer.status, ruleOf(answer)]).toEqual([403, "own-node"]);
    }
});

test("the policy checks no other account, and the API server reports nothing about its expressions", async () => {
    expect((await patchStatus(admin, "other", [...epc, { op: "remove", path: "/metadata/labels/pool" }])).status).toBe(
        200,
    );
    const policy = oneOf(manifests, "ValidatingAdmissionPolicy", "confidential-aks-sgx-epc-hook");
    const status = await waitFor("the expressions to be checked", async () => {
        const found = (await admin.get(policy)).body["status"] as { typeChecking?: unknown } | undefined;
        return found?.typeChecking === undefined ? undefined : found;
    });
    expect(status.typeChecking).toEqual({});
});

/** The hook with the token of its pod on a node. */
async function podOn(node: string): Promise<Api> {
    const pod: Manifest & { spec: unknown } = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: `hook-on-${node}`, namespace },
        spec: {
            nodeName: node,
            serviceAccountName: account,
            automountServiceAccountToken: false,
            containers: [{ name: "hook", image: "example.org/hook:1" }],
        },
    };
    const { status, body } = await admin.create(pod);
    if (status !== 201) throw new Error(body.message);
    const { uid } = body["metadata"] as { uid: string };
    return withTokenOf(plane, { namespace, account, pod: { name: `hook-on-${node}`, uid } });
}
