import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FakeAzure } from "../doubles/azure/azure.js";
import { azureNativeDouble, version as azureNativeVersion } from "../doubles/azure/provider.js";
import { kubernetesDouble, version as kubernetesVersion } from "../doubles/kubernetes/provider.js";
import { serveProvider, type ServedProvider } from "../doubles/provider.js";
import { Project } from "../engine/project.js";
import { yamlResources } from "../secrets/program.js";
import { inFolder, installedPlugin, yamlProgram, type YamlProgram } from "./yaml.js";

/*
 * Where Pulumi finds the package as a plugin, and how it starts it. Each project has one way only.
 */
const executable = "pulumi-resource-confidential-aks";

let served: Record<string, ServedProvider>;
const projects: Project[] = [];
beforeAll(async () => {
    const azure = new FakeAzure();
    served = {
        "azure-native": await serveProvider(() => azureNativeDouble(azure), azureNativeVersion),
        kubernetes: await serveProvider(() => kubernetesDouble({ waitMilliseconds: () => 0 }), kubernetesVersion),
    };
});
afterAll(() => {
    for (const project of projects) project.remove();
    for (const provider of Object.values(served)) provider.stop();
});

const cluster = ({ location, enclavePools }: YamlProgram): YamlProgram => ({
    resources: { team: { type: "confidential-aks:ConfidentialCluster", properties: { location, enclavePools } } },
});

async function projectWith(place: Parameters<typeof yamlProgram>[1]): Promise<Project> {
    const project = new Project("dev", served, yamlProgram(cluster, place));
    projects.push(project);
    return project.init();
}

/** What a preview shows that has the plugin. */
async function expectCluster(project: Project): Promise<void> {
    const steps = await project.preview();
    const types = steps.map(({ type }) => type);
    expect(types).toContain("confidential-aks:index:ConfidentialCluster");
    expect(types).toContain("azure-native:containerservice:AgentPool");
}

/** A copy of the plugin, as hard links. */
function copied(folder: string): string {
    execFileSync("cp", ["-al", installedPlugin(), folder]);
    return folder;
}

test("in a folder that the project names: by its executable, and without one by PulumiPlugin.yaml", async () => {
    const folder = copied(join(installedPlugin(), "../copy"));
    const project = await projectWith(inFolder(folder));
    await expectCluster(project);
    rmSync(join(folder, executable));
    await expectCluster(project);
});

test("as an executable on PATH", async () => {
    await expectCluster(await projectWith({ path: [installedPlugin()] }));
});

test("as an installed plugin: by its executable, and without one by PulumiPlugin.yaml", async () => {
    const project = await projectWith({});
    const plugins = join(project.folder, "home/plugins");
    mkdirSync(plugins);
    const folder = copied(join(plugins, "resource-confidential-aks-v0.1.0"));
    await expectCluster(project);
    rmSync(join(folder, executable));
    await expectCluster(project);
});

// What `pulumi package add` leaves behind: where it has put the plugin, and the declaration of the package.
test("from its Git repository: also for the package's own resources below its components", async () => {
    const repository = "github.com/OWNER/confidential-aks";
    const attestation = { resourceGroupName: "rg", enclaves: [{ signer: "1a".repeat(32), product: 1, minimumSvn: 1 }] };
    const program = yamlProgram(() => yamlResources({ attestation }), {});
    const project = new Project("dev", served, program);
    projects.push(project);
    await project.init();
    const plugins = join(project.folder, "home/plugins");
    mkdirSync(plugins);
    copied(join(plugins, `resource-${repository.replaceAll("/", "_")}.git-v0.1.0`));
    const declared = {
        packageDeclarationVersion: 1,
        name: "confidential-aks",
        version: "0.1.0",
        downloadUrl: `git://${repository}`,
    };
    mkdirSync(join(project.folder, "sdks"));
    writeFileSync(join(project.folder, "sdks/confidential-aks-0.1.0.yaml"), stringify(declared));
    const types = (await project.preview()).map(({ type }) => type);
    expect(types).toContain("confidential-aks:index:AttestationProvider");
    expect(types).toContain("confidential-aks:index:SgxPolicy");
});

test("nowhere: the preview says which plugin is missing", async () => {
    const project = await projectWith({});
    const { code, stdout, stderr } = await project.run("preview", "--stack", "dev");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("no resource plugin 'pulumi-resource-confidential-aks' found");
});
