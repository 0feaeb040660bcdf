import { readFileSync } from "node:fs";
import { AppsV1Api, CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { podRequests } from "../../../components/sgx";
import { Api, type Manifest } from "../support/api";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { enclaveLabels, enclaveTaint, fakeNodesPlane, makeFakeNode, sgxCapacity } from "../support/fake-nodes";
import { oneOf, renderedManifests, templateOf } from "../support/manifests";
import { waitFor } from "../support/wait";

/*
 * Where the real scheduler and controllers put our pods. The nodes are objects only (nothing runs on them): a
 * plain one, as AKS's system pool has, and enclave nodes of 56 MiB EPC, the size of a Standard_DC2s_v2.
 */
const spotTaint = { key: "kubernetes.azure.com/scalesetpriority", value: "spot", effect: "NoSchedule" };
const epcOf56MiB = sgxCapacity("56Mi");
const dcsv2 = renderedManifests("dcsv2");
const proof = oneOf(dcsv2, "DaemonSet", "sgx-node-proof");

let plane: ControlPlane;
let api: Api;
let core: CoreV1Api;
beforeAll(async () => {
    plane = await startControlPlane(fakeNodesPlane);
    api = new Api(plane.admin);
    core = plane.api(CoreV1Api);
    await makeFakeNode(core, { name: "system" });
    await makeFakeNode(core, { name: "unlabelled-sgx", capacity: epcOf56MiB });
    await makeFakeNode(core, { name: "enclave", labels: enclaveLabels, capacity: epcOf56MiB });
    await makeFakeNode(core, {
        name: "enclave-tainted",
        labels: enclaveLabels,
        capacity: epcOf56MiB,
        taints: [enclaveTaint],
    });
    await makeFakeNode(core, {
        name: "enclave-spot",
        labels: enclaveLabels,
        capacity: epcOf56MiB,
        taints: [spotTaint],
    });
});
afterAll(() => plane.stop());

describe("the DaemonSets", () => {
    test.each(["sgx-device-plugin", "sgx-quote-helper"])(
        "%s runs on every enclave node, taints or not, and on no other",
        async (name) => {
            for (const manifest of dcsv2.filter((each) => each.kind !== "Job" && each !== proof)) {
                const { status, body } = await api.apply(manifest);
                expect([200, 201], body.message).toContain(status);
            }
            const apps = plane.api(AppsV1Api);
            await waitFor(
                `pods of ${name}`,
                async () => {
                    const { status } = await apps.readNamespacedDaemonSet({ name, namespace: name });
                    return status?.currentNumberScheduled === 3 && (await scheduled(name)).length === 3;
                },
                { explain: () => describePods(name) },
            );
            expect((await scheduled(name)).map(({ spec }) => spec?.nodeName).sort()).toEqual([
                "enclave",
                "enclave-spot",
                "enclave-tainted",
            ]);
        },
    );
});

describe("a Job", () => {
    beforeEach(() => removePods("attestation-sample"));

    test("runs on enclave nodes only, and on a tainted one as well", async () => {
        const { labels } = templateOf(sample()).metadata ?? {};
        // One fits on a node beside AESM's 2Mi; the spot node is not for it.
        for (const name of ["one", "two"]) await createPod(sample(), name);
        await waitFor("both to be placed", async () => (await scheduled("attestation-sample")).length === 2, {
            explain: () => describePods("attestation-sample"),
        });
        expect((await scheduled("attestation-sample")).map(({ spec }) => spec?.nodeName).sort()).toEqual([
            "enclave",
            "enclave-tainted",
        ]);
        expect(labels).toMatchObject({ "confidential-aks/attestation": "out-of-process" });
    });

    test("that asks for more EPC than is left stays pending and says so", async () => {
        for (const name of ["one", "two"]) await createPod(sample(), name);
        await waitFor("both to be placed", async () => (await scheduled("attestation-sample")).length === 2);
        await createPod(sample(), "three");
        const message = await unschedulable("three");
        expect(message).toContain("2 Insufficient sgx.intel.com/epc");
        expect(readFileSync("docs/operations.md", "utf8")).toContain("Pending, `Insufficient sgx.intel.com/epc`");
        expect(message).toMatch(/2 node\(s\) didn't match Pod's node affinity\/selector/);
        // Whether as many fit as the plan's EPC table says.
        expect((await scheduled("attestation-sample")).length).toBe(2);
        await core.deleteNamespacedPod({ name: "one", namespace: "attestation-sample", gracePeriodSeconds: 0 });
        await waitFor("the third to take its place", async () =>
            (await scheduled("attestation-sample")).some(({ metadata }) => metadata?.name === "three"),
        );
    });

    test("that asks for more EPC than a node has stays pending for good", async () => {
        const job = sample();
        for (const container of [...templateOf(job).spec.containers, ...(templateOf(job).spec.initContainers ?? [])]) {
            if (container.resources?.limits?.["sgx.intel.com/epc"] !== undefined)
                container.resources.limits["sgx.intel.com/epc"] = "64Mi";
        }
        await createPod(job, "huge");
        expect(await unschedulable("huge")).toContain("2 Insufficient sgx.intel.com/epc");
    });
});

test("EPC is never promised twice, however many pods ask", async () => {
    await removePods("attestation-sample");
    const sizes = [1, 2, 3, 5, 8, 13, 21];
    const names = Array.from({ length: 120 }, (_, index) => `many-${index}`);
    await Promise.all(
        names.map(async (name, index) => {
            const job = sample();
            const { spec } = templateOf(job);
            for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
                if (container.resources?.limits?.["sgx.intel.com/epc"] !== undefined)
                    container.resources.limits["sgx.intel.com/epc"] = `${sizes[index % sizes.length]}Mi`;
                container.resources = { limits: container.resources?.limits ?? {} };
                delete container.resources.limits?.["memory"];
                delete container.resources.limits?.["cpu"];
            }
            await createPod(job, name);
        }),
    );
    const decided = async () => {
        const { items } = await core.listNamespacedPod({ namespace: "attestation-sample" });
        return items.every(
            ({ spec, status }) =>
                spec?.nodeName !== undefined || status?.conditions?.some(({ reason }) => reason === "Unschedulable"),
        );
    };
    await waitFor("the scheduler to have looked at all", decided);
    const placed = (await core.listPodForAllNamespaces()).items.filter(({ spec }) => spec?.nodeName !== undefined);
    for (const node of ["enclave", "enclave-tainted"]) {
        const used = placed
            .filter(({ spec }) => spec?.nodeName === node)
            .map(epcOf)
            .reduce((sum, bytes) => sum + bytes, 0);
        expect(used).toBeLessThanOrEqual(56 * 2 ** 20);
        // No pod that would still fit was left out: the smallest asks for 1 MiB.
        expect(used).toBeGreaterThan(54 * 2 ** 20);
    }
    expect(
        placed.filter(
            ({ spec }) =>
                ["system", "unlabelled-sgx", "enclave-spot"].includes(spec?.nodeName ?? "") &&
                spec?.priorityClassName === undefined,
        ),
    ).toEqual([]);
});

