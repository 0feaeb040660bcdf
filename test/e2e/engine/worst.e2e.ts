import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Project } from "./project.js";
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

describe.each(["dev", "prod"])("stack %s on Azure's worst day", (stack) => {
    let project: Project;
    beforeAll(async () => {
        world.azure.worst();
        project = await world.project(stack);
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
