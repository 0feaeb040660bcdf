import type { AzurePool } from "../../model/azure.js";
import {
    azureOf,
    clusterFlags,
    isStarted,
    lacksNodes,
    needsAzure,
    nodesOf,
    poolPlace,
    sgxPools,
    sgxSizeOf,
} from "../azure.js";
import { ofEach, type Check, type Found, type Seen } from "../check.js";
import { asksForSgx } from "../needs.js";
import { isProofPod } from "../node-proofs.js";
import type { View } from "../view.js";

/** What Azure says of the pools, beside the nodes that Kubernetes has of them. */
export const a03: Check = {
    code: "CA-A03",
    reads: ["nodes"],
    needs: needsAzure("pools"),
    run: (view, found) => [...ofEach(sgxPools(view), (pool) => ofPool(view, pool, found)), ...failedCluster(view)],
};

function ofPool(view: View, pool: AzurePool, found: Found): Seen | undefined {
    const because = found.cause(["CA-A01", "CA-A02"], poolPlace(pool));
    if (because !== undefined) return { because };
    return stopped(view, pool) ?? failed(view, pool) ?? oddSpelling(view, pool) ?? otherCount(view, pool);
}

function stopped(view: View, pool: AzurePool): Seen | undefined {
    if (isStarted(pool) || !isMissed(view)) return undefined;
    return {
        reason: "stopped",
        severity: "problem",
        seen: "the pool is stopped: none of its nodes runs",
        where: [poolPlace(pool)],
        fix: `\`az aks nodepool start ${clusterFlags(view, "--cluster-name")} --nodepool-name ${pool.name}\``,
    };
}

/** A pool that is stopped on purpose, beside others that have all that is wanted, is as it should be. */
function isMissed({ sgxNodes, pods }: View): boolean {
    const waits = pods.workload.some(
        (pod) =>
            pod.status.phase === "Pending" &&
            pod.spec.nodeName === undefined &&
            asksForSgx(pod.spec) &&
            !isProofPod(pod),
    );
    return sgxNodes.length === 0 || waits;
}

/** Nodes that are there run as before: it is a problem only while some are missing. */
function failed(view: View, pool: AzurePool): Seen | undefined {
    const { name, provisioningState, error } = pool;
    if (provisioningState !== "Failed" && provisioningState !== "Canceled") return undefined;
    const word = provisioningState === "Failed" ? "failed" : "was cancelled";
    return {
        reason: "failed",
        severity: lacksNodes(view, pool) ? "problem" : "warning",
        seen: `the last change of the pool ${word} in Azure${error === undefined ? "" : ` (${error})`}`,
        where: [poolPlace(pool)],
        fix: `see why (\`az aks nodepool show ${clusterFlags(view, "--cluster-name")} --name ${name} --query status\`), mend that, and make the change again`,
    };
}

/** Of a pool that has nodes, CA-N08 says it of them. */
function oddSpelling(view: View, pool: AzurePool): Seen | undefined {
    const size = sgxSizeOf(pool);
    if (size === undefined || size.name === pool.vmSize || nodesOf(view, pool) > 0) return undefined;
    return {
        reason: "odd-spelling",
        severity: "warning",
        seen: `the pool's VM size is written ${pool.vmSize}: AKS copies the spelling into a node label that DaemonSets match exactly, letter case included`,
        where: [poolPlace(pool)],
        fix: `replace the pool by one whose size is written ${size.name}; the size cannot be changed`,
    };
}

function otherCount(view: View, pool: AzurePool): Seen | undefined {
    const there = nodesOf(view, pool);
    if (pool.provisioningState !== "Succeeded" || there === pool.count) return undefined;
    // Nodes come and go by themselves: only a pool that has none at all says something.
    const changes = pool.autoscaling || pool.priority === "Spot";
    if (changes && there > 0) return undefined;
    return {
        reason: "other-count",
        severity: there < pool.count && !changes ? "problem" : "warning",
        seen: `Azure has ${pool.count} nodes of the pool, and Kubernetes has ${there}`,
        where: [poolPlace(pool)],
        fix:
            there < pool.count
                ? `see which machines do not join: \`az aks machine list ${clusterFlags(view, "--cluster-name")} --nodepool-name ${pool.name} --output table\``
                : "wait a minute; nodes that stay without a machine are deleted with `kubectl delete node NAME`",
    };
}

function failedCluster(view: View): Seen[] {
    const { cluster } = azureOf(view);
    if (cluster?.provisioningState !== "Failed") return [];
    return [
        {
            reason: "cluster-failed",
            severity: "warning",
            seen: "the last change of the cluster failed in Azure",
            where: [],
            fix: `see why (\`az aks show ${clusterFlags(view, "--name")} --query status\`), mend that, and make the change again`,
        },
    ];
}
