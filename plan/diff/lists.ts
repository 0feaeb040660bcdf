import { diffArrays } from "diff";
import { isObject, type PlanObject, type PlanValue } from "../model/format.js";

/** Fields that identify an item of a list, the better one first: a volume can be mounted twice under one name. */
const IDENTITIES = ["mountPath", "name", "key", "containerPort", "port"];

/** An item of two lists that are compared item by item. */
export interface ListItem {
    /** What identifies the item in both lists; undefined: its place does. */
    name?: string;
    /** Its place in the old list; undefined: it is new. */
    before?: number;
    /** Its place in the new list; undefined: it is gone. */
    after?: number;
    /** It is in both lists, and the items around it do not explain its new place. */
    moved: boolean;
}

/** The items of two lists; undefined: an item has no counterpart that can be found, so the whole list is one value. */
export function matchItems(before: readonly PlanValue[], after: readonly PlanValue[]): ListItem[] | undefined {
    if (!before.every(isObject) || !after.every(isObject)) return undefined;
    const [old, now] = [namesOf(before), namesOf(after)];
    if (old !== undefined && now !== undefined) return byName(old, now);
    if (old !== undefined || now !== undefined || before.length !== after.length) return undefined;
    return before.map((_, place) => ({ before: place, after: place, moved: false }));
}

/** A name for each item, no two alike; undefined: there are none. */
function namesOf(list: readonly PlanObject[]): string[] | undefined {
    const names = list.map(identity).filter((name) => name !== undefined);
    return names.length === list.length && new Set(names).size === names.length ? names : undefined;
}

function identity(item: PlanObject): string | undefined {
    const values = IDENTITIES.map((key) => (Object.hasOwn(item, key) ? item[key] : undefined));
    const known = values.find((value) => typeof value === "string" || typeof value === "number");
    return known === undefined ? undefined : String(known);
}

/** Items that both lists have are moved where the longest common sequence leaves them out. */
function byName(old: string[], now: string[]): ListItem[] {
    const kept = new Set(diffArrays(now, old).flatMap(({ added, removed, value }) => (added || removed ? [] : value)));
    const places = new Map(now.map((name, place) => [name, place]));
    const olds = new Set(old);
    const common = old.map((name, before): ListItem => {
        const after = places.get(name);
        return after === undefined ? { name, before, moved: false } : { name, before, after, moved: !kept.has(name) };
    });
    const added = now.map((name, after): ListItem => ({ name, after, moved: false }));
    return [...common, ...added.filter(({ name }) => !olds.has(name ?? ""))];
}
