import { afterAll, beforeAll, expect, test } from "vitest";
import type { Project } from "../engine/project.js";
import { changes, words } from "../engine/steps.js";
import { startWorld, type World } from "../engine/world.js";
import { yamlProgram } from "./yaml.js";

/*
 * The hooks of the components, which the engine calls in the process of the plugin: also when the program in YAML has
 * ended, since deletions come last. The tests follow each other on one stack.
 */
const pool = "azure-native:containerservice:AgentPool";

let world: World;
let project: Project;
beforeAll(async () => {
    // It installs the plugin, and nothing else runs meanwhile.
    const program = yamlProgram();
    world = await startWorld();
    world.azure.worst();
    project = await world.project("dev", program);
});
afterAll(() => world.stop());

const pools = (...names: string[]) => {
    project.configure((config) => {
        config.enclavePools = names.map((name) => ({ name, vmSize: "Standard_DC2s_v3", count: 1 }));
    });
};
const poolRequests = () =>
    world.azure.requests.filter(({ type }) => type === pool).map(({ method, outcome }) => `${method} ${outcome}`);

test("on Azure's worst day a stack comes up by one update, and the next one finds nothing to do", async () => {
    pools("enclave", "spare");
    const { code, stdout, stderr } = await project.update("up");
    expect(code, stdout + stderr).toBe(0);
    expect(poolRequests()).toContain("PUT refused");
    expect(words(changes(await project.preview()))).toEqual([]);
});

test("a deletion that AKS is too busy for is repeated", async () => {
    const before = poolRequests().length;
    world.azure.conditions.mismatches += 1;
    pools("enclave");
    const { code, stdout, stderr } = await project.update("up");
    expect(code, stdout + stderr).toBe(0);
    expect(poolRequests().slice(before)).toEqual(["DELETE refused", "DELETE done"]);
    expect(stdout).toContain("AKS is busy with an operation of its own");
});

test("a pool that Azure refuses for another reason ends the update with that reason, without a stack", async () => {
    world.azure.faults.push({ kind: "fail", method: "PUT", type: pool, times: 1 });
    pools("enclave", "more");
    const { code, stdout, stderr } = await project.update("up");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("InternalServerError");
    expect(stdout + stderr).not.toMatch(/\n\s+at .*\.js:\d+/);
    await project.up();
    expect(words(changes(await project.preview()))).toEqual([]);
});
