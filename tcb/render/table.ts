import { palette, type Palette } from "../../terminal/colors.js";
import { alignColumns, clean } from "../../terminal/text.js";
import type { CollateralRow, Finding, PlatformRow, Report } from "../model/report.js";

/** The report for a terminal: what was found, the platforms, the collateral. */
export function renderTable(report: Report, colors: boolean): string {
    const paint = palette(colors);
    return lines([
        head(report, paint),
        "",
        ...findingLines(report, paint),
        ...platformLines(report.platforms, paint),
        ...collateralLines(report.collateral, paint),
        ...dateLines(report, paint),
        tail(report),
    ]);
}

/** Only what was found. */
export function renderShort(report: Report, colors: boolean): string {
    const paint = palette(colors);
    return lines([head(report, paint), ...report.findings.flatMap((each) => oneFinding(each, paint)), tail(report)]);
}

function head({ findings, platforms }: Report, paint: Palette): string {
    const [first] = findings;
    const judged = platforms.filter(({ sets }) => sets.length > 0).length;
    const what = judged === 0 ? "the collateral is in order" : "accepted today, and by the sets that come";
    if (first === undefined) return paint.bold(`OK: ${what}`);
    const lead = first.severity === "problem" ? "Problem" : "OK today, with a warning";
    return paint.bold(`${lead}: ${placesText(first)}: ${clean(first.seen)}`);
}

function tail({ at, findings }: Report): string {
    const count = (severity: Finding["severity"]) => findings.filter((each) => each.severity === severity).length;
    return `${plural(count("problem"), "problem")}, ${plural(count("warning"), "warning")}; judged by the clock at ${at}`;
}

function findingLines({ findings }: Report, paint: Palette): string[] {
    if (findings.length === 0) return [];
    return [
        paint.bold("Findings"),
        ...findings.flatMap((each) => oneFinding(each, paint).map((line) => `  ${line}`)),
        "",
    ];
}

function oneFinding({ severity, reason, about, seen, fix }: Finding, paint: Palette): string[] {
    const mark = severity === "problem" ? paint.red("✘") : paint.yellow("!");
    return [`${mark} ${reason}  ${placesText({ about })}: ${clean(seen)}`, `    fix: ${clean(fix)}`];
}

function platformLines(platforms: readonly PlatformRow[], paint: Palette): string[] {
    return platforms.flatMap(({ name, fmspc, certificate, sets, quotingEnclave }) => {
        if (sets.length === 0) return [];
        const rows = [
            ...sets.map((each) => ["platform", ...cells(each)]),
            ...(quotingEnclave?.sets.map((each) => ["quoting enclave", ...cells(each)]) ?? []),
        ];
        const [first = "", ...rest] = alignColumns([
            ["what", "set", "number", "status", "since", "advisories"],
            ...rows,
        ]);
        const pck = certificate === undefined ? "" : `, PCK certificate ${certificate.serial} (${certificate.state})`;
        const given = name === `FMSPC ${fmspc}` ? "" : `${clean(name)}: `;
        return [paint.bold(`${given}FMSPC ${fmspc}${pck}`), paint.dim(`  ${first}`), ...indented(rest), ""];
    });
}

function cells(each: Omit<PlatformRow["sets"][number], "shortfalls">): string[] {
    const { set, evaluationNumber, status, tcbDate, advisories } = each;
    const isBetween = set === String(evaluationNumber);
    return [
        isBetween ? "comes" : set,
        String(evaluationNumber),
        status,
        tcbDate ?? "",
        advisories.map(clean).join(" "),
    ];
}

function collateralLines(collateral: readonly CollateralRow[], paint: Palette): string[] {
    const rows = collateral.map((row) => [
        row.item,
        [row.fmspc, row.ca, row.set].filter((each) => each !== undefined).join(" "),
        row.evaluationNumber === undefined ? "" : String(row.evaluationNumber),
        row.state,
        row.issueDate?.slice(0, 10) ?? "",
        row.nextUpdate?.slice(0, 10) ?? "",
        row.daysLeft === undefined ? "" : String(row.daysLeft),
        row.from ?? "",
    ]);
    const columns = ["item", "of", "number", "state", "issued", "next update", "days", "from"];
    const [first = "", ...rest] = alignColumns([columns, ...rows]);
    const isAzure = collateral.some(({ set }) => set === "azure");
    return [
        paint.bold("Collateral"),
        paint.dim(`  ${first}`),
        ...indented(rest),
        ...(isAzure
            ? ["  azure: older than Intel's on purpose, its dates included; it is not counted as expired"]
            : []),
        "",
    ];
}

function dateLines({ knownDates }: Report, paint: Palette): string[] {
    return [paint.bold("Known dates"), ...knownDates.map(({ day, what }) => `  ${day}  ${what}`), ""];
}

const most = 8;

/** What a finding is about, cut where it is about many things. */
function placesText({ about }: Pick<Finding, "about">): string {
    const rest = about.length - most;
    return `${about.slice(0, most).map(clean).join("; ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

const indented = (all: readonly string[]) => all.map((line) => `  ${line}`);
const lines = (all: readonly string[]) => `${all.join("\n")}\n`;
const plural = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
