import { vmFamily } from "../../../components/sgx/index.js";
import type { AzurePool, AzureUsage } from "../../model/azure.js";
import {
    azureOf,
    isSame,
    isSettled,
    isStarted,
    lacksNodes,
    needsAzure,
    nodesOf,
    poolPlace,
    sgxPools,
} from "../azure.js";
import type { Check, Seen } from "../check.js";
import type { View } from "../view.js";

/** vCPUs of the region that spot nodes count against, and that all others do. */
const spotQuota = "lowPriorityCores";
const regionQuota = "cores";
/** Nodes that AKS adds during an upgrade where the pool does not say it (https://learn.microsoft.com/azure/aks/upgrade-aks-cluster). */
const usualSurge = "10%";

const needsAnswers = needsAzure("cluster", "pools", "skus", "usages");

/** The quota has room for all nodes that the pools may grow to, and for those that an upgrade adds. */
export const a02: Check = {
    code: "CA-A02",
    reads: ["nodes"],
    needs: (view) => needsAnswers(view) ?? (ofQuotas(view).length > 0 ? undefined : needsFamily(view)),
    run: ofQuotas,
};

function ofQuotas(view: View): Seen[] {
    const all = azureOf(view).pools;
    const quotas = new Map<AzureUsage, AzurePool[]>();
    const counts = (usage: AzureUsage | undefined, pool: AzurePool) => {
        if (usage !== undefined) quotas.set(usage, [...(quotas.get(usage) ?? []), pool]);
    };
    for (const pool of sgxPools(view)) counts(familyOf(view, pool), pool);
    for (const pool of all.filter((each) => !isSpot(each))) counts(usageOf(view, regionQuota), pool);
    return [...quotas].flatMap(([usage, pools]) => ofQuota(view, usage, pools));
}

/** A quota that Azure's list does not have: nothing is known of it. */
function needsFamily(view: View): string | undefined {
    const pool = sgxPools(view).find((each) => familyOf(view, each) === undefined);
    return pool && `the quota of ${isSpot(pool) ? "Spot" : pool.vmSize}, which Azure's list of quotas does not have`;
}

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
    const stuck = pools.filter((pool) => coresOf(pool) > left && lacksQuota(view, usage, pools, pool));
    // While a pool changes, its machines and those that an upgrade adds come and go in Azure's count.
    if (stuck.length === 0 && !pools.every(isSettled)) return [];
    const growth = sum(
        pools.map(
            (pool) => (largest(pool) - (stuck.includes(pool) ? nodesOf(view, pool) : running(pool))) * coresOf(pool),
        ),
    );
    const surge = Math.max(0, ...pools.map((pool) => surgeOf(pool) * coresOf(pool)));
    if (growth + surge <= left) return [];
    const needed = usage.used + growth + surge;
    const of = `${usage.used} of ${usage.limit} vCPUs of the quota "${usage.localizedName}" are in use`;
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

/**
 * Whether the quota is why nodes of a pool are missing: Azure says so, or its count does not have their machines. A
 * machine that Azure counts has its quota, and does not join for another reason.
 */
function lacksQuota(view: View, { used }: AzureUsage, pools: readonly AzurePool[], pool: AzurePool): boolean {
    if (!isSettled(pool) || !lacksNodes(view, pool)) return false;
    if (pool.provisioningState === "Failed" && refusedByQuota.test(pool.error ?? "")) return true;
    return used < sum(pools.map((each) => Math.max(running(each), nodesOf(view, each)) * coresOf(each)));
}

/** By which Azure says that a quota is too small (https://github.com/Azure/AKS/issues/5808). */
const refusedByQuota = /\b(?:QuotaExceeded|(?:ErrCode_)?InsufficientVCPUQuota)\b/;

/** Machines that a pool has or should have; those of a stopped pool are released, and count no longer. */
function running(pool: AzurePool): number {
    return isStarted(pool) ? pool.count : 0;
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
