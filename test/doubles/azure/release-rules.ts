import type { Claims } from "./jwt";
import { refusal } from "./service";

/*
 * Release policies, written from their documented grammar alone, so that what this project evaluates can be compared:
 * https://learn.microsoft.com/azure/key-vault/keys/policy-grammar
 */
export interface ReleaseRules {
    anyOf: ({ authority: string } & object)[];
}

const orders: Readonly<Record<string, (left: number, right: number) => boolean>> = {
    less: (left, right) => left < right,
    lessOrEquals: (left, right) => left <= right,
    greater: (left, right) => left > right,
    greaterOrEquals: (left, right) => left >= right,
};

/** Reads the `data` of a release policy. That a policy of another form is refused is the grammar's; the text is not. */
export function rulesOf(data: string): ReleaseRules {
    try {
        const rules = JSON.parse(Buffer.from(data, "base64url").toString("utf8")) as Partial<ReleaseRules>;
        const authorities = listOf(rules.anyOf);
        const good = authorities.every(
            (each) => typeof (each as { authority?: unknown }).authority === "string" && hasForm(each),
        );
        if (good) return rules as ReleaseRules;
    } catch {
        // Refused below.
    }
    throw refusal(400, "BadParameter", "The release policy is not of the grammar.");
}

/** Whether claims satisfy conditions. */
export function meets(rule: object, claims: Claims): boolean {
    if ("allOf" in rule) return (rule.allOf as object[]).every((each) => meets(each, claims));
    if ("anyOf" in rule) return (rule.anyOf as object[]).some((each) => meets(each, claims));
    const { claim, ...test } = rule as { claim: string };
    const [[comparison, wanted] = ["", undefined]] = Object.entries<unknown>(test);
    const found = lookUp(claims, claim);
    if (comparison === "exists") return wanted === (found !== undefined);
    if (found === undefined || typeof found !== typeof wanted) return false;
    if (comparison === "equals") return found === wanted;
    if (comparison === "notEquals") return found !== wanted;
    return typeof found === "number" && orders[comparison]?.(found, wanted as number) === true;
}

/** A claim of this name, or along its dots into objects, never into arrays. */
function lookUp(claims: Claims, path: string): unknown {
    const own = (from: unknown, name: string): unknown =>
        typeof from === "object" && from !== null && !Array.isArray(from)
            ? new Map<string, unknown>(Object.entries(from)).get(name)
            : undefined;
    const named = own(claims, path);
    return named === undefined ? path.split(".").reduce<unknown>(own, claims) : named;
}

function hasForm(rule: object): boolean {
    if ("allOf" in rule) return !("anyOf" in rule) && listOf(rule.allOf).every(hasForm);
    if ("anyOf" in rule) return listOf(rule.anyOf).every(hasForm);
    const { claim, ...test } = rule as { claim?: unknown };
    const [[comparison, value] = ["", undefined], ...more] = Object.entries<unknown>(test);
    const known = comparison in orders || ["equals", "notEquals", "exists"].includes(comparison);
    const scalar = ["string", "number", "boolean"].includes(typeof value);
    return typeof claim === "string" && known && scalar && more.length === 0;
}

function listOf(value: unknown): object[] {
    if (!Array.isArray(value) || value.length === 0) throw new Error("a list that is not empty is wanted");
    return value as object[];
}
