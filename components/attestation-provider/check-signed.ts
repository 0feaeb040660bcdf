import { verify, X509Certificate } from "node:crypto";
import { invalid, type Problem } from "../problems";
import { policyIn } from "../sgx";
import { checkPolicy } from "./check-policy";

/** A certificate in PEM. Undefined: it is none. */
function certificateOf(pem: unknown): X509Certificate | undefined {
    try {
        return typeof pem === "string" ? new X509Certificate(pem) : undefined;
    } catch {
        return undefined;
    }
}

/** The certificate as Azure wants it, in base64 and not in base64url. */
export function x5cOf(pem: string): string {
    return new X509Certificate(pem).raw.toString("base64");
}

/** What is wrong with the certificates whose keys sign policies. */
export function checkCertificates(path: string, certificates: unknown): Problem[] {
    if (certificates === undefined) return [];
    const expected = "a list of certificates in PEM with RSA keys";
    if (!Array.isArray(certificates) || certificates.length === 0)
        return [invalid(path, certificates, expected, "leave it out where nobody signs policies")];
    return certificates.flatMap((pem: unknown, index) => {
        const type = certificateOf(pem)?.publicKey.asymmetricKeyType;
        if (type === "rsa") return [];
        const remedy = type === undefined ? "paste the certificate, not its key" : `its key is ${type}: use an RSA key`;
        return [{ ...invalid(`${path}[${index}]`, pem, expected, remedy), hideValue: true }];
    });
}

interface Header {
    alg?: unknown;
    x5c?: unknown;
}

/**
 * What is wrong with a signed policy: its form, whether the signature is good and whose it is, and its text
 * (https://learn.microsoft.com/azure/attestation/author-sign-policy).
 */
export function checkSignedPolicy(path: string, jwt: unknown, certificates: unknown): Problem[] {
    const wrong = (expected: string) => [invalid(path, jwt, expected, "sign the policy again, by RS256 and with x5c")];
    if (typeof jwt !== "string") return wrong("a JWT with the claim AttestationPolicy");
    const [header = "", payload = "", signature = "", ...more] = jwt.split(".");
    const { alg, x5c } = headerOf(header);
    const text = policyIn(jwt);
    if (more.length > 0 || text === undefined) return wrong("a JWT with the claim AttestationPolicy");
    if (alg !== "RS256" || !Array.isArray(x5c)) return wrong('a JWT whose header has alg "RS256" and x5c');
    const signer = certificateOf(`-----BEGIN CERTIFICATE-----\n${String(x5c[0])}\n-----END CERTIFICATE-----`);
    if (signer === undefined) return wrong("a JWT with a certificate in x5c");
    if (!verify("sha256", Buffer.from(`${header}.${payload}`), signer.publicKey, Buffer.from(signature, "base64url")))
        return wrong("a JWT that the key of its certificate has signed");
    const known = Array.isArray(certificates) ? certificates.flatMap((pem) => certificateOf(pem) ?? []) : [];
    const isKnown = known.some((root) => root.raw.equals(signer.raw) || signer.verify(root.publicKey));
    if (known.length > 0 && !isKnown) return wrong("a JWT signed by one of policySigningCertificates, or below one");
    return checkPolicy(path, text);
}

function headerOf(part: string): Header {
    try {
        return JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as Header;
    } catch {
        return {};
    }
}
