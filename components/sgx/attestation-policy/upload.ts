import { createHash } from "node:crypto";

const encoded = (text: string) => Buffer.from(text, "utf8").toString("base64url");

/**
 * The body of the request that sets a policy: a JWT that is not signed, so the signature behind its last dot is empty.
 * https://learn.microsoft.com/azure/attestation/author-sign-policy
 */
export function unsignedPolicy(text: string): string {
    return `${encoded('{"alg":"none"}')}.${encoded(JSON.stringify({ AttestationPolicy: encoded(text) }))}.`;
}

/**
 * What Azure Attestation writes into a token as `x-ms-policy-hash`: SHA-256 of the policy in base64url.
 * https://learn.microsoft.com/azure/attestation/claim-sets
 */
export function policyHash(text: string): string {
    return createHash("sha256").update(encoded(text), "utf8").digest("base64url");
}

/** The text of a policy in such a JWT, signed or not. Undefined: it is none. */
export function policyIn(jwt: string): string | undefined {
    const [, payload = ""] = jwt.split(".");
    try {
        const body = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { AttestationPolicy?: unknown };
        return typeof body.AttestationPolicy === "string"
            ? Buffer.from(body.AttestationPolicy, "base64url").toString("utf8")
            : undefined;
    } catch {
        return undefined;
    }
}
