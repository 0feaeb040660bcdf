import { evaluateReleasePolicy } from "../../components/sgx/release-policy/evaluate.js";
import { releasePolicyOf } from "../../components/sgx/release-policy/of-enclave.js";
import type { ClaimCondition } from "../../components/sgx/release-policy/policy.js";
import { enclaveRules } from "../lens/secrets/enclave-rule.js";
import { ruleText } from "../lens/secrets/enclave-words.js";
import type { ReleasedKey } from "../model/access-format.js";
import type { GivenClaims } from "./claims.js";
import type { FailingPart, KeyVerdict, TokenVerdict } from "./report.js";
import { saidOf } from "./said.js";

/** In the place of a URL that is not known. */
const UNKNOWN_AUTHORITY = "https://known.after.the.update";

/** Judges claims by one key, and by the policies of the provider that attests for it. */
export function judgeKey(
    key: ReleasedKey,
    claims: GivenClaims["claims"],
    policies: readonly TokenVerdict[],
): KeyVerdict {
    const { enclaves, authority } = key;
    const start = { key: key.key, urn: key.urn };
    const remarks = authority === undefined ? [unknownAuthority(key)] : [];
    if (enclaves === undefined || enclaves.length === 0)
        return {
            ...start,
            verdict: "unknown",
            failing: [],
            remarks: [...remarks, "which enclaves get the key is known after the update"],
        };
    const policy = releasePolicyOf(enclaves, authority ?? UNKNOWN_AUTHORITY);
    const token = authority === undefined ? { ...claims, iss: UNKNOWN_AUTHORITY } : claims;
    const { decidedBy, failing } = evaluateReleasePolicy(policy, token);
    const rules = enclaveRules(enclaves).map(ruleText);
    const textOf = (part: (typeof policy.anyOf)[number]) => rules[policy.anyOf.indexOf(part)] ?? "";
    if (decidedBy === undefined)
        return {
            ...start,
            verdict: "not released",
            failing: failing.map(({ part, otherAuthority, conditions }): FailingPart => ({
                part: textOf(part),
                conditions: [
                    ...(otherAuthority ? [issuerText(part.authority, claims)] : []),
                    ...conditions.map((condition) => conditionText(condition, claims)),
                ],
            })),
            remarks,
        };
    const tokens = tokenRemark(key, policies);
    return {
        ...start,
        verdict: tokens?.verdict ?? "released",
        decidedBy: textOf(decidedBy),
        failing: [],
        remarks: [...remarks, ...(tokens === undefined ? [] : [tokens.remark])],
    };
}

/** Without a token of its provider no release policy is asked. */
function tokenRemark(
    { authority, providers = [] }: ReleasedKey,
    policies: readonly TokenVerdict[],
): { verdict: "not released" | "unknown"; remark: string } | undefined {
    const own = policies.filter(({ provider, url }) =>
        authority === undefined ? providers.includes(provider) : isUrlOf(authority, provider, url),
    );
    if (own.length === 0 || own.some(({ verdict }) => verdict === "token")) return undefined;
    const names = [...new Set(own.map(({ provider }) => provider))].join(", ");
    return own.some(({ verdict }) => verdict === "unknown")
        ? { verdict: "unknown", remark: `it is not known whether ${names} gives a token for these claims` }
        : { verdict: "not released", remark: `the release policy holds, but ${names} gives no token for these claims` };
}

/** The name of a provider is the first part of its URL. */
function isUrlOf(authority: string, provider: string, url: string | undefined): boolean {
    const start = `https://${provider.toLowerCase()}.`;
    return url === authority || authority.toLowerCase().startsWith(start);
}

function unknownAuthority({ providers = [] }: ReleasedKey): string {
    const whose = providers.length === 0 ? "the attestation service" : `provider ${providers.join(" or ")}`;
    return `the URL of ${whose} is known after the update; iss is not compared`;
}

function issuerText(authority: string, claims: GivenClaims["claims"]): string {
    const { iss } = claims;
    const slash =
        typeof iss === "string" && iss.replace(/\/$/, "") === authority.replace(/\/$/, "")
            ? ", which differs by the slash at its end"
            : "";
    return `iss has to be ${authority}, ${saidOf(claims, "iss")}${slash}`;
}

const HAS_TO: Readonly<Record<Exclude<ClaimCondition["comparison"], "exists">, string>> = {
    equals: "has to be",
    notEquals: "must not be",
    less: "has to be less than",
    lessOrEquals: "has to be at most",
    greater: "has to be more than",
    greaterOrEquals: "has to be at least",
};

function conditionText({ claim, comparison, value }: ClaimCondition, claims: GivenClaims["claims"]): string {
    if (comparison === "exists") return `${claim} ${value === true ? "has to be there" : "must not be there"}`;
    return `${claim} ${HAS_TO[comparison]} ${JSON.stringify(value)}, ${saidOf(claims, claim)}`;
}
