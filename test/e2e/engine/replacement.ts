import { afterAll, beforeAll, expect, test } from "vitest";
import type { Program } from "./program.js";
import type { Project } from "./project.js";
import { changes, words } from "./steps.js";
import { stackAtWork, Workload } from "./workload.js";
import { startWorld, type World } from "./world.js";

/**
 * Tests that pools are replaced and removed while pods with EPC run on them: with a real engine, API server and
 * scheduler. The tests follow each other on one stack. A program in another language
 * leaves out the last, whose words are the components' own.
 */
export function testReplacement(program?: () => Program): void {
    let world: World;
    let project: Project;
    let web: Workload;
    beforeAll(async () => {
        // It may install the plugin, and nothing else runs meanwhile.
        const made = program?.();
        world = await startWorld();
        ({ project, web } = await stackAtWork(world, made));
    });
    afterAll(() => world.stop());

    const pools = (...given: object[]) => {
        project.configure((config) => (config.enclavePools = given));
    };
    const size = (vmSize: string, more: object = {}) => {
        pools({ name: "enclave", vmSize, count: 1, ...more });
    };
    const poolRequests = (since: number) =>
        world.azure.requests
            .slice(since)
            .filter(({ type, outcome }) => type.endsWith(":AgentPool") && outcome === "done")
            .map(({ method }) => method);

    async function nothingToDo(): Promise<void> {
        expect(words(changes(await project.preview()))).toEqual([]);
    }

    test("another VM size: the new pool comes first, and pods move within their budget when it offers EPC; none is killed", async () => {
        const since = world.azure.requests.length;
        world.kubelets.epcAfter = 4000;
        size("Standard_DC4s_v3");
        await web.unharmedBy(() => project.up());
        world.kubelets.epcAfter = 0;
        expect(poolRequests(since)).toEqual(["PUT", "DELETE"]);
        await nothingToDo();
    });

    test("a budget that forbids it: the update fails with its name, deletes nothing, and the next one goes on", async () => {
        await web.allRun();
        await web.budget(2);
        const since = world.azure.requests.length;
        size("Standard_DC8s_v3", { drainTimeoutMinutes: 5 });
        const { code, stdout, stderr } = await project.update("up");
        expect(code).not.toBe(0);
        expect(stdout + stderr).toMatch(/did not end within 5 minutes[^]*default\/web-[^]*budget web/);
        expect(poolRequests(since)).toEqual(["PUT"]);
        expect(world.kubelets.killed).toEqual([]);
        await web.budget(1);
        await project.up();
        expect(poolRequests(since)).toEqual(["PUT", "DELETE"]);
        expect(world.kubelets.killed).toEqual([]);
    });

    test("deleteFirst: the old pool is drained before it goes, then the new one comes", async () => {
        await web.allRun();
        await web.budget(0);
        const since = world.azure.requests.length;
        size("Standard_DC4s_v3", { replacement: "deleteFirst" });
        await project.up();
        expect(poolRequests(since)).toEqual(["DELETE", "PUT"]);
        expect(world.kubelets.killed).toEqual([]);
    });

    test("a pool that is removed from the configuration is drained before it goes", async () => {
        const enclave = { name: "enclave", vmSize: "Standard_DC4s_v3", count: 1 };
        pools(enclave, { name: "spare", vmSize: "Standard_DC2s_v3", count: 1 });
        await project.up();
        const reports = new Workload(world, "reports", 2);
        await reports.start("spare");
        await reports.budget(1);
        expect(new Set(await reports.nodes())).toEqual(new Set([expect.stringMatching(/^aks-spare/)]));
        const since = world.azure.requests.length;
        pools(enclave);
        await reports.unharmedBy(() => project.up());
        expect(poolRequests(since)).toEqual(["DELETE"]);
        await reports.allRun();
        expect(new Set(await reports.nodes())).toEqual(new Set([expect.stringMatching(/^aks-enclave/)]));
        await nothingToDo();
    });

    if (program !== undefined) return;

    test("back to the old size after a drain that failed: refused with the ways out, of which another name is one", async () => {
        await web.allRun();
        await web.budget(2);
        const since = world.azure.requests.length;
        size("Standard_DC8s_v3", { drainTimeoutMinutes: 5 });
        expect((await project.update("up")).code).not.toBe(0);
        expect(poolRequests(since)).toEqual(["PUT"]);

        size("Standard_DC4s_v3", { drainTimeoutMinutes: 5 });
        const refusal = /Azure has the pool enclave\w{4} already, and this program made it[^]*another name/;
        for (const command of [
            ["preview", "--stack", "dev"],
            ["up", "--stack", "dev", "--yes", "--skip-preview"],
        ]) {
            const { code, stdout, stderr } = await project.run(...command);
            expect(code).not.toBe(0);
            expect(stdout + stderr).toMatch(refusal);
        }
        expect(poolRequests(since)).toEqual(["PUT"]);

        await web.budget(1);
        world.kubelets.epcAfter = 4000;
        pools({ name: "again", vmSize: "Standard_DC4s_v3", count: 1 });
        await web.unharmedBy(() => project.up());
        expect(poolRequests(since)).toEqual(["PUT", "PUT", "DELETE", "DELETE"]);
        await nothingToDo();
    });
}
