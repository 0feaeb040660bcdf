import type { X509Certificate } from "node:crypto";
import { fromBER, Integer, ObjectIdentifier, OctetString, Sequence, type BaseBlock } from "asn1js";
import { PckCa, type PckList } from "../model/collateral.js";
import { ItemFailure } from "../model/items.js";
import type { PckCertificate, PckState, PlatformTcb } from "../model/platform.js";
import { checkIssued, checkValid, commonNameOf, issuerNameOf, parsed, serialOf, subjects } from "./certificates.js";
import { NotUsable } from "./errors.js";

/**
 * Intel's extension of PCK certificates ("Intel SGX PCK Certificate and Certificate Revocation List Profile
 * Specification", 1.3.5).
 */
const extension = "1.2.840.113741.1.13.1";
const at = { tcb: `${extension}.2`, fmspc: `${extension}.4`, pceSvn: `${extension}.2.17` } as const;

/** What a PCK certificate says of its platform. */
export interface PckContent {
    fmspc: string;
    tcb: PlatformTcb;
    certificate: PckCertificate;
}

/** Reads a PCK certificate; whether it is Intel's is another question. */
export function readPck(x509: X509Certificate): PckContent {
    const value = parsed(x509).tbsCertificate.extensions?.find(({ extnID }) => extnID === extension)?.extnValue;
    if (value === undefined)
        throw notPck(`the certificate of "${commonNameOf(x509)}" has not the extension of Intel SGX`);
    const fields = fieldsOf(fromBER(new Uint8Array(value.buffer)).result);
    const levels = fieldsOf(fields.get(at.tcb));
    const fmspc = fields.get(at.fmspc);
    if (!(fmspc instanceof OctetString) || fmspc.valueBlock.valueHexView.length !== 6) throw notPck("it has no FMSPC");
    const components = Array.from({ length: 16 }, (_, index) => numberOf(levels.get(`${at.tcb}.${index + 1}`)));
    return {
        fmspc: Buffer.from(fmspc.valueBlock.valueHexView).toString("hex").toUpperCase(),
        tcb: { components, pceSvn: numberOf(levels.get(at.pceSvn)) },
        certificate: { x509, serial: serialOf(x509), ca: caOf(x509) },
    };
}

/** Whether a PCK certificate is Intel's, by the list of its CA. */
export function stateOfPck({ x509, serial }: PckCertificate, list: PckList | undefined, at: Date): PckState {
    if (list === undefined) return "unchecked";
    const isIssued = passes(() => {
        checkIssued(x509, list.issuer);
    });
    if (!isIssued) return "forged";
    if (list.revoked.has(serial)) return "revoked";
    const isValid = passes(() => {
        checkValid(x509, at);
    });
    return isValid ? "genuine" : "expired";
}

function passes(check: () => void): boolean {
    try {
        check();
        return true;
    } catch (error) {
        if (error instanceof NotUsable) return false;
        throw error;
    }
}

function caOf(x509: X509Certificate): PckCa {
    const issuer = issuerNameOf(x509);
    const ca = Object.values(PckCa).find((each) => subjects[each] === issuer);
    if (ca === undefined) throw notPck(`its issuer is "${issuer}", none of Intel's CAs for PCK certificates`);
    return ca;
}

/** A sequence of pairs of an identifier and a value. */
function fieldsOf(block: BaseBlock | undefined): Map<string, BaseBlock> {
    if (!(block instanceof Sequence)) throw notPck("its extension of Intel SGX cannot be read");
    return new Map(
        block.valueBlock.value.flatMap((pair) => {
            if (!(pair instanceof Sequence)) return [];
            const [id, value] = pair.valueBlock.value;
            return id instanceof ObjectIdentifier && value !== undefined ? [[id.valueBlock.toString(), value]] : [];
        }),
    );
}

function numberOf(block: BaseBlock | undefined): number {
    if (!(block instanceof Integer)) throw notPck("its TCB is not complete");
    return block.valueBlock.valueDec;
}

function notPck(message: string): NotUsable {
    return new NotUsable(ItemFailure.malformed, message);
}
