import { findVmSize, sgxVmSizes, type VmSize } from "../../components/sgx/index.js";
import type { AzureGap, AzurePool, AzureSnapshot } from "../model/azure.js";
import type { CheckCode } from "../model/codes.js";
import { AGENT_POOL_LABEL, type View } from "./view.js";

/** Checks that say why Azure gives the cluster no SGX node. */
export const noNodeOfAzure = ["CA-A01", "CA-A02", "CA-A03"] as const satisfies readonly CheckCode[];

/** The switch without which Azure is not asked. */
export const ASK_AZURE = "--azure";

/** What Azure was not asked, or did not answer, of what a check needs. */
export function needsAzure(...parts: readonly AzureGap["what"][]): (view: View) => string | undefined {
    return ({ snapshot: { azure } }) => {
        if (azure === undefined) return ASK_AZURE;
        const gap = azure.gaps.find(({ what }) => parts.includes(what));
        return gap === undefined ? undefined : `${whatNames[gap.what]} from Azure (${gap.detail})`;
    };
}

const whatNames: Readonly<Record<AzureGap["what"], string>> = {
    cluster: "the cluster",
    pools: "the node pools",
    skus: "the VM sizes",
    usages: "the quota",
};

/** What Azure said; a check that needs it is skipped where it was not asked. */
export function azureOf({ snapshot }: View): AzureSnapshot {
    return snapshot.azure ?? { gaps: [], pools: [], skus: [], usages: [] };
}

/** The VM size of a pool, if it is one with SGX, in whichever case it is written. */
export function sgxSizeOf({ vmSize }: AzurePool): VmSize | undefined {
    return findVmSize(vmSize) ?? sgxVmSizes.find(({ name }) => isSame(name, vmSize));
}

/** The pools whose VM size has SGX. */
export function sgxPools(view: View): AzurePool[] {
    return azureOf(view).pools.filter((pool) => sgxSizeOf(pool) !== undefined);
}

/** Nodes of a pool in Kubernetes. */
export function nodesOf(view: View, { name }: AzurePool): number {
    return view.snapshot.objects.nodes.filter(({ metadata }) => metadata.labels?.[AGENT_POOL_LABEL] === name).length;
}

/** Whether a pool runs, and Kubernetes has fewer of its nodes than it should have. */
export function lacksNodes(view: View, pool: AzurePool): boolean {
    return isStarted(pool) && nodesOf(view, pool) < pool.count;
}

const settled = ["Succeeded", "Failed", "Canceled"];

/** Whether no change of the pool is under way. */
export function isSettled({ provisioningState }: AzurePool): boolean {
    return settled.includes(provisioningState);
}

export function isStarted({ powerState }: AzurePool): boolean {
    return powerState !== "Stopped";
}

/** A pool as findings name it. */
export function poolPlace({ name }: AzurePool) {
    return { kind: "AgentPool", name };
}

/** The cluster as the Azure CLI takes it. */
export function clusterFlags(view: View, nameFlag: "--name" | "--cluster-name"): string {
    const { resourceGroup = "GROUP", name = "CLUSTER" } = azureOf(view).cluster ?? {};
    return `--resource-group ${resourceGroup} ${nameFlag} ${name}`;
}

/** A pool in commands, where it is not known which it is. */
export const anyPool = "--resource-group GROUP --cluster-name CLUSTER --name POOL";

/**
 * The command that shows a list of a pool. `az aks nodepool update` replaces labels and taints as a whole (Azure CLI
 * 2.91, `update_label_tag_taint`), so that what it is not given is gone from all nodes.
 */
export function listOf(property: "nodeLabels" | "nodeTaints"): string {
    return `\`az aks nodepool show ${anyPool} --query ${property}\``;
}

export function isSame(one: string, other: string): boolean {
    return one.toLowerCase() === other.toLowerCase();
}
