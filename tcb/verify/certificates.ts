import { X509Certificate, type KeyObject } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Certificate as Asn1Certificate, type Name } from "@peculiar/asn1-x509";
import { ItemFailure } from "../model/items.js";
import { messageOf } from "../../terminal/errors.js";
import { NotUsable } from "./errors.js";

/** Whom everything has to come from. */
export interface Anchor {
    /** Key of Intel's root CA. */
    key: KeyObject;
}

/** What a chain is checked against. */
export interface ChainRules {
    anchor: Anchor;
    at: Date;
    /** Serial numbers that Intel's root CA has revoked. */
    revoked: ReadonlySet<string>;
}

/** Names of Intel's certificates (the CN of their subjects). */
export const subjects = {
    root: "Intel SGX Root CA",
    tcbSigning: "Intel SGX TCB Signing",
    platform: "Intel SGX PCK Platform CA",
    processor: "Intel SGX PCK Processor CA",
} as const;

const pem = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, in its order. */
export function readCertificates(text: string): X509Certificate[] {
    const found = text.match(pem) ?? [];
    if (found.length === 0) throw new NotUsable(ItemFailure.malformed, "no certificate in PEM");
    return found.map((each) => {
        try {
            return new X509Certificate(each);
        } catch (error) {
            throw new NotUsable(ItemFailure.malformed, `a certificate that cannot be read (${messageOf(error)})`);
        }
    });
}

/** The certificate that signs, whose issuer is Intel's root CA: a chain of these two, as Intel's service sends it. */
export function verifiedSigner(chain: string, subject: string, { anchor, at, revoked }: ChainRules): X509Certificate {
    const [signer, root, ...others] = readCertificates(chain);
    if (signer === undefined || root === undefined || others.length > 0)
        throw forged("a chain of two certificates is expected: that which signs, and Intel's root");
    if (!isSame(root.publicKey, anchor.key)) throw forged("the root of its chain is not Intel's");
    checkIssued(signer, root);
    const name = commonNameOf(signer);
    if (name !== subject) throw forged(`it is signed by "${name}", not by "${subject}"`);
    checkValid(signer, at);
    if (revoked.has(serialOf(signer)))
        throw new NotUsable(ItemFailure.certificateRevoked, `Intel has revoked the certificate of "${name}"`);
    return signer;
}

/** Throws unless `issuer` has signed the certificate. */
export function checkIssued(certificate: X509Certificate, issuer: X509Certificate): void {
    if (!certificate.verify(issuer.publicKey))
        throw forged(`the certificate of "${commonNameOf(certificate)}" is not signed by its issuer`);
}

/** Throws unless the certificate is valid at that time. */
export function checkValid(certificate: X509Certificate, at: Date): void {
    const from = new Date(certificate.validFrom);
    const to = new Date(certificate.validTo);
    if (from <= at && at <= to) return;
    const days = `${from.toISOString().slice(0, 10)} to ${to.toISOString().slice(0, 10)}`;
    throw new NotUsable(
        ItemFailure.certificateExpired,
        `the certificate of "${commonNameOf(certificate)}" is valid from ${days}`,
    );
}

/** Serial number as in a RevocationList. */
export function serialOf(certificate: X509Certificate): string {
    return normalSerial(certificate.serialNumber);
}

/** Capitals, without leading zeros. */
export function normalSerial(hex: string): string {
    return hex.toUpperCase().replace(/^0+(?=.)/, "");
}

/** CN of the subject. */
export function commonNameOf(certificate: X509Certificate): string {
    return commonName(parsed(certificate).tbsCertificate.subject);
}

/** CN of the issuer. */
export function issuerNameOf(certificate: X509Certificate): string {
    return commonName(parsed(certificate).tbsCertificate.issuer);
}

/** CN of a name. */
export function commonName(name: Name): string {
    const values = [...name].flatMap((part) => [...part].filter(({ type }) => type === "2.5.4.3"));
    return values.map(({ value }) => value.toString()).join("/");
}

/** The certificate as a library for ASN.1 reads it: its extensions, and its names piece by piece. */
export function parsed(certificate: X509Certificate): Asn1Certificate {
    return AsnConvert.parse(certificate.raw, Asn1Certificate);
}

function isSame(one: KeyObject, other: KeyObject): boolean {
    return one.asymmetricKeyType === other.asymmetricKeyType && one.equals(other);
}

function forged(message: string): NotUsable {
    return new NotUsable(ItemFailure.forged, message);
}
