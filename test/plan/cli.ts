import { execFile } from "node:child_process";
import * as path from "node:path";
import { readPlan, type Plan, type PlanResource } from "../../plan/model/format.js";
import { preload } from "../support/code-cache.mjs";

export const repo = path.resolve(__dirname, "../..");
const cli = path.join(repo, "dist/cli/index.js");

/** What one run of the command line gave. */
export interface Run {
    code: number;
    stdout: string;
    stderr: string;
}

/** Folder of a fixture program. */
export function fixture(name: string): string {
    return path.join(repo, "test/fixtures/plan", name);
}

let running = 0;
const waiting: (() => void)[] = [];

/** Runs the built command line, at most two at a time. */
export function run(...args: string[]): Promise<Run> {
    return runNode(cli, ...args);
}

async function runNode(...args: string[]): Promise<Run> {
    if (running >= 2) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
        return await new Promise((resolve) => {
            const env = { ...process.env, NO_COLOR: "1", NODE_OPTIONS: preload.join(" ") };
            execFile(process.execPath, args, { env, maxBuffer: 1e8 }, (error, stdout, stderr) => {
                resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
            });
        });
    } finally {
        running--;
        waiting.shift()?.();
    }
}

/** The plan of a stack where providers answer as in the preview of an update. */
export async function planOfUpdate(program: string, stack: string): Promise<Plan> {
    const { code, stdout, stderr } = await runNode("test/support/update-plan.mjs", program, stack);
    if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
    return readPlan(stdout);
}

/** Plans a fixture. */
export function plan(name: string, ...args: string[]): Promise<Run> {
    return run("plan", "--program", fixture(name), ...args);
}

/** Plans a fixture and reads the plan; a failure shows what the command said. */
export async function planOf(name: string, ...args: string[]): Promise<Plan> {
    const { code, stdout, stderr } = await plan(name, "--format", "json", ...args);
    if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
    return readPlan(stdout);
}

/** The resource of a name, and of a kind where names repeat. */
export function named(made: Plan, name: string, kind = ""): PlanResource {
    const found = made.resources.filter((resource) => resource.name === name && resource.type.endsWith(kind));
    if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} resources named ${name}`);
    return found[0];
}
