import { randomBytes } from "node:crypto";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { PlanError, UsageError } from "../model/errors.js";
import { messageOf } from "../../terminal/errors.js";
import { PLAN_MODE, type Plan } from "../model/format.js";
import { comparePlans } from "./compare.js";
import { DIFF_FORMAT, DIFF_VERSION, type PlanDiff, type StackDiff } from "./format.js";
import { changedSecretKeys } from "./secret-config.js";
import { oldRevision, realFolder, savedPlans, workingTree, type Progress, type Side } from "./sides.js";

/** What to compare: the working tree with a git revision, or with saved plans. */
export interface DiffRequest {
    /** Folder of the Pulumi project in the working tree. Default: the current folder. */
    program?: string;
    /** Git reference of the old revision. */
    base?: string;
    /** Compare with the commit where the branch left `base`, not with `base` itself. */
    mergeBase?: boolean;
    /** Files with saved plans (`plan --format json`), one for each stack, instead of `base`. */
    from?: readonly string[];
    /** Stacks to compare. Default: all that have a file in either revision; with `from`, those of the plans. */
    stacks?: readonly string[];
}

/** How many programs run at a time: each takes a processor and some 150 MiB. */
const AT_ONCE = 2;

/**
 * Compares what a program asks for in two revisions, stack by stack. A stack that cannot be planned on a side is part
 * of the result. Throws PlanError when nothing can be compared, UsageError when the request makes no sense.
 */
export async function diffProgram(request: DiffRequest, progress: Progress = () => undefined): Promise<PlanDiff> {
    const from = request.from ?? [];
    const { base: reference, mergeBase = false } = request;
    if ((reference === undefined) === (from.length === 0))
        throw new UsageError("say what to compare with: either --base REF or --from plan.json");
    if (mergeBase && reference === undefined) throw new UsageError("--merge-base needs --base");
    const workplace = {
        root: realFolder(request.program ?? "."),
        scratch: realpathSync(mkdtempSync(path.join(tmpdir(), "confidential-aks-base-"))),
        digestKey: randomBytes(32).toString("hex"),
        progress,
    };
    try {
        const head = await workingTree(workplace, reference !== undefined);
        const base =
            reference === undefined ? savedPlans(from, head) : await oldRevision(workplace, reference, mergeBase);
        return {
            format: DIFF_FORMAT,
            version: DIFF_VERSION,
            mode: PLAN_MODE,
            base: base.revision,
            head: head.revision,
            stacks: await compareStacks(
                base,
                head,
                chosen(request.stacks ?? [], base, head, reference === undefined),
                progress,
            ),
        };
    } finally {
        rmSync(workplace.scratch, { recursive: true, force: true });
    }
}

/** The stacks to compare: those asked for, or all of both sides. */
function chosen(asked: readonly string[], base: Side, head: Side, saved: boolean): string[] {
    const known = [base.stacks, head.stacks].flatMap((names) => (names === "any" ? [] : names));
    // organization/project/stack names the same stack.
    const names = asked.map((name) => name.split("/").pop() ?? "");
    const isKnown = (side: Side, name: string): boolean => side.stacks === "any" || side.stacks.includes(name);
    const strange = names.filter((name) => !isKnown(base, name) && (saved || !isKnown(head, name)));
    if (strange.length > 0)
        throw new UsageError(
            `${saved ? "--from has no plan of" : "unknown"} stack ${strange.map((name) => `"${name}"`).join(", ")}. Stacks: ${[...new Set(saved ? base.stacks : known)].sort().join(", ")}`,
        );
    if (names.length > 0) return sorted(names);
    if (saved && base.stacks !== "any") return sorted(base.stacks);
    return known.length > 0 ? sorted(known) : ["dev"];
}

function sorted(names: readonly string[]): string[] {
    return [...new Set(names)].sort();
}

async function compareStacks(
    base: Side,
    head: Side,
    stacks: readonly string[],
    progress: Progress,
): Promise<StackDiff[]> {
    const has = (side: Side, stack: string): boolean => side.stacks === "any" || side.stacks.includes(stack);
    const jobs = stacks.flatMap((stack) =>
        ([base, head] as const).filter((side) => has(side, stack)).map((side) => ({ stack, side })),
    );
    const results = new Map<string, Plan | PlanError>();
    const key = (side: Side, stack: string): string => `${side === base ? "base" : "head"} ${stack}`;
    let done = 0;
    const work = async (): Promise<void> => {
        for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
            const { side, stack } = job;
            progress(`planning ${key(side, stack)} (${done} done)`);
            results.set(key(side, stack), await attempt(() => side.plan(stack)));
            done++;
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return stacks.map((stack) => {
        const [old, now] = [results.get(key(base, stack)), results.get(key(head, stack))];
        const failures = [["base", base, old] as const, ["head", head, now] as const].flatMap(
            ([side, { top }, plan]) =>
                plan instanceof PlanError ? [{ side, message: readable(plan, top), problems: [...plan.problems] }] : [],
        );
        const nothing = emptyDiff(head.project?.name ?? base.project?.name ?? "", stack);
        if (old instanceof PlanError || now instanceof PlanError) return { ...nothing, status: "failed", failures };
        if (now === undefined) {
            const left = old?.counts.resources ?? 0;
            return { ...nothing, status: "removed", counts: { ...nothing.counts, same: left } };
        }
        const secretKeys =
            old !== undefined && base.project !== undefined && head.project !== undefined
                ? changedSecretKeys(base.project, head.project, stack)
                : [];
        return { ...comparePlans(old, now), secretKeys };
    });
}

async function attempt(work: () => Promise<Plan>): Promise<Plan | PlanError> {
    try {
        return await work();
    } catch (error) {
        return error instanceof PlanError ? error : new PlanError(messageOf(error));
    }
}

function emptyDiff(project: string, stack: string): StackDiff {
    return {
        project,
        stack,
        status: "compared",
        failures: [],
        counts: { create: 0, update: 0, replace: 0, delete: 0, move: 0, same: 0 },
        resources: [],
        access: [],
        outputs: [],
        versions: [],
        ignored: [],
        warnings: { added: [], gone: [] },
        epc: [],
        renamed: [],
        secretKeys: [],
    };
}

/** The message with paths below the revision's top folder, whose own name differs from machine to machine. */
function readable({ message }: PlanError, top: string): string {
    return message
        .replace(/\n?(No plan was made\.|\(--help shows all options\))$/, "")
        .split(`${top}${path.sep}`)
        .join("")
        .split(top)
        .join(".")
        .trim();
}
