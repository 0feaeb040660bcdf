import type { CheckCode } from "../model/codes.js";
import type { Finding, Place } from "../model/report.js";
import type { Part } from "../model/snapshot.js";
import type { View } from "./view.js";

/** What a check finds: findings of its own, or that what it sees is an effect of what another check has found. */
export type Seen = Omit<Finding, "code"> | { because: CheckCode };

/** Whether what a check sees is only an effect. */
export const isEffect = (seen: Seen): seen is { because: CheckCode } => "because" in seen;

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
     * The first of these checks that has found a problem, at the place or of the cluster as a whole. Without a place:
     * anywhere.
     */
    cause(codes: readonly CheckCode[], place?: Pick<Place, "kind" | "name" | "namespace">): CheckCode | undefined {
        return this.findings.find(
            ({ code, severity, where }) =>
                severity === "problem" &&
                codes.includes(code) &&
                (place === undefined || where.length === 0 || where.some((each) => isSame(each, place))),
        )?.code;
    }

    /** The same on a node. */
    causeOn(node: string | undefined, codes: readonly CheckCode[]): CheckCode | undefined {
        return node === undefined ? undefined : this.cause(codes, { kind: "Node", name: node });
    }
}

function isSame(one: Place, other: Pick<Place, "kind" | "name" | "namespace">): boolean {
    return one.kind === other.kind && one.name === other.name && one.namespace === other.namespace;
}
