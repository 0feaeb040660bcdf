import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument, stringify } from "yaml";
import { FakeAzure } from "../doubles/azure/azure.js";
import { azureNativeDouble, version as azureNativeVersion } from "../doubles/azure/provider.js";
import { kubernetesDouble, version as kubernetesVersion } from "../doubles/kubernetes/provider.js";
import { serveProvider } from "../doubles/provider.js";
import type { Properties } from "../doubles/values.js";
import type { Program } from "../engine/program.js";
import { Project } from "../engine/project.js";
import { toolFolder } from "../support/tools.js";
import { installedPlugin } from "./yaml.js";

/** What previews need: providers of Azure and of Kubernetes, and no cluster. */
export interface Previews {
    /** A project with the stack `dev`. */
    project(program: Program): Promise<Project>;
    stop(): void;
}

export async function startPreviews(): Promise<Previews> {
    const azure = new FakeAzure();
    const served = {
        "azure-native": await serveProvider(() => azureNativeDouble(azure), azureNativeVersion),
        kubernetes: await serveProvider(() => kubernetesDouble({ waitMilliseconds: () => 0 }), kubernetesVersion),
    };
    const projects: Project[] = [];
    return {
        project: (program) => {
            const project = new Project("dev", served, program);
            projects.push(project);
            return project.init();
        },
        stop: () => {
            for (const project of projects) project.remove();
            for (const provider of Object.values(served)) provider.stop();
        },
    };
}

/** Where the program is, and what it runs with. */
interface Source {
    folder: string;
    config?: Record<string, unknown>;
    /** Changes its files, in the project's folder. */
    change?: (folder: string) => void;
    /** Folders for PATH. */
    path?: readonly string[];
    env?: NodeJS.ProcessEnv | undefined;
}

/** The program of a folder. */
export function programIn({ folder: source, config = {}, change, path = [], env = {} }: Source): Program {
    return {
        write: (folder) => {
            cpSync(source, folder, { recursive: true });
            writeFileSync(join(folder, "Pulumi.dev.yaml"), stringify({ config }));
            change?.(folder);
        },
        configFile: () => "Pulumi.dev.yaml",
        env,
        path: [toolFolder("yaml"), ...path],
        warm: "none",
    };
}

/** Lets a project find the package in the folder where it is installed. */
export function useInstalled(folder: string): void {
    const file = join(folder, "Pulumi.yaml");
    const document = parseDocument(readFileSync(file, "utf8"));
    const place = ["packages", "confidential-aks"];
    if (!document.hasIn(place)) throw new Error(`${file} does not name the package`);
    document.setIn(place, installedPlugin());
    writeFileSync(file, document.toString());
}

/** A resource of a preview or of a plan. */
interface Resource {
    type: string;
    name: string;
    inputs: Properties;
}

/** What a program makes: resources by type and name, without the stack and the providers, and its own object whole. */
export const made = (resources: Resource[]) => ({
    resources: resources
        .filter(({ type }) => !type.startsWith("pulumi:"))
        .map(({ type, name }) => `${type} ${name}`)
        .sort(),
    own: resources.find(({ name }) => name === "enclave-app")?.inputs,
});

/** What the example in TypeScript makes, as planned offline. */
export function planned(example: string): ReturnType<typeof made> {
    const args = [
        "dist/cli/index.js",
        "plan",
        "--program",
        `examples/${example}/typescript`,
        "-s",
        "dev",
        "-f",
        "json",
    ];
    const plan = execFileSync(process.execPath, args, { encoding: "utf8" });
    return made((JSON.parse(plan) as { resources: Resource[] }).resources);
}
