import { AgentPool, type AgentPoolArgs } from "@pulumi/azure-native/containerservice";
import type * as inputs from "@pulumi/azure-native/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { NodePriority } from "./choices";
import type { ClusterSpec } from "./spec";
import type { ScaleSpec, SystemPoolSpec, WorkerPoolSpec } from "./spec-pools";

/** The inline profile of the system pool. */
export function systemPoolProfile(
    pool: SystemPoolSpec,
    subnetId: pulumi.Input<string> | undefined,
): inputs.containerservice.ManagedClusterAgentPoolProfileArgs {
    return {
        name: pool.name,
        mode: "System",
        type: "VirtualMachineScaleSets",
        osType: "Linux",
        osSKU: "Ubuntu",
        vmSize: pool.vmSize,
        // AKS asks for a first count in the cluster's own body, also with the autoscaler on.
        count: pool.scale.minCount,
        ...autoscaling(pool.scale),
        availabilityZones: pool.availabilityZones,
        osDiskSizeGB: pool.osDiskSizeGb,
        vnetSubnetID: subnetId,
        // The taint of https://learn.microsoft.com/azure/aks/use-system-pools, which AKS's own pods tolerate.
        nodeTaints: pool.criticalAddonsOnly ? ["CriticalAddonsOnly=true:NoSchedule"] : undefined,
    };
}

function autoscaling({ autoscaled, minCount, maxCount }: ScaleSpec) {
    return autoscaled ? { enableAutoScaling: true, minCount, maxCount } : {};
}

/** The cluster that pools are created in. */
export interface PoolPlace {
    resourceGroupName: pulumi.Input<string>;
    clusterName: pulumi.Input<string>;
    tags: ClusterSpec["tags"];
}

/** What AKS refuses to change on a pool that exists; the provider itself replaces on `vmSize` and the name. */
const fixedAtCreation = ["availabilityZones", "maxPods", "osDiskSizeGB", "scaleSetPriority", "vnetSubnetID"] as const;

/**
 * One `AgentPool` for each pool, created one after another because AKS runs one pool operation at a time.
 * Names are fixed and short, so a replacement deletes the old pool first.
 */
export function workerPools(
    name: string,
    pools: readonly WorkerPoolSpec[],
    { resourceGroupName, clusterName, tags }: PoolPlace,
    opts: pulumi.CustomResourceOptions,
): AgentPool[] {
    const created: AgentPool[] = [];
    for (const pool of pools) {
        const args = {
            resourceGroupName,
            resourceName: clusterName,
            agentPoolName: pool.name,
            ...workerPoolBody(pool),
            tags,
        };
        const options = {
            ...opts,
            deleteBeforeReplace: true,
            replaceOnChanges: [...fixedAtCreation],
            dependsOn: created.slice(-1),
            customTimeouts: { create: "45m", update: "90m", delete: "45m" },
        };
        created.push(new AgentPool(`${name}-${pool.name}`, args, options));
    }
    return created;
}

function workerPoolBody(pool: WorkerPoolSpec): Partial<AgentPoolArgs> {
    const { scale } = pool;
    return {
        mode: "User",
        type: "VirtualMachineScaleSets",
        osType: "Linux",
        osSKU: pool.osSku,
        // Azure's tables disagree on ephemeral disks for SGX sizes; AKS would pick one where it can.
        osDiskType: "Managed",
        vmSize: pool.vmSize,
        ...(scale.autoscaled ? autoscaling(scale) : { count: scale.minCount }),
        nodeLabels: Object.keys(pool.labels).length === 0 ? undefined : pool.labels,
        nodeTaints: pool.taints.length === 0 ? undefined : pool.taints,
        availabilityZones: pool.availabilityZones,
        maxPods: pool.maxPods,
        osDiskSizeGB: pool.osDiskSizeGb,
        vnetSubnetID: pool.subnetId,
        ...(pool.priority === NodePriority.spot
            ? { scaleSetPriority: "Spot", scaleSetEvictionPolicy: "Delete", spotMaxPrice: -1 }
            : { upgradeSettings: { maxSurge: pool.maxSurge } }),
    };
}
