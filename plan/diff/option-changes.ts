import type { Plan, PlanResource, PlanValue } from "../model/format.js";
import { nameOf } from "../model/urn.js";
import { wholeChange } from "./changes.js";
import type { PropertyChange } from "./format.js";
import { sameUrn } from "./match.js";

/** Options whose change a reviewer should see. Aliases and dependencies change nothing by themselves. */
const SHOWN_OPTIONS = [
    "protect",
    "retainOnDelete",
    "deleteBeforeReplace",
    "ignoreChanges",
    "replaceOnChanges",
    "replacementTrigger",
    "customTimeouts",
    "additionalSecretOutputs",
] as const;

/** Options that hold the URN of another resource, which is shown by its name. */
const REFERENCES = ["provider", "deletedWith"] as const;

/** Differing resource options. `moves`: URNs of the old plan and those of the same resources in the new one. */
export function optionChanges(
    before: PlanResource,
    after: PlanResource,
    base: Plan | undefined,
    moves: ReadonlyMap<string, string>,
): PropertyChange[] {
    const valueOf = ({ options }: PlanResource, key: (typeof SHOWN_OPTIONS)[number]): PlanValue | undefined =>
        options[key];
    const shown = SHOWN_OPTIONS.flatMap((key) => wholeChange(key, valueOf(before, key), valueOf(after, key)));
    const references = REFERENCES.flatMap((key) => {
        const [old, now] = [before.options[key], after.options[key]];
        if (isSameResource(old, now, base, moves)) return [];
        const [oldName, newName] = [old, now].map((urn) => (urn === undefined ? undefined : nameOf(urn)));
        return wholeChange(key, oldName, newName);
    });
    return [...shown, ...references];
}

/** A reference to a resource whose URN only moved is no change: the entry of that resource shows the move. */
function isSameResource(
    old: string | undefined,
    now: string | undefined,
    base: Plan | undefined,
    moves: ReadonlyMap<string, string>,
): boolean {
    if (old === undefined || now === undefined) return old === now;
    if (sameUrn(old, now) || moves.get(old) === now) return true;
    return base !== undefined && !base.resources.some(({ urn }) => urn === old);
}
