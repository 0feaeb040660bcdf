import type { Category, CheckCode } from "./codes.js";

/** First field of the JSON. */
export const DOCTOR_FORMAT = "confidential-aks/doctor";
/** Raised when a reader of an older version would misunderstand the JSON. */
export const DOCTOR_VERSION = 1;

/** How bad a finding is: a problem keeps something from attesting, a warning will or may. */
export type Severity = "problem" | "warning";

/** What a finding is about. */
export interface Place {
    kind: string;
    namespace?: string;
    name: string;
}

/** One thing that is wrong. */
export interface Finding {
    code: CheckCode;
    /** Stable name of the cause among those of the check, such as `plugin-not-scheduled`. */
    reason: string;
    severity: Severity;
    /** What was seen, a sentence without a full stop. It does not repeat `where`. */
    seen: string;
    /** On which nodes, pods, workloads... it was seen; empty: the cluster as a whole. */
    where: readonly Place[];
    /** What to do, a sentence without a full stop; commands as they can be typed. */
    fix: string;
}

/** What came of a check. */
export interface CheckResult {
    code: CheckCode;
    asks: string;
    result: "ok" | "warning" | "problem" | "skipped";
    /** Skipped: what it found is an effect of what this check found. */
    because?: CheckCode;
    /** Skipped: the right or the switch that is missing, what is not there to be judged, or the time that it takes. */
    needs?: string;
    /** Skipped: what it needs comes by itself, such as a node that joins; absent: it does not. */
    pending?: true;
    findings: readonly Finding[];
    /** Where the check is documented. */
    docs: string;
}

/** A pod that takes EPC of a node. */
export interface EpcOwner {
    namespace: string;
    name: string;
    bytes: number;
}

/** What is to be seen of a node at a glance. */
export interface NodeRow {
    name: string;
    /** Its pool in AKS; empty where it has none. */
    pool: string;
    vmSize: string;
    ready: boolean;
    /** State of the device plugin there: `ready`, `not ready` or `none`. */
    plugin: "ready" | "not ready" | "none";
    /** State of AESM there. */
    aesm: "ready" | "not ready" | "none";
    /** EPC that it offers, in bytes; absent where it offers none. */
    epcBytes?: number;
    owners: readonly EpcOwner[];
    /** The last verdict of the proof there, or of a sample that ran there. */
    proof?: { verdict: string; at: string };
    /** What the proof there waits for, since work has it, such as `32Mi of sgx.intel.com/epc`; absent: for nothing. */
    proofWaits?: string;
    /** Codes of the findings about it. */
    codes: readonly CheckCode[];
}

/** What the doctor says. */
export interface Report {
    format: typeof DOCTOR_FORMAT;
    version: typeof DOCTOR_VERSION;
    /** When the cluster was read, ISO 8601. */
    at: string;
    /** Whether there is no problem; warnings may be there. */
    healthy: boolean;
    /** The one thing to do first; absent: nothing. */
    first?: Finding;
    kubernetes: string;
    categories: readonly { category: Category; title: string; checks: readonly CheckResult[] }[];
    nodes: readonly NodeRow[];
}
