import type { PlanDiff, PropertyChange, ResourceDiff, StackDiff } from "../../diff/format.js";
import { clean } from "../../../terminal/text.js";
import { codeBlock, escapeMarkdown, inlineCode, table, withoutReferences } from "../markdown.js";
import { fitBlocks, NOTE, type Block } from "./fit.js";
import {
    accessText,
    COLUMNS,
    disclaimer,
    isFollower,
    isUnchanged,
    movedText,
    reasons,
    remarks,
    removedText,
    renameTexts,
    revisionText,
    SIDES,
    sides,
    statusNote,
    title,
    VERBS,
} from "./words.js";

/** First line of a comment: how the next one finds it to update it. */
export const COMMENT_MARKER = "<!-- confidential-aks:plan-diff -->";
/** GitHub takes comments of up to 65,536 characters; some are left for what a workflow puts around. */
export const COMMENT_LIMIT = 64_000;

/** Longest detail of one resource, and longest message of one failure. */
const DETAIL_LIMIT = 8_000;
/** How much of a comment may be names of what was left out. */
const NAMES_LIMIT = 24_000;
/** Most stacks in the summary table. */
const STACK_LIMIT = 100;

/** What is kept rather than what, when there is not room for all. */
const IMPORTANCE = {
    head: 0,
    failure: 1,
    stack: 2,
    replace: 3,
    delete: 4,
    remarks: 5,
    replaceDetails: 6,
    update: 7,
    create: 8,
    move: 9,
    updateDetails: 10,
    outputs: 11,
} as const;

/**
 * A diff as a comment on a pull request: summary first, what is replaced or deleted next, details folded away, at most
 * `limit` characters.
 */
export function renderDiffMarkdown(diff: PlanDiff, { limit = COMMENT_LIMIT }: { limit?: number } = {}): string {
    const changed = diff.stacks.filter((stack) => !isUnchanged(stack));
    const same = diff.stacks.filter(isUnchanged).map(({ stack }) => inlineCode(stack));
    const sameText = same.length === 0 ? "" : `No changes in ${same.slice(0, STACK_LIMIT).join(", ")}.`;
    const head = [
        COMMENT_MARKER,
        `### What this change asks for`,
        `${inlineCode(revisionText(diff.base))} → ${inlineCode(revisionText(diff.head))}. ${disclaimer(diff)}`,
        ...(changed.length === 0 ? [] : [summary(changed)]),
        ...(sameText === "" ? [] : [sameText]),
    ];
    const blocks: Block[] = [
        { text: head.join("\n\n"), importance: IMPORTANCE.head, about: "the summary" },
        { text: "", importance: NOTE, about: "" },
        ...changed.flatMap(stackBlocks),
    ];
    return fitBlocks(blocks, limit - 1, note) + "\n";
}

/** What was left out by number, and what must not be missed by name. */
function note(dropped: readonly Block[]): string {
    const counts = new Map<string, number>();
    const names = new Map<string, string[]>();
    for (const { about, brief } of dropped) {
        counts.set(about, (counts.get(about) ?? 0) + 1);
        if (brief === undefined) continue;
        const list = names.get(brief.under);
        if (list === undefined) names.set(brief.under, [brief.name]);
        else list.push(brief.name);
    }
    const parts = [...counts].map(([about, count]) => `${count} × ${about}`).reverse();
    const text = `> **Cut to fit a comment.** Left out, least important first: ${parts.join(", ")}. The numbers above count everything.`;
    return names.size === 0 ? text : `${text}\n>\n${nameLines(names).join("\n")}`;
}

/** Names under their headings, as many as there is room for. */
function nameLines(names: ReadonlyMap<string, string[]>): string[] {
    let left = NAMES_LIMIT;
    let unnamed = 0;
    const lines = [...names].flatMap(([under, list]) => {
        left -= under.length;
        const shown = list.filter((name) => (left -= name.length + 2) >= 0);
        unnamed += list.length - shown.length;
        return shown.length === 0 ? [] : [`> - ${under} ${shown.join(", ")}`];
    });
    return unnamed === 0 ? lines : [...lines, `> - and ${unnamed} more without a name here`];
}

