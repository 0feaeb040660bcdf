import { clean } from "../../terminal/text.js";
import { palette, type Palette } from "../../terminal/colors.js";
import type { FailingPart, KeyVerdict, ReleaseReport, TokenVerdict } from "../release/report.js";
import { jsonText } from "./json.js";

/** Name of a rendering. */
export type ReleaseFormat = "text" | "json";

/** Renders a report. */
export function renderRelease(report: ReleaseReport, format: ReleaseFormat, { colors = false } = {}): string {
    if (format === "json") return jsonText(report);
    const paint = palette(colors);
    const sections = [
        [
            paint.bold(clean(`${report.project}/${report.stack}`)),
            ...report.remarks.map((text) => paint.dim(clean(text))),
        ],
        ...report.keys.map((key) => keyLines(key, paint)),
        ...report.policies.map((policy) => policyLines(policy, paint)),
    ];
    return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function keyLines({ key, verdict, decidedBy, failing, remarks }: KeyVerdict, paint: Palette): string[] {
    const words = { released: "released", "not released": "not released", unknown: "it cannot be said" }[verdict];
    return [
        `key ${clean(key)}: ${verdict === "released" ? words : paint.yellow(words)}`,
        ...(decidedBy === undefined ? [] : [`  the release policy holds for: ${clean(decidedBy)}`]),
        ...failing.flatMap((part) => partLines(part)),
        ...remarks.map((text) => `  ${clean(text)}`),
    ];
}

function policyLines(
    { provider, attestationType, verdict, decidedBy, failing, unknown }: TokenVerdict,
    paint: Palette,
) {
    const words = { token: "gives a token", "no token": "gives no token", unknown: "it cannot be said" }[verdict];
    return [
        `attestation policy of ${clean(provider)} for ${clean(attestationType)}: ${verdict === "token" ? words : paint.yellow(words)}`,
        ...(decidedBy === undefined ? [] : [`  by ${clean(decidedBy)}`]),
        ...failing.flatMap((part) => partLines(part)),
        ...(failing.length === 0 && decidedBy === undefined && verdict === "no token" ? ["  no rule permits"] : []),
        ...(unknown === undefined ? [] : [`  ${clean(unknown)}`]),
    ];
}

function partLines({ part, conditions }: FailingPart): string[] {
    return [`  does not hold: ${clean(part)}`, ...conditions.map((text) => `    ${clean(text)}`)];
}
