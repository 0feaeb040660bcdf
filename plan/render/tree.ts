import { highlights, inlinePools, poolHighlights, shortText, type Highlight } from "../lens/highlights.js";
import type { Plan, PlanResource, PlanValue } from "../model/format.js";
import { childrenOf } from "../model/order.js";
import { palette, type Palette } from "../../terminal/colors.js";
import { alignColumns, clean } from "../../terminal/text.js";
import { shortType } from "../model/urn.js";
import { accessTables, sharedNotes } from "./access.js";
import { DISCLAIMER, epcRows, firstWarnings, flags, marks, QUOTA_TITLE, quotaRows, summary } from "./text.js";

/** Settings of the tree. */
export interface TreeOptions {
    /** Colours of a terminal. Default: none. */
    colors?: boolean;
}

/** The plan as text for a terminal: resource tree, EPC table, warnings, outputs, counts. */
export function renderTree(plan: Plan, options: TreeOptions = {}): string {
    const paint = palette(options.colors ?? false);
    const sections = [
        [
            `${paint.bold(`${plan.project}/${plan.stack}`)}  ${paint.dim(DISCLAIMER)}`,
            ...firstWarnings(plan).map(({ message }) => paint.yellow(clean(message))),
            summary(plan),
        ],
        treeLines(plan, paint),
        tableLines("EPC per enclave pool", plan.epc.length === 0 ? [] : epcRows(plan.epc), paint),
        tableLines(QUOTA_TITLE, plan.quota?.length ? quotaRows(plan.quota) : [], paint),
        ...accessTables(plan).map(({ title, rows }) => tableLines(title, rows, paint)),
        sharedNotes(plan).map((note) => paint.yellow(clean(note))),
        warningLines(plan, paint),
        outputLines(plan, paint),
        countLines(plan, paint),
        legend(plan, paint),
    ];
    return `${sections
        .filter((lines) => lines.length > 0)
        .map((lines) => lines.join("\n"))
        .join("\n\n")}\n`;
}

/** Only the resource tree, without colours: for a code block. */
export function plainTree(plan: Plan): string {
    return treeLines(plan, palette(false)).join("\n");
}

function treeLines(plan: Plan, paint: Palette): string[] {
    const children = childrenOf(plan.resources);
    const lines: string[] = [];
    const visit = (resource: PlanResource, prefix: string, childPrefix: string): void => {
        const below = children.get(resource.urn) ?? [];
        const pools = inlinePools(resource);
        lines.push(prefix + line(resource, paint));
        const items = [...pools.map((pool) => ({ pool })), ...below.map((child) => ({ child }))];
        items.forEach((item, index) => {
            const last = index === items.length - 1;
            const branch = childPrefix + (last ? "└─ " : "├─ ");
            if ("pool" in item) {
                const name = shortText(item.pool["name"] ?? "?");
                lines.push(`${branch}${paint.dim("(pool)")} ${clean(name)}${text(poolHighlights(item.pool), paint)}`);
            } else {
                visit(item.child, branch, childPrefix + (last ? "   " : "│  "));
            }
        });
    };
    for (const root of children.get("") ?? []) visit(root, "", "");
    return lines;
}

function line(resource: PlanResource, paint: Palette): string {
    const words = flags(resource)
        .map((flag) => ` [${flag}]`)
        .join("");
    const type = clean(shortType(resource.type));
    return `${resource.custom ? type : paint.bold(type)} ${clean(resource.name)}${paint.yellow(words)}${text(highlights(resource), paint)}`;
}

function text(list: readonly Highlight[], paint: Palette): string {
    if (list.length === 0) return "";
    return `  ${list.map(([label, value]) => `${paint.dim(`${clean(label)}=`)}${clean(value)}`).join(" ")}`;
}

function tableLines(title: string, table: readonly string[][], paint: Palette): string[] {
    if (table.length === 0) return [];
    const [head = "", ...rows] = alignColumns(table.map((row) => row.map(clean)));
    return [paint.bold(title), `  ${paint.dim(head)}`, ...rows.map((row) => `  ${row}`)];
}

function warningLines(plan: Plan, paint: Palette): string[] {
    if (plan.warnings.length === 0) return [];
    return [
        paint.bold("Warnings"),
        ...plan.warnings.map(({ code, message }) => `  ${paint.yellow(clean(code))}: ${clean(message)}`),
    ];
}

function outputLines(plan: Plan, paint: Palette): string[] {
    const outputs = Object.entries(plan.outputs);
    if (outputs.length === 0) return [];
    return [
        paint.bold("Outputs"),
        ...alignColumns(outputs.map(([name, value]) => [clean(name), clean(outputText(value))])).map(
            (row) => `  ${row}`,
        ),
    ];
}

/** A long list would be one long line; the JSON has all of it. */
function outputText(value: PlanValue): string {
    return Array.isArray(value) && value.length > 3 ? `${value.length} entries` : shortText(value);
}

function countLines(plan: Plan, paint: Palette): string[] {
    const rows = Object.entries(plan.counts.byType).map(([type, count]) => [String(count).padStart(3), clean(type)]);
    return rows.length === 0 ? [] : [paint.bold("Counts by type"), ...alignColumns(rows).map((row) => `  ${row}`)];
}

function legend(plan: Plan, paint: Palette): string[] {
    const used = marks(plan);
    return [
        ...(used.unknown ? [paint.dim("unknown: known only once the update runs")] : []),
        ...(used.secret ? [paint.dim("[secret]: a secret; plans never hold its value")] : []),
    ];
}
