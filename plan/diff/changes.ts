import { create, type Delta, type Filter } from "jsondiffpatch";
import { isObject, isSpecial, type PlanObject, type PlanValue } from "../model/format.js";
import { canonicalJson, type WireValue } from "../model/wire.js";
import type { PropertyChange } from "./format.js";
import { formatPath, type Step } from "./path.js";

/** A change with its path in steps: what options are matched against. */
export interface Change extends Omit<PropertyChange, "path"> {
    path: Step[];
}

/** Fields that tell the items of a list apart, the better one first: a volume can be mounted twice under one name. */
const IDENTITIES = ["mountPath", "name", "key", "containerPort", "port"];

function identity(item: unknown): string | undefined {
    if (typeof item !== "object" || item === null) return undefined;
    const fields = item as Record<string, unknown>;
    const values = IDENTITIES.map((key) => fields[key]);
    const known = values.find((value) => typeof value === "string" || typeof value === "number");
    return known === undefined ? undefined : String(known);
}

/** True for a list whose items all have an identity of their own. */
function isKeyed(list: readonly unknown[]): boolean {
    const names = list.map(identity);
    return !names.includes(undefined) && new Set(names).size === names.length;
}

/** True if two lists are compared item by item; others are one value to a reader. */
function areItemwise(left: PlanValue[], right: PlanValue[]): boolean {
    if (![...left, ...right].every((item) => isObject(item))) return false;
    if (isKeyed(left) && isKeyed(right)) return true;
    return left.length === right.length && !isKeyed(left) && !isKeyed(right);
}

const atoms = Object.assign(
    (context: { left?: unknown; right?: unknown; setResult(result: unknown): { exit(): unknown } }): void => {
        const { left, right } = context as { left?: PlanValue; right?: PlanValue };
        if (left === undefined || right === undefined) return;
        const lists = Array.isArray(left) && Array.isArray(right);
        if (isSpecial(left) || isSpecial(right) || (lists && !areItemwise(left, right)))
            context.setResult(sameValue(left, right) ? undefined : [left, right]).exit();
    },
    { filterName: "atoms" },
);

const differ = create({
    objectHash: (item, index) => identity(item) ?? `#${index ?? 0}`,
    arrays: { detectMove: true, includeValueOnMove: false },
    cloneDiffValues: false,
});
// Marked objects, and lists whose items have neither names nor places, must not be taken apart.
(differ.processor.pipes["diff"] as unknown as { before(name: string, filter: Filter<never>): void }).before(
    "trivial",
    atoms,
);

/** Differences of two objects, in the order of their paths. */
export function changesBetween(before: PlanObject, after: PlanObject): Change[] {
    const found: Change[] = [];
    collect(differ.diff(before, after), before, after, [], found);
    return found
        .map((change) => ({ change, key: formatPath(change.path) }))
        .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
        .map(({ change }) => change);
}

function collect(delta: Delta, before: unknown, after: unknown, path: Step[], found: Change[]): void {
    if (delta === undefined) return;
    if (Array.isArray(delta)) {
        found.push({ path, ...leaf(delta as unknown[]) });
    } else if ("_t" in delta && delta["_t"] === "a") {
        collectItems(delta, before as PlanValue[], after as PlanValue[], path, found);
    } else {
        const [left, right] = [before, after] as [PlanObject, PlanObject];
        for (const [key, item] of Object.entries(delta) as [string, Delta][])
            collect(item, left[key], right[key], [...path, key], found);
    }
}

function leaf(delta: unknown[]): Omit<Change, "path"> {
    const [first, second] = delta as PlanValue[];
    if (delta.length === 1) return { kind: "add", after: stripped(first) };
    if (delta.length === 2) return { kind: "change", before: stripped(first), after: stripped(second) };
    return { kind: "remove", before: stripped(first) };
}

/** Keys of a list's delta: `3` is a place in the new list, `_3` one in the old list (removed, or moved elsewhere). */
function collectItems(delta: object, before: PlanValue[], after: PlanValue[], path: Step[], found: Change[]): void {
    for (const [key, item] of Object.entries(delta) as [string, Delta][]) {
        if (key === "_t" || item === undefined) continue;
        if (!key.startsWith("_")) {
            const place = Number(key);
            const old = Array.isArray(item) ? -1 : oldPlace(before, after[place], place);
            collect(item, before[old], after[place], [...path, step(after[place], old, place)], found);
            continue;
        }
        const place = Number(key.slice(1));
        const [, to, kind] = item as [unknown, number, number];
        const moved = kind === 3;
        const at = step(before[place], place, moved ? to : -1);
        if (moved) found.push({ path: [...path, at], kind: "reorder", before: place, after: to });
        else found.push({ path: [...path, at], kind: "remove", before: stripped(before[place]) });
    }
}

function oldPlace(before: PlanValue[], item: PlanValue | undefined, place: number): number {
    const name = identity(item);
    return name === undefined ? place : before.findIndex((other) => identity(other) === name);
}

function step(item: PlanValue | undefined, before: number, after: number): Step {
    const name = identity(item);
    if (name === undefined) return after >= 0 ? after : before;
    return { name, ...(before >= 0 ? { before } : {}), ...(after >= 0 ? { after } : {}) };
}

/** True if two values say the same. Secrets of which one has no digest count as the same: nobody can tell. */
export function sameValue(left: PlanValue, right: PlanValue): boolean {
    if (isSpecial(left) && isSpecial(right) && left.$plan === "secret" && right.$plan === "secret")
        return left.digest === undefined || right.digest === undefined || left.digest === right.digest;
    return canonicalJson(left as WireValue) === canonicalJson(right as WireValue);
}

/** The value without the digests of its secrets, which are of use only while two plans are compared. */
export function stripped(value: PlanValue | undefined): PlanValue {
    if (value === undefined) return null;
    if (Array.isArray(value)) return value.map(stripped);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value) as [string, PlanValue][];
    const kept = isSpecial(value) && value.$plan === "secret" ? entries.filter(([key]) => key !== "digest") : entries;
    return Object.fromEntries(kept.map(([key, item]) => [key, stripped(item)]));
}
