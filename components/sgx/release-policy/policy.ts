/*
 * Release policies of keys, as Key Vault documents their grammar:
 * https://learn.microsoft.com/azure/key-vault/keys/policy-grammar
 */

/** A value that a claim is compared with. */
type ClaimValue = string | number | boolean;

export const comparisons = [
    "equals",
    "notEquals",
    "less",
    "lessOrEquals",
    "greater",
    "greaterOrEquals",
    "exists",
] as const;
type Comparison = (typeof comparisons)[number];

/** A test of one claim, whose name may lead into an object by dots. */
export interface ClaimCondition {
    claim: string;
    comparison: Comparison;
    /** With `exists` whether it has to be there. */
    value: ClaimValue;
}

/** All or any of what is in it. */
export type Conditions =
    { allOf: readonly (ClaimCondition | Conditions)[] } | { anyOf: readonly (ClaimCondition | Conditions)[] };

/** What tokens of one attestation service have to say. */
export type AuthorityConditions = Conditions & {
    /** Issuer of the tokens, such as `https://myprovider.weu.attest.azure.net`. */
    authority: string;
};

/** A key is released for a token that satisfies one of these. */
export interface ReleasePolicy {
    version: "1.0.0";
    anyOf: readonly AuthorityConditions[];
}
