import { isFields } from "../pod-spec";

/** CEL text that stands where a manifest has a value. */
export class Cel {
    constructor(readonly text: string) {}
}

/** Text as CEL writes it, which is as in JSON. */
export function celText(value: string): string {
    return JSON.stringify(value);
}

/** A list of texts as CEL writes it. */
export function celTexts(values: readonly string[]): string {
    return `[${values.map(celText).join(", ")}]`;
}

/**
 * A part of a manifest as CEL writes it, for a JSON patch: as maps, because the API server (1.36) panics on a list of
 * typed objects there. Throws TypeError for a value that no manifest can hold.
 */
export function celValue(value: unknown): string {
    if (value instanceof Cel) return value.text;
    if (typeof value === "string") return celText(value);
    if (typeof value === "boolean" || Number.isInteger(value)) return String(value);
    if (Array.isArray(value)) return `[${value.map(celValue).join(", ")}]`;
    if (!isFields(value)) throw new TypeError(`no part of a manifest: ${String(value)}`);
    // In Kubernetes' CEL all values of a map have the same type, unless the type is dyn.
    const entries = Object.entries(value).map(([key, item]) => `${celText(key)}: dyn(${celValue(item)})`);
    return `{${entries.join(", ")}}`;
}

/**
 * A condition in which a name has a value. Kubernetes' CEL has no local variables; a list with one item serves as one.
 */
export function where(name: string, value: string, condition: string): string {
    return `[${value}].all(${name}, ${condition})`;
}

/** The same for an expression of any type. */
export function valueWhere(name: string, value: string, expression: string): string {
    return `[${value}].map(${name}, ${expression})[0]`;
}

/**
 * The same expression on objects of an unknown type. The API server's controller checks types against every kind that a
 * policy matches, and reports errors in the policy's status: a Binding has no spec, and the kinds of containers have
 * different types.
 */
export function untyped(expression: string): string {
    return ["object", "oldObject"]
        .filter((object) => expression.includes(`${object}.`))
        .reduce((inner, object) => valueWhere(object, `dyn(${object})`, inner), expression);
}
