import { at, isProperties, textAt, type Properties } from "../values.js";
import { subscription, type AzureResource, type FakeAzure } from "./azure.js";
import { poolType } from "./pools.js";

export const deploymentType = "azure-native:resources:Deployment";

/**
 * Carries out a template: a PUT of each pool in it, on top of what the pool is. Other types, and expressions, are not
 * known here.
 */
export async function deploy({ body }: AzureResource, azure: FakeAzure): Promise<void> {
    const resources = (at(body, "properties.template.resources") ?? []) as Properties[];
    for (const resource of resources) {
        if (textAt(resource, "type") !== "Microsoft.ContainerService/managedClusters/agentPools") {
            throw new Error(`this Azure knows no ${textAt(resource, "type")} in a template`);
        }
        const [cluster = "", agentPoolName = ""] = textAt(resource, "name").split("/");
        if (/[[\]]/.test(cluster + agentPoolName)) throw new Error("this Azure knows no expressions in a template");
        const resourceGroupName = textAt(body, "resourceGroupName");
        const id = `${subscription}/resourceGroups/${resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/${cluster}/agentPools/${agentPoolName}`;
        const given = isProperties(resource.properties) ? resource.properties : {};
        const place = { resourceGroupName, resourceName: cluster, agentPoolName };
        try {
            await azure.put(poolType, id, { ...place, ...given });
        } catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            throw new Error(
                `Code="DeploymentFailed" Message="At least one resource deployment operation failed: ${reason}"`,
            );
        }
    }
}
