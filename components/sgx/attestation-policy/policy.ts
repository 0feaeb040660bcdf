/*
 * The policy language of Azure Attestation, as far as it is documented:
 * https://learn.microsoft.com/azure/attestation/claim-rule-grammar and the pages of policy versions 1.0 to 1.2.
 */

/** A value of a claim. Integers are JSON numbers without a fraction. */
export type ClaimValue = string | number | boolean;

/** Properties of a claim that a condition can ask for and an action can set. */
export const claimProperties = ["type", "value", "valueType", "issuer"] as const;
export type ClaimProperty = (typeof claimProperties)[number];

export const operators = ["==", "!=", "<=", "<", ">=", ">"] as const;
export type Operator = (typeof operators)[number];

/** The right side of an operator or of `=`. */
export type Expression =
    | { kind: "literal"; value: ClaimValue }
    /** Property of the claim that an identifier stands for, such as `c.value`. */
    | { kind: "reference"; identifier: string; property: ClaimProperty }
    /** Since version 1.2. */
    | { kind: "call"; name: string; arguments: readonly Expression[] };

/** One test of a property, such as `value >= 2`. */
export interface PropertyCondition {
    property: ClaimProperty;
    operator: Operator;
    operand: Expression;
}

/** `c:[type=="x-ms-sgx-svn", value>=2]`: there is a claim that passes all tests. */
export interface Condition {
    /** Name for the claims that pass, for later conditions and the action. */
    identifier?: string;
    /** `!`, since version 1.2: there is no such claim. */
    absent: boolean;
    tests: readonly PropertyCondition[];
}

/** What a rule does. */
export type Action =
    | { verb: "permit" | "deny" }
    | { verb: ClaimVerb; claim: string }
    | { verb: ClaimVerb; properties: readonly { property: ClaimProperty; value: Expression }[] };
/** Verbs that make a claim. */
export type ClaimVerb = "add" | "issue" | "issueproperty";

/** `conditions => action;` */
export interface Rule {
    conditions: readonly Condition[];
    action: Action;
}

/** Parts of a policy, in the order in which they stand, and what a rule there may do. */
export const sections = {
    configurationrules: ["issueproperty"],
    authorizationrules: ["permit", "deny", "add"],
    issuancerules: ["add", "issue", "issueproperty"],
} as const satisfies Readonly<Record<string, readonly Action["verb"][]>>;
export type Section = keyof typeof sections;

/** Versions of the language. */
export const versions = ["1.0", "1.1", "1.2"] as const;
type PolicyVersion = (typeof versions)[number];

/** A policy. A section that is not there is undefined: an empty one is printed. */
export interface AttestationPolicy {
    version: PolicyVersion;
    configurationrules?: readonly Rule[];
    authorizationrules: readonly Rule[];
    issuancerules?: readonly Rule[];
}
