import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { missing, type Problem } from "../problems";

const plugin = "confidential-aks";

/**
 * A problem where a program for Node makes resources of this package's own provider and the engine would not find its
 * plugin: the engine itself says so only after it has made other resources. In other languages the plugin makes the
 * components, so it is there.
 */
export function checkPlugin(): Problem[] {
    const root = pulumi.runtime.getRootDirectory();
    const [file] = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"].map((name) => join(root, name)).filter(existsSync);
    // There is none in unit tests, in the plugin itself, and where the language host names no folder.
    if (file === undefined || isNamed(file) || isInPath() || isInstalled() || isServed()) return [];
    const expected =
        "the plugin of this package, which sets policies and makes keys where Azure Resource Manager does not";
    const remedy = `add to ${file}: plugins: { providers: [{ name: ${plugin}, path: node_modules/${plugin} }] }`;
    return [missing("plugins.providers", expected, remedy)];
}

/**
 * By the project, in `plugins` or `packages`: below the first level, where `name` is the project's own. Text is enough
 * to tell, and a YAML parser would be loaded by every program.
 */
function isNamed(file: string): boolean {
    return named.test(readFileSync(file, "utf8"));
}

const named =
    /^(?:\s|plugins|packages).*(?:name["']?:\s*["']?confidential-aks["']?\s*(?:[,}]|$)|["'\s{]confidential-aks["']?:)/m;

function isInPath(): boolean {
    const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
    return folders.some((folder) => existsSync(join(folder, `pulumi-resource-${plugin}`)));
}

function isInstalled(): boolean {
    const folder = join(process.env.PULUMI_HOME ?? join(homedir(), ".pulumi"), "plugins");
    return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith(`resource-${plugin}-v`));
}

function isServed(): boolean {
    return (process.env.PULUMI_DEBUG_PROVIDERS ?? "").split(",").some((each) => each.startsWith(`${plugin}:`));
}
