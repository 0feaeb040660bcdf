import { CommandError } from "../../../terminal/errors.js";
import type { AzureGap, AzureSnapshot } from "../../model/azure.js";
import { text, type Raw } from "../keep/shape.js";
import { Arm, ArmError } from "./arm.js";
import { isSame, keepCluster, keepPool, keepSku, keepUsage } from "./keep-azure.js";
import { signIn } from "./sign-in.js";

/** Which cluster to ask Azure about. */
export interface AzurePlace {
    resourceGroup: string;
    cluster: string;
    /** Id. Default: the Azure CLI's current one. */
    subscription?: string;
}

/**
 * Versions of the APIs (https://learn.microsoft.com/rest/api/aks, https://learn.microsoft.com/rest/api/compute). Only
 * previews say whether IMDS is closed to pods (https://learn.microsoft.com/azure/aks/imds-restriction); when Azure no
 * longer has that one, the other answers all but this.
 */
const versions = {
    cluster: ["2026-05-02-preview", "2025-09-01"],
    pools: "2025-09-01",
    skus: "2021-07-01",
    usages: "2024-07-01",
} as const;

/** Asks Azure about a cluster: it, its pools, their VM sizes and the quota. What may not be read is a gap. */
export async function readAzure(place: AzurePlace, progress: (text: string) => void): Promise<AzureSnapshot> {
    progress("asking Azure");
    const arm = new Arm(await signIn(place.subscription));
    const gaps: AzureGap[] = [];
    const asked = <T>(what: AzureGap["what"], answer: Promise<T>, otherwise: T) => orGap(gaps, what, answer, otherwise);
    const path =
        `/resourceGroups/${encodeURIComponent(place.resourceGroup)}/providers/Microsoft.ContainerService` +
        `/managedClusters/${encodeURIComponent(place.cluster)}`;
    const [found, rawPools] = await Promise.all([
        asked("cluster", readCluster(arm, path, place), undefined),
        asked("pools", arm.list(`${path}/agentPools`, versions.pools), []),
    ]);
    const cluster = found === undefined ? {} : { cluster: keepCluster(found, place.resourceGroup) };
    const pools = rawPools.map(keepPool);
    const location = cluster.cluster?.location;
    if (location === undefined) {
        const detail = gaps.find(({ what }) => what === "cluster")?.detail ?? "the region is not known";
        return { gaps: [...gaps, { what: "skus", detail }, { what: "usages", detail }], pools, skus: [], usages: [] };
    }
    const compute = "/providers/Microsoft.Compute";
    const filter = { $filter: `location eq '${location}'` };
    const [skus, usages] = await Promise.all([
        asked("skus", arm.list(`${compute}/skus`, versions.skus, filter), []),
        asked("usages", arm.list(`${compute}/locations/${encodeURIComponent(location)}/usages`, versions.usages), []),
    ]);
    const ofPools = ({ resourceType, name }: Raw) =>
        resourceType === "virtualMachines" && pools.some(({ vmSize }) => isSame(text(name), vmSize));
    return {
        gaps,
        ...cluster,
        pools,
        skus: skus.filter(ofPools).map((sku) => keepSku(sku, location)),
        usages: usages.map(keepUsage),
    };
}

async function readCluster(arm: Arm, path: string, { resourceGroup, cluster }: AzurePlace): Promise<Raw> {
    const [preview, stable] = versions.cluster;
    try {
        return await arm.get(path, preview);
    } catch (error) {
        if (!(error instanceof ArmError)) throw error;
        if (error.status === 400) return arm.get(path, stable);
        if (error.status === 404)
            throw new CommandError(
                `--azure: the subscription has no cluster ${cluster} in resource group ${resourceGroup}`,
            );
        throw error;
    }
}

/** The answer, or a gap where Azure does not give it. */
async function orGap<T>(gaps: AzureGap[], what: AzureGap["what"], answer: Promise<T>, otherwise: T): Promise<T> {
    try {
        return await answer;
    } catch (error) {
        if (!(error instanceof ArmError)) throw error;
        if (error.status === 401)
            throw new CommandError("--azure: Azure does not take the token of the Azure CLI; sign in with `az login`");
        gaps.push({ what, detail: error.message });
        return otherwise;
    }
}
