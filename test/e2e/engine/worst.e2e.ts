import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Project } from "./project.js";
import { waitFor } from "../support/wait.js";
import { changes, words } from "./steps.js";
import { startWorld, type World } from "./world.js";

/*
 * Azure on its worst day, all at once: role assignments that work only after a while, work of AKS's own right after
 * the creation of a cluster, and changes of somebody else in between. A stack comes up by one `pulumi up` all the same.
 */
const pool = "azure-native:containerservice:AgentPool";

let world: World;
beforeAll(async () => {
    world = await startWorld();
});
afterAll(() => world.stop());

// Stack dev has its worst day in YAML (languages/yaml-hooks).
describe("stack prod on Azure's worst day", () => {
    let project: Project;
    beforeAll(async () => {
        world.azure.worst();
        project = await world.project("prod");
    });

    test("comes up by one update, and the next one finds nothing to do", async () => {
        const { code, stdout, stderr } = await project.update("up");
        expect(code, stdout + stderr).toBe(0);
        // It really was the worst day.
        expect(world.azure.requests.filter(({ outcome }) => outcome === "refused").map(({ type }) => type)).toContain(
            pool,
        );
        expect(words(changes(await project.preview()))).toEqual([]);
    });

    test("a destroy leaves nothing", async () => {
        project.configure((config) => (config.protect = false));
        await project.up();
        await project.destroy();
        expect(world.azureResources()).toEqual([]);
        expect(await world.objects()).toEqual([]);
        expect((await project.state()).resources ?? []).toEqual([]);
        world.azure.requests.length = 0;
    });
});

describe("roles in a network of the user's", () => {
    let project: Project;
    beforeAll(async () => {
        world.azure.worst();
        project = await world.project("dev");
        project.configure((config) => (config.network = { mode: "nodeSubnet" }));
    });
    const cluster = "azure-native:containerservice:ManagedCluster";
    const outcomes = () => world.azure.requests.filter(({ type }) => type === cluster).map(({ outcome }) => outcome);

    test("one that never works ends the update, which names role, identity and scope, and leaves no cluster", async () => {
        world.azure.conditions.rolesWorkAfter = 3_600_000;
        const { code, stdout, stderr } = await project.update("up");
        expect(code).not.toBe(0);
        expect(stdout + stderr).toMatch(
            /a role of its identity \S+confidential-aks-control-plane\w+ does not work: "Network Contributor[^"]*" on \S+subnets\S+/,
        );
        expect(outcomes().length).toBeGreaterThan(10);
        expect(new Set(outcomes())).toEqual(new Set(["refused"]));
        expect(world.azure.all(cluster)).toEqual([]);
    });

    test("one that works after a while only makes the next update wait", async () => {
        world.azure.requests.length = 0;
        const running = project.up();
        await waitFor("AKS to refuse the cluster", () => outcomes().includes("refused"), { every: 50 });
        // They work from now on.
        world.azure.conditions.rolesWorkAfter = 0;
        await running;
        expect(outcomes().at(-1)).toBe("done");
        await project.destroy();
        expect(world.azureResources()).toEqual([]);
    });
});

describe("the version of the system pool, in a deployment", () => {
    let project: Project;
    beforeAll(async () => {
        world.azure.worst();
        project = await world.project("dev");
        project.configure((config) => (config.kubernetesVersion = "1.35"));
        await project.up();
    });

    test("is repeated while AKS is busy", async () => {
        // One for the cluster, one for the pool.
        world.azure.conditions.mismatches += 2;
        project.configure((config) => (config.kubernetesVersion = "1.36"));
        const { code, stdout, stderr } = await project.update("up");
        expect(code, stdout + stderr).toBe(0);
        expect(words(changes(await project.preview()))).toEqual([]);
    });

    test("shows Azure's reason when it fails, and the next update goes on from there", async () => {
        world.azure.faults.push({ kind: "fail", method: "PUT", type: pool, times: 1 });
        project.configure((config) => (config.kubernetesVersion = "1.37"));
        const { code, stdout, stderr } = await project.update("up");
        expect(code).not.toBe(0);
        expect(stdout + stderr).toMatch(/Code="InternalServerError" Message="Encountered/);
        await project.up();
        expect(words(changes(await project.preview()))).toEqual([]);
        await project.destroy();
        expect(world.azureResources()).toEqual([]);
    });
});
