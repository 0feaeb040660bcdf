import { afterAll, beforeAll, expect, test } from "vitest";
import { withAttestation } from "../../../components/sgx";
import { collect } from "../../../doctor/collect/index";
import { judge } from "../../../doctor/judge/judge";
import { graceMinutes } from "../../../doctor/judge/starting";
import type { Report } from "../../../doctor/model/report";
import { Api, type Manifest } from "../support/api";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { oneOf, renderedManifests, templateOf } from "../support/manifests";
import { waitFor } from "../support/wait";
import { changed, made, makeNode, makeWorkload } from "./fake-cluster";
import { namesOf } from "./rig";

/*
 * What the doctor says of the proof on every node, as stack dev renders it. API server and scheduler are real; nodes
 * are objects, and what a kubelet would say of the pods is written into their status.
 */
const [full, spare] = ["enclave-0", "enclave-1"];
const manifests = renderedManifests("dev").filter(({ kind }) => kind !== "Job");
const proof = oneOf(manifests, "DaemonSet", "sgx-node-proof");
const { namespace = "" } = proof.metadata;
const podOf = (name: string) => ({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace } }) satisfies Manifest;
const waits = podOf("sgx-node-proof-waits");

let plane: ControlPlane;
let api: Api;
beforeAll(async () => {
    plane = await startControlPlane({
        scheduler: true,
        apiServerFlags: ["--disable-admission-plugins=ServiceAccount"],
    });
    api = new Api(plane.admin);
    for (const name of [full, spare])
        await makeNode(api, { name, pool: "enclave", vmSize: "Standard_DC2s_v3", epc: 8192 * 1024 ** 2 });
    for (const manifest of manifests) {
        if (manifest.kind !== "DaemonSet") await made(api, manifest);
        else await makeWorkload(api, manifest, manifest === proof ? [spare] : [full, spare]);
    }
    await makeWorkload(api, work, [full]);
    await madeForNode(full);
});
afterAll(() => plane.stop());

/** A Deployment whose pod leaves less EPC than the proof asks for. */
const work: Manifest = withAttestation(
    {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "work", namespace: "default" },
        spec: {
            selector: { matchLabels: { app: "work" } },
            template: {
                metadata: { labels: { app: "work" } },
                spec: { containers: [{ name: "app", image: "example.org/app:1" }] },
            },
        },
    },
    "outOfProcess",
    { containers: ["app"], epc: "8170Mi" },
);

/** A pod of the proof as its controller makes it for a node; the scheduler says why it has no place. */
async function madeForNode(node: string): Promise<void> {
    const { metadata, spec } = templateOf(proof);
    const { body } = await api.get(proof);
    const { uid } = body["metadata"] as { uid: string };
    const owner = { apiVersion: "apps/v1", kind: "DaemonSet", name: proof.metadata.name, uid, controller: true };
    const matchFields = [{ key: "metadata.name", operator: "In", values: [node] }];
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } };
    await made(api, {
        ...waits,
        metadata: { ...waits.metadata, labels: metadata?.labels, ownerReferences: [owner] },
        spec: { ...spec, affinity: { nodeAffinity } },
    } as Manifest);
    await waitFor("the scheduler to find no place", async () => {
        const { status } = (await api.get(waits)).body as { status?: { conditions?: { message?: string }[] } };
        return status?.conditions?.some(({ message = "" }) => message.includes("Insufficient sgx.intel.com/epc"));
    });
}

/** Looks as if nothing had changed for longer than a start may take. */
async function examine(): Promise<Report> {
    const request = { kubeconfig: plane.kubeconfig.text, logs: false, exec: false };
    const snapshot = await collect(request, () => undefined);
    const later = Date.parse(snapshot.takenAt) + (graceMinutes + 1) * 60_000;
    return judge({ ...snapshot, takenAt: new Date(later).toISOString() });
}

const proofOf = ({ categories }: Report) =>
    categories.flatMap(({ checks }) => checks).find(({ code }) => code === "CA-E25");

test("a proof that waits, since work has the EPC of its node, is said with its node and is no finding", async () => {
    const report = await examine();
    expect(namesOf(report)).toEqual([]);
    expect(proofOf(report)).toMatchObject({
        result: "skipped",
        needs: `32Mi of sgx.intel.com/epc for the proof on node ${full}, which work has`,
    });
    const rows = report.nodes.map(({ name, proof: last, proofWaits }) => [name, last?.verdict, proofWaits]);
    expect(rows).toEqual([
        [full, undefined, "32Mi of sgx.intel.com/epc"],
        [spare, "out-of-process", undefined],
    ]);
});

test("a proof that fails is a problem of its node", async () => {
    const finishedAt = new Date().toISOString();
    const message =
        '{"verdict":"failed","mode":"unknown","checks":[{"name":"required-lines","ok":false,"detail":"missing"}]}';
    const common = { image: "", imageID: "", ready: false, restartCount: 2 };
    const app = {
        ...{ ...common, name: "app", state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 20s" } } },
        lastState: { terminated: { exitCode: 1, reason: "Error", finishedAt, message } },
    };
    const metrics = { ...common, name: "metrics", ready: true, state: { running: { startedAt: finishedAt } } };
    const conditions = [{ type: "Ready", status: "False", lastTransitionTime: finishedAt }];
    const status = { conditions, containerStatuses: [app, metrics] };
    await changed(api, podOf("sgx-node-proof-0"), { status }, "status");
    const report = await examine();
    expect(namesOf(report)).toEqual(["CA-E25 failed"]);
    expect(report.first?.where).toEqual([
        { kind: "Node", name: spare },
        { kind: "Pod", namespace, name: "sgx-node-proof-0" },
    ]);
    expect(report.nodes[0]?.proofWaits).toBe("32Mi of sgx.intel.com/epc");
});
