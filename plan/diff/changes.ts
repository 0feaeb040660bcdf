import { isObject, isSpecial, type PlanObject, type PlanValue } from "../model/format.js";
import type { PropertyChange } from "./format.js";
import { matchItems, type ListItem } from "./lists.js";
import { formatPath, type Step } from "./path.js";

/** A change with its path in steps: what options are matched against. */
export interface Change extends Omit<PropertyChange, "path"> {
    path: Step[];
}

/** Differences of two objects, in the order of their paths. */
export function changesBetween(before: PlanObject, after: PlanObject): Change[] {
    return compareObjects(before, after, [])
        .map((change) => ({ change, key: formatPath(change.path) }))
        .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
        .map(({ change }) => change);
}

/** The difference of two values, of which one may be absent, as one change; none where they say the same. */
export function wholeChange<Path>(
    path: Path,
    before: PlanValue | undefined,
    after: PlanValue | undefined,
): (Omit<PropertyChange, "path"> & { path: Path })[] {
    if (before === undefined && after === undefined) return [];
    if (before === undefined) return [{ path, kind: "add", after: stripped(after) }];
    if (after === undefined) return [{ path, kind: "remove", before: stripped(before) }];
    if (sameValue(before, after)) return [];
    return [{ path, kind: "change", before: stripped(before), after: stripped(after) }];
}

/** Typed objects, such as a secret, are compared as a whole. */
function compareValues(before: PlanValue | undefined, after: PlanValue | undefined, path: Step[]): Change[] {
    if (isObject(before) && isObject(after)) return compareObjects(before, after, path);
    const items = Array.isArray(before) && Array.isArray(after) ? matchItems(before, after) : undefined;
    if (items === undefined) return wholeChange(path, before, after);
    return items.flatMap((item) => compareItem(item, before as PlanValue[], after as PlanValue[], path));
}

function compareObjects(before: PlanObject, after: PlanObject, path: Step[]): Change[] {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => compareValues(own(before, key), own(after, key), [...path, key]));
}

function own(object: PlanObject, key: string): PlanValue | undefined {
    return Object.hasOwn(object, key) ? object[key] : undefined;
}

function compareItem(item: ListItem, left: PlanValue[], right: PlanValue[], path: Step[]): Change[] {
    const { name, before, after, moved } = item;
    const place = after ?? before ?? 0;
    const step: Step =
        name === undefined
            ? place
            : { name, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
    const at = [...path, step];
    const [old, now] = [
        before === undefined ? undefined : left[before],
        after === undefined ? undefined : right[after],
    ];
    const changes = compareValues(old, now, at);
    if (!moved || before === undefined || after === undefined) return changes;
    return [{ path: at, kind: "reorder", before, after }, ...changes];
}

/**
 * True if two values say the same. Secrets of which one has no digest count as the same, because they cannot be
 * compared.
 */
export function sameValue(left: PlanValue, right: PlanValue): boolean {
    if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return left === right;
    if (isSpecial(left) && isSpecial(right) && left.$plan === "secret" && right.$plan === "secret")
        return left.digest === undefined || right.digest === undefined || left.digest === right.digest;
    if (Array.isArray(left) !== Array.isArray(right)) return false;
    const [old, now] = [left, right] as [PlanObject, PlanObject];
    const keys = Object.keys(old);
    return (
        keys.length === Object.keys(now).length &&
        keys.every((key) => Object.hasOwn(now, key) && sameValue(old[key] ?? null, now[key] ?? null))
    );
}

/** The value without the digests of its secrets, which are of use only while two plans are compared. */
function stripped(value: PlanValue | undefined): PlanValue {
    if (value === undefined) return null;
    if (Array.isArray(value)) return value.map(stripped);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value) as [string, PlanValue][];
    const kept = isSpecial(value) && value.$plan === "secret" ? entries.filter(([key]) => key !== "digest") : entries;
    return Object.fromEntries(kept.map(([key, item]) => [key, stripped(item)]));
}
