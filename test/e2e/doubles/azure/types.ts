import { textAt, type Properties, type Value } from "../values.js";
import { subscription, tenant, uuidOf, type FakeAzure } from "./azure.js";
import { credential, credentialType } from "./identities.js";
import { profileOf, shownOfPool } from "./pools.js";
import { productionTypes } from "./production-types.js";
import { ownKubeletIdentity } from "./roles.js";
import { secretsTypes } from "./secrets-types.js";
import { versionAfter } from "./versions.js";

/** What the doubles know of one type of azure-native. */
export interface AzureType {
    /** Property with the resource's own name. */
    nameKey: string;
    /** How a missing name is generated: text with a random end, letters and digits only, a UUID, or not at all. */
    autoname: "random" | "alphanumeric" | "uuid" | "none";
    /** Properties of the path: a change is another resource. */
    pathKeys: string[];
    /** Properties of the body whose change is another resource for azure-native. */
    forceNew: string[];
    /** Whether it has a region, which azure-native fills in. */
    located: boolean;
    /** Whether its operations take long. */
    slow: boolean;
    id(body: Properties): string;
    /** Resource that has to be there. */
    parent(body: Properties): string | undefined;
    /** What Azure adds to the body. */
    shows(body: Properties, id: string, azure: FakeAzure): Properties;
    /** Properties that a GET shows and a PUT cannot set. */
    readOnly: string[];
    /** Whether its name is taken after a deletion, until it is recovered or purged. */
    softDelete?: true;
    apiVersion: string;
}

const group = (body: Properties) => `${subscription}/resourceGroups/${textAt(body, "resourceGroupName")}`;
const managed = (service: string, kind: string) => (body: Properties) =>
    `${group(body)}/providers/Microsoft.${service}/${kind}/${textAt(body, "resourceName")}`;
const cluster = managed("ContainerService", "managedClusters");
const registry = (body: Properties) =>
    `${group(body)}/providers/Microsoft.ContainerRegistry/registries/${textAt(body, "registryName")}`;
const network = (body: Properties) =>
    `${group(body)}/providers/Microsoft.Network/virtualNetworks/${textAt(body, "virtualNetworkName")}`;

const inGroup = { located: true, slow: false, parent: group, readOnly: ["name", "type", "provisioningState"] };

/** Name as the last part of an id. */
function named(id: string): Properties {
    return { name: id.split("/").at(-1) ?? "" };
}

