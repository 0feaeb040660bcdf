import { textAt, type Properties } from "../values.js";
import { AzureError, type AzureResource, type FakeAzure } from "./azure.js";
import { credentialRules, credentialType } from "./identities.js";
import {
    checkBounds,
    checkPool,
    checkSubnetMode,
    clusterOfPool,
    poolType,
    refuseChanges,
    refuseNamedChanges,
} from "./pools.js";
import { roleRules } from "./roles.js";
import { inlinePools } from "./types.js";
import { checkClusterVersion } from "./versions.js";

export const clusterType = "azure-native:containerservice:ManagedCluster";

/** What AKS fixes when it makes a cluster. */
const fixedOfCluster = [
    "networkProfile.networkPlugin",
    "networkProfile.serviceCidr",
    "networkProfile.dnsServiceIP",
    "apiServerAccessProfile.enablePrivateCluster",
];

/**
 * AKS runs one operation at a time on a cluster and its pools. After a cluster's creation it does work of its own,
 * which counts as one (Azure/telescope#1213), and afterwards it may still answer once that somebody else has changed
 * the cluster (terraform-azurerm-aks#604).
 */
function refuseWhileBusy(clusterId: string, except: string, azure: FakeAzure): void {
    const cluster = azure.get(clusterId);
    if (cluster !== undefined && azure.isAtWork(cluster)) {
        throw new AzureError(
            409,
            "OperationNotAllowed",
            "Operation is not allowed because there's an in-progress PutExtensionAddonHandler.PUT operation on the managed cluster. Please wait for it to finish before starting a new operation.",
        );
    }
    const own = [cluster, ...azure.poolsOf(clusterId)];
    const busy = own.find(
        (resource) => resource !== undefined && resource.state !== "Succeeded" && resource.id !== except,
    );
    if (busy !== undefined) {
        throw new AzureError(
            409,
            "OperationNotAllowed",
            `Operation is not allowed: Another operation (${busy.id.split("/").at(-1) ?? ""} - ${busy.state}) is in progress, please wait for it to finish before starting a new operation.`,
        );
    }
    if (cluster === undefined || !azure.takeMismatch(cluster)) return;
    throw new AzureError(409, "EtagMismatch", "Operation is not allowed: Another operation is in progress");
}

function checkCluster(id: string, body: Properties, existing: AzureResource | undefined, azure: FakeAzure): void {
    refuseWhileBusy(id, existing === undefined ? id : "", azure);
    const pools = inlinePools(body);
    if (!pools.some((pool) => pool.mode === "System")) {
        throw new AzureError(400, "InvalidParameter", "There has to be at least one system agent pool in the cluster.");
    }
    checkSubnetMode(
        body,
        pools.map((pool) => textAt(pool, "vmSize")),
    );
    roleRules.cluster(body, azure);
    for (const pool of pools) checkRoutes(body, textAt(pool, "vnetSubnetID"), azure);
    if (existing === undefined) {
        for (const pool of pools) checkInlineCount(pool);
        return;
    }
    refuseChanges(existing, body, fixedOfCluster);
    checkClusterVersion(existing, body, pools, azure.poolsOf(id));
    for (const pool of pools) checkKnownPool(`${id}/agentPools/${textAt(pool, "name")}`, pool, azure);
}

/**
 * With routes of the user's, the subnet has a route table before the cluster is made (AKS docs,
 * `egress-outboundtype.md`).
 */
function checkRoutes(body: Properties, subnet: string, azure: FakeAzure): void {
    if (textAt(body, "networkProfile.outboundType") !== "userDefinedRouting") return;
    if (textAt(azure.get(subnet)?.shown ?? {}, "routeTable.id") !== "") return;
    throw new AzureError(
        400,
        "ExistingRouteTableNotAssociatedWithSubnet",
        `An existing route table has not been associated with subnet ${subnet}.`,
    );
}

/** The cluster's own body needs a first count for each pool, also with the autoscaler on (Azure/AKS#1627). */
function checkInlineCount(pool: Properties): void {
    if (pool.count !== undefined) return;
    throw new AzureError(400, "InvalidParameter", "Required parameter agentPoolProfile.count is missing (null).");
}

/** A pool in the body of a cluster that exists. */
function checkKnownPool(id: string, pool: Properties, azure: FakeAzure): void {
    const before = azure.get(id);
    if (before === undefined) {
        throw new AzureError(
            400,
            "BadRequest",
            `A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through managed cluster operations (${textAt(pool, "name")}).`,
        );
    }
    refuseNamedChanges(before, pool);
    if (pool.enableAutoScaling === true) checkBounds({ ...before.shown, ...pool });
}

/** The rules of Azure that this project's resources meet. */
export const aksRules = {
    put(type: string, id: string, body: Properties, existing: AzureResource | undefined, azure: FakeAzure): void {
        if (type === clusterType) checkCluster(id, body, existing, azure);
        if (type === poolType) {
            refuseWhileBusy(clusterOfPool(id), "", azure);
            checkPool(id, body, existing, azure);
        }
        if (type === "azure-native:authorization:RoleAssignment") roleRules.assign(id, body, azure);
        if (type === credentialType) credentialRules.put(id, body, azure);
    },

    remove(resource: AzureResource, azure: FakeAzure): void {
        if (resource.type === clusterType) refuseWhileBusy(resource.id, "", azure);
        if (resource.type === poolType) refuseWhileBusy(clusterOfPool(resource.id), "", azure);
        if (resource.type === credentialType) credentialRules.remove(resource, azure);
    },

    /** The cluster whose pools an operation on a resource changes. */
    affected(resource: AzureResource, azure: FakeAzure): { pools?: string } {
        if (resource.type === clusterType) return { pools: resource.id };
        if (resource.type !== poolType) return {};
        const id = clusterOfPool(resource.id);
        return azure.get(id) === undefined ? {} : { pools: id };
    },
};
