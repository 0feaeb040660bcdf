import { nameOf, setText, type Item, type Obtained } from "../model/items.js";
import { FindingReason, type CollateralRow, type Finding, type Severity } from "../model/report.js";

const dayMs = 86_400_000;
/** Intel issues collateral for 30 days, and anew long before they are over. */
const soonDays = 7;
/** Clocks differ. */
const clockMs = dayMs;

/** An item as the report shows it. */
export function collateralRow(obtained: Obtained, at: Date): CollateralRow {
    const { item } = obtained;
    const place = {
        item: item.kind,
        ...("set" in item ? { set: String(item.set) } : {}),
        ...("fmspc" in item ? { fmspc: item.fmspc } : {}),
        ...("ca" in item ? { ca: item.ca } : {}),
    };
    if (!("value" in obtained)) return { ...place, state: "failed" };
    const { origin, value } = obtained;
    return {
        ...place,
        state: value.nextUpdate < at ? "expired" : "current",
        ...("tcbEvaluationDataNumber" in value ? { evaluationNumber: value.tcbEvaluationDataNumber } : {}),
        issueDate: value.issueDate.toISOString(),
        nextUpdate: value.nextUpdate.toISOString(),
        daysLeft: daysBetween(at, value.nextUpdate),
        from: origin.from,
        readAt: origin.readAt.toISOString(),
    };
}

/** What is wrong with an item. */
export function collateralFindings(obtained: Obtained, at: Date): Finding[] {
    const { item } = obtained;
    const about = [nameOf(item)];
    const severity = severityOf(item);
    if (!("value" in obtained))
        return [
            { reason: obtained.failure, severity, about, seen: obtained.detail, fix: failureFixes[obtained.failure] },
        ];
    const { origin, value } = obtained;
    const notes: Finding[] = [];
    if (origin.notice !== undefined)
        notes.push({
            reason: FindingReason.notice,
            severity: "warning",
            about,
            seen: `the service warns: ${origin.notice}`,
            fix: "read what it says; a newer version of this package may be needed",
        });
    if (origin.from === "cache")
        notes.push({
            reason: FindingReason.copy,
            severity: "warning",
            about,
            seen: `the service cannot be reached (${origin.because ?? ""}); this is a copy, read ${agoText(origin.readAt, at)}`,
            fix: unreachableFix,
        });
    // Azure's set is old on purpose, and its dates with it.
    if ("set" in item && item.set === "azure") return notes;
    return [...notes, ...dateFindings({ about, severity }, value, at)];
}

function dateFindings(
    of: { about: string[]; severity: Severity },
    { issueDate, nextUpdate }: { issueDate: Date; nextUpdate: Date },
    at: Date,
): Finding[] {
    const days = daysBetween(at, nextUpdate);
    if (nextUpdate < at)
        return [
            {
                ...of,
                reason: FindingReason.expired,
                seen: `its next update was due on ${dayText(nextUpdate)}, ${daysText(-days)} ago`,
                fix: "look for a cache between here and Intel's service that serves old answers, and at this machine's clock",
            },
        ];
    if (issueDate.getTime() > at.getTime() + clockMs)
        return [
            {
                ...of,
                reason: FindingReason.clock,
                seen: `it was issued on ${dayText(issueDate)}, and here it is ${dayText(at)}`,
                fix: "set this machine's clock",
            },
        ];
    if (days >= soonDays) return [];
    return [
        {
            about: of.about,
            severity: "warning",
            reason: FindingReason.expiresSoon,
            seen: `its next update is due on ${dayText(nextUpdate)}, in ${daysText(days)}`,
            fix: "see that answers come from Intel's service, and not from an old copy",
        },
    ];
}

/** What is read for tomorrow can only be a warning. */
function severityOf(item: Item): Severity {
    if (item.kind === "evaluation_numbers") return "warning";
    return "set" in item && item.set !== "standard" ? "warning" : "problem";
}

const unreachableFix =
    "let this machine reach api.trustedservices.intel.com and certificates.trustedservices.intel.com by HTTPS";
const failureFixes = {
    unreachable: unreachableFix,
    unknown: "see that the FMSPC is right: the service knows those of platforms with SGX only",
    malformed: "look for a proxy that answers in the service's place",
    forged: "look for who answers in the service's place: this was not signed by Intel",
    "certificate-expired": "look for a cache that serves old answers, and at this machine's clock",
    "certificate-revoked": "do not use this answer: look for a cache that serves old ones",
} as const satisfies Record<string, string>;

function daysBetween(from: Date, to: Date): number {
    return Math.floor((to.getTime() - from.getTime()) / dayMs);
}

export function dayText(date: Date): string {
    return date.toISOString().slice(0, 10);
}

function daysText(days: number): string {
    return days === 1 ? "1 day" : `${days} days`;
}

function agoText(then: Date, at: Date): string {
    const hours = Math.floor((at.getTime() - then.getTime()) / 3_600_000);
    if (hours < 1) return "less than an hour ago";
    return hours < 48 ? `${hours} h ago` : `${daysText(Math.floor(hours / 24))} ago`;
}

/** A set with its number, in words. */
export function numberedSet(set: string, number: number): string {
    return set === String(number) ? setText(number) : `${set} (set ${number})`;
}
