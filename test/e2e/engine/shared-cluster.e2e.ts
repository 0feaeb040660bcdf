import { afterAll, beforeAll, expect, test } from "vitest";
import { at, textAt } from "../doubles/values.js";
import type { Project } from "./project.js";
import { changes, words } from "./steps.js";
import { Workload } from "./workload.js";
import { provideExistingCluster, startWorld, type World } from "./world.js";

/*
 * Two programs with the same names of project, stack and component, each with a state of its own, have pools on one
 * cluster.
 */
let world: World;
let first: Project;
let second: Project;
beforeAll(async () => {
    world = await startWorld();
    await provideExistingCluster(world);
    first = await withPool("first", "Standard_DC4s_v3");
    second = await withPool("second", "Standard_DC8s_v3");
});
afterAll(() => world.stop());

async function withPool(name: string, vmSize: string): Promise<Project> {
    const project = await world.project("existing");
    project.configure((config) => {
        config.enclavePools = [{ name, vmSize, count: 1 }];
        config.quoting = "none";
        config.quoteHelper = undefined;
        config.jobs = undefined;
    });
    return project;
}

const pools = async () =>
    (await world.api.list("v1", "Node"))
        .filter((node) => at(node, "metadata.labels.confidential-aks/sgx") !== undefined)
        .map(
            (node) => `${textAt(node, "metadata.name")} ${at(node, "spec.unschedulable") === true ? "closed" : "open"}`,
        )
        .sort();

test("one that starts, changes and goes leaves the pods of the other one where they are", async () => {
    await first.up();
    const web = new Workload(world, "web", 1);
    await web.start();
    const placed = await web.nodes();
    await second.up();
    second.configure((config) => (config.enclavePools = [{ name: "second", vmSize: "Standard_DC16s_v3", count: 1 }]));
    await second.up();
    expect(await pools()).toEqual([
        expect.stringMatching(/^aks-first\w{4}-0 open$/),
        expect.stringMatching(/^aks-second\w{4}-0 open$/),
    ]);
    expect(await web.nodes()).toEqual(placed);
    for (const project of [first, second]) expect(words(changes(await project.preview()))).toEqual([]);
    await second.destroy();
    expect(await pools()).toEqual([expect.stringMatching(/^aks-first\w{4}-0 open$/)]);
    expect(await web.nodes()).toEqual(placed);
});
