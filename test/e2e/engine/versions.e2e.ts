import { afterAll, beforeAll, expect, test } from "vitest";
import { installPatch } from "../doubles/azure/versions.js";
import { typescriptProgram } from "./program.js";
import type { Project } from "./project.js";
import { changes, words } from "./steps.js";
import { startWorld, type World } from "./world.js";

/*
 * Kubernetes versions, and changes of what AKS lists in the cluster's body: the system pool and the others. The tests
 * follow each other on one stack.
 */
const cluster = "azure-native:containerservice:ManagedCluster";

let world: World;
let project: Project;
beforeAll(async () => {
    world = await startWorld();
    project = await world.project("dev", typescriptProgram({ warm: "all" }));
    project.configure((config) => (config.kubernetesVersion = "1.35"));
    await project.up();
});
afterAll(() => world.stop());

const pools = () => world.azure.poolsOf(world.azure.all(cluster)[0]?.id ?? "");
const shown = (key: string) => pools().map((pool) => pool.shown[key]);

test("a new version reaches the control plane, then the system pool, then the enclave pool", async () => {
    project.configure((config) => (config.kubernetesVersion = "1.36"));
    const preview = await project.preview();
    const steps = words(changes(await project.up()));
    expect(steps).toEqual([
        "update ManagedCluster confidential-aks",
        "update Deployment confidential-aks-system-pool",
        "update AgentPool confidential-aks-enclave",
    ]);
    expect(words(changes(preview)).sort()).toEqual([...steps].sort());
    expect(shown("currentOrchestratorVersion")).toEqual(["1.36.2", "1.36.2"]);
});

test("with an upgrade channel, a new version is refused before anything is sent, in a preview as well", async () => {
    project.configure((config) => (config.upgradeChannel = "patch"));
    await project.up();
    const requests = world.azure.requests.length;
    project.configure((config) => (config.kubernetesVersion = "1.37"));
    for (const { code, stdout, stderr } of [
        await project.run("preview", "--stack", project.stack),
        await project.update("up"),
    ]) {
        expect(code).not.toBe(0);
        expect(stdout + stderr).toContain('set upgradeChannel to "none"');
    }
    expect(world.azure.requests).toHaveLength(requests);
    project.configure((config) => (config.kubernetesVersion = "1.36"));
    await project.up();
});

test("a patch that AKS installs by itself, as its channel says, is nothing to do", async () => {
    installPatch(world.azure.all(cluster)[0]?.id ?? "", "1.36.5", world.azure);
    await project.refresh();
    expect(words(changes(await project.up()))).toEqual([]);
    expect(await tag("4710")).toContain("update ManagedCluster confidential-aks");
    expect(shown("currentOrchestratorVersion")).toEqual(["1.36.5", "1.36.5"]);
});

/** Changes the tags, which is a change of the cluster itself. */
async function tag(costs: string): Promise<string[]> {
    project.configure((config) => (config.tags = { costs }));
    const preview = await project.preview();
    const steps = words(changes(await project.up()));
    expect(words(changes(preview)).sort()).toEqual([...steps].sort());
    expect(words(changes(await project.up()))).toEqual([]);
    return steps;
}

test("the number of system nodes changes with the cluster, and another change of the cluster does not take it back", async () => {
    project.configure((config) => (config.systemPool = { count: 3 }));
    // The version has changed before, so the pool is in the template as well.
    expect(words(changes(await project.up()))).toEqual([
        "update ManagedCluster confidential-aks",
        "update Deployment confidential-aks-system-pool",
    ]);
    const system = () => pools().find(({ id }) => id.endsWith("/agentpool"))?.shown.count;
    expect(system()).toBe(3);
    expect(await tag("4711")).toContain("update ManagedCluster confidential-aks");
    expect(system()).toBe(3);
});

test("after a refresh that found new pools, nothing is to do, and the cluster can be changed", async () => {
    project.configure((config) => (config.enclavePools = [{ name: "enclave", vmSize: "Standard_DC8s_v3" }]));
    await project.up();
    await project.refresh();
    expect(words(changes(await project.preview()))).toEqual([]);
    expect(await tag("4712")).toContain("update ManagedCluster confidential-aks");
    expect(pools()).toHaveLength(2);
});

test("a change of the cluster after a pool was replaced does not bring the old one back", async () => {
    await project.refresh();
    project.configure((config) => (config.enclavePools = [{ name: "enclave", vmSize: "Standard_DC4s_v3" }]));
    await project.up();
    expect(await tag("4713")).toContain("update ManagedCluster confidential-aks");
    expect(pools()).toHaveLength(2);
});

test("an autoscaled pool keeps the autoscaler's number of nodes: a change of it asks for a refresh first", async () => {
    const bounds = { minCount: 1, maxCount: 3 };
    const autoscaled = { name: "enclave", vmSize: "Standard_DC4s_v3", ...bounds };
    project.configure((config) => (config.enclavePools = [autoscaled]));
    await project.up();
    const enclave = () => pools().find(({ id }) => !id.endsWith("/agentpool"));
    await world.azure.autoscale(enclave()?.id ?? "", 3);
    project.configure((config) => (config.enclavePools = [{ ...autoscaled, labels: { team: "a" } }]));
    const { code, stdout, stderr } = await project.run("preview", "--stack", project.stack);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/would go back to count 1 from 3.*pulumi up --refresh/);
    expect(words(changes(await project.up("--refresh")))).toEqual(["update AgentPool confidential-aks-enclave"]);
    expect(enclave()?.shown.count).toBe(3);
    project.configure(
        (config) => (config.enclavePools = [{ ...autoscaled, maxCount: undefined, minCount: undefined, count: 2 }]),
    );
    await project.up();
    expect(enclave()?.shown).toMatchObject({ count: 2, enableAutoScaling: false });
});
