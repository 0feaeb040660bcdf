import { execFileSync } from "node:child_process";
import { createPrivateKey, sign, verify, X509Certificate, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemCommand } from "../../e2e/support/tools";

export type Claims = Record<string, unknown>;

/** A key that signs tokens, with the certificate that is published with it. */
export interface SigningKey {
    kid: string;
    key: KeyObject;
    certificate: X509Certificate;
}

/** What a JWT consists of. */
export interface Jwt {
    header: Claims;
    payload: Claims;
    /** What is signed. */
    signed: string;
    signature: Buffer;
}

export const base64url = (value: string | Buffer) => Buffer.from(value).toString("base64url");

/** An RSA key with a certificate that it signs itself, as Azure Attestation has them. */
export function signingKey(folder: string, kid: string, name: string, bits = 2048): SigningKey {
    const [key, cert] = [join(folder, `${kid}.key`), join(folder, `${kid}.crt`)];
    execFileSync(
        systemCommand("openssl"),
        [
            ...["req", "-x509", "-newkey", `rsa:${bits}`, "-nodes", "-days", "1", "-subj", `/CN=${name}`],
            ...["-addext", "basicConstraints=critical,CA:true", "-keyout", key, "-out", cert],
        ],
        { stdio: ["ignore", "ignore", "pipe"] },
    );
    return { kid, key: createPrivateKey(readFileSync(key)), certificate: new X509Certificate(readFileSync(cert)) };
}

/** The public half as an entry of a JWKS. */
export function publicJwk({ kid, certificate }: SigningKey): Claims {
    return {
        ...certificate.publicKey.export({ format: "jwk" }),
        kid,
        use: "sig",
        alg: "RS256",
        x5c: [certificate.raw.toString("base64")],
    };
}

/** A JWT signed with RS256; the header may be given otherwise. */
export function signJwt({ kid, key }: SigningKey, payload: Claims, header: Claims = {}): string {
    const signed = unsigned({ alg: "RS256", kid, typ: "JWT", ...header }, payload);
    return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
}

/** Header and payload, without a signature. */
export function unsigned(header: Claims, payload: Claims): string {
    return `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(payload))}`;
}

/** Reads a JWT in its compact form: three parts in base64url without padding. Undefined: it is none. */
export function readJwt(text: string): Jwt | undefined {
    const parts = text.split(".");
    const [head, body, signature] = parts;
    if (parts.length !== 3 || head === undefined || body === undefined || signature === undefined) return undefined;
    if (parts.some((part) => !/^[\w-]*$/.test(part))) return undefined;
    const [header, payload] = [objectIn(head), objectIn(body)];
    if (header === undefined || payload === undefined) return undefined;
    return { header, payload, signed: `${head}.${body}`, signature: Buffer.from(signature, "base64url") };
}

/** Whether an RS256 signature is of this key. */
export function signedBy({ header, signed, signature }: Jwt, key: KeyObject): boolean {
    return header["alg"] === "RS256" && verify("sha256", Buffer.from(signed), key, signature);
}

/** An empty part counts as an empty object: the body that resets a policy has one. */
function objectIn(part: string): Claims | undefined {
    if (part === "") return {};
    try {
        const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
        return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Claims) : undefined;
    } catch {
        return undefined;
    }
}
