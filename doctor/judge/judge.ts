import { docsOfCheck } from "../../components/sgx/index.js";
import { categories, checkCodes, checks as catalogue, type Category } from "../model/codes.js";
import { DOCTOR_FORMAT, DOCTOR_VERSION, type CheckResult, type Finding, type Report } from "../model/report.js";
import type { Snapshot } from "../model/snapshot.js";
import { Found, isEffect, isFinding, isOpen, type Check, type Open, type Seen } from "./check.js";
import { checksInOrder } from "./checks/index.js";
import { nodeRows } from "./node-rows.js";
import { View } from "./view.js";

/**
 * Judges what was read of a cluster. Pure: the same snapshot gives the same report. The checks run causes first, so
 * that each can say that what it sees is an effect; the report has them by category.
 */
export function judge(snapshot: Snapshot): Report {
    const view = new View(snapshot);
    const found = new Found();
    const results = new Map(checksInOrder.map((check) => [check.code, resultOf(check, view, found)]));
    const [first] = bySeverity(found.all);
    return {
        format: DOCTOR_FORMAT,
        version: DOCTOR_VERSION,
        at: snapshot.takenAt,
        healthy: !found.all.some(({ severity }) => severity === "problem"),
        ...(first === undefined ? {} : { first }),
        kubernetes: snapshot.kubernetes,
        categories: (Object.keys(categories) as Category[]).map((category) => ({
            category,
            title: categories[category],
            checks: checkCodes.flatMap((code) => {
                const result = results.get(code);
                return result !== undefined && catalogue[code].category === category ? [result] : [];
            }),
        })),
        nodes: nodeRows(view, found.all),
    };
}

/** Problems first, each group in the order of causes. */
function bySeverity(findings: readonly Finding[]): Finding[] {
    return [
        ...findings.filter(({ severity }) => severity === "problem"),
        ...findings.filter(({ severity }) => severity === "warning"),
    ];
}

function resultOf(check: Check, view: View, found: Found): CheckResult {
    const { code } = check;
    const ofCheck = { code, asks: catalogue[code].asks, docs: docsOfCheck(code) };
    const needs = missingOf(check, view);
    if (needs !== undefined) return { ...ofCheck, result: "skipped", needs, findings: [] };
    const seen = check.run(view, found);
    const findings = bySeverity(seen.flatMap((each) => (isFinding(each) ? [{ code, ...each }] : [])));
    findings.forEach((finding) => {
        found.add(finding);
    });
    const [worst] = findings;
    if (worst !== undefined) return { ...ofCheck, result: worst.severity, findings };
    const because = seen.find(isEffect)?.because;
    if (because !== undefined) return { ...ofCheck, result: "skipped", because, findings };
    const open = openOf(seen);
    return open === undefined
        ? { ...ofCheck, result: "ok", findings }
        : { ...ofCheck, result: "skipped", ...open, findings };
}

/** What a check could not say, in one: what comes by itself before what does not. */
function openOf(seen: readonly Seen[]): Open | undefined {
    const all = seen.filter(isOpen);
    const [first] = [...all.filter(({ pending }) => pending === true), ...all];
    if (first === undefined) return undefined;
    const more = new Set(all.map(({ needs }) => needs)).size - 1;
    return more === 0 ? first : { ...first, needs: `${first.needs}; and ${more} more` };
}

/** Why a check cannot judge. */
function missingOf(check: Check, view: View): string | undefined {
    const gap = view.snapshot.gaps.find(({ collection }) => check.reads.includes(collection));
    return gap?.detail ?? check.needs?.(view);
}
