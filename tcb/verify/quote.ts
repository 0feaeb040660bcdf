import { createHash, createPublicKey, verify, type KeyObject } from "node:crypto";
import { ItemFailure } from "../model/items.js";
import type { QuotingEnclave } from "../model/platform.js";
import { readCertificates } from "./certificates.js";
import { NotUsable } from "./errors.js";
import { readPck, type PckContent } from "./pck.js";

/*
 * An SGX quote of version 3 ("Intel SGX ECDSA Quote Library Reference", appendix A.4): header, report of the enclave,
 * and the signatures with the report of the quoting enclave.
 */
const reportBytes = 384;
const signedBytes = 48 + reportBytes;
const ecdsaP256 = 2;
const pckChain = 5;

/** The platform of a quote, and its quoting enclave. Signatures of the quote are checked, up to its PCK certificate. */
export function readQuote(quote: Buffer): PckContent & { quotingEnclave: QuotingEnclave } {
    const bytes = new Bytes(quote);
    const signed = bytes.take(signedBytes);
    const version = signed.readUInt16LE(0);
    if (version !== 3 || signed.readUInt16LE(2) !== ecdsaP256)
        throw notQuote(
            `it is no SGX quote of version 3 with a signature of ECDSA on P-256 (its version is ${version})`,
        );
    const rest = new Bytes(bytes.take(bytes.take(4).readUInt32LE(0)));
    const signature = rest.take(64);
    const attestationKey = rest.take(64);
    const report = rest.take(reportBytes);
    const reportSignature = rest.take(64);
    const authentication = rest.take(rest.take(2).readUInt16LE(0));
    const type = rest.take(2).readUInt16LE(0);
    if (type !== pckChain)
        throw notQuote(`its certification data has type ${type}: type 5, with the PCK certificate, is expected`);
    const [leaf] = readCertificates(rest.take(rest.take(4).readUInt32LE(0)).toString("latin1"));
    if (leaf === undefined) throw notQuote("it has no certificate");
    const bound = createHash("sha256").update(attestationKey).update(authentication).digest();
    const isWhole =
        isSigned(report, reportSignature, leaf.publicKey) &&
        report.subarray(320, 352).equals(bound) &&
        isSigned(signed, signature, publicKey(attestationKey));
    if (!isWhole) throw new NotUsable(ItemFailure.forged, "its signatures are wrong");
    return {
        ...readPck(leaf),
        quotingEnclave: {
            mrsigner: report.subarray(128, 160).toString("hex").toUpperCase(),
            isvProdId: report.readUInt16LE(256),
            isvSvn: report.readUInt16LE(258),
        },
    };
}

/** Takes bytes from the front; what is not there is an error. */
class Bytes {
    private at = 0;
    constructor(private readonly all: Buffer) {}

    take(length: number): Buffer {
        if (this.at + length > this.all.length) throw notQuote("it is cut off");
        this.at += length;
        return this.all.subarray(this.at - length, this.at);
    }
}

function publicKey(point: Buffer): KeyObject {
    const [x, y] = [point.subarray(0, 32), point.subarray(32)].map((part) => part.toString("base64url"));
    try {
        return createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
    } catch {
        throw notQuote("its attestation key is no key");
    }
}

function isSigned(bytes: Buffer, signature: Buffer, key: KeyObject): boolean {
    return verify("sha256", bytes, { key, dsaEncoding: "ieee-p1363" }, signature);
}

function notQuote(message: string): NotUsable {
    return new NotUsable(ItemFailure.malformed, message);
}
