import type { PckCa, TcbStatus } from "./collateral.js";
import type { KnownDate } from "./dates.js";
import type { Item, ItemFailure } from "./items.js";
import type { PckState } from "./platform.js";

/** First field of the JSON. */
export const TCB_FORMAT = "confidential-aks/tcb";
/** Raised when a reader of an older version would misunderstand the JSON. */
export const TCB_VERSION = 1;

/** How bad a finding is: a problem is there by the standard set, a warning will be one, or may be. */
export type Severity = "problem" | "warning";

/** What can be found. */
export const FindingReason = {
    unreachable: "unreachable",
    unknown: "unknown",
    malformed: "malformed",
    forged: "forged",
    certificateExpired: "certificate-expired",
    certificateRevoked: "certificate-revoked",
    /** The day of the next update has passed. */
    expired: "expired",
    expiresSoon: "expires-soon",
    /** The service could not be asked, and a copy is in its place. */
    copy: "copy",
    /** The service warns of something, in the header `Warning`. */
    notice: "notice",
    outOfDate: "out-of-date",
    outOfDateSoon: "out-of-date-soon",
    qeOutOfDate: "qe-out-of-date",
    qeOutOfDateSoon: "qe-out-of-date-soon",
    /** The quoting enclave is not Intel's. */
    qeForeign: "qe-foreign",
    pckForged: "pck-forged",
    pckExpired: "pck-expired",
    pckRevoked: "pck-revoked",
    endOfServicing: "end-of-servicing",
    /** A dated item is from the future: the clock is wrong. */
    clock: "clock",
} as const satisfies Record<string, string> & Record<keyof typeof ItemFailure, ItemFailure>;
export type FindingReason = (typeof FindingReason)[keyof typeof FindingReason];

/** One thing that is wrong, or will be. */
export interface Finding {
    reason: FindingReason;
    severity: Severity;
    /** What it is about: items of the collateral, or platforms. */
    about: readonly string[];
    /** What was seen, a sentence without a full stop. */
    seen: string;
    /** What to do, a sentence without a full stop. */
    fix: string;
}

/** An item of the collateral. */
export interface CollateralRow {
    item: Item["kind"];
    /** `standard`, `early`, `azure`, or the number of a set between; absent where an item belongs to no set. */
    set?: string;
    fmspc?: string;
    ca?: PckCa;
    state: "current" | "expired" | "failed";
    /** Number of the evaluation set. */
    evaluationNumber?: number;
    /** ISO 8601, likewise the next. */
    issueDate?: string;
    nextUpdate?: string;
    /** Whole days until the next update; negative: since. */
    daysLeft?: number;
    from?: "service" | "cache";
    readAt?: string;
}

/** A component of the TCB that is lower than the nearest level that is accepted. */
export interface Shortfall {
    /** `component 1` to `component 16`, or `PCE`. */
    component: string;
    has: number;
    needs: number;
    /** What raises it. */
    raisedBy: string;
}

/** How a platform does in one set. */
export interface Standing {
    set: string;
    evaluationNumber: number;
    /** `none`: it is below every level. */
    status: TcbStatus | "none";
    /** Day of the level that it reaches, ISO 8601. */
    tcbDate?: string;
    advisories: readonly string[];
    /** What keeps it out of date; empty where it is not. */
    shortfalls: readonly Shortfall[];
}

/** A platform that was judged. */
export interface PlatformRow {
    name: string;
    fmspc: string;
    /** Absent: no PCK certificate was given. */
    certificate?: {
        serial: string;
        ca: PckCa;
        notAfter: string;
        state: PckState;
    };
    /** Empty where only the FMSPC was given. */
    sets: readonly Standing[];
    /** The quoting enclave of a quote, judged by the QE identity. */
    quotingEnclave?: { isvSvn: number; sets: readonly Omit<Standing, "shortfalls">[] };
}

/** An evaluation set that the service has. */
interface EvaluationSet {
    number: number;
    /** Day on which its advisories became public. */
    recoveryEventDate: string;
    tcbDate: string;
}

/** What the command says. */
export interface Report {
    format: typeof TCB_FORMAT;
    version: typeof TCB_VERSION;
    /** By which clock everything was judged, ISO 8601. */
    at: string;
    /** Whether there is no problem; warnings may be there. */
    ok: boolean;
    findings: readonly Finding[];
    platforms: readonly PlatformRow[];
    collateral: readonly CollateralRow[];
    evaluationSets: readonly EvaluationSet[];
    knownDates: readonly KnownDate[];
}
