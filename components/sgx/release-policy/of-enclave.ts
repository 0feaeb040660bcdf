import type { Wanted } from "../enclave/claims";
import type { Enclave } from "../enclave/enclave";
import { wantedClaims } from "../enclave/wanted";
import type { ClaimCondition, ReleasePolicy } from "./policy";

/** The policy with which a key goes to these enclaves, attested by this authority, and to no other. */
export function releasePolicyOf(enclaves: readonly Enclave[], authority: string): ReleasePolicy {
    const anyOf = enclaves.flatMap(wantedClaims).map((wanted) => ({ authority, allOf: wanted.map(conditionOf) }));
    return { version: "1.0.0", anyOf };
}

function conditionOf({ claim, is, value }: Wanted): ClaimCondition {
    return { claim, comparison: is === "equal" ? "equals" : "greaterOrEquals", value };
}