test("the proof on a node gives way to a pod that needs its EPC, and pushes nobody out", async () => {
    await removePods("attestation-sample");
    await api.apply(proof);
    const placed = async () => (await scheduled("sgx-node-proof")).map(({ spec }) => spec?.nodeName).sort();
    await waitFor("the proof to be on every enclave node", async () => (await placed()).length === 3, {
        explain: () => describePods("sgx-node-proof"),
    });
    for (const name of ["one", "two"]) await createPod(sample(), name);
    // In the place of the kubelets, which end pods that have to go.
    const ended = async () => {
        for (const { metadata } of await scheduled("sgx-node-proof")) {
            const { name = "", namespace = "", deletionTimestamp } = metadata ?? {};
            if (deletionTimestamp !== undefined)
                await core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 });
        }
        return (await scheduled("attestation-sample")).length === 2;
    };
    await waitFor("both to be placed", ended, { explain: () => describePods("attestation-sample") });
    expect(await placed()).toEqual(["enclave-spot"]);
    const waiting = await waitFor("new pods of the proof to wait for EPC", async () => {
        const { items } = await core.listNamespacedPod({ namespace: "sgx-node-proof" });
        const messages = items
            .flatMap(({ status }) => status?.conditions ?? [])
            .flatMap(({ message }) => message ?? []);
        const told = messages.filter((message) => message.includes("Insufficient sgx.intel.com/epc"));
        return told.length === 2 && told;
    });
    expect(waiting).toHaveLength(2);
    expect((await scheduled("attestation-sample")).length).toBe(2);
    await removePods("attestation-sample");
    await waitFor("the proof to be back", async () => (await placed()).length === 3);
});

/** The stack's sample Job, a copy. */
function sample(): Manifest {
    return structuredClone(oneOf(dcsv2, "Job"));
}

/** The pod that the Job makes, without its Job, so that no controller creates it again. */
async function createPod(job: Manifest, name: string): Promise<void> {
    const { metadata, spec } = templateOf(job);
    const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { ...metadata, name, namespace: "attestation-sample" },
        spec,
    };
    const { status, body } = await api.create(pod);
    expect(status, body.message).toBe(201);
}

async function scheduled(namespace: string): Promise<V1Pod[]> {
    const { items } = await core.listNamespacedPod({ namespace });
    return items.filter(({ spec }) => spec?.nodeName !== undefined);
}

async function unschedulable(name: string): Promise<string> {
    return waitFor(
        `the scheduler to refuse ${name}`,
        async () => {
            const { status } = await core.readNamespacedPod({ name, namespace: "attestation-sample" });
            return status?.conditions?.find(({ reason }) => reason === "Unschedulable")?.message;
        },
        { explain: () => describePods("attestation-sample") },
    );
}

async function removePods(namespace: string): Promise<void> {
    await core.deleteCollectionNamespacedPod({ namespace, gracePeriodSeconds: 0 });
    await waitFor("no pod to be left", async () => (await core.listNamespacedPod({ namespace })).items.length === 0);
}

function epcOf({ spec }: V1Pod): number {
    // A copy is plain: the client makes instances of its own classes.
    return podRequests(structuredClone(spec) ?? {}).epc ?? NaN;
}

async function describePods(namespace: string): Promise<string> {
    const { items } = await core.listNamespacedPod({ namespace });
    return items
        .map(
            ({ metadata, spec, status }) =>
                `${metadata?.name ?? ""} on ${spec?.nodeName ?? "no node"}: ${JSON.stringify(status?.conditions)}`,
        )
        .join("\n");
}
