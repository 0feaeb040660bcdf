import { claims } from "../../../components/sgx/enclave/claims.js";
import type { AttestationPolicy, Condition, Rule } from "../../../components/sgx/attestation-policy/policy.js";
import { printCondition, printRule } from "../../../components/sgx/attestation-policy/print.js";
import type { KeyEnclave } from "../../model/access-format.js";

/** What an enclave has to be, for one measurement at most. What is absent is not compared. */
export interface EnclaveRule {
    signer?: string;
    product?: number;
    minimumSvn: number;
    measurement?: string;
    /** Debug enclaves are meant as well. */
    debug: boolean;
    /** Further conditions, as they stand in a policy. */
    others: readonly string[];
}

/** The descriptions of a key, one rule for each measurement. */
export function enclaveRules(enclaves: readonly KeyEnclave[]): EnclaveRule[] {
    return enclaves.flatMap(({ measurements, ...rest }) =>
        (measurements ?? [undefined]).map((measurement) => ({
            ...rest,
            ...(measurement === undefined ? {} : { measurement }),
            others: [],
        })),
    );
}

/** The rules of a policy that permit. */
export function permittingRules(policy: AttestationPolicy): EnclaveRule[] {
    return policy.authorizationrules.filter(({ action }) => action.verb === "permit").map(enclaveRuleOf);
}

/** True if every enclave that `rule` means is one that `other` means. Exact where `others` are the same. */
export function isWithin(rule: EnclaveRule, other: EnclaveRule): boolean {
    const isSame = (key: "signer" | "product" | "measurement") => other[key] === undefined || other[key] === rule[key];
    return (
        isSame("signer") &&
        isSame("product") &&
        isSame("measurement") &&
        other.minimumSvn <= rule.minimumSvn &&
        (other.debug || !rule.debug) &&
        other.others.every((condition) => rule.others.includes(condition))
    );
}

function enclaveRuleOf(rule: Rule): EnclaveRule {
    const start: EnclaveRule = { minimumSvn: 0, debug: true, others: [] };
    // A condition that refers to another one means nothing by itself.
    if (rule.conditions.some(({ identifier }) => identifier !== undefined))
        return { ...start, others: [printRule(rule).replace(/\s+/g, " ").trim()] };
    return rule.conditions.reduce(withCondition, start);
}

/** The rule with one more condition: by what it says of an enclave, or as it is printed. */
function withCondition(rule: EnclaveRule, condition: Condition): EnclaveRule {
    const { claim, operator, value } = comparison(condition) ?? {};
    const equal = operator === "==";
    if (claim === claims.attestationType && equal && value === "sgx") return rule;
    if (claim === claims.debuggable && equal && value === false) return { ...rule, debug: false };
    if (claim === claims.signer && equal && typeof value === "string" && rule.signer === undefined)
        return { ...rule, signer: value };
    if (claim === claims.measurement && equal && typeof value === "string" && rule.measurement === undefined)
        return { ...rule, measurement: value };
    if (claim === claims.product && equal && typeof value === "number" && rule.product === undefined)
        return { ...rule, product: value };
    if (claim === claims.svn && operator === ">=" && typeof value === "number")
        return { ...rule, minimumSvn: Math.max(rule.minimumSvn, value) };
    return { ...rule, others: [...rule.others, printCondition(condition)] };
}

/** What a condition compares, if it is `[type=="...", value OPERATOR ...]`. */
function comparison({ absent, tests }: Condition) {
    const [first, second] = tests[0]?.property === "type" ? tests : [...tests].reverse();
    if (absent || tests.length !== 2 || first?.property !== "type" || second?.property !== "value") return undefined;
    if (first.operator !== "==" || first.operand.kind !== "literal" || second.operand.kind !== "literal")
        return undefined;
    return { claim: first.operand.value, operator: second.operator, value: second.operand.value };
}
