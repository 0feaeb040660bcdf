import type { Action, PlanDiff, StackDiff } from "../plan/diff/format.js";

/** Exit code when what `--fail-on` names is in the diff. */
const EXIT_FAIL_ON = 3;

/**
 * What makes the command exit with 3. `change`: any difference of a resource; `access`: what widens access, and what
 * cannot be judged.
 */
export type FailOn = "replace" | "delete" | "change" | "access";

/**
 * What a guard says of a diff. A stack that could not be planned fails it, whatever it asks for: it is unknown what
 * would happen there.
 */
export function exitCode(diff: PlanDiff, failOn: readonly FailOn[]): 0 | 1 | 3 {
    if (diff.stacks.some(({ status }) => status === "failed")) return 1;
    return failOn.some((what) => diff.stacks.some((stack) => holds(stack, what))) ? EXIT_FAIL_ON : 0;
}

function holds({ counts, access = [] }: StackDiff, what: FailOn): boolean {
    if (what === "access") return access.some(({ widens }) => widens);
    const actions: Record<Exclude<FailOn, "access">, Action[]> = {
        replace: ["replace"],
        delete: ["delete"],
        change: ["replace", "delete", "update", "create", "move"],
    };
    return actions[what].some((action) => counts[action] > 0);
}
