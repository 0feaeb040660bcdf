import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { inject } from "vitest";
import type { Program } from "../engine/program.js";
import { toolFolder } from "../support/tools.js";

/** Folder with the package as a component plugin: what npm packs, and its production dependencies. */
export function installedPlugin(): string {
    const work = inject("languages");
    const folder = join(work, "plugin");
    const script = resolve("test/e2e/languages/install-plugin.mjs");
    execFileSync("flock", [join(work, "lock"), process.execPath, script, folder], { timeout: 600_000 });
    return folder;
}

/** A document of Pulumi YAML. */
export type YamlProgram = Record<string, unknown>;

/** How Pulumi finds the plugin: by the folder that the project names, or by PATH. */
interface PluginPlace {
    packages?: Record<string, string>;
    path?: readonly string[];
}

/** The place that a project names. */
export const inFolder = (folder: string): PluginPlace => ({ packages: { "confidential-aks": folder } });

const settings = "settings.yaml";

/** The program of a stack in YAML; `make` writes it from the stack's configuration. */
export function yamlProgram(make = platformProgram, { packages, path = [] } = inFolder(installedPlugin())): Program {
    return {
        env: {},
        path: [toolFolder("yaml"), ...path],
        warm: "none",
        write: (folder, stack) => {
            cpSync(resolve(`stacks/Pulumi.${stack}.yaml`), join(folder, settings));
        },
        configFile: () => settings,
        configured: (folder) => {
            const project = {
                name: "confidential-aks",
                runtime: "yaml",
                ...(packages === undefined ? {} : { packages }),
                ...make(configuration(join(folder, settings))),
            };
            writeFileSync(
                join(folder, "Pulumi.yaml"),
                stringify(project, { version: "1.1", aliasDuplicateObjects: false }),
            );
        },
    };
}

/** The configuration of a stack. */
function configuration(file: string): YamlProgram {
    const { config } = parse(readFileSync(file, "utf8")) as { config: YamlProgram };
    return Object.fromEntries(
        Object.entries(config).map(([key, value]) => [key.replace("confidential-aks:", ""), value]),
    );
}

const outputs = [
    "resourceGroupName",
    "clusterName",
    "kubeconfig",
    "oidcIssuerUrl",
    "kubeletPrincipalId",
    "egress",
    "sampleJobName",
    "doctorCommand",
    "attestationUrl",
    "keyVaultUrl",
];

/** One ConfidentialPlatform with the configuration written out, and the outputs of the repository's program. */
function platformProgram(config: YamlProgram): YamlProgram {
    return {
        resources: { "confidential-aks": { type: "confidential-aks:ConfidentialPlatform", properties: config } },
        outputs: Object.fromEntries(outputs.map((name) => [name, `\${confidential-aks.${name}}`])),
    };
}
