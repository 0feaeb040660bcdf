import { vmFamily } from "../../../components/sgx/index.js";
import type { AzurePool, AzureUsage } from "../../model/azure.js";
import { azureOf, isSame, isStarted, lacksNodes, needsAzure, nodesOf, poolPlace, sgxPools } from "../azure.js";
import type { Check, Seen } from "../check.js";
import type { View } from "../view.js";

/** vCPUs of the region that spot nodes count against, and that all others do. */
const spotQuota = "lowPriorityCores";
const regionQuota = "cores";
/** Nodes that AKS adds during an upgrade where the pool does not say it (https://learn.microsoft.com/azure/aks/upgrade-aks-cluster). */
const usualSurge = "10%";

/** The quota has room for all nodes that the pools may grow to, and for those that an upgrade adds. */
export const a02: Check = {
    code: "CA-A02",
    reads: ["nodes"],
    needs: needsAzure("cluster", "pools", "skus", "usages"),
    run: (view) => {
        const all = azureOf(view).pools;
        const quotas = new Map<AzureUsage, AzurePool[]>();
        const counts = (usage: AzureUsage | undefined, pool: AzurePool) => {
            if (usage !== undefined) quotas.set(usage, [...(quotas.get(usage) ?? []), pool]);
        };
        for (const pool of sgxPools(view)) counts(familyOf(view, pool), pool);
        for (const pool of all.filter((each) => !isSpot(each))) counts(usageOf(view, regionQuota), pool);
        return [...quotas].flatMap(([usage, pools]) => ofQuota(view, usage, pools));
    },
};

/** The quota of a pool's family, by the name that Azure has for both; that of the catalogue where it has none. */
function familyOf(view: View, pool: AzurePool): AzureUsage | undefined {
    if (isSpot(pool)) return usageOf(view, spotQuota);
    const { skus, usages } = azureOf(view);
    const family = skus.find(({ name }) => isSame(name, pool.vmSize))?.family ?? "";
    const quota = vmFamily(pool.vmSize)?.quota ?? "";
    return usages.find(({ name }) => isSame(name, family)) ?? usages.find((each) => isSame(each.localizedName, quota));
}

function usageOf(view: View, wanted: string): AzureUsage | undefined {
    return azureOf(view).usages.find(({ name }) => isSame(name, wanted));
}

function ofQuota(view: View, usage: AzureUsage, pools: readonly AzurePool[]): Seen[] {
    const left = usage.limit - usage.used;
    const growth = sum(pools.map((pool) => (largest(pool) - running(view, pool)) * coresOf(pool)));
    const surge = Math.max(0, ...pools.map((pool) => surgeOf(pool) * coresOf(pool)));
    if (growth + surge <= left) return [];
    const needed = usage.used + growth + surge;
    const of = `${usage.used} of ${usage.limit} vCPUs of the quota "${usage.localizedName}" are in use`;
    const stuck = pools.filter((pool) => lacksNodes(view, pool) && coresOf(pool) > left);
    const finding = (reason: string, seen: string, severity: "problem" | "warning", on = pools): Seen => ({
        reason,
        severity,
        seen,
        where: on.map(poolPlace),
        fix: `ask for at least ${needed} vCPUs of "${usage.localizedName}" in ${azureOf(view).cluster?.location ?? "the region"} (https://learn.microsoft.com/azure/quotas/per-vm-quota-requests), or make the pools smaller`,
    });
    if (stuck.length > 0) {
        const reason = usage.limit === 0 ? "no-quota" : "quota-exhausted";
        return [finding(reason, `${of}: there is none for the nodes that are missing`, "problem", stuck)];
    }
    if (growth > left)
        return [finding("growth-does-not-fit", `${of}, and the pools at their largest take ${growth} more`, "warning")];
    return [
        finding(
            "upgrade-does-not-fit",
            `${of}, and an upgrade at their largest takes ${growth + surge} more`,
            "warning",
        ),
    ];
}

function isSpot({ priority }: AzurePool): boolean {
    return priority === "Spot";
}

function coresOf({ vmSize }: AzurePool): number {
    return vmFamily(vmSize)?.vCpu ?? 0;
}

function largest({ autoscaling, count, maxCount }: AzurePool): number {
    return autoscaling ? Math.max(count, maxCount ?? 0) : count;
}

/** Nodes that are there; those of a stopped pool are released, and count no longer. */
function running(view: View, pool: AzurePool): number {
    return isStarted(pool) ? Math.min(pool.count, nodesOf(view, pool)) : 0;
}

/** Extra nodes of an upgrade; none where it goes without some instead, or for spot nodes. */
function surgeOf(pool: AzurePool): number {
    const { maxUnavailable = "0", maxSurge = /^0%?$/.test(maxUnavailable) ? usualSurge : "0" } = pool;
    if (isSpot(pool)) return 0;
    return maxSurge.endsWith("%") ? Math.ceil((largest(pool) * parseInt(maxSurge, 10)) / 100) : Number(maxSurge);
}

function sum(values: readonly number[]): number {
    return values.reduce((total, value) => total + value, 0);
}
