import { countText, limitWords } from "../lens/limits.js";
import type { EpcPool, EpcUse, Plan } from "../model/format.js";
import { formatBytes } from "../../terminal/text.js";
import type { Renames } from "./names.js";

/** What changes for a pool of enclave nodes or for a workload on it. */
export interface EpcChange {
    /** URN in the new plan of what it is about: the pool, or the workload. */
    urn: string;
    text: string;
}

/** Changes of EPC between two plans, pool by pool, in words. A pool that is new or gone speaks for itself. */
export function epcChanges(base: Plan, head: Plan, rename: Renames): EpcChange[] {
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

function workloadChanges(old: EpcPool, pool: EpcPool, rename: Renames): EpcChange[] {
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
        return [{ urn: use.urn, text: changeText(name, noun, pool.pool, { former, use }) }];
    });
}

/** EPC is the subject where it changes or where it alone decides how many fit; else the workload is. */
function changeText(
    name: string,
    noun: string,
    pool: string,
    { former, use }: Record<"former" | "use", EpcUse>,
): string {
    const limits = [former, use].map(({ limitedBy }) => limitedBy ?? "epc");
    const size = former.bytes === use.bytes ? bytesOf(use) : `${bytesOf(former)} -> ${bytesOf(use)}`;
    const onlyEpc = limits.every((limit) => limit === "epc");
    const subject = former.bytes !== use.bytes || onlyEpc ? `EPC per ${noun} of ${name} ${size}` : name;
    const warning = use.fitsPerNode === 0 ? "; it does not fit: its pods stay pending" : "";
    return `${subject}: ${fitsText(`${noun}s per node of pool ${pool}`, former, use)}${warning}`;
}

/** `120 -> 60 jobs per node`, with what binds: `, by CPU`, or with each number where it changes. */
function fitsText(things: string, former: EpcUse, use: EpcUse): string {
    const [before, after] = [former, use].map(({ limitedBy }) => limitWords[limitedBy ?? "epc"]);
    if (before !== after) return `${countText(former)} (by ${before}) -> ${countText(use)} (by ${after}) ${things}`;
    const by = before === limitWords.epc ? "" : `, by ${before}`;
    if (former.fitsPerNode === use.fitsPerNode) return `${countText(use)} ${things} as before${by}`;
    // "about" once is enough for both.
    return `${countText(former)} -> ${former.fitsPerNode === 0 ? countText(use) : plainCount(use)} ${things}${by}`;
}

function plainCount(use: EpcUse): string {
    return use.fitsPerNode === undefined ? countText(use) : String(use.fitsPerNode);
}

/** A new name is no news here. */
function plainName(title: string): string {
    return title.replace(/ \(new\)$/, "");
}

function bytesOf({ bytes }: EpcUse): string {
    return bytes === undefined ? "unknown" : formatBytes(bytes);
}
