import type { EvaluationNumbers, PckCa, PckList, QeIdentity, RevocationList, TcbInfo } from "./collateral.js";

/**
 * A set of TCB levels. `standard` is what verifiers take who ask for nothing else, `early` is the newest that Intel
 * serves; a number is one between the two. `azure` is what Azure's own cache serves.
 */
export type SetName = "standard" | "early" | "azure" | number;

/** One thing to read of the service. */
export type Item =
    | { kind: "tcb_info"; fmspc: string; set: SetName }
    | { kind: "qe_identity"; set: "standard" | "early" }
    | { kind: "pck_crl"; ca: PckCa }
    | { kind: "root_ca_crl" }
    | { kind: "evaluation_numbers" };

/** What an item holds once its signature is checked. */
export interface ItemValues {
    tcb_info: TcbInfo;
    qe_identity: QeIdentity;
    pck_crl: PckList;
    root_ca_crl: RevocationList;
    evaluation_numbers: EvaluationNumbers;
}

/** Why an item cannot be used. */
export const ItemFailure = {
    /** No answer, and no copy of an earlier one. */
    unreachable: "unreachable",
    /** The service has no such item. */
    unknown: "unknown",
    /** No answer of Intel's service: cut off, too long, or something else altogether. */
    malformed: "malformed",
    /** Not signed by Intel, or not as it is. */
    forged: "forged",
    /** Signed with a certificate that is no longer valid. */
    certificateExpired: "certificate-expired",
    /** Signed with a certificate that Intel has revoked. */
    certificateRevoked: "certificate-revoked",
} as const;
export type ItemFailure = (typeof ItemFailure)[keyof typeof ItemFailure];

/** Where an answer comes from, and when it was read there. */
interface Origin {
    from: "service" | "cache";
    readAt: Date;
    /** What the service says of itself in the header `Warning`. */
    notice?: string;
    /** Why there is a copy in its place. */
    because?: string;
}

type Kind = Item["kind"];

/** An item with its value. */
export interface Usable<K extends Kind> {
    item: Extract<Item, { kind: K }>;
    origin: Origin;
    value: ItemValues[K];
}

/** An item without its value. */
interface Unusable {
    item: Item;
    failure: ItemFailure;
    detail: string;
}

/** What came of reading an item. */
export type Obtained = { [K in Kind]: Usable<K> }[Kind] | Unusable;

/** Those of a kind that have a value. */
export function usableOf<K extends Kind>(all: readonly Obtained[], kind: K): Usable<K>[] {
    const isUsable = (each: Obtained): each is Obtained & Usable<K> => "value" in each && each.item.kind === kind;
    return all.filter(isUsable);
}

/** Where an item belongs, in words. */
export function nameOf(item: Item): string {
    switch (item.kind) {
        case "tcb_info":
            return `TCB info of ${item.fmspc} (${setText(item.set)})`;
        case "qe_identity":
            return `QE identity (${item.set})`;
        case "pck_crl":
            return `revocation list of the PCK ${item.ca} CA`;
        case "root_ca_crl":
            return "revocation list of Intel's root CA";
        case "evaluation_numbers":
            return "list of evaluation sets";
    }
}

/** A set, in words. */
export function setText(set: SetName): string {
    return typeof set === "number" ? `set ${set}` : set;
}
