import { afterAll, beforeAll, expect, test } from "vitest";
import { at } from "../doubles/values.js";
import { waitFor } from "../support/wait.js";
import type { Program } from "./program.js";
import type { Project, Running } from "./project.js";
import { bothSides } from "./recover.js";
import { changes, words } from "./steps.js";
import { stackAtWork, type Workload } from "./workload.js";
import { startWorld, type World } from "./world.js";

/**
 * Tests an engine that dies (SIGKILL) while a pool is replaced: between the creation of the new pool and the deletion
 * of the old one, first before the drain has begun, then in the middle of it. The tests follow each other on one stack.
 */
export function testKilledReplacement(program?: () => Program): void {
    const poolType = "azure-native:containerservice:AgentPool";

    let world: World;
    let project: Project;
    let web: Workload;
    let requests = 0;
    let old = "";
    beforeAll(async () => {
        // It may install the plugin, and nothing else runs meanwhile.
        const made = program?.();
        world = await startWorld();
        ({ project, web } = await stackAtWork(world, made));
        [old = ""] = poolNames();
        requests = world.azure.requests.length;
    });
    afterAll(() => world.stop());

    const size = (vmSize: string) => {
        project.configure((config) => (config.enclavePools = [{ name: "enclave", vmSize, count: 1 }]));
    };
    const poolNames = () => world.azure.all(poolType).map(({ id }) => id.split("/").at(-1) ?? "");
    const poolRequests = () =>
        world.azure.requests
            .slice(requests)
            .filter(({ type }) => type === poolType)
            .map(({ method, outcome }) => `${method} ${outcome}`);

    /** Whether nodes of the old pool take no new pods. */
    async function isCordoned(): Promise<boolean> {
        const nodes = await world.api.list("v1", "Node", `?labelSelector=kubernetes.azure.com/agentpool=${old}`);
        return nodes.length > 0 && nodes.every((node) => at(node, "spec.unschedulable") === true);
    }

    async function kill({ process, ended }: Running): Promise<void> {
        process.kill("SIGKILL");
        const { code, stdout, stderr } = await ended;
        expect(code, `the engine was to be killed\n${stdout}\n${stderr}`).toBeNull();
        const left = () => project.orphans();
        await waitFor("what the engine has started to end", () => left().length === 0, {
            seconds: 20,
            explain: () => left().join("\n"),
        });
        await project.must("cancel", "--yes", "--stack", project.stack);
    }

    test("killed while the drain waits for the EPC of the new nodes: both pools stay, no pod has moved", async () => {
        // Longer than the drain would wait.
        world.kubelets.epcAfter = 60_000;
        size("Standard_DC4s_v3");
        const { spareEpc } = await web.sampled(async () => {
            const engine = await project.startUpdate("up");
            await waitFor("the state to have both pools", async () => {
                const { resources = [], pending_operations: pending = [] } = await project.state();
                return pending.length === 0 && resources.filter(({ type }) => type === poolType).length === 2;
            });
            await kill(engine);
        });
        expect(spareEpc).toBeGreaterThanOrEqual(0);
        expect(poolRequests()).toEqual(["PUT done"]);
        expect(await isCordoned()).toBe(false);
        expect(new Set(await web.nodes())).toEqual(new Set([`aks-${old}-0`]));
        expect(world.kubelets.killed).toEqual([]);
    });

    test("killed in the middle of the drain: the next update goes on, and nothing is made or deleted twice", async () => {
        await web.budget(2);
        const { fewest, spareEpc } = await web.sampled(async () => {
            world.kubelets.offerNow();
            const engine = await project.startUpdate("up");
            await waitFor("the old nodes to be cordoned", isCordoned, { every: 50 });
            await web.budget(1);
            await waitFor("a pod to be evicted", async () => (await web.running()).length < 2, { every: 20 });
            await kill(engine);
            expect(poolRequests()).toEqual(["PUT done"]);
            await project.up();
        });
        expect(poolRequests()).toEqual(["PUT done", "DELETE done"]);
        expect(poolNames()).not.toContain(old);
        expect(fewest).toBeGreaterThanOrEqual(1);
        expect(spareEpc).toBeGreaterThanOrEqual(0);
        expect(world.kubelets.killed).toEqual([]);
        const { real, believed } = await bothSides(world, await project.state());
        expect(real).toEqual(believed);
        expect(words(changes(await project.preview()))).toEqual([]);
    });
}
