import { fitText } from "../lens/limits.js";
import type { EpcPool, EpcUse, Plan, PlanResource, PlanWarning, QuotaFamily } from "../model/format.js";
import { formatBytes } from "../../terminal/text.js";

/** Said in every rendering: what this plan is not. */
export const DISCLAIMER = "offline plan — not the Pulumi engine; it knows no deployed state";

/** Rows of the EPC table, header first. */
export function epcRows(pools: readonly EpcPool[]): string[][] {
    const rows: string[][] = [
        [
            "pool",
            "VM size",
            "nodes",
            "EPC per node",
            "reserved",
            "available",
            "workload",
            "EPC per pod",
            "fit per node",
        ],
    ];
    for (const pool of pools) {
        const node = [
            pool.pool,
            pool.vmSize,
            pool.nodes ?? "?",
            formatBytes(pool.nodeBytes),
            reservedText(pool),
            formatBytes(pool.availableBytes),
        ];
        const uses = pool.workloads.length === 0 ? [["none", "", ""]] : pool.workloads.map(useCells);
        uses.forEach((cells, index) => rows.push([...(index === 0 ? node : node.map(() => "")), ...cells]));
    }
    return rows;
}

function reservedText(pool: EpcPool): string {
    if (pool.reserved.length === 0) return "0";
    const [staying, yielding] = [false, true].map((yields) =>
        pool.reserved.filter(({ givesWay }) => (givesWay ?? false) === yields),
    ) as [EpcUse[], EpcUse[]];
    const parts = [
        ...(staying.length > 0 ? [`${sumText(staying)} (${namesOf(staying)})`] : []),
        ...(yielding.length > 0 ? [`${sumText(yielding)} that gives way (${namesOf(yielding)})`] : []),
    ];
    return parts.join(" + ");
}

function sumText(uses: readonly EpcUse[]): string {
    const unknown = uses.some(({ bytes }) => bytes === undefined) ? " + unknown" : "";
    return `${formatBytes(uses.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0))}${unknown}`;
}

function namesOf(uses: readonly EpcUse[]): string {
    return uses.map(({ workload }) => workload.split("/").slice(1).join("/")).join(", ");
}

function useCells(use: EpcUse): string[] {
    return [use.workload, use.bytes === undefined ? "unknown" : formatBytes(use.bytes), fitText(use)];
}

/** Warnings that come before everything else: what Azure will not do, whatever the rest of the plan says. */
export function firstWarnings(plan: Plan): PlanWarning[] {
    return plan.warnings.filter(({ code }) => code === "retired-size");
}

/** Heading of the quota table. */
export const QUOTA_TITLE = "vCPUs that Azure has to grant";

/** Rows of the quota table, header first. */
export function quotaRows(families: readonly QuotaFamily[]): string[][] {
    const head = [
        "quota in the region",
        "pools at their largest",
        "while upgraded",
        "while a pool is replaced",
        "needed",
    ];
    return [
        head,
        ...families.map(({ quota, vCpusAtMost, surge, replacement, needed }) => [
            quota,
            String(vCpusAtMost),
            `+${surge}`,
            `+${replacement}`,
            String(needed),
        ]),
        // Azure counts all families of a region together as well.
        ...(families.length > 1
            ? [["Total Regional vCPUs", "", "", "", String(families.reduce((sum, { needed }) => sum + needed, 0))]]
            : []),
    ];
}

/** `3 resources in 2 components, 1 warning`. */
export function summary(plan: Plan): string {
    const { resources, components } = plan.counts;
    const warnings = plan.warnings.length;
    const parts = [plural(resources, "resource") + (components === 0 ? "" : ` in ${plural(components, "component")}`)];
    if (plan.epc.length > 0) parts.push(plural(plan.epc.length, "enclave pool"));
    parts.push(warnings === 0 ? "no warnings" : plural(warnings, "warning"));
    return parts.join(", ");
}

function plural(count: number, noun: string): string {
    return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Which of the marks a plan uses, to explain them. */
export function marks(plan: Plan): { unknown: boolean; secret: boolean } {
    const text = JSON.stringify([plan.resources.map((resource) => resource.inputs), plan.outputs]);
    return { unknown: text.includes('"$plan":"unknown"'), secret: text.includes('"$plan":"secret"') };
}

/** Flags of a resource worth a word: protected, read, replaced before deleted... */
export function flags(resource: PlanResource): string[] {
    const { options } = resource;
    return [
        ...(options.protect === true ? ["protected"] : []),
        ...(resource.readId === undefined ? [] : ["read only"]),
        ...(options.importId === undefined ? [] : ["imported"]),
        ...(options.retainOnDelete === true ? ["retained on delete"] : []),
        ...(resource.remote === true ? ["component of a plugin"] : []),
    ];
}
