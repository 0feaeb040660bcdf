import { createPublicKey, verify, type JsonWebKey } from "node:crypto";
import { readJwt } from "./jwt";

/** What a federated credential of an identity says. */
export interface FederatedCredential {
    issuer: string;
    subject: string;
    audiences: readonly string[];
}

/** A key set as the OpenID metadata of an issuer leads to it. */
export interface KeySet {
    keys: readonly (JsonWebKey & { kid?: string })[];
}

/**
 * Whether Microsoft Entra would take a token for an identity with this credential: signed by a key of the issuer, not
 * expired, and issuer, subject and audience are equal to the letter.
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
export function federates(credential: FederatedCredential, token: string, { keys }: KeySet, now = Date.now()): boolean {
    const jwt = readJwt(token);
    const key = keys.find(({ kid }) => kid !== undefined && kid === jwt?.header["kid"]);
    if (jwt === undefined || key === undefined || !signatureHolds(jwt.header["alg"], jwt.signed, jwt.signature, key))
        return false;
    const { iss, sub, aud, exp, nbf } = jwt.payload;
    const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
    return (
        iss === credential.issuer &&
        sub === credential.subject &&
        audiences.some((each) => typeof each === "string" && credential.audiences.includes(each)) &&
        typeof exp === "number" &&
        exp * 1000 > now &&
        (nbf === undefined || (typeof nbf === "number" && nbf * 1000 <= now))
    );
}

/** Service account tokens are signed with RSA or with P-256. */
function signatureHolds(alg: unknown, signed: string, signature: Buffer, jwk: JsonWebKey): boolean {
    const key = createPublicKey({ key: jwk, format: "jwk" });
    if (alg === "RS256") return jwk.kty === "RSA" && verify("sha256", Buffer.from(signed), key, signature);
    if (alg !== "ES256" || jwk.kty !== "EC") return false;
    return verify("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" }, signature);
}
