import type { AuthorityConditions, ClaimCondition, Conditions, ReleasePolicy } from "./policy";

/** What a token says: the payload of the JWT. */
export type TokenClaims = Readonly<Record<string, unknown>>;

/** Whether a key is released for such a token. */
export interface ReleaseResult {
    released: boolean;
    /** The part of the policy that lets it go. */
    decidedBy?: AuthorityConditions;
    /** Of each other part, why it does not: another authority, or the conditions that fail. */
    failing: readonly { part: AuthorityConditions; otherAuthority: boolean; conditions: readonly ClaimCondition[] }[];
}

/** Judges the claims of a token whose signature and time are good. */
export function evaluateReleasePolicy(policy: ReleasePolicy, token: TokenClaims): ReleaseResult {
    const judged = policy.anyOf.map((part) => ({
        part,
        otherAuthority: part.authority !== token["iss"],
        conditions: failingIn(part, token),
    }));
    const decidedBy = judged.find(({ otherAuthority, conditions }) => !otherAuthority && conditions.length === 0)?.part;
    const failing = judged.filter(({ part }) => part !== decidedBy);
    return { released: decidedBy !== undefined, ...(decidedBy === undefined ? {} : { decidedBy }), failing };
}

/** The conditions because of which these do not hold; none: they hold. */
function failingIn(conditions: Conditions, token: TokenClaims): ClaimCondition[] {
    const of = (each: ClaimCondition | Conditions) =>
        "claim" in each ? (holds(each, token) ? [] : [each]) : failingIn(each, token);
    if ("allOf" in conditions) return conditions.allOf.flatMap(of);
    const all = conditions.anyOf.map(of);
    return all.some((failing) => failing.length === 0) ? [] : all.flat();
}

/** A claim that is not there makes a condition false, other than `exists: false`. */
function holds({ claim, comparison, value }: ClaimCondition, token: TokenClaims): boolean {
    const found = claimIn(claim, token);
    if (comparison === "exists") return (found !== undefined) === value;
    if (found === undefined) return false;
    if (comparison === "equals") return found === value;
    if (comparison === "notEquals") return typeof found === typeof value && found !== value;
    if (typeof found !== "number" || typeof value !== "number") return false;
    if (comparison === "less") return found < value;
    if (comparison === "lessOrEquals") return found <= value;
    return comparison === "greater" ? found > value : found >= value;
}

/** By its name, or along the dots into an object. */
function claimIn(claim: string, token: TokenClaims): unknown {
    if (Object.hasOwn(token, claim)) return token[claim];
    let value: unknown = token;
    for (const part of claim.split(".")) {
        if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, part))
            return undefined;
        value = (value as Record<string, unknown>)[part];
    }
    return value;
}
