import type * as inputs from "@pulumi/azure-native/types/input";
import { Deployment } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { takesHooks } from "../shared/hooks";
import { deploymentHooks } from "./deployment-hooks";
import { scaleBody } from "./pool-scale";
import { poolSecurityBody } from "./security";
import type { SystemPoolSpec } from "./spec-pools";

/** API version of the pool in the template; the SDK's own for pools. */
const apiVersion = "2025-09-01";

/**
 * The system pool in the cluster's body, which AKS asks for. Without a version: AKS takes all pools' versions in this
 * body or none (https://github.com/Azure/AKS/issues/4765), and the others are not in it.
 */
export function systemPoolProfile(
    pool: SystemPoolSpec,
    subnetId: pulumi.Input<string> | undefined,
): inputs.containerservice.ManagedClusterAgentPoolProfileArgs {
    return { name: pool.name, ...systemPoolBody(pool, subnetId) };
}

/** What AKS calls the settings of the system pool, in the cluster's body as in a pool's own. */
function systemPoolBody(pool: SystemPoolSpec, subnetId: pulumi.Input<string> | undefined) {
    return {
        mode: "System",
        type: "VirtualMachineScaleSets",
        osType: "Linux",
        osSKU: "Ubuntu",
        vmSize: pool.vmSize,
        ...scaleBody(pool.scale),
        availabilityZones: pool.availabilityZones,
        osDiskSizeGB: pool.osDiskSizeGb,
        vnetSubnetID: subnetId,
        // The taint of https://learn.microsoft.com/azure/aks/use-system-pools, which AKS's own pods tolerate.
        nodeTaints: pool.criticalAddonsOnly ? ["CriticalAddonsOnly=true:NoSchedule"] : [],
        ...poolSecurityBody(pool),
    };
}

/** The cluster that the system pool is in. */
interface SystemPoolPlace {
    resourceGroupName: pulumi.Input<string>;
    clusterName: pulumi.Input<string>;
    subnetId: pulumi.Input<string> | undefined;
}

/**
 * Brings the system pool's nodes to the cluster's version, which its body cannot. As an `AgentPool`, the pool could not
 * be created a second time; so it is a deployment of a template with that one pool, which AKS takes as a change of the
 * pool alone. The template is empty as long as the version is the one that the cluster was made with. The deployment's
 * deletion removes a record in Azure. Undefined: no version is named.
 */
export function systemPoolUpgrade(
    name: string,
    pool: SystemPoolSpec,
    version: string | undefined,
    { resourceGroupName, clusterName, subnetId }: SystemPoolPlace,
    parent: pulumi.Resource,
): Deployment | undefined {
    const first = firstVersion(name, version, parent);
    if (version === undefined) return undefined;
    const { count, ...settings } = systemPoolBody(pool, subnetId);
    const resource = {
        type: "Microsoft.ContainerService/managedClusters/agentPools",
        apiVersion,
        name: pulumi.interpolate`${clusterName}/${pool.name}`,
        // The autoscaler's number of nodes stays as it is where the template names none.
        properties: { ...settings, ...(pool.scale.autoscaled ? {} : { count }), orchestratorVersion: version },
    };
    const resources = first.apply((made) => (made === version ? [] : [resource]));
    const template = {
        $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        contentVersion: "1.0.0.0",
        resources,
    };
    return new Deployment(
        `${name}-system-pool`,
        { resourceGroupName, properties: { mode: "Incremental", template } },
        { parent, hooks: deploymentHooks(name, parent), customTimeouts: { create: "45m", update: "120m" } },
    );
}

/** The version that was named when the cluster was made: the output of a `Stash` stays what the first input was. */
function firstVersion(
    name: string,
    version: string | undefined,
    parent: pulumi.Resource,
): pulumi.Output<string | undefined> {
    if (!takesHooks()) return pulumi.output(version);
    const { output } = new pulumi.Stash(`${name}-first-version`, { input: version ?? "" }, { parent });
    return pulumi.output(output).apply((text: unknown) => (typeof text === "string" ? text : undefined));
}
