import { valueAt, type PlanResource, type PlanValue } from "../../model/format.js";
import { guardPolicyWords, isGuard } from "../guard-words.js";
import type { Compared } from "../compared.js";
import { canonical } from "./canonical.js";

/** What a change of this package's guard allows pods, as far as its own messages say. */
export function guardOpens(before: PlanResource, after: PlanResource): string[] {
    return guardPolicyWords({ before, after } as Compared);
}

/** Rules of the guard that its arguments make wider or narrower; their messages say how they stand. */
const ADJUSTABLE = ["csi-driver", "provision"];

/** True if only rules of the guard changed that its arguments adjust, and they became narrower. */
export function isNarrowerGuard(before: PlanResource, after: PlanResource): boolean {
    if (!isGuard(before) || !isGuard(after) || guardOpens(before, after).length > 0) return false;
    const [old, now] = [before, after].map(({ inputs }) => fixedPart(inputs["spec"]));
    return old !== undefined && old === now;
}

/**
 * All of a guard but the adjustable rules, which its one condition holds once more. Undefined: it is not as this
 * package makes it.
 */
function fixedPart(spec: PlanValue | undefined): string | undefined {
    const [conditions, validations, variables] = ["matchConditions", "validations", "variables"].map((key) =>
        valueAt(spec, key),
    );
    if (!Array.isArray(conditions) || conditions.length !== 1 || !Array.isArray(validations)) return undefined;
    const fixed = validations.filter((validation) => {
        const message = valueAt(validation, "message");
        return !ADJUSTABLE.some((id) => typeof message === "string" && message.endsWith(`(${id})`));
    });
    return canonical([fixed, variables ?? null, validations.length, valueAt(conditions, 0, "name") ?? null]);
}
