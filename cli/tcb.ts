import { renameSync, writeFileSync } from "node:fs";
import { CommandError, messageOf } from "../terminal/errors.js";
import type { Severity } from "../tcb/model/report.js";
import { renderReport, type TcbFormat } from "../tcb/render/index.js";
import { renderMetrics } from "../tcb/render/metrics.js";
import { checkTcb, exitCode } from "../tcb/run.js";

/** What the command line gives. */
export interface TcbFlags {
    fmspc?: string[];
    cpusvn?: string;
    pcesvn?: string;
    pck?: string[];
    quote?: string[];
    azureBaseline?: boolean;
    cache?: string;
    format: TcbFormat;
    metrics?: string;
    failOn: Severity;
}

/**
 * Checks, prints, and gives the exit code: 0; 1 if something could not be judged; 3 if something as bad as `--fail-on`
 * was found.
 */
export async function tcbCommand(
    flags: TcbFlags,
    colors: boolean,
    progress: (text: string) => void,
): Promise<0 | 1 | 3> {
    const report = await checkTcb(flags, progress);
    progress("");
    if (flags.metrics !== "-") process.stdout.write(renderReport(report, flags.format, { colors }));
    if (flags.metrics !== undefined) writeMetrics(flags.metrics, renderMetrics(report));
    return exitCode(report, flags.failOn);
}

function writeMetrics(file: string, text: string): void {
    if (file === "-") {
        process.stdout.write(text);
        return;
    }
    try {
        // Who reads it, such as node exporter, sees a whole file.
        writeFileSync(`${file}.tmp`, text);
        renameSync(`${file}.tmp`, file);
    } catch (error) {
        throw new CommandError(`--metrics ${file}: cannot be written (${messageOf(error)})`, 2);
    }
}