const types: Record<string, AzureType> = {
    ...productionTypes,
    ...secretsTypes,
    [credentialType]: credential,
    "azure-native:resources:ResourceGroup": {
        ...inGroup,
        nameKey: "resourceGroupName",
        autoname: "random",
        pathKeys: ["resourceGroupName"],
        forceNew: ["location"],
        id: group,
        parent: () => undefined,
        shows: (_, id) => named(id),
        apiVersion: "2024-03-01",
    },
    "azure-native:managedidentity:UserAssignedIdentity": {
        ...inGroup,
        nameKey: "resourceName",
        autoname: "random",
        pathKeys: ["resourceGroupName", "resourceName"],
        forceNew: ["location"],
        id: managed("ManagedIdentity", "userAssignedIdentities"),
        shows: (_, id) => ({
            ...named(id),
            clientId: uuidOf(`client ${id}`),
            principalId: uuidOf(`principal ${id}`),
            tenantId: tenant,
        }),
        readOnly: [...inGroup.readOnly, "clientId", "principalId", "tenantId"],
        apiVersion: "2023-01-31",
    },
    "azure-native:authorization:RoleAssignment": {
        ...inGroup,
        nameKey: "roleAssignmentName",
        autoname: "uuid",
        pathKeys: ["scope", "roleAssignmentName"],
        forceNew: ["principalId", "roleDefinitionId", "principalType"],
        located: false,
        id: (body) =>
            `${textAt(body, "scope")}/providers/Microsoft.Authorization/roleAssignments/${textAt(body, "roleAssignmentName")}`,
        // Keys of a vault are not here.
        parent: (body) => textAt(body, "scope").replace(/\/keys\/[^/]+$/, ""),
        shows: (_, id) => named(id),
        apiVersion: "2022-04-01",
    },
    "azure-native:network:VirtualNetwork": {
        ...inGroup,
        nameKey: "virtualNetworkName",
        autoname: "random",
        pathKeys: ["resourceGroupName", "virtualNetworkName"],
        forceNew: ["location"],
        id: network,
        // Azure echoes the subnets, which are resources of their own here.
        shows: (_, id, azure) => ({ ...named(id), subnets: azure.below(id).map((subnet) => subnet.shown) }),
        apiVersion: "2024-05-01",
    },
    "azure-native:network:Subnet": {
        ...inGroup,
        nameKey: "subnetName",
        autoname: "random",
        pathKeys: ["resourceGroupName", "virtualNetworkName", "subnetName"],
        forceNew: [],
        located: false,
        id: (body) => `${network(body)}/subnets/${textAt(body, "subnetName")}`,
        parent: network,
        shows: (_, id) => named(id),
        apiVersion: "2024-05-01",
    },
    "azure-native:containerregistry:Registry": {
        ...inGroup,
        nameKey: "registryName",
        autoname: "alphanumeric",
        pathKeys: ["resourceGroupName", "registryName"],
        forceNew: ["location"],
        id: registry,
        shows: (_, id, azure) => ({
            ...named(id),
            loginServer: azure.registries.loginServer(textAt(named(id), "name")),
        }),
        readOnly: [...inGroup.readOnly, "loginServer"],
        apiVersion: "2023-01-01-preview",
    },
    "azure-native:containerregistry:TaskRun": {
        ...inGroup,
        slow: true,
        nameKey: "taskRunName",
        autoname: "random",
        pathKeys: ["resourceGroupName", "registryName", "taskRunName"],
        forceNew: ["location"],
        id: (body) => `${registry(body)}/taskRuns/${textAt(body, "taskRunName")}`,
        parent: registry,
        shows: (_, id, azure) => {
            const { runId, status, outputImages } = azure.registries.newest(id) ?? {};
            return { ...named(id), runResult: { runId, status, outputImages: outputImages as Value } };
        },
        readOnly: [...inGroup.readOnly, "runResult"],
        apiVersion: "2019-06-01-preview",
    },
    "azure-native:resources:Deployment": {
        ...inGroup,
        nameKey: "deploymentName",
        autoname: "random",
        pathKeys: ["resourceGroupName", "deploymentName"],
        forceNew: [],
        located: false,
        id: (body) => `${group(body)}/providers/Microsoft.Resources/deployments/${textAt(body, "deploymentName")}`,
        shows: (_, id) => named(id),
        apiVersion: "2024-03-01",
    },
    "azure-native:containerservice:MaintenanceConfiguration": {
        ...inGroup,
        nameKey: "configName",
        autoname: "random",
        pathKeys: ["resourceGroupName", "resourceName", "configName"],
        forceNew: [],
        located: false,
        id: (body) => `${cluster(body)}/maintenanceConfigurations/${textAt(body, "configName")}`,
        parent: cluster,
        shows: (_, id) => named(id),
        apiVersion: "2025-09-01",
    },
    "azure-native:containerservice:ManagedCluster": {
        ...inGroup,
        slow: true,
        nameKey: "resourceName",
        autoname: "random",
        pathKeys: ["resourceGroupName", "resourceName"],
        forceNew: ["location", "dnsPrefix", "fqdnSubdomain", "nodeResourceGroup"],
        id: cluster,
        shows: (body, id, azure) => ({
            ...named(id),
            fqdn: `${textAt(body, "dnsPrefix")}-${uuidOf(id).slice(0, 8)}.hcp.westeurope.azmk8s.io`,
            oidcIssuerProfile: { enabled: true, issuerURL: `https://oidc.example/${uuidOf(id)}/` },
            resourceUID: uuidOf(`uid ${id}`),
            currentKubernetesVersion: versionAfter(
                textAt(body, "kubernetesVersion"),
                azure.get(id)?.shown.currentKubernetesVersion,
            ),
            identityProfile: body.identityProfile ?? { kubeletidentity: ownKubeletIdentity(id) },
            agentPoolProfiles: azure.poolsOf(id).map(profileOf),
        }),
        readOnly: [...inGroup.readOnly, "fqdn", "resourceUID", "currentKubernetesVersion"],
        apiVersion: "2025-09-01",
    },
    "azure-native:containerservice:AgentPool": {
        ...inGroup,
        slow: true,
        nameKey: "agentPoolName",
        autoname: "random",
        pathKeys: ["resourceGroupName", "resourceName", "agentPoolName"],
        forceNew: ["vmSize", "gpuInstanceProfile"],
        located: false,
        id: (body) => `${cluster(body)}/agentPools/${textAt(body, "agentPoolName")}`,
        parent: cluster,
        shows: (body, id, azure) => shownOfPool(id, body, azure.get(id), azure),
        readOnly: [...inGroup.readOnly, "currentOrchestratorVersion", "nodeImageVersion"],
        apiVersion: "2025-09-01",
    },
};

/** The pools in a cluster's own body. */
export function inlinePools(body: Properties): Properties[] {
    return Array.isArray(body.agentPoolProfiles) ? (body.agentPoolProfiles as Properties[]) : [];
}

/** What the doubles know of a type; it is an error to ask for one they do not know. */
export function typeOf(type: string): AzureType {
    const found = types[type];
    if (found === undefined) throw new Error(`the azure-native double knows no ${type}`);
    return found;
}
