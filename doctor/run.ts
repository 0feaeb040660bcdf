import { setTimeout as sleep } from "node:timers/promises";
import { CommandError } from "../terminal/errors.js";
import { collect, type CollectRequest } from "./collect/index.js";
import { judge } from "./judge/judge.js";
import { readBundle, writeBundle } from "./collect/bundle.js";
import type { Snapshot } from "./model/snapshot.js";
import type { Report, Severity } from "./model/report.js";

/** What is to be examined: a cluster, or what was read of one. */
export type DoctorRequest = CollectRequest & {
    /** A bundle to judge instead of a cluster. */
    from?: string;
    /** Where to write what was read. */
    bundle?: string;
    /** Look again until nothing as bad as `failOn` is found, for so many minutes. */
    waitMinutes?: number;
    failOn: Severity;
};

/** Seconds between two looks of `--wait`. */
const pauseSeconds = 10;

/** Reads and judges. Throws CommandError when nothing can be judged. */
export async function examine(request: DoctorRequest, progress: (text: string) => void): Promise<Report> {
    const { from, bundle, waitMinutes = 0, failOn } = request;
    const until = Date.now() + waitMinutes * 60_000;
    for (;;) {
        try {
            const snapshot = from === undefined ? await collect(request, progress) : readBundle(from);
            checkRead(snapshot);
            const report = judge(snapshot);
            if (!isAsBadAs(report, failOn) || Date.now() >= until) {
                if (bundle !== undefined) writeBundle(bundle, snapshot);
                return report;
            }
            progress(`waiting: ${report.first?.code ?? ""} ${report.first?.seen ?? ""}`);
        } catch (error) {
            // An API server that is updated may be away for a while; wrong usage stays wrong.
            if (!(error instanceof CommandError) || error.exitCode === 2 || Date.now() >= until) throw error;
            progress(`waiting: ${error.message}`);
        }
        await sleep(Math.max(0, Math.min(pauseSeconds * 1000, until - Date.now())));
    }
}

/** Without nodes and pods there is nothing to judge: a cluster that is not seen is not well. */
function checkRead({ gaps, objects }: Snapshot): void {
    const missing = (["nodes", "pods"] as const).map((part) => gaps.find(({ collection }) => collection === part));
    const details = missing.flatMap((gap) => gap?.detail ?? []);
    if (details.length < missing.length || objects.nodes.length + objects.pods.length > 0) return;
    throw new CommandError(
        `neither nodes nor pods can be read (${details.join("; ")}): docs/doctor-role.yaml has the rights that the doctor needs`,
    );
}

/** Whether a report has a finding of that severity, or a worse one. */
export function isAsBadAs({ categories }: Report, severity: Severity): boolean {
    const bad = severity === "warning" ? ["problem", "warning"] : ["problem"];
    return categories.some(({ checks }) => checks.some(({ result }) => bad.includes(result)));
}
