import { evaluatePolicy, type Claim, type PolicyResult } from "../../components/sgx/attestation-policy/evaluate.js";
import type { AttestationPolicy, Condition, Rule } from "../../components/sgx/attestation-policy/policy.js";
import { printCondition, printRule } from "../../components/sgx/attestation-policy/print.js";
import { readPolicy } from "../lens/secrets/token-policies.js";
import type { Plan, PlanResource } from "../model/format.js";
import type { FailingPart, TokenVerdict } from "./report.js";
import { saidOf } from "./said.js";

/** Judges claims by the policies of a plan's providers, the default ones included. */
export function judgePolicies({ tokenPolicies = [], resources }: Plan, claims: readonly Claim[]): TokenVerdict[] {
    return tokenPolicies.map(({ provider, attestationType, urn }) => {
        const start = { provider, attestationType };
        const resource = resources.find((one) => one.urn === urn);
        if (resource === undefined)
            return {
                ...start,
                verdict: "token",
                decidedBy: "the default policy, which permits everything",
                failing: [],
            };
        return { ...start, ...urlOf(resource), ...judgeText(resource, claims) };
    });
}

function urlOf({ inputs }: PlanResource): { url?: string } {
    return typeof inputs["attestationUrl"] === "string" ? { url: inputs["attestationUrl"] } : {};
}

type Judged = Pick<TokenVerdict, "verdict" | "decidedBy" | "failing" | "unknown">;

function judgeText({ inputs }: PlanResource, claims: readonly Claim[]): Judged {
    const { policy, problem } = readPolicy(inputs["policy"]);
    if (problem !== undefined)
        return { verdict: "unknown", failing: [], unknown: `the policy cannot be read: ${problem}` };
    if (policy === undefined)
        return { verdict: "unknown", failing: [], unknown: "the policy is not known before the update" };
    return judgePolicy(policy, claims);
}

/** Judges claims by one policy. */
function judgePolicy(policy: AttestationPolicy, claims: readonly Claim[]): Judged {
    const result = evaluatePolicy(policy, claims);
    if (result.permitted === undefined)
        return { verdict: "unknown", failing: [], unknown: result.unknown ?? "the policy is not evaluated here" };
    const decided = result.decidedBy === undefined ? {} : { decidedBy: oneLine(printRule(result.decidedBy)) };
    if (result.permitted) return { verdict: "token", ...decided, failing: [] };
    return { verdict: "no token", ...decided, failing: result.failing.map((part) => failingPart(part, claims)) };
}

function failingPart({ rule, condition }: PolicyResult["failing"][number], claims: readonly Claim[]): FailingPart {
    const failing = rule.conditions.filter((one) => one === condition || failsAlone(one, claims));
    return { part: oneLine(printRule(rule)), conditions: failing.map((one) => conditionText(one, claims)) };
}

/** True for a condition that no claim passes, whatever the others say. */
function failsAlone(condition: Condition, claims: readonly Claim[]): boolean {
    if (condition.tests.some(({ operand }) => operand.kind !== "literal")) return false;
    const rule: Rule = { conditions: [condition], action: { verb: "permit" } };
    return evaluatePolicy({ version: "1.2", authorizationrules: [rule] }, claims).permitted === false;
}

function conditionText(condition: Condition, claims: readonly Claim[]): string {
    const named = condition.tests.find(({ property, operand }) => property === "type" && operand.kind === "literal");
    const type = named?.operand.kind === "literal" ? String(named.operand.value) : undefined;
    const text = printCondition(condition);
    if (type === undefined) return `no claim passes ${text}`;
    const values = claims.filter((claim) => claim.type === type).map(({ value }) => value);
    const said = values.length === 1 ? { [type]: values[0] } : values.length === 0 ? {} : { [type]: values };
    return `${text}, ${saidOf(said, type)}`;
}

function oneLine(text: string): string {
    return text.replace(/\s+/g, " ").trim();
}
