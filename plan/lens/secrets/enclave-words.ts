import type { KeyEnclave } from "../../model/access-format.js";
import type { EnclaveRule } from "./enclave-rule.js";

/** What the default policy of a provider means, which all shared providers have. */
export const ANY_ENCLAVE = "any SGX enclave on Azure, debug ones included";

/** The start of a hash: a table has no room for all of it. The JSON of the plan has the whole. */
export function shortHash(hash: string): string {
    return hash.length > 12 ? `${hash.slice(0, 8)}...` : hash;
}

/** `signed by 1a2b3c4d..., product 7, SVN 3 and up, no debug`. */
export function enclaveText({ signer, product, minimumSvn, measurements, debug }: KeyEnclave): string {
    const measured = measurements?.map(shortHash).join(" or ");
    return [
        ...(signer === undefined ? [] : [`signed by ${shortHash(signer)}`]),
        ...(product === undefined ? [] : [`product ${product}`]),
        minimumSvn === 0 ? "any SVN" : `SVN ${minimumSvn} and up`,
        ...(measured === undefined ? [] : [`measurement ${measured}`]),
        debug ? "DEBUG ENCLAVES INCLUDED" : "no debug",
    ].join(", ");
}

/** The same of a rule; one without conditions means any enclave. */
export function ruleText({ measurement, others, ...rest }: EnclaveRule): string {
    const isAny =
        rest.signer === undefined && rest.product === undefined && rest.minimumSvn === 0 && measurement === undefined;
    if (isAny && rest.debug) return others.length === 0 ? ANY_ENCLAVE : `enclaves with ${others.join(" && ")}`;
    const known = enclaveText({ ...rest, ...(measurement === undefined ? {} : { measurements: [measurement] }) });
    return [...(isAny ? ["any SGX enclave on Azure"] : []), known, ...others].join(", ");
}
