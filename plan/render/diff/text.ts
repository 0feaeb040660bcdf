import type { Action, PlanDiff, PropertyChange, ResourceDiff, StackDiff } from "../../diff/format.js";
import { clean } from "../../../terminal/text.js";
import { alignColumns } from "../../../terminal/text.js";
import {
    accessText,
    COLUMNS,
    disclaimer,
    headline,
    isFollower,
    isUnchanged,
    movedText,
    reasons,
    remarks,
    removedText,
    renameTexts,
    SIDES,
    sides,
    statusNote,
    title,
    VERBS,
} from "./words.js";

const MARKS: Record<Action, [mark: string, color: number]> = {
    replace: ["-/+", 35],
    delete: ["-", 31],
    update: ["~", 33],
    create: ["+", 32],
    move: ["=", 36],
};

type Paint = (color: number, text: string) => string;

/** A diff as text for a terminal: summary first, then each stack that changes. */
export function renderDiffText(diff: PlanDiff, { colors = false }: { colors?: boolean } = {}): string {
    const paint: Paint = (color, text) => (colors && text !== "" ? `\u001b[${color}m${text}\u001b[0m` : text);
    const changed = diff.stacks.filter((stack) => !isUnchanged(stack));
    const same = diff.stacks.filter(isUnchanged).map(({ stack }) => stack);
    const parts = [
        [paint(1, clean(headline(diff))), paint(2, disclaimer(diff))],
        changed.length === 0 ? [`No changes in ${clean(same.join(", "))}.`] : summary(changed, same),
        ...changed.map((stack) => stackLines(stack, paint)),
    ];
    return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function summary(changed: readonly StackDiff[], same: readonly string[]): string[] {
    const head = ["stack", ...COLUMNS.map(([, label]) => label), ""];
    const rows = changed.map((stack) => [
        clean(stack.stack),
        ...COLUMNS.map(([key]) => String(stack.counts[key])),
        statusNote(stack),
    ]);
    return [
        ...alignColumns([head, ...rows]),
        ...(same.length === 0 ? [] : [`No changes in ${clean(same.join(", "))}.`]),
    ];
}

function stackLines(stack: StackDiff, paint: Paint): string[] {
    const lines = [paint(1, clean(`${stack.project}/${stack.stack}`))];
    if (stack.status === "removed") lines.push(`  ${removedText(stack)}`);
    for (const { side, message } of stack.failures) {
        lines.push(paint(31, `  ${SIDES[side]} cannot be planned:`), ...indent(message, 4));
    }
    for (const change of stack.access ?? [])
        lines.push(
            change.widens
                ? paint(31, `  !! widens access: ${clean(accessText(change))}`)
                : `  access: ${clean(accessText(change))}`,
        );
    for (const text of renameTexts(stack)) lines.push(paint(33, `  * ${clean(text)}`));
    for (const resource of stack.resources) if (!isFollower(resource)) lines.push(...resourceLines(resource, paint));
    for (const text of remarks(stack)) lines.push(`  * ${clean(text)}`);
    for (const change of stack.outputs) lines.push(`  output ${changeLine(change)}`);
    for (const { code, message } of stack.warnings.added)
        lines.push(paint(33, `  new warning ${clean(code)}: ${clean(message)}`));
    for (const { code, message } of stack.warnings.gone) lines.push(`  warning gone ${clean(code)}: ${clean(message)}`);
    return lines;
}

function resourceLines(resource: ResourceDiff, paint: Paint): string[] {
    const [mark, color] = MARKS[resource.action];
    const { kind, name } = title(resource);
    const forced =
        resource.action === "replace"
            ? `, ${resource.cascade === undefined ? "forced by " : ""}${reasons(resource).join(", ")}`
            : "";
    const moved = movedText(resource);
    const summaryText = resource.summary === undefined ? "" : `  ${clean(resource.summary)}`;
    return [
        `  ${paint(color, `${mark} ${clean(kind)} ${clean(name)}`)} ${VERBS[resource.action]}${clean(forced)}${moved === undefined ? "" : ` (${clean(moved)})`}${summaryText}`,
        ...resource.consequences.map((text) => paint(resource.refused === true ? 31 : 33, `      ! ${clean(text)}`)),
        ...resource.options.map((change) => `      option ${changeLine(change)}`),
        ...(resource.yaml === undefined
            ? resource.changes.map((change) => `      ${changeLine(change)}`)
            : resource.yaml.split("\n").map((line) => `      ${paint(lineColor(line), clean(line))}`)),
    ];
}

function lineColor(line: string): number {
    return line.startsWith("+") ? 32 : line.startsWith("-") ? 31 : 2;
}

function changeLine(change: PropertyChange): string {
    const { before, after } = sides(change);
    const path = clean(change.path);
    if (change.kind === "add") return `${path}: added ${clean(after)}`;
    if (change.kind === "remove") return `${path}: removed ${clean(before)}`;
    return `${path}: ${clean(before)} -> ${clean(after)}`;
}

function indent(text: string, by: number): string[] {
    return text.split("\n").map((line) => " ".repeat(by) + clean(line));
}
