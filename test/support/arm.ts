import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv-draft-04";

/** Folder with Azure's JSON schemas for templates, by API version; undefined where there is none. */
export const armSchemas = process.env.ARM_SCHEMAS;

/** Which definition of which file a resource type of azure-native is checked against. */
interface Definition {
    file: string;
    resource: string;
    pathKeys: string[];
    /** Lists of objects of which azure-native has flattened `properties` as well. */
    flattened?: string[];
}

const definitions: Record<string, Definition> = {
    "azure-native:containerservice:ManagedCluster": {
        file: "2025-09-01/Microsoft.ContainerService.Aks.json",
        resource: "managedClusters",
        pathKeys: ["resourceName"],
    },
    "azure-native:containerservice:AgentPool": {
        file: "2025-09-01/Microsoft.ContainerService.Aks.json",
        resource: "managedClusters_agentPools",
        pathKeys: ["resourceName", "agentPoolName"],
    },
    "azure-native:containerservice:MaintenanceConfiguration": {
        file: "2025-09-01/Microsoft.ContainerService.Aks.json",
        resource: "managedClusters_maintenanceConfigurations",
        pathKeys: ["resourceName", "configName"],
    },
    "azure-native:managedidentity:UserAssignedIdentity": {
        file: "2023-01-31/Microsoft.ManagedIdentity.json",
        resource: "userAssignedIdentities",
        pathKeys: ["resourceName"],
    },
    "azure-native:attestation:AttestationProvider": {
        file: "2021-06-01/Microsoft.Attestation.json",
        resource: "attestationProviders",
        pathKeys: ["providerName"],
    },
    "azure-native:managedidentity:FederatedIdentityCredential": {
        file: "2023-01-31/Microsoft.ManagedIdentity.json",
        resource: "userAssignedIdentities_federatedIdentityCredentials",
        pathKeys: ["resourceName", "federatedIdentityCredentialResourceName"],
    },
    "azure-native:authorization:RoleAssignment": {
        file: "2022-04-01/Microsoft.Authorization.json",
        resource: "roleAssignments",
        pathKeys: ["scope", "roleAssignmentName"],
    },
    "azure-native:containerregistry:Registry": {
        file: "2023-01-01-preview/Microsoft.ContainerRegistry.json",
        resource: "registries",
        pathKeys: ["registryName"],
    },
    "azure-native:containerregistry:TaskRun": {
        file: "2019-06-01-preview/Microsoft.ContainerRegistry.json",
        resource: "registries_taskRuns",
        pathKeys: ["registryName", "taskRunName"],
    },
    "azure-native:containerregistry:AgentPool": {
        file: "2019-06-01-preview/Microsoft.ContainerRegistry.json",
        resource: "registries_agentPools",
        pathKeys: ["registryName", "agentPoolName"],
    },
    "azure-native:network:PrivateEndpoint": {
        file: "2024-05-01/Microsoft.Network.NRP.json",
        resource: "privateEndpoints",
        pathKeys: ["privateEndpointName"],
        flattened: ["privateLinkServiceConnections", "subnet"],
    },
    "azure-native:network:PrivateDnsZoneGroup": {
        file: "2024-05-01/Microsoft.Network.NRP.json",
        resource: "privateEndpoints_privateDnsZoneGroups",
        pathKeys: ["privateEndpointName", "privateDnsZoneGroupName"],
        flattened: ["privateDnsZoneConfigs"],
    },
    "azure-native:network:VirtualNetwork": {
        file: "2024-05-01/Microsoft.Network.NRP.json",
        resource: "virtualNetworks",
        pathKeys: ["virtualNetworkName"],
    },
    "azure-native:operationalinsights:Workspace": {
        file: "2023-09-01/Microsoft.OperationalInsights.json",
        resource: "workspaces",
        pathKeys: ["workspaceName"],
    },
    "azure-native:network:NatGateway": {
        file: "2024-05-01/Microsoft.Network.NRP.json",
        resource: "natGateways",
        pathKeys: ["natGatewayName"],
    },
    "azure-native:network:PublicIPAddress": {
        file: "2024-05-01/Microsoft.Network.NRP.json",
        resource: "publicIPAddresses",
        pathKeys: ["publicIpAddressName"],
    },
    "azure-native:network:Subnet": {
        file: "2024-05-01/Microsoft.Network.NRP.json",
        resource: "virtualNetworks_subnets",
        pathKeys: ["virtualNetworkName", "subnetName"],
    },
};

const deploymentType = "azure-native:resources:Deployment";

/** A template of pools: what Azure's schema has against each of them. */
function templateErrors({ properties }: Record<string, unknown>): string[] {
    const { template } = properties as { template: { resources: TemplateResource[] } };
    return template.resources.flatMap(({ type, name, properties: body }) => {
        if (type !== "Microsoft.ContainerService/managedClusters/agentPools") return [`no schema is known for ${type}`];
        const [resourceName, agentPoolName] = name.split("/");
        return armErrors("azure-native:containerservice:AgentPool", { resourceName, agentPoolName, ...body });
    });
}

interface TemplateResource {
    type: string;
    name: string;
    properties: Record<string, unknown>;
}

