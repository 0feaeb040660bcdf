import type * as inputs from "@pulumi/azure-native/types/input";
import { Deployment } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { scaleBody } from "./pool-scale";
import { poolSecurityBody } from "./security";
import type { ClusterSpec } from "./spec";
import type { SystemPoolSpec } from "./spec-pools";

/** API version of the pool in the template; the SDK's own for pools. */
const apiVersion = "2025-09-01";

/** What AKS calls the settings of the system pool, in the cluster's body as in a pool's own. */
function systemPoolSettings(pool: SystemPoolSpec, subnetId: pulumi.Input<string> | undefined) {
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

/**
 * The system pool in the cluster's body, which AKS asks for when it makes the cluster. Without a version: AKS takes all
 * pools' versions in this body or none (https://github.com/Azure/AKS/issues/4765), and the others are not in it.
 */
export function systemPoolProfile(
    pool: SystemPoolSpec,
    subnetId: pulumi.Input<string> | undefined,
): inputs.containerservice.ManagedClusterAgentPoolProfileArgs {
    const settings = systemPoolSettings(pool, subnetId);
    const nodeTaints = settings.nodeTaints.length === 0 ? undefined : settings.nodeTaints;
    return { name: pool.name, ...settings, nodeTaints };
}

/** The cluster that the system pool is in. */
interface SystemPoolPlace {
    resourceGroupName: pulumi.Input<string>;
    clusterName: pulumi.Input<string>;
    subnetId: pulumi.Input<string> | undefined;
}

/**
 * Every later change of the system pool. As an `AgentPool`, the pool could not be created a second time; by the body of
 * the cluster, all pools would be rescaled (https://github.com/pulumi/pulumi-azure-native/issues/4264). So it is a
 * deployment of a template with that one pool, which AKS takes as a change of the pool alone. Its deletion removes a
 * record in Azure and leaves the pool, which goes with the cluster.
 */
export function systemPoolChanges(
    name: string,
    pool: SystemPoolSpec,
    { kubernetesVersion }: Pick<ClusterSpec, "kubernetesVersion">,
    { resourceGroupName, clusterName, subnetId }: SystemPoolPlace,
    opts: pulumi.CustomResourceOptions,
): Deployment {
    const resource = {
        type: "Microsoft.ContainerService/managedClusters/agentPools",
        apiVersion,
        name: pulumi.interpolate`${clusterName}/${pool.name}`,
        // Said in both cases: what a template leaves out stays as it is.
        properties: {
            ...systemPoolSettings(pool, subnetId),
            enableAutoScaling: pool.scale.autoscaled,
            orchestratorVersion: kubernetesVersion?.text,
        },
    };
    const template = {
        $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        contentVersion: "1.0.0.0",
        resources: [resource],
    };
    return new Deployment(
        `${name}-system-pool`,
        { resourceGroupName, properties: { mode: "Incremental", template } },
        { ...opts, customTimeouts: { create: "45m", update: "120m" } },
    );
}
