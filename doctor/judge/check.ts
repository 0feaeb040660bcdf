import type { CheckCode } from "../model/codes.js";
import { isSamePlace } from "../model/place.js";
import type { Finding, Place } from "../model/report.js";
import type { Part } from "../model/snapshot.js";
import type { View } from "./view.js";

/** What a check cannot say yet, or not of all that it asks about. It is not `ok` then. */
export interface Open {
    /** What is missing, such as `3 minutes: node enclave-0 joins`. */
    needs: string;
    /** It comes by itself: a later look sees it. */
    pending?: true;
}

type Own = Omit<Finding, "code">;

/** What a check sees: a finding of its own, an effect of what another check has found, or what it cannot say yet. */
export type Seen = Own | { because: CheckCode } | Open;

/** What a check sees of one thing, without the places. */
export type State = Omit<Own, "where">;

/** Whether what a check sees is only an effect. */
export const isEffect = (seen: Seen): seen is { because: CheckCode } => "because" in seen;

/** Whether it is nothing that can be judged yet. */
export const isOpen = (seen: Seen): seen is Open => "needs" in seen;

/** Whether it is a finding of its own. */
export const isFinding = (seen: Seen): seen is Own => !isEffect(seen) && !isOpen(seen);

/** What `look` sees of each. */
export function ofEach<T>(items: readonly T[], look: (item: T) => Seen | readonly Seen[] | undefined): Seen[] {
    return items.flatMap((item) => look(item) ?? []);
}

/** One check: one file of doctor/judge/checks. */
export interface Check {
    code: CheckCode;
    /** Without these it cannot judge, and is skipped. */
    reads: readonly Part[];
    /** Or what else it needs: a switch of the command line, or something that it could judge. */
    needs?: (view: View) => string | undefined;
    run: (view: View, found: Found) => readonly Seen[];
}

/** A check as a cause, or one of its reasons: `CA-N08 not-ready`. */
export type Cause = CheckCode | `${CheckCode} ${string}`;

/**
 * What keeps a node from running anything of SGX. That it is cordoned is none of these: it keeps off new pods only, and
 * those of DaemonSets come all the same.
 */
export const unusableNode = [
    "CA-N08 no-sgx-node",
    "CA-N08 not-ready",
    "CA-N08 wrong-platform",
    "CA-N08 size-spelling",
    "CA-N08 size-without-sgx",
    "CA-N08 label-missing",
] as const satisfies readonly Cause[];

/** What the checks before have found: the causes of what a check sees. */
export class Found {
    private readonly findings: Finding[] = [];

    get all(): readonly Finding[] {
        return this.findings;
    }

    add(finding: Finding): void {
        this.findings.push(finding);
    }

    /**
     * The first of these causes that has been found to be a problem, at the place or of the cluster as a whole. Without
     * a place: anywhere.
     */
    cause(causes: readonly Cause[], place?: Pick<Place, "kind" | "name" | "namespace">): CheckCode | undefined {
        return this.findings.find(
            ({ code, reason, severity, where }) =>
                severity === "problem" &&
                (causes.includes(code) || causes.includes(`${code} ${reason}`)) &&
                (place === undefined || where.length === 0 || where.some((each) => isSamePlace(each, place))),
        )?.code;
    }

    /** The same on a node. */
    causeOn(node: string | undefined, causes: readonly Cause[]): CheckCode | undefined {
        return node === undefined ? undefined : this.cause(causes, { kind: "Node", name: node });
    }
}
