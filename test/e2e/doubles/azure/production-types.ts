import { textAt, type Properties } from "../values.js";
import { subscription } from "./azure.js";
import type { AzureType } from "./types.js";

/*
 * What the doubles know of the resources that only production asks for: ways out of the network, monitoring, and a
 * registry in a network.
 */

const group = (body: Properties) => `${subscription}/resourceGroups/${textAt(body, "resourceGroupName")}`;

/** A resource with a region in a resource group. */
function inGroup(provider: string, nameKey: string, apiVersion: string, more: Partial<AzureType> = {}): AzureType {
    return {
        nameKey,
        autoname: "random",
        pathKeys: ["resourceGroupName", nameKey],
        forceNew: ["location"],
        located: true,
        slow: false,
        id: (body) => `${group(body)}/providers/${provider}/${textAt(body, nameKey)}`,
        parent: group,
        shows: (_, id) => ({ name: id.split("/").at(-1) ?? "" }),
        readOnly: ["name", "type", "provisioningState"],
        apiVersion,
        ...more,
    };
}

/** A resource that extends another one, whose id is its `resourceUri`. */
function onResource(kind: string, nameKey: string, apiVersion: string): AzureType {
    return {
        ...inGroup("Microsoft.Insights", nameKey, apiVersion),
        pathKeys: ["resourceUri", nameKey],
        forceNew: [],
        located: false,
        id: (body) => `${textAt(body, "resourceUri")}/providers/Microsoft.Insights/${kind}/${textAt(body, nameKey)}`,
        parent: (body) => textAt(body, "resourceUri"),
    };
}

const registry = (body: Properties) =>
    `${group(body)}/providers/Microsoft.ContainerRegistry/registries/${textAt(body, "registryName")}`;
const endpoint = (body: Properties) =>
    `${group(body)}/providers/Microsoft.Network/privateEndpoints/${textAt(body, "privateEndpointName")}`;

export const productionTypes: Record<string, AzureType> = {
    "azure-native:network:NatGateway": inGroup("Microsoft.Network/natGateways", "natGatewayName", "2024-05-01"),
    "azure-native:network:PublicIPAddress": inGroup(
        "Microsoft.Network/publicIPAddresses",
        "publicIpAddressName",
        "2024-05-01",
        { forceNew: ["location", "publicIPAddressVersion", "publicIPPrefix", "sku"] },
    ),
    "azure-native:network:PrivateEndpoint": inGroup(
        "Microsoft.Network/privateEndpoints",
        "privateEndpointName",
        "2024-05-01",
        { parent: (body) => textAt(body, "subnet.id") },
    ),
    "azure-native:network:PrivateDnsZoneGroup": {
        ...inGroup("Microsoft.Network", "privateDnsZoneGroupName", "2024-05-01"),
        pathKeys: ["resourceGroupName", "privateEndpointName", "privateDnsZoneGroupName"],
        forceNew: [],
        located: false,
        id: (body) => `${endpoint(body)}/privateDnsZoneGroups/${textAt(body, "privateDnsZoneGroupName")}`,
        parent: endpoint,
    },
    "azure-native:containerregistry:AgentPool": {
        ...inGroup("Microsoft.ContainerRegistry", "agentPoolName", "2019-06-01-preview"),
        pathKeys: ["resourceGroupName", "registryName", "agentPoolName"],
        slow: true,
        id: (body) => `${registry(body)}/agentPools/${textAt(body, "agentPoolName")}`,
        parent: registry,
    },
    "azure-native:operationalinsights:Workspace": inGroup(
        "Microsoft.OperationalInsights/workspaces",
        "workspaceName",
        "2023-09-01",
    ),
    "azure-native:alertsmanagement:PrometheusRuleGroup": inGroup(
        "Microsoft.AlertsManagement/prometheusRuleGroups",
        "ruleGroupName",
        "2023-03-01",
    ),
    "azure-native:monitor:AzureMonitorWorkspace": inGroup(
        "Microsoft.Monitor/accounts",
        "azureMonitorWorkspaceName",
        "2023-04-03",
    ),
    "azure-native:monitor:DataCollectionEndpoint": inGroup(
        "Microsoft.Insights/dataCollectionEndpoints",
        "dataCollectionEndpointName",
        "2022-06-01",
    ),
    "azure-native:monitor:DataCollectionRule": inGroup(
        "Microsoft.Insights/dataCollectionRules",
        "dataCollectionRuleName",
        "2022-06-01",
    ),
    "azure-native:monitor:DataCollectionRuleAssociation": onResource(
        "dataCollectionRuleAssociations",
        "associationName",
        "2022-06-01",
    ),
    "azure-native:monitor:DiagnosticSetting": onResource("diagnosticSettings", "name", "2021-05-01-preview"),
};
