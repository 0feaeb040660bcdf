import {
    comparisons,
    type AuthorityConditions,
    type ClaimCondition,
    type Conditions,
    type ReleasePolicy,
} from "./policy";

/** A text that is no release policy, and where in it. */
export class ReleasePolicyError extends Error {
    constructor(
        readonly path: string,
        readonly what: string,
    ) {
        super(path === "" ? what : `${path}: ${what}`);
        this.name = "ReleasePolicyError";
    }
}

/** The JSON of a policy, always in the same order. */
export function writeReleasePolicy({ version, anyOf }: ReleasePolicy): string {
    return JSON.stringify({ version, anyOf: anyOf.map((each) => ({ authority: each.authority, ...written(each) })) });
}

function written(conditions: Conditions): object {
    const all = (list: readonly (ClaimCondition | Conditions)[]) =>
        list.map((each) => ("claim" in each ? { claim: each.claim, [each.comparison]: each.value } : written(each)));
    return "allOf" in conditions ? { allOf: all(conditions.allOf) } : { anyOf: all(conditions.anyOf) };
}

/** Reads the JSON of a policy. Throws ReleasePolicyError. */
export function readReleasePolicy(text: string): ReleasePolicy {
    let parsed: unknown;
    try {
        parsed = JSON.parse(text);
    } catch {
        throw new ReleasePolicyError("", "this is not JSON");
    }
    const { version, anyOf } = objectAt("", parsed, ["version", "anyOf"]);
    if (version !== "1.0.0") throw new ReleasePolicyError("version", `"1.0.0" is wanted`);
    const authorities = listAt("anyOf", anyOf).map((each, index) => authorityAt(`anyOf[${index}]`, each));
    return { version, anyOf: authorities };
}

function authorityAt(path: string, value: unknown): AuthorityConditions {
    const { authority, ...conditions } = objectAt(path, value, ["authority", "allOf", "anyOf"]);
    if (typeof authority !== "string" || !/^https:\/\/[^/\s]+\/?$/.test(authority))
        throw new ReleasePolicyError(`${path}.authority`, "the https address of an attestation service is wanted");
    return { authority, ...conditionsAt(path, conditions) };
}

function conditionsAt(path: string, value: Record<string, unknown>): Conditions {
    const { allOf, anyOf } = value;
    if ((allOf === undefined) === (anyOf === undefined))
        throw new ReleasePolicyError(path, "one of allOf and anyOf is wanted");
    const [name, list] = allOf === undefined ? (["anyOf", anyOf] as const) : (["allOf", allOf] as const);
    const read = listAt(`${path}.${name}`, list).map((each, index) => conditionAt(`${path}.${name}[${index}]`, each));
    return name === "allOf" ? { allOf: read } : { anyOf: read };
}

function conditionAt(path: string, value: unknown): ClaimCondition | Conditions {
    const object = objectAt(path, value, ["claim", "allOf", "anyOf", ...comparisons]);
    if (object["claim"] === undefined) return conditionsAt(path, objectAt(path, value, ["allOf", "anyOf"]));
    const { claim, ...tests } = object;
    if (typeof claim !== "string" || claim === "")
        throw new ReleasePolicyError(`${path}.claim`, "the name of a claim is wanted");
    const [test, ...more] = Object.entries(tests);
    if (test === undefined || more.length > 0)
        throw new ReleasePolicyError(path, `one of ${comparisons.join(", ")} is wanted`);
    const comparison = comparisons.find((each) => each === test[0]);
    if (comparison === undefined)
        throw new ReleasePolicyError(`${path}.${test[0]}`, "stands in a list of conditions only");
    return { claim, comparison, value: comparedAt(`${path}.${comparison}`, comparison, test[1]) };
}

function comparedAt(path: string, comparison: ClaimCondition["comparison"], value: unknown): ClaimCondition["value"] {
    if (comparison === "exists" && typeof value !== "boolean")
        throw new ReleasePolicyError(path, "true or false is wanted");
    const orders = comparison !== "equals" && comparison !== "notEquals" && comparison !== "exists";
    if (orders && typeof value !== "number") throw new ReleasePolicyError(path, "a number is wanted");
    if (typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    throw new ReleasePolicyError(path, "a text, a whole number, true or false is wanted");
}

function objectAt(path: string, value: unknown, allowed: readonly string[]): Record<string, unknown> {
    if (typeof value !== "object" || value === null || Array.isArray(value))
        throw new ReleasePolicyError(path, "an object is wanted");
    for (const name of Object.keys(value))
        if (!allowed.includes(name))
            throw new ReleasePolicyError(path === "" ? name : `${path}.${name}`, `there is ${allowed.join(", ")}`);
    return value as Record<string, unknown>;
}

/** Any token satisfies an empty list of conditions. */
function listAt(path: string, value: unknown): readonly unknown[] {
    if (!Array.isArray(value) || value.length === 0)
        throw new ReleasePolicyError(path, "a list that is not empty is wanted");
    return value;
}
