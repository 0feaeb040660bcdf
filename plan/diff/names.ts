import type { PlanValue } from "../model/format.js";
import type { Pair } from "./match.js";

/** Replaces the automatic names of a plan's Kubernetes objects in a value. */
type Rename = (value: PlanValue) => PlanValue;

/** How each of two plans is renamed. */
export interface Renames {
    before: Rename;
    after: Rename;
}

/**
 * A plan names an object without `metadata.name` by a hash of its inputs, while the real one keeps its random name
 * until it is replaced. So the hash must not count as a change wherever the name is used: it becomes `NAME-*`, and
 * `NAME-* (new)` where the object is a new one.
 *
 * @param isNew Whether the object of a pair is created, in place of the old one or for the first time.
 */
export function renamers(pairs: readonly Pair[], isNew: (pair: Pair) => boolean): Renames {
    const before = new Map<string, string>();
    const after = new Map<string, string>();
    for (const pair of pairs) {
        const name = (pair.after ?? pair.before)?.name ?? "";
        if (pair.before?.autoname !== undefined) before.set(pair.before.autoname, `${name}-*`);
        if (pair.after?.autoname !== undefined) {
            const fresh = pair.before !== undefined && isNew(pair);
            after.set(pair.after.autoname, `${name}-*${fresh ? " (new)" : ""}`);
        }
    }
    return { before: renamer(before), after: renamer(after) };
}

function renamer(names: ReadonlyMap<string, string>): Rename {
    if (names.size === 0) return (value) => value;
    // By the hash, so that a text is searched once, however many names there are.
    const byHash = new Map<string, string[]>();
    for (const name of names.keys()) {
        const hash = name.slice(-8);
        byHash.set(hash, [...(byHash.get(hash) ?? []), name]);
    }
    const inText = (text: string): string => {
        let result = "";
        let done = 0;
        for (const match of text.matchAll(/-([0-9a-f]{8})(?![0-9a-f])/g)) {
            const end = match.index + 9;
            const name = byHash.get(match[1] ?? "")?.find((known) => text.slice(done, end).endsWith(known));
            if (name === undefined) continue;
            result += text.slice(done, end - name.length) + (names.get(name) ?? name);
            done = end;
        }
        return result + text.slice(done);
    };
    const rename: Rename = (value) => {
        if (typeof value === "string") return inText(value);
        if (Array.isArray(value)) return value.map(rename);
        if (typeof value !== "object" || value === null) return value;
        const entries = Object.entries(value) as [string, PlanValue][];
        return Object.fromEntries(entries.map(([key, item]) => [key, key === "$plan" ? item : rename(item)]));
    };
    return rename;
}
