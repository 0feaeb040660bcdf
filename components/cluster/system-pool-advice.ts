import type { Warning } from "../problems";
import { vmFamily } from "../sgx";
import { NodePriority } from "./choices";
import type { SystemPoolSpec, WorkerPoolSpec } from "./spec-pools";

/*
 * What AKS advises of system pools: 4 vCPU and 4 GiB of memory or more, two nodes or more, no B series
 * (https://learn.microsoft.com/azure/aks/use-system-pools#system-and-user-node-pools, as of 2026-04-30).
 */

const smallest = { cpus: 4, nodes: 2 };
const pageOfAks = "https://learn.microsoft.com/azure/aks/use-system-pools";

/** Warnings where the system pool is smaller than AKS advises, or of a kind that AKS advises against. */
export function systemPoolAdvice({ vmSize, scale }: SystemPoolSpec): Warning[] {
    const cpus = vmFamily(vmSize)?.active;
    const warn = (path: string, message: string) => ({
        code: "system-pool",
        path: `systemPool.${path}`,
        message: `${message} (${pageOfAks})`,
    });
    return [
        ...(cpus !== undefined && cpus < smallest.cpus
            ? [warn("vmSize", `${vmSize} has ${cpus} vCPU: AKS asks for ${smallest.cpus} or more`)]
            : []),
        ...(/^Standard_B/.test(vmSize)
            ? [
                  warn(
                      "vmSize",
                      `${vmSize} is of the B series, whose CPU is throttled under load: AKS advises against it`,
                  ),
              ]
            : []),
        ...(scale.minCount < smallest.nodes
            ? [
                  warn(
                      scale.autoscaled ? "minCount" : "count",
                      `${scale.minCount} node: AKS asks for ${smallest.nodes} or more; DNS and webhooks stop with it`,
                  ),
              ]
            : []),
    ];
}

/** A warning where no pool takes a pod that tolerates no taint. */
export function generalPoolAdvice(system: SystemPoolSpec, others: readonly WorkerPoolSpec[]): Warning[] {
    const takesAll = ({ taints, priority }: WorkerPoolSpec) =>
        priority !== NodePriority.spot && !taints.some((taint) => /:(NoSchedule|NoExecute)$/.test(taint));
    if (!system.criticalAddonsOnly || others.some(takesAll)) return [];
    const message =
        "pods that tolerate no taint stay pending: all pools have one; add one of nodePools for them, or set criticalAddonsOnly: false";
    return [{ code: "no-general-pool", path: "systemPool.criticalAddonsOnly", message }];
}

/** A warning where AKS lists another pool before an autoscaled system pool. */
export function orderAdvice({ name, scale }: SystemPoolSpec, others: readonly WorkerPoolSpec[]): Warning[] {
    const before = others.filter((pool) => pool.name < name).map((pool) => pool.name);
    if (!scale.autoscaled || before.length === 0) return [];
    const message =
        `AKS lists ${before.join(", ")} before the system pool, ${name}: after a refresh, Pulumi takes the number of ` +
        "nodes of the first one for the system pool's, and the next change of the cluster is refused; name the system pool " +
        "so that it sorts first when the cluster is created";
    return [{ code: "pool-order", path: "systemPool.name", message }];
}