function summary(changed: readonly StackDiff[]): string {
    const rows = changed.slice(0, STACK_LIMIT).map((stack) => [
        inlineCode(stack.stack),
        ...COLUMNS.map(([key]) => {
            const count = stack.counts[key];
            return count > 0 && (key === "replace" || key === "delete") ? `**${count}**` : String(count);
        }),
        escapeMarkdown(statusNote(stack)),
    ]);
    const more = changed.length - STACK_LIMIT;
    if (more > 0) rows.push([`and ${more} more`, ...COLUMNS.map(() => ""), ""]);
    return table([["stack", ...COLUMNS.map(([, label]) => label), ""], ...rows]);
}

function stackBlocks(stack: StackDiff): Block[] {
    const shown = stack.resources.filter((resource) => !isFollower(resource));
    const notes = [...remarks(stack).map(sentence), ...warnings(stack)];
    const blocks: Block[] = [
        {
            text: `#### ${inlineCode(`${stack.project}/${stack.stack}`)}`,
            importance: IMPORTANCE.stack,
            about: "the heading of a stack",
        },
        ...stack.failures.map(({ side, message }) => ({
            text: `**${capital(SIDES[side])} cannot be planned:**\n\n${codeBlock(cut(message), "text")}`,
            importance: IMPORTANCE.failure,
            about: "the reason why a stack cannot be planned",
        })),
        ...(stack.status === "removed"
            ? [{ text: removedText(stack), importance: IMPORTANCE.failure, about: "a removed stack" }]
            : []),
        ...(stack.access ?? []).map((change) => ({
            text: `- ${change.widens ? "**widens access:**" : "access:"} ${sentence(shorten(accessText(change), 1_000))}`,
            importance: change.widens ? IMPORTANCE.failure : IMPORTANCE.remarks,
            about: change.widens ? "change that widens access" : "change of access",
            isItem: true as const,
        })),
        ...renameTexts(stack).map((text) => ({
            text: `- ${sentence(text)}`,
            importance: IMPORTANCE.failure,
            about: "a component that looks renamed",
            isItem: true as const,
        })),
        ...shown.map((resource) => ({
            text: item(resource),
            importance: IMPORTANCE[resource.action],
            about: `${VERBS[resource.action]} resource`,
            isItem: true as const,
            ...(resource.action === "replace" || resource.action === "delete" ? { brief: brief(stack, resource) } : {}),
        })),
        ...notes.map((text) => ({
            text: `- ${text}`,
            importance: IMPORTANCE.remarks,
            about: "remark",
            isItem: true as const,
        })),
        ...shown.flatMap(details),
    ];
    if (stack.outputs.length > 0) {
        const rows = stack.outputs.map(row);
        const text = fold("Stack outputs", table([["output", "before", "after"], ...rows]));
        blocks.push({
            text: text.length > DETAIL_LIMIT ? "" : text,
            importance: IMPORTANCE.outputs,
            about: "the outputs of a stack",
        });
    }
    return blocks.filter(({ text }) => text !== "");
}

/** A resource by its name only, under its stack and kind. */
function brief({ stack }: StackDiff, resource: ResourceDiff): { under: string; name: string } {
    const { kind, name } = title(resource);
    const refused = resource.refused === true ? ", refused since they are protected" : "";
    return {
        under: `${inlineCode(stack)}, also ${VERBS[resource.action]}${refused}: ${escapeMarkdown(kind)}`,
        name: inlineCode(shorten(name, 80)),
    };
}

