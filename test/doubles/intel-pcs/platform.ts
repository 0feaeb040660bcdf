import { createHash, randomBytes } from "node:crypto";
import { OctetString as AsnOctetString } from "@peculiar/asn1-schema";
import { Extension } from "@peculiar/asn1-x509";
import { Integer, ObjectIdentifier, OctetString, Sequence, type BaseBlock } from "asn1js";
import { Authority, type CertificateOptions } from "./authority";

/** A platform of the double: what its PCK certificate says. */
export interface PlatformOfDouble {
    fmspc: string;
    components: readonly number[];
    pceSvn: number;
}

const base = "1.2.840.113741.1.13.1";
const pair = (id: string, value: BaseBlock) => new Sequence({ value: [new ObjectIdentifier({ value: id }), value] });
const octets = (hex: string) => new OctetString({ valueHex: Uint8Array.from(Buffer.from(hex, "hex")) });

/** Intel's extension, as the certificate in the recorded quote has it. */
function extensionOf({ fmspc, components, pceSvn }: PlatformOfDouble): Extension {
    const tcb = [
        ...components.map((svn, index) => pair(`${base}.2.${index + 1}`, new Integer({ value: svn }))),
        pair(`${base}.2.17`, new Integer({ value: pceSvn })),
        pair(`${base}.2.18`, octets(Buffer.from(components).toString("hex"))),
    ];
    const value = new Sequence({
        value: [
            pair(`${base}.1`, octets("00".repeat(16))),
            pair(`${base}.2`, new Sequence({ value: tcb })),
            pair(`${base}.3`, octets("0000")),
            pair(`${base}.4`, octets(fmspc)),
        ],
    });
    return new Extension({ extnID: base, critical: false, extnValue: new AsnOctetString(value.toBER()) });
}

/** Its PCK certificate. */
export function pckOf(
    ca: Authority,
    platform: PlatformOfDouble,
    options: Omit<CertificateOptions, "name" | "extensions"> = {},
): Authority {
    return ca.issue({ name: "Intel SGX PCK Certificate", extensions: [extensionOf(platform)], ...options });
}

/** Intel's quoting enclave, by the recorded QE identity. */
export const intelQe = {
    mrsigner: "8C4F5775D796503E96137F77C68A829A0056AC8DED70140B081B094490C57BFF",
    isvProdId: 1,
    isvSvn: 8,
};

/** A quote of version 3: with `pck`'s chain, and all its signatures. */
export function quoteOf(pck: Authority, chain: readonly Authority[], qe: Partial<typeof intelQe> = {}): Buffer {
    const { mrsigner, isvProdId, isvSvn } = { ...intelQe, ...qe };
    const attestation = Authority.root("attestation key");
    const authentication = randomBytes(32);
    const report = Buffer.alloc(384);
    Buffer.from(mrsigner, "hex").copy(report, 128);
    report.writeUInt16LE(isvProdId, 256);
    report.writeUInt16LE(isvSvn, 258);
    createHash("sha256").update(attestation.point).update(authentication).digest().copy(report, 320);
    const signed = Buffer.alloc(48 + 384);
    signed.writeUInt16LE(3, 0);
    signed.writeUInt16LE(2, 2);
    const certificates = Buffer.from([pck, ...chain].map(({ pem }) => pem).join(""));
    const data = Buffer.concat([
        attestation.signRaw(signed),
        attestation.point,
        report,
        pck.signRaw(report),
        uint(authentication.length, 2),
        authentication,
        uint(5, 2),
        uint(certificates.length, 4),
        certificates,
    ]);
    return Buffer.concat([signed, uint(data.length, 4), data]);
}

function uint(value: number, length: 2 | 4): Buffer {
    const buffer = Buffer.alloc(length);
    buffer.writeUIntLE(value, 0, length);
    return buffer;
}
