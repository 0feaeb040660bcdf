import { readFileSync } from "node:fs";
import { UsageError } from "../plan/model/errors.js";
import { planInChild } from "../plan/record/child.js";
import { readClaims } from "../plan/release/claims.js";
import { judgeRelease } from "../plan/release/judge.js";
import { renderRelease, type ReleaseFormat } from "../plan/render/release.js";
import { messageOf } from "../terminal/errors.js";

/** Exit code when a key is not released, or when that cannot be said. */
const EXIT_NOT_RELEASED = 3;

/** What the command line gives. */
export interface WouldReleaseFlags {
    stack?: string;
    program: string;
    config: string[];
    configPath: boolean;
    claims: string;
    key: string[];
    format: ReleaseFormat;
}

/** Plans, judges, prints, and gives the exit code: 0 if all keys are released, else 3. `erase` removes the progress. */
export async function wouldReleaseCommand(
    flags: WouldReleaseFlags,
    colors: boolean,
    erase: () => void,
): Promise<0 | typeof EXIT_NOT_RELEASED> {
    const { format, claims: file, key, ...request } = flags;
    // Before the program runs: a mistake there is shown at once.
    const claims = readClaims(textOf(file), file);
    const plan = await planInChild(request, {
        nodeArgs: process.execArgv,
        onOutput: (text) => {
            erase();
            process.stderr.write(text);
        },
    });
    const report = judgeRelease(plan, claims, key);
    erase();
    process.stdout.write(renderRelease(report, format, { colors }));
    return report.keys.every(({ verdict }) => verdict === "released") ? 0 : EXIT_NOT_RELEASED;
}

function textOf(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        throw new UsageError(`--claims ${file}: cannot be read (${messageOf(error)})`);
    }
}
