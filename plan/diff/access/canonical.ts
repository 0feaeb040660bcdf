import type { PlanValue } from "../../model/format.js";

/** A value as JSON with sorted keys, without the digests of secrets. */
export function canonical(value: PlanValue): string {
    if (Array.isArray(value)) return `[${value.map(canonical).join(", ")}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const entries = (Object.entries(value) as [string, PlanValue][]).filter(([key]) => key !== "digest");
    return `{${entries
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => `${JSON.stringify(key)}: ${canonical(item)}`)
        .join(", ")}}`;
}
