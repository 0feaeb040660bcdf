import { joinPaths, propertyPath } from "../../components/problems/index.js";

/** One step into a value: a key, an index, or an item of a list that is known by its name. */
export type Step = string | number | NamedItem;

/**
 * An item of a list, identified by a field such as `name`; where it stands may differ between two values.
 */
interface NamedItem {
    name: string;
    before?: number;
    after?: number;
}

/** `spec.containers[app].image`, `metadata.labels["app.kubernetes.io/name"]`, `zones[0]`. */
export function formatPath(path: readonly Step[]): string {
    const parts = path.map((step) => (typeof step === "object" ? `[${step.name}]` : propertyPath(step)));
    return parts.reduce(joinPaths, "");
}

/**
 * Reads a property path as Pulumi's options take it: `spec.replicas`, `pools[0].count`, `tags["a.b"]`, `*`. What cannot
 * be read matches nothing.
 */
export function parsePath(text: string): (string | number)[] {
    const steps: (string | number)[] = [];
    const pattern = /\.?([^.[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\[(\*)\]/gy;
    while (pattern.lastIndex < text.length) {
        const match = pattern.exec(text);
        if (match === null) return [];
        const [, key, index, quoted, star] = match;
        if (index !== undefined) steps.push(Number(index));
        else steps.push(key ?? star ?? (quoted ?? "").replace(/\\(.)/g, "$1"));
    }
    return steps;
}

/** True if a pattern names the path itself or something above it. */
export function covers(pattern: readonly (string | number)[], path: readonly Step[]): boolean {
    return pattern.length > 0 && pattern.length <= path.length && pattern.every((want, i) => fits(want, path[i]));
}

/** True if a pattern names the path, something above it, or something below it. */
export function touches(pattern: readonly (string | number)[], path: readonly Step[]): boolean {
    return pattern.length > 0 && pattern.every((want, i) => i >= path.length || fits(want, path[i]));
}

function fits(want: string | number, step: Step | undefined): boolean {
    if (want === "*") return true;
    if (typeof step === "object") return want === step.before || want === step.after;
    return want === step;
}
