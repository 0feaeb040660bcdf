import { spawn } from "node:child_process";
import * as path from "node:path";
import { PlanError } from "./errors.js";
import { readPlan, type Plan } from "./format.js";
import type { PlanRequest } from "./run.js";
import { DIGEST_KEY_VARIABLE } from "./secrets.js";

/** A request for a plan in a process of its own. */
export interface ChildRequest extends PlanRequest {
    /** Makes the plan hold digests of its secrets, keyed by this: two plans made with one key tell which secrets differ. */
    digestKey?: string;
}

/** Makes a plan in a process of its own: as often as needed, for other folders and revisions, also from a server or a test. */
export async function planInChild(request: ChildRequest = {}): Promise<Plan> {
    const args = [path.join(__dirname, "cli.js"), "plan", "--format", "json", "--program", request.program ?? "."];
    if (request.stack !== undefined) args.push("--stack", request.stack);
    if (request.mode !== undefined) args.push("--mode", request.mode);
    if (request.configPath === true) args.push("--config-path");
    for (const text of request.config ?? []) args.push(`--config=${text}`);
    const { code, stdout, stderr } = await run(args, request.digestKey);
    if (code === 0) return readPlan(stdout);
    throw new PlanError(stderr.replace(/^error: /, "").trimEnd(), code === 2 ? 2 : 1);
}

function run(args: string[], digestKey = ""): Promise<{ code: number | null; stdout: string; stderr: string }> {
    return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, args, {
            stdio: ["ignore", "pipe", "pipe"],
            env: { ...process.env, [DIGEST_KEY_VARIABLE]: digestKey },
        });
        const output = { stdout: "", stderr: "" };
        child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
        child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
        child.on("error", reject);
        child.on("close", (code) => {
            resolve({ code, ...output });
        });
    });
}
