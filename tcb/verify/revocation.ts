import { verify, type KeyObject } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { CertificateList } from "@peculiar/asn1-x509";
import type { PckCa, PckList, RevocationList } from "../model/collateral.js";
import { ItemFailure } from "../model/items.js";
import { messageOf } from "../../terminal/errors.js";
import { commonName, normalSerial, subjects, verifiedSigner, type Anchor, type ChainRules } from "./certificates.js";
import { NotUsable } from "./errors.js";

/** The list of certificates that Intel's root CA has revoked, in DER. */
export function verifiedRootList(der: Buffer, anchor: Anchor): RevocationList {
    return verifiedList(der, subjects.root, anchor.key);
}

/** The list of PCK certificates that one of Intel's CAs has revoked, in DER, and that CA. */
export function verifiedPckList(der: Buffer, chain: string, ca: PckCa, rules: ChainRules): PckList {
    const issuer = verifiedSigner(chain, subjects[ca], rules);
    if (!issuer.ca) throw new NotUsable(ItemFailure.forged, `the certificate of "${subjects[ca]}" is no CA's`);
    return { ...verifiedList(der, subjects[ca], issuer.publicKey), issuer };
}

function verifiedList(der: Buffer, issuer: string, key: KeyObject): RevocationList {
    const { tbsCertList: list, tbsCertListRaw: signed, signature } = read(der);
    const name = commonName(list.issuer);
    if (name !== issuer) throw new NotUsable(ItemFailure.forged, `its issuer is "${name}", not "${issuer}"`);
    if (signed === undefined || !verify("sha256", Buffer.from(signed), key, Buffer.from(signature)))
        throw new NotUsable(ItemFailure.forged, "its signature is wrong");
    if (list.nextUpdate === undefined) throw new NotUsable(ItemFailure.malformed, "it has no day of its next update");
    // Such as those that say: this is only a part of the list.
    if (list.crlExtensions?.some(({ critical }) => critical))
        throw new NotUsable(ItemFailure.malformed, "it has an extension that has to be understood, and is not");
    return {
        issueDate: list.thisUpdate.getTime(),
        nextUpdate: list.nextUpdate.getTime(),
        revoked: new Set(
            list.revokedCertificates?.map(({ userCertificate }) =>
                normalSerial(Buffer.from(userCertificate).toString("hex")),
            ),
        ),
    };
}

function read(der: Buffer): CertificateList {
    try {
        return AsnConvert.parse(der, CertificateList);
    } catch (error) {
        throw new NotUsable(ItemFailure.malformed, `no list of revoked certificates in DER (${messageOf(error)})`);
    }
}
