import type {
    Action,
    AttestationPolicy,
    ClaimProperty,
    ClaimValue,
    Condition,
    Expression,
    Operator,
    PropertyCondition,
    Rule,
} from "./policy";

/** A claim, with who made it. */
export interface Claim {
    type: string;
    value: ClaimValue;
    issuer: "AttestationService" | "AttestationPolicy" | "CustomClaim";
}

/** What a policy says of a set of claims. */
export interface PolicyResult {
    /** Whether Azure Attestation gives a token; undefined: that cannot be said, see `unknown`. */
    permitted: boolean | undefined;
    /** The rule that decides. Undefined: no rule permits. */
    decidedBy?: Rule;
    /** Of each rule that would permit and does not, the first condition that no claim passes. */
    failing: readonly { rule: Rule; condition: Condition }[];
    /** Claims that the policy adds to the token. */
    issued: readonly Claim[];
    /** Why it cannot be said: what of the language is not evaluated here, or not documented. */
    unknown?: string;
}

/** Thrown where a rule has something that is not evaluated here. */
class NotEvaluated extends Error {}

/** The claims that identifiers stand for. */
type Bound = ReadonlyMap<string, Claim>;

/**
 * Judges the claims that Azure Attestation makes of a quote. Rules apply in their order; one that permits is enough,
 * and one that denies is taken to win, since the documentation does not say which of both does.
 */
export function evaluatePolicy(policy: AttestationPolicy, incoming: readonly Claim[]): PolicyResult {
    const claims = [...incoming];
    const failing: { rule: Rule; condition: Condition }[] = [];
    const issued: Claim[] = [];
    try {
        const verdicts: { rule: Rule; verb: "permit" | "deny" }[] = [];
        for (const rule of policy.authorizationrules) {
            const matches = matching(rule.conditions, claims);
            const { action } = rule;
            if (action.verb === "permit" || action.verb === "deny") {
                if (matches.length > 0) verdicts.push({ rule, verb: action.verb });
                else if (action.verb === "permit") failing.push(failingOf(rule, claims));
            } else claims.push(...matches.map((bound) => made(action, bound)));
        }
        const decisive = verdicts.find(({ verb }) => verb === "deny") ?? verdicts[0];
        if (decisive === undefined) return { permitted: false, failing, issued: [] };
        const permitted = decisive.verb === "permit";
        for (const rule of permitted ? (policy.issuancerules ?? []) : []) {
            const added = matching(rule.conditions, claims).map((bound) => made(rule.action, bound));
            claims.push(...added);
            if (rule.action.verb === "issue") issued.push(...added);
        }
        return { permitted, decidedBy: decisive.rule, failing, issued };
    } catch (error) {
        if (!(error instanceof NotEvaluated)) throw error;
        return { permitted: undefined, failing, issued: [], unknown: error.message };
    }
}

/** Each way to let the identifiers stand for claims so that all conditions hold; none: they do not hold. */
function matching(conditions: readonly Condition[], claims: readonly Claim[]): Bound[] {
    return conditions.reduce<Bound[]>(
        (found, condition) => found.flatMap((bound) => withCondition(condition, claims, bound)),
        [new Map()],
    );
}

function withCondition({ identifier, absent, tests }: Condition, claims: readonly Claim[], bound: Bound): Bound[] {
    const passing = claims.filter((claim) => tests.every((test) => passes(claim, test, bound)));
    if (absent) return passing.length === 0 ? [bound] : [];
    if (identifier === undefined) return passing.length === 0 ? [] : [bound];
    return passing.map((claim) => new Map([...bound, [identifier, claim]]));
}

/** The first condition with which no claims are left. */
function failingOf(rule: Rule, claims: readonly Claim[]): { rule: Rule; condition: Condition } {
    const at = rule.conditions.findIndex(
        (_, index) => matching(rule.conditions.slice(0, index + 1), claims).length === 0,
    );
    const condition = rule.conditions[at];
    if (condition === undefined) throw new Error("a rule without conditions always holds");
    return { rule, condition };
}

function passes(claim: Claim, { property, operator, operand }: PropertyCondition, bound: Bound): boolean {
    return compares(propertyOf(claim, property), operator, valueOf(operand, bound));
}

/** A value of another type equals nothing, and is neither smaller nor larger. */
function compares(left: ClaimValue, operator: Operator, right: ClaimValue): boolean {
    if (operator === "==") return left === right;
    if (operator === "!=") return typeof left === typeof right && left !== right;
    if (typeof left !== "number" || typeof right !== "number") return false;
    if (operator === "<=") return left <= right;
    if (operator === "<") return left < right;
    return operator === ">=" ? left >= right : left > right;
}

const typeNames = { string: "String", number: "Integer", boolean: "Boolean" } as const;

function propertyOf(claim: Claim, property: ClaimProperty): ClaimValue {
    if (property !== "valueType") return claim[property];
    return typeNames[typeof claim.value as keyof typeof typeNames];
}

function valueOf(expression: Expression, bound: Bound): ClaimValue {
    if (expression.kind === "literal") return expression.value;
    if (expression.kind === "call") throw new NotEvaluated(`${expression.name}() is not evaluated here`);
    const claim = bound.get(expression.identifier);
    if (claim === undefined) throw new Error(`${expression.identifier} stands for no claim`);
    return propertyOf(claim, expression.property);
}

function made(action: Action, bound: Bound): Claim {
    if ("claim" in action) {
        const claim = bound.get(action.claim);
        if (claim === undefined) throw new Error(`${action.claim} stands for no claim`);
        return { ...claim };
    }
    if (!("properties" in action)) throw new Error(`${action.verb}() makes no claim`);
    const values = new Map(action.properties.map(({ property, value }) => [property, valueOf(value, bound)]));
    const [type, value] = [values.get("type"), values.get("value")];
    if (typeof type !== "string" || value === undefined) throw new NotEvaluated("a claim whose type is no text");
    return { type, value, issuer: "AttestationPolicy" };
}
