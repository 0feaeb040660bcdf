import { palette, type Palette } from "../../terminal/colors.js";
import { alignColumns, clean, formatBytes } from "../../terminal/text.js";
import type { CheckResult, Finding, NodeRow, Report } from "../model/report.js";
import { countsText, findingsOf, firstText, placesText, stateText } from "./words.js";

/** The report for a terminal: what to do first, the checks by category, the nodes. */
export function renderTable(report: Report, colors: boolean): string {
    const paint = palette(colors);
    const categories = report.categories.flatMap(({ title, checks }) =>
        checks.length === 0 ? [] : [paint.bold(title), ...checks.flatMap((check) => checkLines(check, paint)), ""],
    );
    return lines([head(report, paint), "", ...categories, ...nodeLines(report.nodes, paint), tail(report)]);
}

/** Only what is not as it should be. */
export function renderShort(report: Report, colors: boolean): string {
    const paint = palette(colors);
    const findings = findingsOf(report).flatMap((finding) => [
        `${mark(finding.severity, paint)} ${finding.code} ${clean(finding.seen)}`,
        ...findingLines(finding, "  ").slice(1),
    ]);
    return lines([head(report, paint), ...findings, tail(report)]);
}

function head(report: Report, paint: Palette): string {
    return paint.bold(report.first === undefined ? `OK: ${firstText(report)}` : `First: ${clean(firstText(report))}`);
}

function tail(report: Report): string {
    return `${countsText(report)}; Kubernetes ${clean(report.kubernetes)}, read at ${report.at}`;
}

function checkLines(check: CheckResult, paint: Palette): string[] {
    const { code, asks, result, findings, docs } = check;
    const line = `  ${mark(result, paint)} ${code}  ${asks}`;
    if (result === "skipped") return [`${line} ${paint.dim(`(${clean(stateText(check))})`)}`];
    if (findings.length === 0) return [line];
    return [line, ...findings.flatMap((finding) => findingLines(finding, "      ")), `      see: ${docs}`];
}

function findingLines({ severity, seen, where, fix }: Finding, indent: string): string[] {
    return [
        `${indent}${severity}: ${clean(seen)}`,
        ...(where.length === 0 ? [] : [`${indent}on: ${clean(placesText(where))}`]),
        `${indent}fix: ${clean(fix)}`,
    ];
}

function mark(result: CheckResult["result"], paint: Palette): string {
    if (result === "problem") return paint.red("✘");
    if (result === "warning") return paint.yellow("!");
    return result === "ok" ? paint.green("✔") : paint.dim("-");
}

function nodeLines(nodes: readonly NodeRow[], paint: Palette): string[] {
    if (nodes.length === 0) return [];
    const rows = nodes.map((node) => [
        clean(node.name),
        clean(node.pool),
        clean(node.vmSize),
        node.plugin,
        node.aesm,
        epcText(node),
        proofText(node),
    ]);
    const [first = "", ...rest] = alignColumns([
        ["node", "pool", "VM size", "device plugin", "AESM", "EPC taken", "last proof"],
        ...rows,
    ]);
    return [paint.bold(first), ...rest, ""];
}

function proofText({ proof, proofWaits }: NodeRow): string {
    if (proof !== undefined) return `${clean(proof.verdict)} ${proof.at}`;
    return proofWaits === undefined ? "none" : `waits for ${clean(proofWaits)}`;
}

function epcText({ epcBytes, owners }: NodeRow): string {
    if (epcBytes === undefined) return "none offered";
    return `${formatBytes(owners.reduce((sum, { bytes }) => sum + bytes, 0))} of ${formatBytes(epcBytes)}`;
}

function lines(all: readonly string[]): string {
    return `${all.join("\n")}\n`;
}
