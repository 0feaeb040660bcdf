import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collect } from "../../../doctor/collect/index";
import { judge } from "../../../doctor/judge/judge";
import { findVmSize, withAttestation } from "../../../components/sgx";
import { stacks } from "../../support/stacks";
import { Api, type Manifest } from "../support/api";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { renderedManifests } from "../support/manifests";
import { made, makeNode, makeWorkload, type FakeSgxNode } from "./fake-cluster";
import { summary } from "./rig";

/*
 * On clusters that are well, the doctor finds nothing: those of the four stacks, and 100 generated ones, on a real API
 * server. Nodes and pods are objects with the status of healthy ones.
 */
let plane: ControlPlane;
let api: Api;
beforeAll(async () => {
    // Pods need no ServiceAccount then, which a controller would make.
    plane = await startControlPlane({ apiServerFlags: ["--disable-admission-plugins=ServiceAccount"] });
    api = new Api(plane.admin);
});
afterAll(() => plane.stop());

const MiB = 1024 ** 2;
const ofDev = renderedManifests("dev").filter(({ kind }) => kind !== "Job");

async function findings(): Promise<string[]> {
    const request = { kubeconfig: plane.kubeconfig.text, logs: false, exec: false };
    return summary(judge(await collect(request, () => undefined)));
}

/** Makes a cluster's objects, looks, and removes them. */
async function seenOf(nodes: readonly FakeSgxNode[], manifests: readonly Manifest[], jobs = 1): Promise<string[]> {
    const sgx = nodes.filter(({ epc }) => epc !== undefined).map(({ name }) => name);
    try {
        await Promise.all(nodes.map((node) => makeNode(api, node)));
        for (const manifest of manifests) {
            if (manifest.kind === "DaemonSet") await makeWorkload(api, manifest, sgx);
            else if (manifest.kind === "Job" || manifest.kind === "Deployment")
                await makeWorkload(api, manifest, sgx.slice(0, jobs));
            else await made(api, manifest);
        }
        return await findings();
    } finally {
        await clear(nodes, manifests);
    }
}

/** Removes the objects; without controllers, a namespace stays, and what is in it has to be removed. */
async function clear(nodes: readonly FakeSgxNode[], manifests: readonly Manifest[]): Promise<void> {
    const now = { gracePeriodSeconds: "0" };
    const all = [...nodes.map(({ name }) => ({ apiVersion: "v1", kind: "Node", metadata: { name } })), ...manifests];
    for (const manifest of all) if (manifest.kind !== "Namespace") await api.delete(manifest, now);
    const namespaces = new Set(manifests.map(({ metadata }) => metadata.namespace ?? "default"));
    for (const namespace of namespaces)
        await api.call("DELETE", `/api/v1/namespaces/${namespace}/pods`, { query: now });
    for (const manifest of manifests) if (manifest.kind === "Namespace") await finalize(manifest);
}

/** What the namespace controller does when a namespace is empty. */
async function finalize(manifest: Manifest): Promise<void> {
    const path = `/api/v1/namespaces/${manifest.metadata.name ?? ""}`;
    await api.call("DELETE", path);
    const { body } = await api.call("GET", path);
    await api.call("PUT", `${path}/finalize`, { body: { ...body, spec: { finalizers: [] } } });
}

test.each(stacks)("nothing is found on the cluster of stack %s", async (stack) => {
    const vmSize =
        stack === "prod" ? "Standard_DC16ds_v3" : stack === "dcsv2" ? "Standard_DC2s_v2" : "Standard_DC2s_v3";
    const epc = (findVmSize(vmSize)?.epcMiB ?? 0) * MiB;
    const nodes: FakeSgxNode[] = [
        { name: "system-0", pool: "system", vmSize: "Standard_D4s_v5" },
        { name: "enclave-0", pool: "enclave", vmSize, epc },
        { name: "enclave-1", pool: "enclave", vmSize, epc },
    ];
    expect(await seenOf(nodes, renderedManifests(stack))).toEqual([]);
});

const taint = { key: "confidential-aks/sgx", value: "true", effect: "NoSchedule" };
const cluster = fc.record({
    pools: fc.array(
        fc.record({
            vmSize: fc.constantFrom("Standard_DC2s_v3", "Standard_DC4ds_v3", "Standard_DC8_v2", "Standard_DC48s_v3"),
            nodes: fc.integer({ min: 1, max: 3 }),
            tainted: fc.boolean(),
            // A kernel keeps some of what the size has.
            kept: fc.constantFrom(0, 2, 4).map((thousandths) => thousandths / 1000),
        }),
        { minLength: 1, maxLength: 3 },
    ),
    workloads: fc.array(fc.record({ epcMiB: fc.integer({ min: 1, max: 8 }), wait: fc.boolean() }), { maxLength: 3 }),
});

function workload(index: number, { epcMiB, wait }: { epcMiB: number; wait: boolean }): Manifest {
    const name = `app-${index}`;
    const labels = { app: name };
    const manifest = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace: "default" },
        spec: {
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: { containers: [{ name: "app", image: "example.org/app:1" }] } },
        },
    };
    return withAttestation(manifest, "outOfProcess", { containers: ["app"], epc: `${epcMiB}Mi`, wait });
}

test("nothing is found on 100 generated clusters", async () => {
    const generated = fc.sample(cluster, { seed: 16, numRuns: 100 });
    const daemonSets = ofDev.filter(({ kind }) => kind === "DaemonSet");
    // The same on all of them.
    for (const manifest of ofDev) if (!daemonSets.includes(manifest)) await made(api, manifest);
    for (const { pools, workloads } of generated) {
        const nodes = pools.flatMap(({ vmSize, nodes: count, tainted, kept }, pool) =>
            Array.from({ length: count }, (_, index): FakeSgxNode => {
                const pages = Math.floor(((findVmSize(vmSize)?.epcMiB ?? 0) * MiB * (1 - kept)) / 4096);
                const name = `pool-${pool}-${index}`;
                return { name, pool: `p${pool}`, vmSize, epc: pages * 4096, taints: tainted ? [taint] : [] };
            }),
        );
        const manifests = [...daemonSets, ...workloads.map((one, index) => workload(index, one))];
        expect(await seenOf(nodes, manifests), JSON.stringify({ pools, workloads })).toEqual([]);
    }
}, 600_000);
