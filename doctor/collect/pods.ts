import { NodeResource, podRequests, type NodeAmounts } from "../../components/sgx/index.js";
import type { Pod } from "../model/objects.js";
import { roleOf } from "../model/roles.js";
import { concernsSgx } from "./concern.js";
import { keepPod } from "./keep/pod.js";
import { text, under, type Raw } from "./keep/shape.js";
import type { Mask } from "./mask.js";

/** A pod that is kept, with its mask; of any other only what it takes of which node. */
export type ReadPod = { pod: Pod; mask: Mask } | { node: string; takes: NodeAmounts };

/** What is kept of a pod. With a namespace, workloads of others count as pods that have nothing to do with SGX. */
export function readPod(raw: Raw, namespace: string | undefined): ReadPod | undefined {
    const [metadata, spec] = [under(raw, "metadata"), under(raw, "spec")];
    if (concernsSgx(metadata, spec)) {
        const kept = keepPod(raw);
        const isElsewhere = namespace !== undefined && metadata.namespace !== namespace;
        if (!isElsewhere || roleOf(kept.pod.metadata, kept.pod.spec) !== "workload") return kept;
    }
    const node = text(spec.nodeName);
    const phase = under(raw, "status").phase;
    if (node === undefined || phase === "Succeeded" || phase === "Failed") return undefined;
    return { node, takes: podRequests(spec) };
}

/** What the pods that are not kept take of each node. */
export function othersOf(pods: readonly ReadPod[]): Record<string, NodeAmounts> {
    const sums: Record<string, NodeAmounts> = {};
    for (const each of pods) {
        if (!("node" in each)) continue;
        const sum = (sums[each.node] ??= {});
        for (const resource of Object.values(NodeResource)) {
            const amount = each.takes[resource];
            if (amount !== undefined && amount > 0) sum[resource] = (sum[resource] ?? 0) + amount;
        }
    }
    return sums;
}
