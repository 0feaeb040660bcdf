import { claims, type Wanted } from "./claims";
import type { Enclave } from "./enclave";

/** What claims have to be for an enclave that is meant: one list for each measurement, or one for all. */
export function wantedClaims(enclave: Enclave): Wanted[][] {
    const { signer, product, minimumSvn, measurements, debug } = enclave;
    const equal = (claim: Wanted["claim"], value: Wanted["value"] | undefined): Wanted[] =>
        value === undefined ? [] : [{ claim, is: "equal", value }];
    const common: Wanted[] = [
        ...equal(claims.attestationType, "sgx"),
        ...(debug ? [] : equal(claims.debuggable, false)),
        ...equal(claims.signer, signer),
        ...equal(claims.product, product),
        ...(minimumSvn > 0 ? [{ claim: claims.svn, is: "atLeast" as const, value: minimumSvn }] : []),
    ];
    return (measurements ?? [undefined]).map((measurement) => [...common, ...equal(claims.measurement, measurement)]);
}
