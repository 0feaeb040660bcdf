import { invalid, type Problem, type Warning } from "../problems";
import { evaluatePolicy, parsePolicy, PolicySyntaxError, type Claim } from "../sgx";

const page = "https://learn.microsoft.com/azure/attestation/claim-rule-grammar";

/** What is wrong with a policy that was written as a text. */
export function checkPolicy(path: string, text: unknown): Problem[] {
    const expected = "the text of a policy";
    if (typeof text !== "string") return [invalid(path, text, expected, "write it as one text")];
    try {
        const { authorizationrules } = parsePolicy(text);
        const permits = authorizationrules.some(({ action }) => action.verb === "permit");
        if (permits) return [];
        return [invalid(path, text, "a policy with a rule that permits: no enclave gets a token", "add such a rule")];
    } catch (error) {
        if (!(error instanceof PolicySyntaxError)) throw error;
        return [invalid(path, text, `${expected}; ${error.message}`, `correct it; the grammar is at ${page}`)];
    }
}

/** The claims of a debug enclave that nobody has described. */
const stranger: readonly Claim[] = Object.entries({
    "x-ms-attestation-type": "sgx",
    "x-ms-sgx-is-debuggable": true,
    "x-ms-sgx-mrsigner": "a1".repeat(32),
    "x-ms-sgx-mrenclave": "b2".repeat(32),
    "x-ms-sgx-product-id": 1,
    "x-ms-sgx-svn": 1,
}).map(([type, value]) => ({ type, value, issuer: "AttestationService" }));

/** What a reader of a good policy should know. */
export function warnOfPolicy(text: string): Warning[] {
    const policy = parsePolicy(text);
    if (JSON.stringify(policy).includes('"kind":"call"'))
        return [
            {
                code: "policy-not-evaluated",
                path: "policy",
                message: "the policy uses functions, which are not evaluated here: plans do not say who gets a token",
            },
        ];
    if (evaluatePolicy(policy, stranger).permitted !== true) return [];
    const message =
        "the policy gives a token to any SGX enclave on Azure, debug ones included: who relies on a token has to check every claim";
    return [{ code: "open-policy", path: "policy", message }];
}
