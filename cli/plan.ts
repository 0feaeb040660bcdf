import * as path from "node:path";
import { planInChild } from "../plan/record/child.js";
import type { PlanFormat } from "../plan/render/index.js";

/** What the command line gives. */
export interface PlanFlags {
    stack?: string;
    program: string;
    config: string[];
    configPath: boolean;
    format: PlanFormat;
    out?: string;
}

/** Runs the program, writes the files of `--out`, and prints the plan. `erase` removes the progress from the screen. */
export async function planCommand(flags: PlanFlags, colors: boolean, erase: () => void): Promise<void> {
    const { format, out: folder, ...request } = flags;
    const out = folder === undefined ? undefined : path.resolve(folder);
    if (out !== undefined) (await import("../plan/render/files.js")).checkOutDir(out);
    const planned = planInChild(request, {
        nodeArgs: process.execArgv,
        onOutput: (text) => {
            erase();
            process.stderr.write(text);
        },
    });
    // The renderings load while the program runs.
    const [made, { renderPlan }] = await Promise.all([planned, import("../plan/render/index.js")]);
    erase();
    if (out !== undefined) (await import("../plan/render/files.js")).writePlan(made, out);
    process.stdout.write(renderPlan(made, format, { colors }));
}
