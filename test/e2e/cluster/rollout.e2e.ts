import { AppsV1Api, CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Api, type Manifest } from "../support/api";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { enclaveLabels, fakeNodesPlane, makeFakeNode, sgxCapacity } from "../support/fake-nodes";
import { HelperKubelets, uidOf } from "../support/helper-kubelets";
import { oneOf, renderedManifests, templateOf } from "../support/manifests";
import { waitFor } from "../support/wait";

/*
 * An update of the quote helper over three nodes, by the real DaemonSet controller and scheduler, with the DaemonSet
 * that stack dev renders: it goes on when the node before is proven, and not before. The kubelets are a double, and so
 * are AESM and its proxy (test/e2e/support/helper-kubelets.ts): the server of metrics and its readiness probe are the
 * pod's own. That the probe of a pod on one real node waits for a proof is seen in test/e2e/node/node-proof.e2e.ts.
 */
const name = "sgx-quote-helper";
const nodes = ["first", "second", "third"];
const ofHelper = (manifests: readonly Manifest[]) =>
    manifests.filter(({ kind = "", metadata }) =>
        kind === "Namespace" ? metadata.name === name : metadata.namespace === name,
    );
const proven = ofHelper(renderedManifests("dev"));
const onDelete = ofHelper(renderedManifests("dev", { quoteHelper: JSON.stringify({ rollout: "onDelete" }) }));

let plane: ControlPlane;
let api: Api;
let kubelets: HelperKubelets;
beforeAll(async () => {
    plane = await startControlPlane(fakeNodesPlane);
    api = new Api(plane.admin);
    const core = plane.api(CoreV1Api);
    kubelets = new HelperKubelets(core, api, name);
    for (const node of nodes)
        await makeFakeNode(core, { name: node, labels: enclaveLabels, capacity: sgxCapacity("56Mi") });
    await apply(proven);
    const pods = await podsWith("a pod on every node", (all) => all.length === 3 && all.every(isRunning));
    for (const pod of pods) kubelets.note(pod, "quote");
    await podsWith("all to be ready", (all) => all.filter(isReady).length === 3);
});
afterAll(async () => {
    await kubelets.stop();
    await plane.stop();
});

test("an update replaces one pod, goes on when its node is proven or skipped, and not before", async () => {
    const before = await podsWith("all to be ready", (all) => all.filter(isReady).length === 3);
    await apply(withImage(proven, "r.example/aesm:2"));
    for (const [at, note] of (["quote", "skip", "quote"] as const).entries()) {
        const waiting = await podsWith(`pod ${at + 1} of the new image`, (all) => ofNewImage(all, 2).length === at + 1);
        const last = ofNewImage(waiting, 2).find((pod) => !isReady(pod));
        for (let sync = 0; sync < 2; sync++) {
            const pods = await synced();
            expect(pods.filter((pod) => !isReady(pod)).map(uidOf)).toEqual([uidOf(last!)]);
            expect(pods.map(uidOf).sort()).toEqual(waiting.map(uidOf).sort());
            const left = pods.filter((pod) => before.some((old) => uidOf(old) === uidOf(pod)));
            expect(left.map(imagesOf)).toEqual(Array.from({ length: 2 - at }, () => imagesOf(before[0]!)));
        }
        kubelets.note(last!, note);
    }
    const after = await podsWith("all to be ready", (all) => all.filter(isReady).length === 3);
    expect(ofNewImage(after, 2)).toHaveLength(3);
});

test("rollout onDelete replaces nothing until a pod is deleted, and then that one", async () => {
    const before = await synced();
    await apply(withImage(onDelete, "r.example/aesm:3"));
    expect((await synced()).map(uidOf).sort()).toEqual(before.map(uidOf).sort());
    const [chosen, ...others] = before;
    const core = plane.api(CoreV1Api);
    await core.deleteNamespacedPod({ name: chosen?.metadata?.name ?? "", namespace: name });
    const [made] = ofNewImage(await podsWith("its successor", (all) => ofNewImage(all, 3).some(isReady)), 3);
    expect(made?.spec?.nodeName).toBe(chosen?.spec?.nodeName);
    const uids = [...others, made!].map(uidOf).sort();
    expect((await synced()).map(uidOf).sort()).toEqual(uids);
});

async function apply(manifests: readonly Manifest[]): Promise<void> {
    for (const manifest of manifests) {
        const { status, body } = await api.apply(manifest);
        expect([200, 201], body.message).toContain(status);
    }
}

/** The same objects, in whose DaemonSet all containers have another image. */
function withImage(manifests: readonly Manifest[], image: string): Manifest[] {
    const copy = structuredClone([...manifests]);
    for (const container of templateOf(oneOf(copy, "DaemonSet", name)).spec.containers) container.image = image;
    return copy;
}

/** Rounds of the kubelets until the pods that stay are as asked; gives them back. */
async function podsWith(what: string, wanted: (pods: V1Pod[]) => boolean): Promise<V1Pod[]> {
    const look = async () => {
        const all = await kubelets.round();
        const pods = all.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
        return pods.every(isRunning) && wanted(pods) && pods;
    };
    return waitFor(what, look, { explain: () => plane.describe() });
}

/**
 * The pods after the controller has gone through everything once more: it says which generation of the object it has
 * dealt with, after it has deleted what it decided to. The length of the history is a change that rolls nothing.
 */
async function synced(): Promise<V1Pod[]> {
    const apps = plane.api(AppsV1Api);
    const { spec } = await apps.readNamespacedDaemonSet({ name, namespace: name });
    const history = { spec: { revisionHistoryLimit: (spec?.revisionHistoryLimit ?? 10) + 1 } };
    const { status, body } = await api.patch(oneOf(proven, "DaemonSet", name), history);
    expect(status, body.message).toBe(200);
    const { generation } = body.metadata as { generation: number };
    await waitFor("the controller to have dealt with it", async () => {
        const { status } = await apps.readNamespacedDaemonSet({ name, namespace: name });
        return (status?.observedGeneration ?? 0) >= generation;
    });
    return kubelets.round();
}

const isRunning = ({ status }: V1Pod): boolean => status?.phase === "Running";
const isReady = ({ status }: V1Pod): boolean =>
    status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") === true;
const imagesOf = ({ spec }: V1Pod): (string | undefined)[] => spec?.containers.map(({ image }) => image) ?? [];
const ofNewImage = (pods: readonly V1Pod[], version: number): V1Pod[] =>
    pods.filter((pod) => imagesOf(pod).every((image) => image === `r.example/aesm:${version}`));
