import { podRequests } from "../../../components/sgx";

/** As much of a pod as the ledger reads. */
export interface SeenPod {
    metadata: { namespace?: string; name?: string; annotations?: Record<string, string> };
    spec: { nodeName?: string };
    status?: { phase?: string };
}

/** On a Job's pods: bytes of EPC that their owner asked for. */
export const ownersEpc = "bench/epc-bytes";

/**
 * How much EPC the pods of each node hold, after every change of every pod, in the order in which the API server made
 * the changes. A pod holds what it asks for from the moment that it is bound until it has ended or is gone, which is
 * when the scheduler gives it to another.
 */
export class EpcLedger {
    /** What must not be, in words. */
    readonly problems: string[] = [];
    /** Most bytes that all nodes held together. */
    peak = 0;
    /** Most pods with EPC that waited for a node at once. */
    mostWaiting = 0;
    private readonly holds = new Map<string, { node: string; bytes: number }>();
    private readonly waits = new Set<string>();
    private readonly held = new Map<string, number>();
    private total = 0;

    /** `epcOf`: bytes of each node, as the machine has them, whatever its Node object says. */
    constructor(private readonly epcOf: ReadonlyMap<string, number>) {}

    /** A change as a watch of the API server has it. */
    observe(type: string, pod: SeenPod): void {
        const key = `${pod.metadata.namespace ?? ""}/${pod.metadata.name ?? ""}`;
        const { nodeName } = pod.spec;
        const over = type === "DELETED" || ["Succeeded", "Failed"].includes(pod.status?.phase ?? "");
        if (over) this.waits.delete(key);
        if (over || nodeName === undefined) this.release(key);
        if (over) return;
        const bytes = this.askedBy(key, pod);
        if (nodeName !== undefined) {
            this.waits.delete(key);
            this.take(key, nodeName, bytes);
        } else if (bytes > 0) {
            this.waits.add(key);
            this.mostWaiting = Math.max(this.mostWaiting, this.waits.size);
        }
    }

    /** What the owner asked for, where that is known; otherwise what the pod asks for. */
    private askedBy(key: string, pod: SeenPod): number {
        const asked = podRequests(pod.spec).epc ?? NaN;
        const wanted = Number(pod.metadata.annotations?.[ownersEpc] ?? asked);
        if (asked !== wanted) this.problems.push(`${key} asks for ${asked} bytes of EPC, its owner for ${wanted}`);
        return wanted;
    }

    private take(key: string, node: string, bytes: number): void {
        if (this.holds.has(key)) return;
        this.holds.set(key, { node, bytes });
        const now = this.add(node, bytes);
        const has = this.epcOf.get(node) ?? 0;
        if (now > has) this.problems.push(`${node} has ${has} bytes of EPC, and holds ${now} with ${key}`);
        this.peak = Math.max(this.peak, this.total);
    }

    private release(key: string): void {
        const held = this.holds.get(key);
        if (held === undefined) return;
        this.holds.delete(key);
        this.add(held.node, -held.bytes);
    }

    private add(node: string, bytes: number): number {
        const now = (this.held.get(node) ?? 0) + bytes;
        this.held.set(node, now);
        this.total += bytes;
        return now;
    }
}
