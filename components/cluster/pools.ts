import { AgentPool, type AgentPoolArgs } from "@pulumi/azure-native/containerservice";
import type * as inputs from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import { POOL_OWNER_LABEL } from "../sgx";
import { NodePriority, PoolReplacement } from "./choices";
import { azurePoolName } from "./pool-name";
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
    /** Whose pools they are: value of a label of their nodes. */
    owner: string;
}

/** What AKS refuses to change on a pool that exists. */
const fixedAtCreation = [
    "vmSize",
    "availabilityZones",
    "maxPods",
    "osDiskSizeGB",
    "osDiskType",
    "scaleSetPriority",
    "vnetSubnetID",
] as const;

/**
 * One `AgentPool` for each pool, created one after another because AKS runs one pool operation at a time. A change of
 * what AKS fixes at creation is another name in Azure, so the new pool can come first.
 */
export function workerPools(
    name: string,
    pools: readonly WorkerPoolSpec[],
    { resourceGroupName, clusterName, tags, owner }: PoolPlace,
    opts: pulumi.CustomResourceOptions,
): AgentPool[] {
    const created: AgentPool[] = [];
    for (const pool of pools) {
        const args = {
            resourceGroupName,
            resourceName: clusterName,
            agentPoolName: azureName(pool),
            ...workerPoolBody(pool),
            nodeLabels: { ...pool.labels, [POOL_OWNER_LABEL]: owner },
            tags,
        };
        const options = {
            ...opts,
            // Said in both cases: azure-native deletes a resource with a fixed name first.
            deleteBeforeReplace: pool.replacement === PoolReplacement.deleteFirst,
            replaceOnChanges: [...fixedAtCreation],
            dependsOn: created.slice(-1),
            customTimeouts: { create: "45m", update: "90m", delete: "45m" },
        };
        created.push(new AgentPool(`${name}-${pool.name}`, args, options));
    }
    return created;
}

/** The pool's name in Azure; unknown only where the id of its subnet is. */
function azureName(pool: WorkerPoolSpec): pulumi.Output<string> {
    const body = workerPoolBody(pool);
    const fixed = Object.fromEntries(fixedAtCreation.map((key) => [key, body[key]]));
    return pulumi
        .output({ ...fixed, vnetSubnetID: pool.subnetKey })
        .apply((known: Record<string, unknown>) => azurePoolName(pool.name, known));
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
        nodeTaints: pool.taints.length === 0 ? undefined : pool.taints,
        availabilityZones: pool.availabilityZones,
        maxPods: pool.maxPods,
        osDiskSizeGB: pool.osDiskSizeGb,
        vnetSubnetID: pool.subnetId,
        ...(pool.priority === NodePriority.spot
            ? { scaleSetPriority: "Spot", scaleSetEvictionPolicy: "Delete", spotMaxPrice: -1 }
            : { upgradeSettings: { maxSurge: pool.maxSurge, drainTimeoutInMinutes: pool.drainTimeoutMinutes } }),
    };
}
