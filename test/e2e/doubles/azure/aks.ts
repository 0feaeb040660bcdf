import { at, textAt, type Properties, type Value } from "../values.js";
import { AzureError, type AzureResource, type FakeAzure } from "./azure.js";
import { inlinePools, typeOf } from "./types.js";

const clusterType = "azure-native:containerservice:ManagedCluster";
const poolType = "azure-native:containerservice:AgentPool";
const managedIdentityOperator = "f1a07417-d97a-45cb-824c-7a7467783830";

/** What AKS fixes when it makes a cluster or a pool. */
const fixedOfCluster = [
    "networkProfile.networkPlugin",
    "networkProfile.serviceCidr",
    "networkProfile.dnsServiceIP",
    "apiServerAccessProfile.enablePrivateCluster",
];
const fixedOfPool = [
    "vmSize",
    "availabilityZones",
    "maxPods",
    "osDiskSizeGB",
    "osDiskType",
    "osType",
    "scaleSetPriority",
    "vnetSubnetID",
];

const same = (a: Value, b: Value) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

function refuseChanges(existing: AzureResource, body: Properties, fixed: readonly string[]): void {
    const changed = fixed.find((path) => !same(at(existing.body, path), at(body, path)));
    if (changed === undefined) return;
    throw new AzureError(400, "PropertyChangeNotAllowed", `Changing property 'properties.${changed}' is not allowed.`);
}

/** AKS runs one operation at a time on a cluster and its pools. */
function refuseWhileBusy(clusterId: string, except: string, azure: FakeAzure): void {
    const own = [azure.get(clusterId), ...azure.poolsOf(clusterId)];
    const busy = own.find(
        (resource) => resource !== undefined && resource.state !== "Succeeded" && resource.id !== except,
    );
    if (busy === undefined) return;
    throw new AzureError(
        409,
        "OperationNotAllowed",
        `Operation is not allowed: there is an in progress ${busy.state.toLowerCase()} operation on ${busy.id}.`,
    );
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
    checkKubeletIdentity(body, azure);
    if (existing === undefined) return;
    refuseChanges(existing, body, fixedOfCluster);
    const known = new Map(inlinePools(existing.shown).map((pool) => [pool.name, pool]));
    for (const pool of pools) {
        const before = known.get(pool.name);
        if (before === undefined) {
            throw new AzureError(
                400,
                "BadRequest",
                `A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through managed cluster operations (${textAt(pool, "name")}).`,
            );
        }
        refuseChanges(
            { ...existing, body: before },
            pool,
            fixedOfPool.filter((key) => at(pool, key) !== undefined),
        );
    }
}

/** DCsv2 and Azure CNI Overlay exclude each other. */
function checkSubnetMode(cluster: Properties, sizes: string[]): void {
    if (textAt(cluster, "networkProfile.networkPluginMode") !== "overlay") return;
    const size = sizes.find((name) => /^Standard_DC[0-9]+s?_v2$/.test(name));
    if (size === undefined) return;
    throw new AzureError(400, "OverlayNotSupported", `${size} cannot be used with Azure CNI Overlay.`);
}

/** A user-assigned kubelet identity needs a role of the control plane's identity on it, before the cluster is made. */
function checkKubeletIdentity(body: Properties, azure: FakeAzure): void {
    const kubelet = textAt(body, "identityProfile.kubeletidentity.resourceId");
    if (kubelet === "") return;
    const identities = (at(body, "identity.userAssignedIdentities") ?? []) as string[];
    const principals = identities.map((id) => textAt(azure.get(id)?.shown ?? {}, "principalId"));
    const allowed = azure
        .all("azure-native:authorization:RoleAssignment")
        .some(
            ({ body: role }) =>
                textAt(role, "scope").toLowerCase() === kubelet.toLowerCase() &&
                textAt(role, "roleDefinitionId").endsWith(managedIdentityOperator) &&
                principals.includes(textAt(role, "principalId")),
        );
    if (allowed) return;
    throw new AzureError(
        400,
        "CustomKubeletIdentityMissingPermissionError",
        `The cluster's identity must be given the Managed Identity Operator role on ${kubelet}.`,
    );
}

function checkPool(id: string, body: Properties, existing: AzureResource | undefined, azure: FakeAzure): void {
    const clusterId = typeOf(poolType).parent(body) ?? "";
    refuseWhileBusy(clusterId, "", azure);
    checkSubnetMode(azure.get(clusterId)?.body ?? {}, [textAt(body, "vmSize")]);
    if (!/^[a-z][a-z0-9]{0,11}$/.test(textAt(body, "agentPoolName"))) {
        throw new AzureError(400, "InvalidParameter", `The value of parameter agentPoolName is invalid: ${id}`);
    }
    if (body.enableAutoScaling === true && (body.minCount === undefined || body.maxCount === undefined)) {
        throw new AzureError(400, "InvalidParameter", "minCount and maxCount are required with enableAutoScaling.");
    }
    if (existing !== undefined) refuseChanges(existing, body, fixedOfPool);
}

/** The same principal, role and scope twice. */
function checkRole(id: string, body: Properties, azure: FakeAzure): void {
    const twin = azure
        .all("azure-native:authorization:RoleAssignment")
        .find(
            ({ id: other, body: role }) =>
                other.toLowerCase() !== id.toLowerCase() &&
                ["scope", "principalId", "roleDefinitionId"].every((key) => same(role[key], body[key])),
        );
    if (twin !== undefined) {
        throw new AzureError(409, "RoleAssignmentExists", `The role assignment already exists: ${twin.id}.`);
    }
    const principals = azure.all("azure-native:managedidentity:UserAssignedIdentity");
    if (!principals.some(({ shown }) => shown.principalId === body.principalId)) {
        throw new AzureError(400, "PrincipalNotFound", `Principal ${textAt(body, "principalId")} does not exist.`);
    }
}

/** The rules of Azure that this project's resources meet. */
export const aksRules = {
    put(type: string, id: string, body: Properties, existing: AzureResource | undefined, azure: FakeAzure): void {
        if (type === clusterType) checkCluster(id, body, existing, azure);
        if (type === poolType) checkPool(id, body, existing, azure);
        if (type === "azure-native:authorization:RoleAssignment") checkRole(id, body, azure);
    },

    remove(resource: AzureResource, azure: FakeAzure): void {
        if (resource.type === clusterType) refuseWhileBusy(resource.id, "", azure);
        if (resource.type === poolType) refuseWhileBusy(resource.id.replace(/\/agentPools\/[^/]+$/, ""), "", azure);
    },

    /** The cluster whose pools an operation on a resource changes. */
    affected(resource: AzureResource, azure: FakeAzure): { pools?: string } {
        if (resource.type === clusterType) return { pools: resource.id };
        if (resource.type !== poolType) return {};
        const id = resource.id.replace(/\/agentPools\/[^/]+$/, "");
        return azure.get(id) === undefined ? {} : { pools: id };
    },
};
