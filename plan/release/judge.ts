import type { Claim } from "../../components/sgx/attestation-policy/evaluate.js";
import { PlanError, UsageError } from "../model/errors.js";
import type { ReleasedKey } from "../model/access-format.js";
import type { Plan } from "../model/format.js";
import type { GivenClaims } from "./claims.js";
import { judgeKey } from "./judge-key.js";
import { judgePolicies } from "./judge-policy.js";
import { RELEASE_FORMAT, RELEASE_VERSION, type ReleaseReport } from "./report.js";

/** Said of every report: what it does not judge. */
const NOT_JUDGED =
    "Not judged: the token's signature and time (exp, nbf), its runtime data, and whether the caller has the role for the key.";

/** Judges claims by the policies and keys of a plan; of the keys only those that are named, if some are. */
export function judgeRelease(
    plan: Plan,
    { claims, remarks }: GivenClaims,
    names: readonly string[] = [],
): ReleaseReport {
    const policies = judgePolicies(plan, claimsOf(claims));
    return {
        format: RELEASE_FORMAT,
        version: RELEASE_VERSION,
        project: plan.project,
        stack: plan.stack,
        remarks: [...remarks, NOT_JUDGED],
        keys: chosen(plan, names).map((key) => judgeKey(key, claims, policies)),
        policies,
    };
}

function chosen({ keys = [], stack, resources }: Plan, names: readonly string[]): ReleasedKey[] {
    if (keys.length === 0)
        throw new PlanError(
            `stack "${stack}" has no key for enclaves: make one with EnclaveKey, or name another stack by --stack`,
        );
    const logical = new Map(resources.map(({ urn, name }) => [urn, name]));
    const isNamed = ({ key, urn }: ReleasedKey, name: string) => key === name || logical.get(urn) === name;
    const strange = names.filter((name) => !keys.some((key) => isNamed(key, name)));
    if (strange.length > 0)
        throw new UsageError(
            `--key ${strange.join(", ")}: stack "${stack}" has no such key. Keys: ${keys.map(({ key }) => key).join(", ")}`,
        );
    return names.length === 0 ? keys : keys.filter((key) => names.some((name) => isNamed(key, name)));
}

/** The claims that a policy sees: texts, numbers and truth values; of a list each. */
function claimsOf(payload: GivenClaims["claims"]): Claim[] {
    return Object.entries(payload).flatMap(([type, found]) =>
        (Array.isArray(found) ? (found as unknown[]) : [found]).flatMap((value) =>
            typeof value === "string" || typeof value === "number" || typeof value === "boolean"
                ? [{ type, value, issuer: "AttestationService" as const }]
                : [],
        ),
    );
}
