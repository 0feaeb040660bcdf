import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { isPlainObject, suggest } from "../../components/problems/index.js";
import { PlanError, UsageError } from "../model/errors.js";
import { messageOf } from "../../terminal/errors.js";
import { parseYaml, type YamlMap } from "./yaml-file.js";

export type { YamlMap };

/** What Pulumi.yaml says. */
export interface Project {
    name: string;
    /** Folder of Pulumi.yaml. */
    root: string;
    /** File name of Pulumi.yaml, for messages. */
    file: string;
    /** Folder the program runs in, and its entry there. */
    cwd: string;
    entry: string;
    /** Folder of the stack files. */
    stackDir: string;
    runtimeOptions: YamlMap;
    /** The `config:` block as written. */
    config: YamlMap;
}

/** Reads a YAML file that must hold a map (or nothing); a mistake in it is an error with line and column. */
export function readYamlMap(file: string): YamlMap {
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch (error) {
        throw new PlanError(`cannot read ${file}: ${messageOf(error)}`);
    }
    const value = parseYaml(text, file);
    if (value === null || value === undefined) return {};
    if (!isPlainObject(value)) throw new PlanError(`${file}: expected a map at the top`);
    return value;
}

/** Reads the Pulumi project of a folder. */
export function readProject(folder: string): Project {
    const root = path.resolve(folder);
    const file = ["Pulumi.yaml", "Pulumi.yml"].find((name) => existsSync(path.join(root, name)));
    if (file === undefined) {
        throw new UsageError(`no Pulumi.yaml in ${root}: say --program DIR with the folder of a Pulumi project`);
    }
    const yaml = readYamlMap(path.join(root, file));
    const name = yaml["name"];
    if (typeof name !== "string" || name === "") throw new PlanError(`${path.join(root, file)}: "name" is missing`);
    const stackDir = yaml["stackConfigDir"];
    const config = yaml["config"];
    // The old form `config: <dir>` named the folder of the stack files.
    const oldDir = typeof config === "string" ? config : undefined;
    return {
        name,
        root,
        file,
        ...entryOf(root, yaml["main"], file),
        stackDir: path.join(root, typeof stackDir === "string" ? stackDir : (oldDir ?? ".")),
        runtimeOptions: runtimeOptions(yaml["runtime"], path.join(root, file)),
        config: isPlainObject(config) ? config : {},
    };
}

function runtimeOptions(runtime: unknown, file: string): YamlMap {
    const name = isPlainObject(runtime) ? runtime["name"] : runtime;
    if (name !== "nodejs") {
        throw new PlanError(`${file}: runtime is ${JSON.stringify(name)}; an offline plan runs "nodejs" programs only`);
    }
    const options = isPlainObject(runtime) ? runtime["options"] : undefined;
    return isPlainObject(options) ? options : {};
}

/** Folder and entry as Pulumi picks them: `main` is a folder, or a file in the folder the program runs in. */
function entryOf(root: string, main: unknown, file: string): { cwd: string; entry: string } {
    if (typeof main !== "string" || main === "") return { cwd: root, entry: "." };
    const target = path.resolve(root, main);
    if (!existsSync(target)) throw new PlanError(`${path.join(root, file)}: "main" is ${main}, which does not exist`);
    return statSync(target).isDirectory()
        ? { cwd: target, entry: "." }
        : { cwd: path.dirname(target), entry: path.basename(target) };
}

/** Names of the stacks that have a file, sorted. */
export function stackNames(project: Project): string[] {
    if (!existsSync(project.stackDir)) return [];
    return readdirSync(project.stackDir)
        .map((name) => /^Pulumi\.(.+)\.ya?ml$/.exec(name)?.[1])
        .filter((name): name is string => name !== undefined)
        .sort();
}

/** File of a stack, if there is one. */
export function stackFile(project: Project, stack: string): string | undefined {
    return [`Pulumi.${stack}.yaml`, `Pulumi.${stack}.yml`]
        .map((name) => path.join(project.stackDir, name))
        .find((file) => existsSync(file));
}

/** The stack that a plan shows when none is named and the project has several. */
const DEFAULT_STACK = "dev";

/**
 * The stack to plan: the one asked for, else the only one, else `dev`. If there is no `dev` among several, or the name
 * is unknown, the error lists all stacks. A project without stack files takes any name.
 */
export function chooseStack(project: Project, asked: string | undefined): string {
    // organization/project/stack names the same stack file.
    const wanted = asked?.split("/").pop();
    const stacks = stackNames(project);
    if (wanted === "") throw new UsageError("--stack needs a name");
    if (stacks.length === 0) return wanted ?? DEFAULT_STACK;
    if (wanted === undefined) return defaultStack(project, stacks);
    if (stacks.includes(wanted)) return wanted;
    const near = suggest(wanted, stacks);
    const hint = near === undefined ? "" : ` Did you mean "${near}"?`;
    throw new UsageError(`unknown stack "${wanted}".${hint} Stacks of ${project.name}: ${stacks.join(", ")}`);
}

function defaultStack(project: Project, stacks: readonly string[]): string {
    const [only] = stacks;
    if (only !== undefined && stacks.length === 1) return only;
    if (stacks.includes(DEFAULT_STACK)) return DEFAULT_STACK;
    throw new UsageError(
        `no stack was named, and there is no Pulumi.${DEFAULT_STACK}.yaml in ${project.stackDir}: ` +
            `add --stack NAME with one of ${stacks.join(", ")}`,
    );
}
