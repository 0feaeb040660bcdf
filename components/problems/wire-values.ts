import { propertyPath } from "./path";

/*
 * Transforms see a resource's arguments as they travel to the engine: a secret is an object with a signature, and so is
 * an output, an asset or a resource (https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/rpc.ts). A secret
 * in a list or object has moved up to the argument that it is in, so the whole `spec` of a workload is one.
 */

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Whether an object is a value in the form in which it travels to the engine. */
export function isWireValue(value: object): boolean {
    return signatureKey in value;
}

/** A copy without the marks of secrets, and what it takes to put them back. */
export interface Opened<T> {
    value: T;
    /** The objects and lists that were secrets. */
    secrets: ReadonlySet<object>;
    /** Their places, such as "spec"; "" for the value itself. */
    paths: readonly string[];
}

/**
 * A copy of plain objects and lists, all the way down, in which those that are marked as secrets stand without the
 * mark. All else is shared: Outputs, promises, scalars, and scalars that are marked as secrets.
 */
export function opened<T extends object>(value: T): Opened<T> {
    const secrets = new Set<object>();
    const paths: string[] = [];
    const trail: (string | number)[] = [];
    const copyAt = (key: string | number, item: unknown): unknown => {
        trail.push(key);
        const result = copy(item);
        trail.pop();
        return result;
    };
    const copy = (item: unknown): unknown => {
        if (Array.isArray(item)) return item.map((each: unknown, index) => copyAt(index, each));
        if (!isPlainObject(item)) return item;
        if (!isWireValue(item)) {
            return Object.fromEntries(Object.entries(item).map(([key, each]) => [key, copyAt(key, each)]));
        }
        const inner = item.value;
        const isStructure = Array.isArray(inner) || (isPlainObject(inner) && !isWireValue(inner));
        if (item[signatureKey] !== secretSignature || !isStructure) return item;
        const result = copy(inner) as object;
        secrets.add(result);
        paths.push(propertyPath(...trail));
        return result;
    };
    return { value: copy(value) as T, secrets, paths };
}

/** The same value with the marks that `opened` took off; changes the objects and lists of the value. */
export function closed<T>(value: T, secrets: ReadonlySet<object>): T {
    if (secrets.size === 0 || typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) value.forEach((item: unknown, index) => (value[index] = closed(item, secrets)));
    else if (isPlainObject(value) && !isWireValue(value)) {
        const holder: Record<string, unknown> = value;
        for (const [key, item] of Object.entries(holder)) holder[key] = closed(item, secrets);
    }
    return secrets.has(value) ? ({ [signatureKey]: secretSignature, value } as T) : value;
}

/** Whether a value is an object without a class: no list, no Output, no promise. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null;
}

/**
 * Whether a value is late. Pulumi marks its Outputs with `__pulumiOutput`, and with `__pulumiUnknown` what a transform
 * sees of an Output that is unknown; a promise has `then`; a secret in a transform's arguments has a signature.
 */
export function isLate(value: unknown): boolean {
    if (typeof value !== "object" || value === null) return false;
    const late = value as { __pulumiOutput?: unknown; __pulumiUnknown?: unknown; then?: unknown };
    if (late.__pulumiOutput === true || late.__pulumiUnknown === true) return true;
    return typeof late.then === "function" || isWireValue(value);
}
