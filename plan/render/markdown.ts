import { shortText } from "../lens/highlights.js";
import type { Plan } from "../model/format.js";
import { clean, cleanLines } from "../../terminal/text.js";
import { accessTables, sharedNotes } from "./access.js";
import { DISCLAIMER, epcRows, firstWarnings, marks, QUOTA_TITLE, quotaRows, summary } from "./text.js";
import { plainTree } from "./tree.js";

/**
 * Text in which nothing is a mention, a link, or a reference to an issue or pull request: it would reach people, sites
 * and issues that have nothing to do with the plan. A host finds these in what a reader sees, so no escaping helps; an
 * invisible space inside does.
 */
export function withoutReferences(text: string): string {
    return text
        .replace(/@/g, "@\u200b")
        .replace(/:\/\//g, ":\u200b//")
        .replace(/\bwww\./gi, "www\u200b.")
        .replace(/([#!])(?=\d)/g, "$1\u200b")
        .replace(/\bGH-(?=\d)/gi, "$&\u200b");
}

/** Text inside a paragraph or table cell: nothing in it is markup, a link, a mention or a new line. */
export function escapeMarkdown(text: string): string {
    return withoutReferences(clean(text))
        .replace(/[\\`*_{}[\]()#+!|~$-]/g, "\\$&")
        .replace(/&/g, "&amp;")
        .replace(/</g, "&lt;")
        .replace(/>/g, "&gt;");
}

/** Text as inline code, with as many backticks around it as it needs. */
export function inlineCode(text: string): string {
    const plain = clean(text);
    const fence = "`".repeat(longestRun(plain) + 1);
    const pad = plain.startsWith("`") || plain.endsWith("`") || plain === "" ? " " : "";
    // In a table a pipe ends the cell even inside code.
    return `${fence}${pad}${plain.replace(/\|/g, "\\|")}${pad}${fence}`;
}

/** A code block whose fence is longer than any in the text. */
export function codeBlock(text: string, language = ""): string {
    const plain = cleanLines(text);
    const fence = "`".repeat(Math.max(3, longestRun(plain) + 1));
    return `${fence}${language}\n${plain}\n${fence}`;
}

function longestRun(text: string): number {
    return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

/** A Markdown table; cells must be escaped. */
export function table(rows: readonly string[][]): string {
    const [head = [], ...body] = rows;
    const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
    return [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");
}

/** The plan as Markdown, for a comment on a pull request: summary first, the tree folded away. */
export function renderMarkdown(plan: Plan): string {
    const parts = [
        `### Plan of ${inlineCode(`${plan.project}/${plan.stack}`)}`,
        ...firstWarnings(plan).map(({ message }) => `> ${escapeMarkdown(message)}`),
        `**${escapeMarkdown(summary(plan))}** · ${escapeMarkdown(DISCLAIMER)}`,
        ...warningPart(plan),
        ...(plan.epc.length === 0
            ? []
            : [`#### EPC per enclave pool\n\n${table(epcRows(plan.epc).map((row) => row.map(escapeMarkdown)))}`]),
        ...(plan.quota?.length
            ? [`#### ${QUOTA_TITLE}\n\n${table(quotaRows(plan.quota).map((row) => row.map(escapeMarkdown)))}`]
            : []),
        ...accessTables(plan).map(
            ({ title, rows }) => `#### ${title}\n\n${table(rows.map((row) => row.map(escapeMarkdown)))}`,
        ),
        ...sharedNotes(plan).map((note) => `> ${escapeMarkdown(note)}`),
        details("Resource tree", codeBlock(plainTree(plan), "text")),
        ...outputPart(plan),
        details(
            "Counts by type",
            table([
                ["type", "count"],
                ...Object.entries(plan.counts.byType).map(([type, count]) => [inlineCode(type), String(count)]),
            ]),
        ),
        ...legend(plan),
    ];
    return `${parts.join("\n\n")}\n`;
}

function warningPart(plan: Plan): string[] {
    if (plan.warnings.length === 0) return [];
    const rows = plan.warnings.map(({ code, message }) => [inlineCode(code), escapeMarkdown(message)]);
    return [`#### Warnings\n\n${table([["code", "message"], ...rows])}`];
}

function outputPart(plan: Plan): string[] {
    const outputs = Object.entries(plan.outputs);
    if (outputs.length === 0) return [];
    const rows = outputs.map(([name, value]) => [inlineCode(name), escapeMarkdown(shortText(value))]);
    return [details("Outputs", table([["output", "value"], ...rows]))];
}

function details(title: string, body: string): string {
    return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

function legend(plan: Plan): string[] {
    const used = marks(plan);
    const lines = [
        ...(used.unknown ? ["unknown: known only once the update runs"] : []),
        ...(used.secret ? [escapeMarkdown("[secret]: a secret; plans never hold its value")] : []),
    ];
    return lines.length === 0 ? [] : [`<sub>${lines.join(" · ")}</sub>`];
}
