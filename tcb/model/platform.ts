import type { X509Certificate } from "node:crypto";
import type { PckCa } from "./collateral.js";

/** What the TCB of a platform is, by its PCK certificate or as it was given. */
export interface PlatformTcb {
    /** The 16 components. */
    components: readonly number[];
    pceSvn: number;
}

/** A PCK certificate: Intel's statement about one platform at one TCB. */
export interface PckCertificate {
    x509: X509Certificate;
    /** Hexadecimal in capitals without leading zeros. */
    serial: string;
    ca: PckCa;
}

/** What came of checking a PCK certificate. `unchecked`: the list of its CA is missing. */
export type PckState = "genuine" | "unchecked" | "forged" | "expired" | "revoked";

/** Intel's quoting enclave, as a quote shows it. */
export interface QuotingEnclave {
    /** Hexadecimal in capitals. */
    mrsigner: string;
    isvProdId: number;
    isvSvn: number;
}

/** A host that is judged. */
export interface Platform {
    /** How it was given: a file, or the FMSPC. */
    name: string;
    /** In capitals. */
    fmspc: string;
    /** Undefined: only the collateral of its FMSPC is looked at. */
    tcb?: PlatformTcb;
    certificate?: PckCertificate;
    /** Of a quote whose signatures fit the certificate. */
    quotingEnclave?: QuotingEnclave;
}
