import type { EpcPool, EpcUse, Plan } from "../format.js";
import { formatBytes } from "../render/text.js";
import type { Rename } from "./names.js";

/** What changes for a pool of enclave nodes or for a workload on it. */
export interface EpcChange {
    /** URN in the new plan of what it is about: the pool, or the workload. */
    urn: string;
    text: string;
}

/** Changes of EPC between two plans, pool by pool, in words. A pool that is new or gone speaks for itself. */
export function epcChanges(base: Plan, head: Plan, rename: { before: Rename; after: Rename }): EpcChange[] {
    return head.epc.flatMap((pool) => {
        const old =
            base.epc.find((other) => other.pool === pool.pool && other.vmSize === pool.vmSize) ??
            base.epc.find((other) => other.pool === pool.pool);
        return old === undefined ? [] : [...nodeChanges(old, pool), ...workloadChanges(old, pool, rename)];
    });
}

function nodeChanges(old: EpcPool, pool: EpcPool): EpcChange[] {
    const texts: string[] = [];
    if (old.nodeBytes !== pool.nodeBytes)
        texts.push(`EPC per node of pool ${pool.pool} ${formatBytes(old.nodeBytes)} -> ${formatBytes(pool.nodeBytes)}`);
    if (old.reservedBytes !== pool.reservedBytes)
        texts.push(
            `DaemonSets take ${formatBytes(old.reservedBytes)} -> ${formatBytes(pool.reservedBytes)} of the EPC of each node of pool ${pool.pool}`,
        );
    return texts.map((text) => ({ urn: pool.urn, text }));
}

function workloadChanges(old: EpcPool, pool: EpcPool, rename: { before: Rename; after: Rename }): EpcChange[] {
    return pool.workloads.flatMap((use) => {
        const name = plainName(rename.after(use.workload) as string);
        const former = old.workloads.find((other) => plainName(rename.before(other.workload) as string) === name);
        const noun = /^(Cron)?Job\//.test(use.workload) ? "job" : "pod";
        if (former === undefined) {
            return use.fitsPerNode === 0
                ? [
                      {
                          urn: use.urn,
                          text: `${name} does not fit on a node of pool ${pool.pool}: its pods stay pending there`,
                      },
                  ]
                : [];
        }
        if (former.bytes === use.bytes && former.fitsPerNode === use.fitsPerNode) return [];
        const size = former.bytes === use.bytes ? bytesOf(use) : `${bytesOf(former)} -> ${bytesOf(use)}`;
        const fits = `${count(former)} -> ${count(use)} ${noun}s per node of pool ${pool.pool}`;
        const warning = use.fitsPerNode === 0 ? "; it does not fit: its pods stay pending" : "";
        return [{ urn: use.urn, text: `EPC per ${noun} of ${name} ${size}: ${fits}${warning}` }];
    });
}

/** A new name is no news here. */
function plainName(title: string): string {
    return title.replace(/ \(new\)$/, "");
}

function bytesOf({ bytes }: EpcUse): string {
    return bytes === undefined ? "unknown" : formatBytes(bytes);
}

function count({ fitsPerNode }: EpcUse): string {
    return fitsPerNode === undefined ? "an unknown number of" : String(fitsPerNode);
}
