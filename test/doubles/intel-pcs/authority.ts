import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
    AlgorithmIdentifier,
    AttributeTypeAndValue,
    AttributeValue,
    AuthorityKeyIdentifier,
    BasicConstraints,
    Certificate,
    CertificateList,
    Extension,
    Extensions,
    KeyIdentifier,
    KeyUsage,
    KeyUsageFlags,
    Name,
    RelativeDistinguishedName,
    RevokedCertificate,
    SubjectKeyIdentifier,
    SubjectPublicKeyInfo,
    TBSCertificate,
    TBSCertList,
    Time,
    Validity,
    Version,
} from "@peculiar/asn1-x509";

/*
 * A double of Intel's certificate authorities: keys that are made in the test, names, extensions and forms as in
 * test/fixtures/intel-pcs.
 */

const ecdsaWithSha256 = () => new AlgorithmIdentifier({ algorithm: "1.2.840.10045.4.3.2" });
const oids = { keyUsage: "2.5.29.15", basic: "2.5.29.19", subjectKey: "2.5.29.14", authorityKey: "2.5.29.35" };

/** What a certificate is to say. */
export interface CertificateOptions {
    name: string;
    /** Default: none, it issues no others. */
    isCa?: boolean;
    /** Default: 2018 to 2049, as Intel's root. */
    from?: Date;
    to?: Date;
    extensions?: Extension[];
}

/** A key with its certificate. */
export class Authority {
    private constructor(
        readonly name: string,
        readonly privateKey: KeyObject,
        readonly publicKey: KeyObject,
        /** DER. */
        readonly certificate: Buffer,
        readonly serial: string,
    ) {}

    static root(name = "Intel SGX Root CA"): Authority {
        return Authority.make({ name, isCa: true }, undefined);
    }

    /** Another one, whose certificate this one signs. */
    issue(options: CertificateOptions): Authority {
        return Authority.make(options, this);
    }

    private static make(
        { name, isCa = false, from, to, extensions = [] }: CertificateOptions,
        issuer: Authority | undefined,
    ): Authority {
        const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
        // Most of Intel's begin with a bit that DER keeps apart from a sign by another byte.
        const serial = Buffer.concat([Buffer.from([0x9a]), randomBytes(19)]);
        const tbs = new TBSCertificate({
            version: Version.v3,
            serialNumber: bytes(unsigned(serial)),
            signature: ecdsaWithSha256(),
            issuer: nameOf(issuer?.name ?? name),
            validity: new Validity({
                notBefore: from ?? new Date("2018-05-21"),
                notAfter: to ?? new Date("2049-12-31"),
            }),
            subject: nameOf(name),
            subjectPublicKeyInfo: AsnConvert.parse(spkiOf(publicKey), SubjectPublicKeyInfo),
        });
        const ownKey = new KeyIdentifier(keyId(publicKey));
        const flags = isCa ? KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign : KeyUsageFlags.digitalSignature;
        tbs.extensions = new Extensions([
            extension(
                oids.authorityKey,
                new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyId(issuer?.publicKey ?? publicKey)) }),
            ),
            extension(oids.subjectKey, new SubjectKeyIdentifier(ownKey.buffer)),
            extension(oids.keyUsage, new KeyUsage(flags), true),
            extension(oids.basic, new BasicConstraints({ cA: isCa }), true),
            ...extensions,
        ]);
        const raw = AsnConvert.serialize(tbs);
        const certificate = new Certificate({
            tbsCertificate: tbs,
            signatureAlgorithm: ecdsaWithSha256(),
            signatureValue: bytes(sign("sha256", Buffer.from(raw), issuer?.privateKey ?? privateKey)),
        });
        const der = Buffer.from(AsnConvert.serialize(certificate));
        return new Authority(name, privateKey, publicKey, der, serial.toString("hex").toUpperCase());
    }

    get pem(): string {
        const lines = this.certificate.toString("base64").match(/.{1,64}/g) ?? [];
        return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
    }

    /** The list of what it has revoked, in DER. */
    list(from: Date, to: Date, serials: readonly string[] = [], extensions: Extension[] = []): Buffer {
        const tbs = new TBSCertList({
            version: Version.v2,
            signature: ecdsaWithSha256(),
            issuer: nameOf(this.name),
            thisUpdate: new Time(from),
            nextUpdate: new Time(to),
        });
        if (serials.length > 0)
            tbs.revokedCertificates = serials.map(
                (serial) =>
                    new RevokedCertificate({
                        userCertificate: bytes(unsigned(Buffer.from(serial, "hex"))),
                        revocationDate: new Time(from),
                    }),
            );
        if (extensions.length > 0) tbs.crlExtensions = extensions;
        const raw = Buffer.from(AsnConvert.serialize(tbs));
        const list = new CertificateList({
            tbsCertList: tbs,
            signatureAlgorithm: ecdsaWithSha256(),
            signature: bytes(sign("sha256", raw, this.privateKey)),
        });
        return Buffer.from(AsnConvert.serialize(list));
    }

    /** A signature as Intel's JSON has it: r and s, 32 bytes each. */
    signHex(text: string | Buffer): string {
        return this.signRaw(text).toString("hex");
    }

    signRaw(text: string | Buffer): Buffer {
        return sign("sha256", Buffer.from(text), { key: this.privateKey, dsaEncoding: "ieee-p1363" });
    }

    /** The point of its key: x and y. */
    get point(): Buffer {
        const { x = "", y = "" } = this.publicKey.export({ format: "jwk" });
        return Buffer.concat([Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
    }
}

function extension(extnID: string, value: object, critical = false): Extension {
    return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function nameOf(commonName: string): Name {
    const parts: [string, string][] = [
        ["2.5.4.3", commonName],
        ["2.5.4.10", "Intel Corporation"],
        ["2.5.4.6", "US"],
    ];
    return new Name(
        parts.map(
            ([type, text]) =>
                new RelativeDistinguishedName([
                    new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String: text }) }),
                ]),
        ),
    );
}

function spkiOf(key: KeyObject): Buffer {
    return key.export({ type: "spki", format: "der" });
}

function keyId(key: KeyObject): ArrayBuffer {
    return bytes(createHash("sha1").update(spkiOf(key).subarray(-65)).digest());
}

function unsigned(number: Buffer): Buffer {
    return (number[0] ?? 0) < 0x80 ? number : Buffer.concat([Buffer.alloc(1), number]);
}

function bytes(buffer: Buffer): ArrayBuffer {
    return Uint8Array.from(buffer).buffer;
}
