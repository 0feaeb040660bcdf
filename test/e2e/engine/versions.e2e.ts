import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Project } from "./project.js";
import { changes, words } from "./steps.js";
import { startWorld, type World } from "./world.js";

/*
 * Kubernetes versions, and changes of the system pool, which is part of the cluster's body. The tests follow each other
 * on one stack.
 */
const cluster = "azure-native:containerservice:ManagedCluster";

let world: World;
let project: Project;
beforeAll(async () => {
    world = await startWorld();
    project = await world.project("dev", { warm: true });
    project.configure((config) => (config.kubernetesVersion = "1.35"));
    await project.up();
});
afterAll(() => world.stop());

const notIgnored =
    "({ type, props, opts }) => (type.endsWith(':ManagedCluster') ? { props, opts: { ...opts, ignoreChanges: ['dnsPrefix'] } } : undefined)";

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
});

test("the number of system nodes changes that pool alone; a change of the cluster does not take it back", async () => {
    project.configure((config) => (config.systemPool = { count: 3 }));
    expect(words(changes(await project.up()))).toEqual(["update Deployment confidential-aks-system-pool"]);
    const system = () => pools().find(({ id }) => id.endsWith("/system"))?.shown.count;
    expect(system()).toBe(3);
    project.configure((config) => (config.tags = { costs: "4711" }));
    const { code, stdout, stderr } = await project.update("up");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("pool system would go back to count 2 from 3");
    // The way out that the error names: the pool is sent as the arguments have it, for this one update.
    const program = join(project.folder, "index.ts");
    const text = readFileSync(program, "utf8");
    writeFileSync(
        program,
        text.replace("readPlatformConfig())", `readPlatformConfig(), { transforms: [${notIgnored}] })`),
    );
    await project.up();
    writeFileSync(program, text);
    expect(words(changes(await project.up()))).toEqual([]);
    expect(system()).toBe(3);
});
