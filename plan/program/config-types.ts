import { isPlainObject } from "../../components/problems/index.js";
import type { YamlMap } from "./project.js";

/** Types a key of the `config:` block of Pulumi.yaml can have. */
const TYPES = ["string", "integer", "boolean", "array", "object"] as const;
type TypeName = (typeof TYPES)[number];

/** Declared type of a configuration value. */
export interface TypeSchema {
    type: TypeName;
    items?: TypeSchema;
}

/** Reads `type` and `items` of a declared key; without a type there is none to check. */
export function typeSchema(block: YamlMap, key: string, problems: string[]): TypeSchema | undefined {
    const type = block["type"];
    if (type === undefined) return undefined;
    const name = TYPES.find((item) => item === type);
    if (name === undefined) {
        problems.push(`${key}: type ${JSON.stringify(type)} in Pulumi.yaml is none of ${TYPES.join(", ")}`);
        return undefined;
    }
    if (name !== "array") return { type: name };
    const items = isPlainObject(block["items"]) ? typeSchema(block["items"], `${key} items`, problems) : undefined;
    if (items === undefined) problems.push(`${key}: an array needs "items" with a type in Pulumi.yaml`);
    return items === undefined ? { type: name } : { type: name, items };
}

/**
 * Checks a value as the Pulumi CLI does: text of a number or boolean counts as one, text never as an array or object
 * (given with `-c` it is read as JSON).
 */
export function checkType(
    value: unknown,
    schema: TypeSchema,
    path: string,
    how: { asText: boolean; secret: boolean },
    problems: string[],
): void {
    if (isPlainObject(value) && Object.keys(value).length === 1 && typeof value["secure"] === "string") return;
    const json = how.asText && (schema.type === "array" || schema.type === "object");
    const given = json ? fromJson(value) : value;
    if (!matches(given, schema.type, !/\[\d+\]$/.test(path))) {
        const got = how.secret ? "another type" : describe(value);
        const from = how.asText ? ` from -c${json && given === value ? ", which is not JSON" : ""}` : "";
        problems.push(`${path} must be of type '${typeText(schema)}', got ${got}${from}`);
        return;
    }
    const { items } = schema;
    if (items === undefined || !Array.isArray(given)) return;
    given.forEach((item, index) => {
        checkType(item, items, `${path}[${index}]`, { ...how, asText: false }, problems);
    });
}

function typeText(schema: TypeSchema): string {
    return schema.items === undefined ? schema.type : `${schema.type}<${typeText(schema.items)}>`;
}

function matches(value: unknown, type: TypeName, scalarIsText: boolean): boolean {
    switch (type) {
        case "string":
            return (
                typeof value === "string" || (scalarIsText && (typeof value === "number" || typeof value === "boolean"))
            );
        case "integer":
            return Number.isInteger(value) || (typeof value === "string" && /^[+-]?\d+$/.test(value));
        case "boolean":
            return typeof value === "boolean" || value === "true" || value === "false";
        case "array":
            return Array.isArray(value);
        case "object":
            return isPlainObject(value);
    }
}

function fromJson(value: unknown): unknown {
    try {
        return typeof value === "string" ? (JSON.parse(value) as unknown) : value;
    } catch {
        return value;
    }
}

function describe(value: unknown): string {
    if (Array.isArray(value)) return `an array of ${value.length}`;
    if (isPlainObject(value)) return `an object with ${Object.keys(value).join(", ") || "no keys"}`;
    return `${typeof value} ${JSON.stringify(value)}`;
}
