import type { EpcUse } from "../model/format.js";

type Limit = NonNullable<EpcUse["limitedBy"]>;

/** What binds, in words. */
export const limitWords: Readonly<Record<Limit, string>> = {
    epc: "EPC",
    enclave: "enclave devices",
    provision: "provisioning devices",
    pods: "pods per node",
    cpu: "CPU",
    memory: "memory",
};

/** What AKS itself takes of these is an estimate. */
const estimated: ReadonlySet<Limit> = new Set(["pods", "cpu", "memory"]);

/** How many pods fit on a node: `15`, or `about 38` where the number rests on an estimate. */
export function countText({ fitsPerNode, limitedBy }: EpcUse): string {
    if (fitsPerNode === undefined) return "an unknown number of";
    return fitsPerNode > 0 && limitedBy !== undefined && estimated.has(limitedBy)
        ? `about ${fitsPerNode}`
        : String(fitsPerNode);
}

/** How many fit and what binds, for a table: `1, by EPC`, `about 38, by CPU; EPC alone: 255`. */
export function fitText(use: EpcUse): string {
    const { fitsPerNode, limitedBy, fitsEach } = use;
    if (fitsPerNode === undefined) return "unknown";
    if (limitedBy === undefined) return fitsPerNode === 0 ? "0 (does not fit)" : String(fitsPerNode);
    const by = limitWords[limitedBy];
    if (fitsPerNode === 0) return `0 (does not fit: ${by})`;
    const epc = fitsEach?.epc;
    return `${countText(use)}, by ${by}${limitedBy === "epc" || epc === undefined ? "" : `; EPC alone: ${epc}`}`;
}
