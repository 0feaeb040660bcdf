import { at, textAt, type Properties, type Value } from "../values.js";
import { AzureError, uuidOf, type AzureResource, type FakeAzure } from "./azure.js";

const roleType = "azure-native:authorization:RoleAssignment";

/** Azure's built-in roles, by the id of their definition. */
const roleIds = {
    managedIdentityOperator: "f1a07417-d97a-45cb-824c-7a7467783830",
    networkContributor: "4d97b98b-1d4f-4787-a291-c67834d212e7",
    privateDnsZoneContributor: "b12aa53e-6015-4669-85d0-8515ebb3ae7f",
    keyVaultCryptoUser: "12338af0-0e69-4776-bea7-57ae8d297424",
    acrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
};

const same = (a: Value, b: Value) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** The identity that AKS makes for the nodes of a cluster where the body names none. */
export function ownKubeletIdentity(clusterId: string): Properties {
    const name = clusterId.split("/").at(-1) ?? "";
    return {
        resourceId: `${clusterId.replace(/\/providers\/.*/, "_nodes")}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}-agentpool`,
        clientId: uuidOf(`kubelet client ${clusterId}`),
        objectId: uuidOf(`kubelet principal ${clusterId}`),
    };
}

/** The principals of a cluster's control plane. */
function controlPlaneOf(body: Properties, azure: FakeAzure): string[] {
    const identities = (at(body, "identity.userAssignedIdentities") ?? []) as string[];
    return identities.map((id) => textAt(azure.get(id)?.shown ?? {}, "principalId"));
}

/**
 * Whether one of the principals has a role on a resource, or on what the resource is in, and the assignment works
 * already: its PUT answers at once, and Azure spreads it afterwards, in up to 60 minutes (AKS docs,
 * `user-assigned-managed-identity.md`).
 */
function hasRole(principals: readonly string[], role: string, resource: string, azure: FakeAzure): boolean {
    return azure.all(roleType).some(({ body, madeAt }) => {
        const scope = textAt(body, "scope").toLowerCase();
        return (
            (resource.toLowerCase() === scope || resource.toLowerCase().startsWith(`${scope}/`)) &&
            textAt(body, "roleDefinitionId").endsWith(role) &&
            principals.includes(textAt(body, "principalId")) &&
            Date.now() >= madeAt + azure.conditions.rolesWorkAfter
        );
    });
}

/** What a role assignment has to be, and what the cluster's identity needs before there is a cluster. */
export const roleRules = {
    assign(id: string, body: Properties, azure: FakeAzure): void {
        const twin = azure
            .all(roleType)
            .find(
                ({ id: other, body: role }) =>
                    other.toLowerCase() !== id.toLowerCase() &&
                    ["scope", "principalId", "roleDefinitionId"].every((key) => same(role[key], body[key])),
            );
        if (twin !== undefined) {
            throw new AzureError(409, "RoleAssignmentExists", `The role assignment already exists: ${twin.id}.`);
        }
        if (!principalsOf(azure).includes(textAt(body, "principalId"))) {
            throw new AzureError(400, "PrincipalNotFound", `Principal ${textAt(body, "principalId")} does not exist.`);
        }
    },

    cluster(body: Properties, azure: FakeAzure): void {
        checkKubeletIdentity(body, azure);
        const pools = (at(body, "agentPoolProfiles") ?? []) as Properties[];
        for (const pool of pools) {
            const subnet = textAt(pool, "vnetSubnetID");
            const join = "Microsoft.Network/virtualNetworks/subnets/join/action";
            if (subnet !== "") requireRole(body, roleIds.networkContributor, subnet, join, azure);
        }
        const zone = textAt(body, "apiServerAccessProfile.privateDNSZone");
        const read = "Microsoft.Network/privateDnsZones/read";
        if (zone.startsWith("/")) requireRole(body, roleIds.privateDnsZoneContributor, zone, read, azure);
        checkKeyOfEtcd(body, azure);
    },
};

/** The key that encrypts etcd (Azure/AKS#3575). */
function checkKeyOfEtcd(body: Properties, azure: FakeAzure): void {
    const key = textAt(body, "securityProfile.azureKeyVaultKms.keyId");
    if (key === "") return;
    const [vault] = /(?<=^https:\/\/)[^.]+/.exec(key) ?? [""];
    const vaults = azure.all(roleType).map((role) => textAt(role.body, "scope"));
    const found = vaults.find((scope) => scope.toLowerCase().endsWith(`/vaults/${vault.toLowerCase()}`));
    if (found !== undefined && hasRole(controlPlaneOf(body, azure), roleIds.keyVaultCryptoUser, found, azure)) return;
    throw new AzureError(
        400,
        "AzureKeyVaultKmsValidateIdentityPermissionCustomerError",
        `The identity does not have keys encrypt/decrypt permission on key vault ${vault}.`,
    );
}

function principalsOf(azure: FakeAzure): Value[] {
    return [
        // Who runs the updates.
        uuidOf("object"),
        ...azure.all("azure-native:managedidentity:UserAssignedIdentity").map(({ shown }) => shown.principalId),
        ...azure
            .all("azure-native:containerservice:ManagedCluster")
            .map(({ shown }) => at(shown, "identityProfile.kubeletidentity.objectId")),
    ];
}

/**
 * A user-assigned kubelet identity needs a role of the control plane's identity on it, before the cluster is made
 * (Azure Service Operator repeats the creation on exactly this code).
 */
function checkKubeletIdentity(body: Properties, azure: FakeAzure): void {
    const kubelet = textAt(body, "identityProfile.kubeletidentity.resourceId");
    if (kubelet === "") return;
    if (hasRole(controlPlaneOf(body, azure), roleIds.managedIdentityOperator, kubelet, azure)) return;
    throw new AzureError(
        400,
        "CustomKubeletIdentityMissingPermissionError",
        `The cluster using user-assigned managed identity must be granted 'Managed Identity Operator' role to assign kubelet identity (${kubelet}).`,
    );
}

/** How AKS refuses a cluster whose identity lacks a right on a resource of the user (Azure CLI's own AKS tests). */
function requireRole(body: Properties, role: string, resource: string, action: string, azure: FakeAzure): void {
    if (hasRole(controlPlaneOf(body, azure), role, resource, azure)) return;
    throw new AzureError(
        400,
        "ResourceMissingPermissionError",
        `Service principal or user-assigned identity must be given certain permissions to resource ${resource}. Check access result not allowed for action ${action}.`,
    );
}

/**
 * Whether the nodes of some cluster may pull from a registry: their identity has the right, and it works already.
 * Images of registries that this Azure does not have are everybody's.
 */
export function canPull(image: string, azure: FakeAzure): boolean {
    const server = image.split("/")[0] ?? "";
    const registry = azure
        .all("azure-native:containerregistry:Registry")
        .find(({ shown }) => shown.loginServer === server);
    if (registry === undefined) return true;
    const clusters: AzureResource[] = azure.all("azure-native:containerservice:ManagedCluster");
    const kubelets = clusters.map(({ shown }) => textAt(shown, "identityProfile.kubeletidentity.objectId"));
    return hasRole(kubelets, roleIds.acrPull, registry.id, azure);
}
