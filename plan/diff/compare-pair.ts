import { highlights } from "../lens/highlights.js";
import type { Plan, PlanObject, PlanResource } from "../model/format.js";
import { changesBetween, type Change } from "./changes.js";
import type { Compared } from "./compared.js";
import type { PropertyChange, ResourceDiff } from "./format.js";
import type { Pair } from "./match.js";
import type { Renames } from "./names.js";
import { optionChanges } from "./option-changes.js";
import { covers, formatPath, parsePath, touches } from "./path.js";
import { replaceFlags, replaceReasons } from "./replacement.js";

/** What all pairs of a comparison share. */
export interface PairContext {
    base: Plan | undefined;
    head: Plan;
    rename: Renames;
    /** URNs of the old plan, and those of the same resources in the new one. */
    moves: ReadonlyMap<string, string>;
}

/** Compares the two sides of a resource, of which one may be missing. */
export function comparePair(pair: Pair, context: PairContext): Compared {
    const { before, after } = pair;
    if (before !== undefined && after !== undefined) return compareSides({ ...pair, before, after }, context);
    if (after !== undefined) return { ...pair, diff: created(after, context), dropped: [], same: false };
    if (before !== undefined) return { ...pair, diff: deleted(before, context), dropped: [], same: false };
    throw new Error("a pair has at least one resource");
}

function created(resource: PlanResource, { rename }: PairContext): ResourceDiff {
    return { ...untouched(resource), action: "create", ...summaryOf(rename.after(summary(resource)) as string) };
}

function deleted(resource: PlanResource, { rename }: PairContext): ResourceDiff {
    return {
        ...untouched(resource),
        action: "delete",
        ...(resource.options.protect === true ? { refused: true } : {}),
        ...summaryOf(rename.before(summary(resource)) as string),
    };
}

/** A difference of a resource before anything is found. */
function untouched({ urn, type, name, custom }: PlanResource): Omit<ResourceDiff, "action"> {
    return { urn, type, name, custom, forcedBy: [], changes: [], options: [], consequences: [] };
}

function summary(resource: PlanResource): string {
    return highlights(resource)
        .map(([label, text]) => `${label}=${text}`)
        .join(" ");
}

function summaryOf(text: string): Pick<ResourceDiff, "summary"> {
    return text === "" ? {} : { summary: text };
}

function compareSides(pair: Pair & Required<Pick<Pair, "before" | "after">>, context: PairContext): Compared {
    const { before, after, moved } = pair;
    const { base, head, rename, moves } = context;
    const old = rename.before(before.inputs) as PlanObject;
    const now = rename.after(after.inputs) as PlanObject;
    const all = changesBetween(old, now);
    const ignored = (after.options.ignoreChanges ?? []).map(parsePath);
    const isIgnored = ({ path }: Change): boolean => ignored.some((pattern) => covers(pattern, path));
    const changes = all.filter((change) => !isIgnored(change));
    const provider = head.resources.find(({ urn }) => urn === after.options.provider);
    const forcedBy = replaceReasons(
        before,
        after,
        changes,
        provider === undefined ? {} : { provider: provider.inputs },
    );
    const options = optionChanges(before, after, base, moves);
    const action = forcedBy.length > 0 ? "replace" : changes.length + options.length > 0 ? "update" : "move";
    const diff: ResourceDiff = {
        ...untouched(after),
        action,
        ...(moved ? { movedFrom: before.urn } : {}),
        forcedBy,
        ...(action === "replace" ? replaceFlags(before, after) : {}),
        changes: shownChanges(changes, after),
        options,
    };
    const same = action === "move" && !moved;
    return { ...pair, diff, dropped: all.filter(isIgnored), inputs: { old, now }, same };
}

/** The changes as they are shown: without values that `hideDiffs` names, or that hold such a value. */
function shownChanges(changes: readonly Change[], { options }: PlanResource): PropertyChange[] {
    const hidden = (options.hideDiffs ?? []).map(parsePath);
    return changes.map(({ path, ...rest }) => {
        const isHidden = hidden.some((pattern) => touches(pattern, path));
        return { path: formatPath(path), ...(isHidden ? { kind: rest.kind } : rest) };
    });
}
