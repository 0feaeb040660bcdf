/** Value of `format` in the JSON of such a report. */
export const RELEASE_FORMAT = "confidential-aks/would-release";
/** Version of that format. See docs/plan.md. */
export const RELEASE_VERSION = 1;

/** Why one part of a policy does not hold. */
export interface FailingPart {
    /** The part, in words. */
    part: string;
    /** Its conditions that fail, each with what the claims say. */
    conditions: string[];
}

/** Whether an attestation policy gives a token for the claims. */
export interface TokenVerdict {
    provider: string;
    /** Where the policy is set, if the program knows it. */
    url?: string;
    attestationType: string;
    verdict: "token" | "no token" | "unknown";
    /** The rule that decides. */
    decidedBy?: string;
    failing: FailingPart[];
    /** Why it is unknown. */
    unknown?: string;
}

/** Whether a key goes to an enclave with the claims. */
export interface KeyVerdict {
    key: string;
    urn: string;
    verdict: "released" | "not released" | "unknown";
    /** The part of the release policy that lets it go. */
    decidedBy?: string;
    failing: FailingPart[];
    /** What was not compared, and why. */
    remarks: string[];
}

/** What a stack's keys and policies say of a set of claims. */
export interface ReleaseReport {
    format: typeof RELEASE_FORMAT;
    version: typeof RELEASE_VERSION;
    project: string;
    stack: string;
    remarks: string[];
    keys: KeyVerdict[];
    policies: TokenVerdict[];
}
