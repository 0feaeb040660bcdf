import { knownDates } from "../model/dates.js";
import { usableOf, type Obtained } from "../model/items.js";
import type { Platform } from "../model/platform.js";
import { TCB_FORMAT, TCB_VERSION, type Finding, type Report } from "../model/report.js";
import { collateralFindings, collateralRow, dayText } from "./collateral.js";
import { platformFindings, platformRow } from "./platform.js";

/** What the collateral makes of the platforms. */
export function judge(platforms: readonly Platform[], obtained: readonly Obtained[], at: Date): Report {
    const rows = platforms.map((platform) => ({ platform, row: platformRow(platform, obtained, at) }));
    const findings = [
        ...rows.flatMap(({ platform, row }) => platformFindings(platform, row, obtained)),
        ...obtained.flatMap((each) => collateralFindings(each, at)),
    ];
    return {
        format: TCB_FORMAT,
        version: TCB_VERSION,
        at: at.toISOString(),
        ok: findings.every(({ severity }) => severity !== "problem"),
        findings: ordered(findings),
        platforms: rows.map(({ row }) => row),
        collateral: obtained.map((each) => collateralRow(each, at)),
        evaluationSets: usableOf(obtained, "evaluation_numbers").flatMap(({ value }) =>
            value.tcbEvalNumbers.map(({ tcbEvaluationDataNumber, tcbRecoveryEventDate, tcbDate }) => ({
                number: tcbEvaluationDataNumber,
                recoveryEventDate: dayText(tcbRecoveryEventDate),
                tcbDate: dayText(tcbDate),
            })),
        ),
        knownDates,
    };
}

/** The worst first; the same of several things is one finding. */
function ordered(findings: readonly Finding[]): Finding[] {
    const all = new Map<string, Finding>();
    for (const { about, ...found } of findings) {
        const key = JSON.stringify(found);
        all.set(key, { ...found, about: [...(all.get(key)?.about ?? []), ...about] });
    }
    const of = (severity: Finding["severity"]) => [...all.values()].filter((each) => each.severity === severity);
    return [...of("problem"), ...of("warning")];
}
