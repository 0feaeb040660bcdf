import { at, isProperties, textAt, type Properties } from "../values.js";
import { AzureError, subscription, type AzureResource, type FakeAzure } from "./azure.js";
import { poolType } from "./pools.js";

/** What a client gets as an error; the reason is in the deployment. */
const failed =
    "At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.";

export const deploymentType = "azure-native:resources:Deployment";

/**
 * Carries out a template: a PUT of each pool in it, on top of what the pool is. Other types, and expressions, are not
 * known here.
 */
export async function deploy(deployment: AzureResource, azure: FakeAzure): Promise<void> {
    const { body } = deployment;
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
            if (!(error instanceof AzureError)) throw error;
            const details = [{ code: error.code, message: error.text }];
            deployment.shown.error = { code: "DeploymentFailed", message: failed, details };
            throw new Error(`Code="DeploymentFailed" Message="${failed}"`);
        }
    }
}