/** Types without a schema to check against: resource groups are no template resources. */
export const withoutSchema = [
    "azure-native:resources:ResourceGroup",
    // That of Microsoft.AlertsManagement is not among those that the tests have: test/monitoring has Azure's limits.
    "azure-native:alertsmanagement:PrometheusRuleGroup",
    // The schemas of Microsoft.Insights and Microsoft.Monitor are not among those that the tests have.
    "azure-native:monitor:AzureMonitorWorkspace",
    "azure-native:monitor:DataCollectionEndpoint",
    "azure-native:monitor:DataCollectionRule",
    "azure-native:monitor:DataCollectionRuleAssociation",
    "azure-native:monitor:DiagnosticSetting",
    // Here for vaults; that of Microsoft.KeyVault is not among them either.
    "azure-native:resources:Resource",
];

interface Schema {
    id?: string;
    properties?: Record<string, Schema>;
    additionalProperties?: unknown;
    [key: string]: unknown;
}

/** Typed objects of Azure's schemas allow any further key; here they do not, or a misspelt one would pass. */
function strict(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map(strict);
    if (typeof schema !== "object" || schema === null) return schema;
    const object = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)])) as Schema;
    const closes = object.type === "object" && object.properties !== undefined && object.oneOf === undefined;
    if (closes && object.additionalProperties === undefined) {
        object.additionalProperties = false;
    }
    return object;
}

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
const loaded = new Set<string>();

/**
 * A base type names its variants in `oneOf`, and each variant has the base's properties as well: they have to know
 * them.
 */
function inherit(definitions: Record<string, Schema>): void {
    for (const base of Object.values(definitions)) {
        if (base.properties === undefined || !Array.isArray(base.oneOf)) continue;
        for (const inline of base.oneOf as Schema[]) {
            const reference = inline.$ref as string | undefined;
            const variant = reference === undefined ? inline : definitions[reference.split("/").at(-1) ?? ""];
            if (variant !== undefined) variant.properties = { ...base.properties, ...variant.properties };
        }
    }
}

function load(file: string): string {
    const schema = JSON.parse(readFileSync(join(armSchemas ?? "", file), "utf8")) as Schema;
    inherit((schema.definitions ?? {}) as Record<string, Schema>);
    const id = String(schema.id).replace(/#$/, "");
    if (!loaded.has(file)) {
        ajv.addSchema(strict({ ...schema, id }) as object, id);
        loaded.add(file);
    }
    return id;
}

/** Keys with dashes, as Azure has those of the autoscaler. */
function dashed(profile: object): object {
    const name = (key: string) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return Object.fromEntries(Object.entries(profile).map(([key, value]) => [name(key), value as unknown]));
}

/** The template resource that azure-native makes of its flattened inputs: what the schema has on top stays there. */
function armBody(
    schema: Schema,
    { pathKeys, flattened = [] }: Definition,
    inputs: Record<string, unknown>,
): Record<string, unknown> {
    const envelope = ["type", "apiVersion", "properties", "resources", "name"];
    const top = Object.keys(schema.properties ?? {}).filter((key) => !envelope.includes(key));
    // azure-native leaves `properties` alone where a PUT and a GET have different ones.
    const { properties: kept, ...flat } = inputs as { properties?: object };
    const rest = Object.entries({ ...flat, ...kept }).filter(
        ([key]) => key !== "resourceGroupName" && !pathKeys.includes(key),
    );
    const properties = Object.fromEntries(
        rest
            .filter(([key]) => !top.includes(key))
            .map(([key, value]) => [key, flattened.includes(key) ? withProperties(value) : value]),
    );
    const body = Object.fromEntries(rest.filter(([key]) => top.includes(key)));
    const identity = body.identity as { userAssignedIdentities?: string[] } | undefined;
    if (identity?.userAssignedIdentities !== undefined) {
        const ids = identity.userAssignedIdentities.map((id) => [id, {}]);
        body.identity = { ...identity, userAssignedIdentities: Object.fromEntries(ids) as object };
    }
    if (properties.autoScalerProfile !== undefined) {
        properties.autoScalerProfile = dashed(properties.autoScalerProfile as object);
    }
    const own = pathKeys.at(-1) ?? "";
    return {
        ...body,
        name: inputs[own] ?? "autonamed",
        ...(Object.keys(properties).length > 0 ? { properties } : {}),
    };
}

function withProperties(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(withProperties);
    const { id, name, ...properties } = value as Record<string, unknown>;
    return { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }), properties };
}

/** What Azure's schema has against a resource; empty when nothing. */
export function armErrors(type: string, inputs: Record<string, unknown>): string[] {
    if (type === deploymentType) return templateErrors(inputs);
    const definition = definitions[type];
    if (definition === undefined) return [`no schema is known for ${type}`];
    load("common/definitions.json");
    const id = load(definition.file);
    const validate = ajv.getSchema(`${id}#/resourceDefinitions/${definition.resource}`);
    if (validate === undefined) return [`${definition.file} has no ${definition.resource}`];
    const schema = validate.schema as Schema;
    const body = armBody(schema, definition, inputs);
    const fixed = (key: string) => (schema.properties?.[key]?.enum as string[] | undefined)?.[0];
    void validate({ ...body, apiVersion: fixed("apiVersion"), type: fixed("type") });
    return (validate.errors ?? []).map(
        ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
}
