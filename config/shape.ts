import { ProblemKind, suggest, type Problem } from "../components";
import schema from "../provider/schema.json";

/*
 * The shape of a stack's configuration: which keys there are and of what type. It is that of the platform's arguments,
 * in the schema that other languages get (provider/schema.json). What the values mean is the components' business.
 */

/** What a value of the configuration has to look like. */
type Shape =
    | { type: "string" | "number" | "boolean" }
    | { type: "array"; items: Shape }
    | { type: "map"; values: Shape }
    | { type: "object"; keys: Readonly<Record<string, Shape>> };

/** A property or a type of the schema, as far as it says what values look like. */
interface SchemaProperty {
    type?: string;
    $ref?: string;
    items?: SchemaProperty;
    additionalProperties?: SchemaProperty;
    properties?: Record<string, SchemaProperty>;
}

const types: Readonly<Record<string, SchemaProperty>> = schema.types;
const platform = schema.resources["confidential-aks:index:ConfidentialPlatform"];

function shapeOf(property: SchemaProperty): Shape {
    const { type, $ref, items, additionalProperties, properties } = property;
    if ($ref !== undefined) return shapeOf(types[$ref.replace("#/types/", "")] ?? {});
    if (items !== undefined) return { type: "array", items: shapeOf(items) };
    if (additionalProperties !== undefined) return { type: "map", values: shapeOf(additionalProperties) };
    // Whether a number is whole is for the components to say, with the range that it has to be in.
    if (type === "integer") return { type: "number" };
    if (type === "string" || type === "number" || type === "boolean") return { type };
    return { type: "object", keys: shapesOf(properties ?? {}) };
}

function shapesOf(properties: Readonly<Record<string, SchemaProperty>>): Record<string, Shape> {
    return Object.fromEntries(Object.entries(properties).map(([key, property]) => [key, shapeOf(property)]));
}

/** Every key of the configuration with its shape. */
export const platformKeys: Readonly<Record<string, Shape>> = shapesOf(platform.inputProperties);

/** A value that has another shape than its key asks for. */
export interface Misfit {
    problem: Problem;
    /** Whether the value is a number or a flag where text is asked for: it remains, as text. */
    isQuotable: boolean;
}

/** Values of the shape that was asked for, as far as they have it, and where they do not. */
export interface Shaped {
    value: unknown;
    misfits: Misfit[];
}

/** The configuration without the values that have another shape, so that the rest can still be checked. */
export function shaped(values: unknown): Shaped {
    return shapedObject(values, platformKeys, "");
}

function shapedValue(value: unknown, shape: Shape, path: string): Shaped {
    if (shape.type === "array") {
        if (!Array.isArray(value)) return misfit(value, "a list", path);
        const items = value.map((item, index) => shapedValue(item, shape.items, `${path}[${index}]`));
        // An item of another shape leaves an empty one behind: the items after it keep their index.
        return { value: items.map((item) => item.value ?? {}), misfits: items.flatMap(({ misfits }) => misfits) };
    }
    if (shape.type === "map" || shape.type === "object") {
        if (typeof value !== "object" || value === null || Array.isArray(value)) {
            return misfit(value, "a map of keys and values", path);
        }
        const keys =
            shape.type === "object"
                ? shape.keys
                : Object.fromEntries(Object.keys(value).map((key) => [key, shape.values]));
        return shapedObject(value, keys, path);
    }
    if (typeof value === shape.type) return { value, misfits: [] };
    return misfit(value, { string: "text", number: "a number", boolean: "true or false" }[shape.type], path);
}

function shapedObject(value: unknown, keys: Readonly<Record<string, Shape>>, path: string): Shaped {
    const given = Object.entries(value as Record<string, unknown>);
    const below = (key: string) => (path === "" ? key : `${path}.${key}`);
    const known = Object.entries(keys)
        .flatMap(([key, shape]) =>
            given.filter(([name]) => name === key).map(([, item]) => [key, shape, item] as const),
        )
        .map(([key, shape, item]) => [key, shapedValue(item, shape, below(key))] as const);
    const unknown = given.filter(([key]) => !Object.hasOwn(keys, key));
    return {
        value: Object.fromEntries(
            known.filter(([, item]) => item.value !== undefined).map(([key, item]) => [key, item.value]),
        ),
        misfits: [
            ...known.flatMap(([, { misfits }]) => misfits),
            ...unknown.map(([key, item]) => ({ problem: unknownKey(below(key), key, item, keys), isQuotable: false })),
        ],
    };
}

function unknownKey(path: string, key: string, value: unknown, keys: Readonly<Record<string, Shape>>): Problem {
    const known = Object.keys(keys);
    const near = suggest(key, known);
    const [expected, remedy] =
        near === undefined
            ? [`no such key; there are ${known.join(", ")}`, "remove it"]
            : ["no such key", `did you mean ${JSON.stringify(near)}?`];
    return { kind: ProblemKind.notAllowed, path, value, expected, remedy };
}

function misfit(value: unknown, expected: string, path: string): Shaped {
    const isQuotable = expected === "text" && (typeof value === "number" || typeof value === "boolean");
    const remedy = isQuotable ? `quote it: ${JSON.stringify(String(value))}` : remedyOfType(value, expected);
    return {
        value: isQuotable ? String(value) : undefined,
        misfits: [{ problem: { kind: ProblemKind.invalid, path, value, expected, remedy }, isQuotable }],
    };
}

/** Quotes are the fault only where the text in them is a number or a flag. */
function remedyOfType(value: unknown, expected: string): string {
    if (expected === "a number") {
        const isNumber = typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value);
        return isNumber ? "remove the quotes" : "write a number, without quotes or unit";
    }
    if (expected === "true or false") {
        return value === "true" || value === "false" ? "remove the quotes" : "write true or false, without quotes";
    }
    return "correct its type";
}
