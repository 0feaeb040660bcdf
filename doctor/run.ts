import { setTimeout as sleep } from "node:timers/promises";
import { CommandError } from "../terminal/errors.js";
import { TemporaryError } from "./collect/api/errors.js";
import { collect, type CollectRequest } from "./collect/index.js";
import { judge } from "./judge/judge.js";
import { readBundle, writeBundle } from "./collect/bundle.js";
import type { Snapshot } from "./model/snapshot.js";
import type { Report, Severity } from "./model/report.js";
import { placesText } from "./render/words.js";

/** What is to be examined: a cluster, or what was read of one. */
export type DoctorRequest = CollectRequest & {
    /** A bundle to judge instead of a cluster. */
    from?: string;
    /** Where to write what was read. */
    bundle?: string;
    /** Look again until nothing as bad as `failOn` is found, and nothing is pending, for so many minutes. */
    waitMinutes?: number;
    /** Seconds between two looks. Default: 10. */
    pauseSeconds?: number;
    failOn: Severity;
};

/**
 * Reads and judges. Throws CommandError when nothing can be judged. `progress` hears what is done at the moment, `tell`
 * what is waited for, once for each.
 */
export async function examine(
    request: DoctorRequest,
    progress: (text: string) => void,
    tell: (text: string) => void = progress,
): Promise<Report> {
    const { bundle, waitMinutes = 0, pauseSeconds = 10, failOn } = request;
    const until = Date.now() + waitMinutes * 60_000;
    let told = "";
    for (;;) {
        const seen = await look(request, progress);
        const reason = seen instanceof TemporaryError ? seen.message : reasonToWait(seen.report, failOn);
        if (reason === undefined || Date.now() >= until) {
            if (seen instanceof TemporaryError) throw seen;
            if (bundle !== undefined) writeBundle(bundle, seen.snapshot);
            return seen.report;
        }
        if (reason !== told) tell(`waiting: ${reason}`);
        told = reason;
        await sleep(Math.max(0, Math.min(pauseSeconds * 1000, until - Date.now())));
    }
}

/** One look; what may pass by itself, such as an API server that is updated and away for a while, is given back. */
async function look(request: DoctorRequest, progress: (text: string) => void) {
    const { from } = request;
    try {
        const snapshot = from === undefined ? await collect(request, progress) : readBundle(from);
        checkRead(snapshot);
        return { snapshot, report: judge(snapshot) };
    } catch (error) {
        if (error instanceof TemporaryError) return error;
        throw error;
    }
}

/** The worst that is found, else what is pending; undefined: nothing. */
function reasonToWait(report: Report, failOn: Severity): string | undefined {
    const { first, categories } = report;
    if (first !== undefined && isAsBadAs(report, failOn)) {
        const { code, seen, where } = first;
        return `${code} ${seen}${where.length === 0 ? "" : ` (${placesText(where)})`}`;
    }
    const pending = categories.flatMap(({ checks }) => checks).find((check) => check.pending === true);
    return pending === undefined ? undefined : `${pending.code} ${pending.needs ?? ""}`;
}

/** Without nodes and pods there is nothing to judge: a cluster that is not seen is not well. */
function checkRead({ gaps, objects }: Snapshot): void {
    const missing = (["nodes", "pods"] as const).flatMap(
        (part) => gaps.find(({ collection }) => collection === part) ?? [],
    );
    if (missing.length < 2 || objects.nodes.length + objects.pods.length > 0) return;
    const what = `neither nodes nor pods can be read (${missing.map(({ detail }) => detail).join("; ")})`;
    if (missing.every(({ why }) => why === "failed")) throw new TemporaryError(what);
    throw new CommandError(`${what}: docs/doctor-role.yaml has the rights that the doctor needs`);
}

/** Whether a report has a finding of that severity, or a worse one. */
export function isAsBadAs({ categories }: Report, severity: Severity): boolean {
    const bad = severity === "warning" ? ["problem", "warning"] : ["problem"];
    return categories.some(({ checks }) => checks.some(({ result }) => bad.includes(result)));
}
