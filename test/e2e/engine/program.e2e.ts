import { delimiter } from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { KubernetesApi } from "../doubles/kubernetes/api.js";
import { toolFolder } from "../support/tools.js";
import { typescriptProgram } from "./program.js";
import type { Project } from "./project.js";
import { changes, words } from "./steps.js";
import { startWorld, type World } from "./world.js";

/*
 * The program as people run it: by `pulumi` on our Pulumi.yaml (with a stand-in for the language host, which starts the
 * SDK's own runner), and by Pulumi's Automation API inside a program of their own. The tests follow each other on one
 * stack.
 */
let world: World;
let project: Project;
beforeAll(async () => {
    // The Automation API looks for the CLI there.
    process.env.PATH = [toolFolder("pulumi"), process.env.PATH].join(delimiter);
    world = await startWorld();
    project = await world.project("dev", typescriptProgram({ warm: "none" }));
});
afterAll(() => world.stop());

/** The stack by the Automation API, with the repository's own index.ts as the program. */
function automated(): Promise<Stack> {
    return LocalWorkspace.createOrSelectStack(
        {
            stackName: "dev",
            projectName: "confidential-aks",
            program: async () => {
                // A program runs anew every time; a module does only once.
                vi.resetModules();
                return { ...(await import("../../../index.js")) };
            },
        },
        { workDir: project.folder, envVars: project.env as Record<string, string> },
    );
}

test("a mistake in the configuration is reported in the program's words, before anything is created", async () => {
    const mistaken = await world.project("existing");
    mistaken.configure((config) => (config.enclavePools = [{ name: "enclave", vmSize: "standard_dc4s_v3" }]));
    for (const ran of [await mistaken.run("preview"), await mistaken.update("up")]) {
        expect(ran.code).not.toBe(0);
        expect(ran.stdout + ran.stderr).toContain("did you mean Standard_DC4s_v3?");
        expect(ran.stdout + ran.stderr).not.toMatch(/at .*\.ts:\d+/);
    }
    expect(world.azure.requests).toEqual([]);
});

test("a warning of the program reaches the reader of a preview", async () => {
    const retired = await world.project("dcsv2");
    const { stdout } = await retired.must("preview", "--stack", "dcsv2");
    expect(stdout).toContain("Azure retired the DCsv2 series");
});

test("pulumi up runs our Pulumi.yaml", async () => {
    const { stdout } = await project.must("up", "--yes", "--stack", "dev");
    expect(stdout).toMatch(/kubeconfig *: \[secret\]/);
    const outputs = await stackOutputs("--show-secrets");
    expect(Object.keys(outputs).sort()).toEqual([
        "attestationUrl",
        "clusterName",
        "doctorCommand",
        "egress",
        "keyVaultUrl",
        "kubeconfig",
        "kubeletPrincipalId",
        "oidcIssuerUrl",
        "resourceGroupName",
        "sampleJobName",
    ]);
    expect(world.azureResources()).toEqual(
        expect.arrayContaining([`ManagedCluster ${outputs.clusterName}`, `ResourceGroup ${outputs.resourceGroupName}`]),
    );
    expect(outputs.doctorCommand).toContain(
        `--azure --resource-group ${outputs.resourceGroupName} --cluster ${outputs.clusterName}`,
    );
    // The kubeconfig is one that works.
    const api = new KubernetesApi(outputs.kubeconfig ?? "");
    const jobs = await api.list("batch/v1", "Job");
    api.close();
    expect(jobs.map(({ metadata }) => metadata)).toMatchObject([{ name: outputs.sampleJobName }]);
});

test("pulumi stack export gives the state that tests read from its file", async () => {
    const { stdout } = await project.must("stack", "export", "--stack", "dev");
    expect((JSON.parse(stdout) as { deployment: unknown }).deployment).toEqual(await project.state());
});

async function stackOutputs(...flags: string[]): Promise<Record<string, string>> {
    const { stdout } = await project.must("stack", "output", "--json", "--stack", "dev", ...flags);
    return JSON.parse(stdout) as Record<string, string>;
}

test("the Automation API with the same program finds nothing to change", async () => {
    const { changeSummary } = await (await automated()).preview();
    expect(Object.keys(changeSummary)).toEqual(["same"]);
});

test("the Automation API updates the stack, and knows which output is a secret", async () => {
    const stack = await automated();
    await stack.setConfig("confidential-aks:runSample", { value: "false" });
    const { outputs, summary } = await stack.up();
    expect(summary.resourceChanges).toMatchObject({ delete: expect.any(Number) as number });
    const secrets = Object.entries(outputs).filter(([, { secret }]) => secret);
    expect(secrets.map(([name]) => name)).toEqual(["kubeconfig"]);
    // What one way has made, the other finds as it should be.
    expect(words(changes(await project.preview()))).toEqual([]);
});

test("the Automation API destroys what pulumi has made", async () => {
    const stack = await automated();
    await stack.destroy();
    expect(world.azureResources()).toEqual([]);
    expect(await world.objects()).toEqual([]);
});
