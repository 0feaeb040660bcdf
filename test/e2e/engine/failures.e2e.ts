import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Fault, LoggedRequest } from "../doubles/azure/azure.js";
import type { Project } from "./project.js";
import { changes, words } from "./steps.js";
import { startWorld, type World } from "./world.js";

/*
 * Failures of the cloud. What is shown of Azure is how its double fails, modelled on Azure's
 * documented errors; what is tested is that our program and the engine come through. The tests follow each other on one
 * stack.
 */
const cluster = "azure-native:containerservice:ManagedCluster";
const pool = "azure-native:containerservice:AgentPool";
const group = "azure-native:resources:ResourceGroup";

let world: World;
let project: Project;
beforeAll(async () => {
    world = await startWorld();
    project = await world.project("dev");
});
afterAll(() => world.stop());
afterEach(() => {
    expect(world.azure.faults.filter(({ times }) => times > 0)).toEqual([]);
});

/** Makes the next requests fail; gives the requests that are made from now on. */
function inject(fault: Omit<Fault, "times">, times = 1): () => LoggedRequest[] {
    const before = world.azure.requests.length;
    world.azure.faults.push({ ...fault, times });
    return () => world.azure.requests.slice(before);
}

/** An update that fails, and says what is wrong. */
async function failing(command: "up" | "destroy", reason: RegExp): Promise<void> {
    const { code, stdout, stderr } = await project.update(command);
    expect(code, stdout + stderr).not.toBe(0);
    expect(stdout + stderr).toMatch(reason);
}

/** The next up goes through, and the one after it finds nothing to do. */
async function converges(): Promise<void> {
    await project.up();
    expect(words(changes(await project.preview()))).toEqual([]);
    expect((await project.state()).pending_operations ?? []).toEqual([]);
}

const outcomes = (requests: LoggedRequest[], type: string) =>
    requests.filter((request) => request.type === type).map(({ outcome }) => outcome);

test("a cluster that Azure refuses once: up stops with Azure's reason, and the next one goes on from there", async () => {
    const requests = inject({ kind: "fail", method: "PUT", type: cluster });
    await failing("up", /ManagedCluster[^]*InternalServerError/);
    expect(await world.objects()).toEqual([]);
    expect(world.azureResources()).toEqual(expect.arrayContaining([expect.stringMatching(/^ResourceGroup /)]));
    await converges();
    expect(outcomes(requests(), cluster)).toEqual(["failed", "done"]);
    const made = requests().filter(({ outcome }) => outcome === "done");
    expect(new Set(made.map(({ id }) => id)).size).toBe(made.length);
});

test("a pool that Azure throttles is tried again by itself", async () => {
    project.configure((config) => (config.tags = { costs: "1" }));
    const requests = inject({ kind: "throttle", method: "PUT", type: pool }, 2);
    await project.up();
    expect(outcomes(requests(), pool)).toEqual(["throttled", "throttled", "done"]);
});

test("a pool that Azure throttles too long: up stops, and the next one goes through", async () => {
    project.configure((config) => (config.tags = { costs: "2" }));
    inject({ kind: "throttle", method: "PUT", type: pool }, 4);
    await failing("up", /TooManyRequests/);
    await converges();
});

test("a new pool that takes longer than Pulumi waits is not made twice", async () => {
    project.configure((config) => (config.enclavePools as object[]).push({ name: "more", vmSize: "Standard_DC4s_v3" }));
    const requests = inject({ kind: "timeout", method: "PUT", type: pool });
    await failing("up", /confidential-aks-more[^]*deadline exceeded/);
    const { resources = [] } = await project.state();
    expect(resources.filter(({ initErrors = [] }) => initErrors.length > 0).map(({ id }) => id)).toEqual([
        expect.stringMatching(/agentPools\/more[a-z0-9]{4}$/),
    ]);
    await converges();
    const puts = requests().filter(({ id, outcome }) => /\/more[a-z0-9]{4}$/.test(id) && outcome === "refused");
    expect(puts).toEqual([]);
    expect(world.azureResources().filter((name) => /^AgentPool more[a-z0-9]{4}$/.test(name))).toHaveLength(1);
});

test("a job that fails stops up with the Job's reason, and runs again when it is asked to", async () => {
    const report = { name: "report", image: "example.azurecr.io/report:1", epc: "8Mi", backoffLimit: 0 };
    world.kubelets.jobSucceeds = () => false;
    project.configure((config) => (config.jobs = [report]));
    await failing("up", /confidential-aks-report[^]*BackoffLimitExceeded/);
    world.kubelets.jobSucceeds = () => true;
    // The Job that failed stays as it is, to be looked at.
    await failing("up", /confidential-aks-report[^]*BackoffLimitExceeded/);
    project.configure((config) => (config.jobs = [{ ...report, rerun: "again" }]));
    await converges();
    expect((await world.objects()).filter((name) => name.startsWith("Job default/"))).toHaveLength(1);
});

test("a resource group that cannot be deleted at once: the next destroy goes on from there, and leaves nothing", async () => {
    inject({ kind: "fail", method: "DELETE", type: group });
    await failing("destroy", /InternalServerError/);
    expect(world.azureResources()).toEqual([expect.stringMatching(/^ResourceGroup /)]);
    await project.destroy();
    expect(world.azureResources()).toEqual([]);
    expect((await project.state()).resources ?? []).toEqual([]);
});
