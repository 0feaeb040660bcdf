import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { diffProgram, type DiffRequest } from "../plan/diff/run.js";
import { UsageError } from "../plan/model/errors.js";
import { messageOf } from "../terminal/errors.js";

import { renderDiff, type DiffFormat } from "../plan/render/diff/index.js";
import { exitCode, type FailOn } from "./fail-on.js";

/** What the command line gives. */
export interface DiffFlags {
    base?: string;
    mergeBase: boolean;
    from: string[];
    stack: string[];
    program: string;
    format: DiffFormat;
    out: string[];
    failOn: FailOn[];
}

/**
 * Compares, prints, and gives the exit code: 0; 1 if a stack could not be planned; 3 if `--fail-on` found something.
 */
export async function diffCommand(
    flags: DiffFlags,
    colors: boolean,
    progress: (text: string) => void,
): Promise<0 | 1 | 3> {
    const outs = flags.out.map((file) => ({ file: path.resolve(file), format: formatOf(file, flags.format) }));
    const request: DiffRequest = {
        program: flags.program,
        ...(flags.base === undefined ? {} : { base: flags.base }),
        mergeBase: flags.mergeBase,
        from: flags.from,
        stacks: flags.stack,
    };
    const diff = await diffProgram(request, progress);
    progress("");
    for (const { file, format } of outs) {
        try {
            writeFileSync(file, renderDiff(diff, format));
        } catch (error) {
            throw new UsageError(`--out ${file}: cannot be written (${messageOf(error)})`);
        }
    }
    process.stdout.write(renderDiff(diff, flags.format, { colors }));
    return exitCode(diff, flags.failOn);
}

/** A file's own format by its ending, else the one asked for. */
function formatOf(file: string, format: DiffFormat): DiffFormat {
    const formats: Record<string, DiffFormat> = { ".md": "markdown", ".json": "json", ".txt": "text" };
    return formats[path.extname(file)] ?? format;
}