/** One list item: what happens, to what, why, and what it means. */
function item(resource: ResourceDiff): string {
    const { kind, name } = title(resource);
    const moved = movedText(resource);
    const why = resource.action === "replace" ? reasons(resource).map((text) => inlineCode(text)) : [];
    const more = why.length - 5;
    const forced = [...why.slice(0, 5), ...(more > 0 ? [`${more} more`] : [])].join(", ");
    const words = [
        `**${VERBS[resource.action]}** ${escapeMarkdown(kind)} ${inlineCode(name)}`,
        ...(forced === "" ? [] : [resource.cascade === undefined ? `, forced by ${forced}` : `, ${forced}`]),
        ...(moved === undefined ? [] : [` (${escapeMarkdown(moved)})`]),
        ...(resource.summary === undefined ? [] : [`: ${inlineCode(shorten(resource.summary, 300))}`]),
    ];
    const below = [
        ...resource.consequences.map(sentence),
        ...resource.options.map((change) => {
            const { before, after } = sides(change);
            return `option ${inlineCode(change.path)}: ${inlineCode(before === "" ? "unset" : before)} → ${inlineCode(after === "" ? "unset" : after)}`;
        }),
    ];
    return [`- ${words.join("")}`, ...below.map((text) => `  - ${text}`)].join("\n");
}

/** A sentence of this package, in which code stands between backticks. */
function sentence(text: string): string {
    return text
        .split("`")
        .map((part, index) => (index % 2 === 1 ? inlineCode(part) : escapeMarkdown(part.replace(/ -> /g, " → "))))
        .join("");
}

function details(resource: ResourceDiff): Block[] {
    if (resource.changes.length === 0) return [];
    const { kind, name } = title(resource);
    const count = `${resource.changes.length} ${resource.changes.length === 1 ? "property" : "properties"}`;
    const body =
        resource.yaml === undefined
            ? table([["property", "before", "after"], ...cutRows(resource.changes.map(row))])
            : codeBlock(cut(resource.yaml), "diff");
    return [
        {
            text: fold(`${escapeHtml(kind)} <code>${escapeHtml(name)}</code>: ${count}`, body),
            importance: resource.action === "replace" ? IMPORTANCE.replaceDetails : IMPORTANCE.updateDetails,
            about: `details of a ${resource.action === "replace" ? "replaced" : "changed"} resource`,
        },
    ];
}

function row(change: PropertyChange): string[] {
    const { before, after } = sides(change);
    return [inlineCode(change.path), escapeMarkdown(before), escapeMarkdown(after)];
}

function cutRows(rows: string[][]): string[][] {
    const kept: string[][] = [];
    let length = 0;
    for (const cells of rows) {
        length += cells.join(" | ").length;
        if (length > DETAIL_LIMIT) return [...kept, [`and ${rows.length - kept.length} more`, "", ""]];
        kept.push(cells);
    }
    return kept;
}

function warnings({ warnings: { added, gone } }: StackDiff): string[] {
    const line = (word: string, { code, message }: { code: string; message: string }): string =>
        `${word} ${inlineCode(code)}: ${escapeMarkdown(shorten(message, 500))}`;
    return [...added.map((one) => line("**new warning**", one)), ...gone.map((one) => line("warning gone:", one))];
}

function fold(summaryText: string, body: string): string {
    return `<details><summary>${summaryText}</summary>\n\n${body}\n\n</details>`;
}

/** Whole lines, as many as there is room for. */
function cut(text: string): string {
    if (text.length <= DETAIL_LIMIT) return text;
    const kept = text.slice(0, DETAIL_LIMIT).split("\n").slice(0, -1);
    const left = text.split("\n").length - kept.length;
    return [...kept, `... ${left} more lines`].join("\n");
}

function shorten(text: string, length: number): string {
    return text.length > length ? `${text.slice(0, length - 3)}...` : text;
}

function capital(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}

function escapeHtml(text: string): string {
    return withoutReferences(clean(text)).replace(/[&<>"`*_[\]\\~]/g, (char) => `&#${char.charCodeAt(0)};`);
}
