import { SIGNATURE, SIGNATURE_KEY, UNKNOWN } from "../../../plan/model/wire.js";

/** A value as the engine sends it to a provider: plain JSON, `UNKNOWN` in place of what is not known yet. */
export type Value = null | undefined | boolean | number | string | Value[] | Properties;
export interface Properties {
    [key: string]: Value;
}

export { UNKNOWN };

export function isProperties(value: Value): value is Properties {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value, or anything in it, is not known yet. */
export function holdsUnknown(value: Value): boolean {
    if (typeof value === "string") return value === UNKNOWN;
    if (Array.isArray(value)) return value.some(holdsUnknown);
    return isProperties(value) && Object.values(value).some(holdsUnknown);
}

/** Without nulls and undefined values, as providers treat them: not there. */
export function withoutNulls(value: Properties): Properties {
    const clean = (item: Value): Value => {
        if (Array.isArray(item)) return item.map(clean);
        return isProperties(item) ? withoutNulls(item) : item;
    };
    const entries = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
    return Object.fromEntries(entries.map(([key, item]) => [key, clean(item)]));
}

/**
 * With the values of secrets in place of their wrapping, which the engine puts around them in a provider's
 * configuration.
 */
export function unwrapped(value: Properties): Properties {
    const unwrap = (item: Value): Value => {
        if (Array.isArray(item)) return item.map(unwrap);
        if (!isProperties(item)) return item;
        return item[SIGNATURE_KEY] === SIGNATURE.secret ? unwrap(item.value) : unwrapped(item);
    };
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrap(item)]));
}

/** The value at a dotted path; undefined where there is none. */
export function at(value: Value, path: string): Value {
    return path.split(".").reduce<Value>((found, key) => (isProperties(found) ? found[key] : undefined), value);
}

/** The text at a dotted path; empty where there is none. */
export function textAt(value: Value, path: string): string {
    const found = at(value, path);
    return typeof found === "string" ? found : "";
}

export type Change = "add" | "delete" | "update";

/**
 * What differs between two objects: path (as the engine writes them: `a.b[0].c`) to kind of change. An unknown new
 * value is a change.
 */
export function difference(before: Value, after: Value, path = ""): Map<string, Change> {
    if (before === after) return new Map();
    if (before === undefined) return new Map([[path, "add"]]);
    if (after === undefined) return new Map([[path, "delete"]]);
    const found = new Map<string, Change>();
    const note = (changes: Map<string, Change>) => {
        for (const [key, kind] of changes) found.set(key, kind);
    };
    if (Array.isArray(before) && Array.isArray(after)) {
        for (let index = 0; index < Math.max(before.length, after.length); index++) {
            note(difference(before[index], after[index], `${path}[${index}]`));
        }
        return found;
    }
    if (isProperties(before) && isProperties(after)) {
        for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
            const name = /^[\w-]+$/.test(key) ? (path === "" ? key : `${path}.${key}`) : `${path}["${key}"]`;
            note(difference(before[key], after[key], name));
        }
        return found;
    }
    return new Map([[path, "update"]]);
}
