import type { Enclave } from "../enclave/enclave";
import { claims, type Wanted } from "../enclave/claims";
import { wantedClaims } from "../enclave/wanted";
import type { AttestationPolicy, Condition, Rule } from "./policy";

/** What the policy asks for beside the enclave. */
export interface PolicyOptions {
    /**
     * Identifier of the TCB baseline, such as "azuredefault" or "15".
     * https://learn.microsoft.com/azure/attestation/custom-tcb-baseline-enforcement
     */
    tcbBaseline?: string;
}

/** The policy with which Azure Attestation gives a token to these enclaves and to no other. */
export function attestationPolicyOf(
    enclaves: readonly Enclave[],
    { tcbBaseline }: PolicyOptions = {},
): AttestationPolicy {
    const authorizationrules = enclaves.flatMap(wantedClaims).map((wanted): Rule => ({
        // The claim of the type is documented for tokens only; each attestation type has a policy of its own anyway.
        conditions: wanted.filter(({ claim }) => claim !== claims.attestationType).map(conditionOf),
        action: { verb: "permit" },
    }));
    if (tcbBaseline === undefined) return { version: "1.0", authorizationrules };
    const text = (value: string) => ({ kind: "literal" as const, value });
    const configuration: Rule = {
        conditions: [],
        action: {
            verb: "issueproperty",
            properties: [
                { property: "type", value: text("x-ms-sgx-tcbidentifier") },
                { property: "value", value: text(tcbBaseline) },
            ],
        },
    };
    return { version: "1.1", configurationrules: [configuration], authorizationrules };
}

/** Without an issuer: in a policy for SGX the claims are those of the service. */
function conditionOf({ claim, is, value }: Wanted): Condition {
    return {
        absent: false,
        tests: [
            { property: "type", operator: "==", operand: { kind: "literal", value: claim } },
            { property: "value", operator: is === "equal" ? "==" : ">=", operand: { kind: "literal", value } },
        ],
    };
}
