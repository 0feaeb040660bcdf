import type { VersionChange } from "./format.js";
import type { Pair } from "./match.js";

/**
 * Versions of provider plugins that differ, once for each provider: a new SDK changes the option of every resource,
 * which tells nothing.
 */
export function versionChanges(pairs: readonly Pair[]): VersionChange[] {
    const found = new Map<string, VersionChange>();
    for (const { before, after } of pairs) {
        const [old, now] = [before?.options.version, after?.options.version];
        if (old === undefined || now === undefined || old === now || after === undefined) continue;
        const provider = providerOf(after.type);
        const key = JSON.stringify([provider, old, now]);
        const entry = found.get(key) ?? { provider, before: old, after: now, resources: 0 };
        found.set(key, { ...entry, resources: entry.resources + 1 });
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change);
}

/** Package of a type; of a provider resource the package it provides. */
function providerOf(type: string): string {
    const [pkg = "", module = "", name = ""] = type.split(":");
    return pkg === "pulumi" && module === "providers" ? name : pkg;
}
