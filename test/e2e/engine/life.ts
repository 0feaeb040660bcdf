import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { differences, offlinePlan, stateDifferences } from "./compare.js";
import { typescriptProgram, type Program } from "./program.js";
import type { Project } from "./project.js";
import { changes, isInStateOnly, summary, words } from "./steps.js";
import { provideExistingCluster, startWorld, type World } from "./world.js";

const stacks = ["dcsv2", "dev", "prod", "existing"];

/**
 * Tests the life of every stack, from nothing to nothing: the real engine and the real program, in front of doubles of
 * the two providers and a real API server. The tests of a stack follow each other; the next stack finds an empty Azure
 * and an empty cluster. Whatever language the program is in, its resources are those of the repository's program.
 * Stacks in `previewedOnly` are not made.
 */
export function testLife(program?: () => Program, previewedOnly: readonly string[] = []): void {
    let world: World;
    beforeAll(async () => {
        // It may install the plugin, and nothing else runs meanwhile.
        program?.();
        world = await startWorld();
    });
    afterAll(() => world.stop());
    test.each(previewedOnly)("stack %s is previewed as the offline plan says", async (stack) => {
        const [project, reference] = [await world.project(stack, program?.()), await world.project(stack)];
        expect(differences(offlinePlan(reference).resources, await project.preview())).toEqual([]);
    });
    describe.each(stacks.filter((stack) => !previewedOnly.includes(stack)))("stack %s", (stack) => {
        testStack(stack, program, () => world);
    });
}

function testStack(stack: string, program: (() => Program) | undefined, started: () => World): void {
    let world: World;
    let project: Project;
    /** The repository's program on the same stack: what it makes is what every program has to make. */
    let reference: Project;
    beforeAll(async () => {
        world = started();
        if (stack === "existing") await provideExistingCluster(world);
        // By the SDK's own runner, what every user's first preview and update are.
        project = await world.project(stack, program?.() ?? typescriptProgram({ warm: "repeated" }));
        reference = program === undefined ? project : await world.project(stack);
    });

    test("comes up from nothing, as the offline plan and the preview say", async () => {
        const before = world.azure.requests.length;
        const plan = offlinePlan(reference);
        const preview = await project.preview();
        // The plan asks no provider; Azure has shown the preview how to reach a cluster that exists.
        const asked =
            stack === "existing" ? [expect.stringMatching(/kubeconfig: .*unknown.* in the plan, .*secret/)] : [];
        expect(differences(plan.resources, preview)).toEqual(asked);
        expect(world.azure.requests).toHaveLength(before);

        // The workflows refresh before each update.
        const steps = await project.up("--refresh");
        expect(summary(steps)).toEqual(summary(preview));
        expect(new Set(changes(steps).map(({ op }) => op))).toEqual(new Set(["create"]));
        const planned = plan.resources.filter(({ type, custom }) => custom && !isInStateOnly(type));
        expect(changes(steps)).toHaveLength(planned.length);
        expect(world.azure.requests.every(({ outcome }) => outcome === "done")).toBe(true);
        expect(await stateDifferences(plan.resources, project)).toEqual([]);
        expect(await world.objects()).toHaveLength(planned.filter(({ type }) => type.startsWith("kubernetes:")).length);
    });

    test("a second up changes nothing", async () => {
        const [requests, writes] = [world.azure.requests.length, world.writes.length];
        expect(words(changes(await project.up("--refresh")))).toEqual([]);
        expect(world.azure.requests).toHaveLength(requests);
        expect(world.writes).toHaveLength(writes);
    });

    // A refresh does not run the program, so its language is nothing to it.
    test.runIf(program === undefined)(
        "a refresh finds nothing to do, also after the autoscaler has moved the number of nodes",
        async () => {
            const clusters = world.azure.all("azure-native:containerservice:ManagedCluster");
            const pools = clusters.flatMap(({ id }) => world.azure.poolsOf(id));
            for (const { id, shown } of pools.filter((pool) => pool.shown.enableAutoScaling === true)) {
                await world.azure.autoscale(id, Number(shown.maxCount));
            }
            await project.refresh();
            const requests = world.azure.requests.length;
            expect(words(changes(await project.up()))).toEqual([]);
            expect(world.azure.requests).toHaveLength(requests);
        },
    );

    test("a tag changes resources of Azure in place, and no object of Kubernetes", async () => {
        const writes = world.writes.length;
        for (const each of new Set([project, reference])) {
            each.configure((config) => (config.tags = { ...(config.tags as object), costs: "4711" }));
        }
        const steps = await project.up("--refresh");
        expect(words(changes(steps)).filter((text) => !text.startsWith("update "))).toEqual([]);
        expect(changes(steps).map(({ type }) => type)).toContain(
            `azure-native:containerservice:${stack === "existing" ? "AgentPool" : "ManagedCluster"}`,
        );
        expect(changes(steps).filter(({ type }) => !type.startsWith("azure-native:"))).toEqual([]);
        expect(world.writes).toHaveLength(writes);
        // The autoscaler has moved the numbers of nodes.
        const different = await stateDifferences(offlinePlan(reference).resources, project);
        expect(different.filter((text) => !/ (agentPoolProfiles\[0\]\.)?count: /.test(text))).toEqual([]);
    });

    test("a destroy leaves nothing", async () => {
        if (stack === "prod") await expectProtection(world, project);
        const writes = world.writes.length;
        await project.destroy();
        expect((await project.state()).resources ?? []).toEqual([]);
        expect(await world.objects()).toEqual([]);
        const ownCluster = stack !== "existing";
        expect(world.azureResources()).toEqual(ownCluster ? [] : ["ResourceGroup team-a", "ManagedCluster team-a-aks"]);
        // Where the cluster is deleted, nothing on it has to be deleted first.
        expect(world.writes.slice(writes).length > 0).toBe(!ownCluster);
        for (const { id } of [...world.azure.resources.values()]) world.azure.remove(id);
        world.azure.requests.length = 0;
    });
}

/**
 * `protect: true` holds against a destroy, whose preview fails before anything is removed; switched off, it changes
 * only the state.
 */
async function expectProtection(world: World, project: Project): Promise<void> {
    const before = [world.azureResources(), await world.objects()];
    const refused = await project.run("destroy", "--yes", "--stack", project.stack);
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain("because it is protected");
    expect([world.azureResources(), await world.objects()]).toEqual(before);
    project.configure((config) => (config.protect = false));
    expect(words(changes(await project.up()))).toEqual([]);
}
