import { afterAll, beforeAll, expect, test } from "vitest";
import { at, textAt, type Properties } from "../doubles/values.js";
import { waitFor } from "../support/wait.js";
import type { Project } from "./project.js";
import { changes, words } from "./steps.js";
import { startWorld, type World } from "./world.js";

/*
 * A pool is replaced while pods with EPC run on it: with a real engine, API server and scheduler. The tests follow each
 * other on one stack.
 */
let world: World;
let project: Project;
beforeAll(async () => {
    world = await startWorld();
    world.kubelets.endsAfter = () => 1500;
    project = await world.project("dev");
    project.configure((config) => (config.enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3", count: 1 }]));
    await project.up();
    await world.api.create(deployment);
    await world.api.create(budget(1));
    await waitFor("both replicas to run", async () => (await running()).length === 2);
});
afterAll(() => world.stop());

const labels = { app: "web" };
const container = {
    name: "web",
    image: "example.azurecr.io/web:1",
    resources: { limits: { "sgx.intel.com/epc": "64Mi" } },
};
const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "default" },
    spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 2, containers: [container] } },
    },
};
const budget = (minAvailable: number) => ({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "web", namespace: "default" },
    spec: { minAvailable, selector: { matchLabels: labels } },
});

async function running(): Promise<Properties[]> {
    const pods = await world.api.list("v1", "Pod", "?labelSelector=app=web");
    return pods.filter(
        (pod) => textAt(pod, "status.phase") === "Running" && at(pod, "metadata.deletionTimestamp") === undefined,
    );
}

const size = (vmSize: string, more: object = {}) => {
    project.configure((config) => (config.enclavePools = [{ name: "enclave", vmSize, count: 1, ...more }]));
};
const poolRequests = (since: number) =>
    world.azure.requests
        .slice(since)
        .filter(({ type, outcome }) => type.endsWith(":AgentPool") && outcome === "done")
        .map(({ method }) => method);

/** Sees all the time how many replicas run. */
async function sampled<T>(act: () => Promise<T>): Promise<{ result: T; fewest: number }> {
    let [fewest, goesOn] = [Infinity, true];
    const look = (async () => {
        while (goesOn) {
            fewest = Math.min(fewest, (await running()).length);
            await new Promise((done) => setTimeout(done, 50));
        }
    })();
    const result = await act();
    goesOn = false;
    await look;
    return { result, fewest };
}

test("another VM size: the new pool comes first, the pods move within their budget, and none is killed", async () => {
    const since = world.azure.requests.length;
    size("Standard_DC4s_v3");
    const { fewest } = await sampled(() => project.up());
    expect(poolRequests(since)).toEqual(["PUT", "DELETE"]);
    expect(world.kubelets.killed).toEqual([]);
    expect(fewest).toBeGreaterThanOrEqual(1);
    expect(words(changes(await project.preview()))).toEqual([]);
});

test("a budget that forbids it: the update fails with its name, deletes nothing, and the next one goes on", async () => {
    await waitFor("both replicas to run", async () => (await running()).length === 2);
    await world.api.apply(budget(2));
    const since = world.azure.requests.length;
    size("Standard_DC8s_v3", { drainTimeoutMinutes: 5 });
    const { code, stdout, stderr } = await project.update("up");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/did not end within 5 minutes[^]*default\/web-[^]*budget web/);
    expect(poolRequests(since)).toEqual(["PUT"]);
    expect(world.kubelets.killed).toEqual([]);
    await world.api.apply(budget(1));
    await project.up();
    expect(poolRequests(since)).toEqual(["PUT", "DELETE"]);
    expect(world.kubelets.killed).toEqual([]);
});

test("deleteFirst: the old pool is drained before it goes, then the new one comes", async () => {
    await waitFor("both replicas to run", async () => (await running()).length === 2);
    await world.api.apply(budget(0));
    const since = world.azure.requests.length;
    size("Standard_DC4s_v3", { replacement: "deleteFirst" });
    await project.up();
    expect(poolRequests(since)).toEqual(["DELETE", "PUT"]);
    expect(world.kubelets.killed).toEqual([]);
});
