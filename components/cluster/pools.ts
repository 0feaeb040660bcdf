import { AgentPool } from "@pulumi/azure-native/containerservice";
import type * as inputs from "@pulumi/azure-native/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { SGX_NODE_LABEL, SGX_NODE_LABEL_VALUE, SGX_TAINT_KEY } from "../sgx";
import { NodeOsSku, NodePriority, type EnclavePoolArgs, type SystemPoolArgs } from "./args";

/** What the system pool is where the arguments do not say. */
export const systemPoolDefaults = { name: "system", vmSize: "Standard_D2s_v5", count: 2 } as const;

/** How many nodes a pool has: a number, or both bounds of the autoscaler. */
export interface Scale {
    count?: number;
    minCount?: number;
    maxCount?: number;
}

/** Scaling of a pool: a fixed count, or bounds without a count, since the autoscaler owns it then. */
function scaling(pool: Scale, count: number): inputs.containerservice.ManagedClusterAgentPoolProfileArgs | object {
    if (pool.minCount === undefined || pool.maxCount === undefined) return { count: pool.count ?? count };
    return { enableAutoScaling: true, minCount: pool.minCount, maxCount: pool.maxCount };
}

/** The inline profile of the system pool. */
export function systemPoolProfile(
    pool: SystemPoolArgs,
    subnetId: pulumi.Input<string> | undefined,
): inputs.containerservice.ManagedClusterAgentPoolProfileArgs {
    const scale = scaling(pool, systemPoolDefaults.count);
    return {
        name: pool.name ?? systemPoolDefaults.name,
        mode: "System",
        type: "VirtualMachineScaleSets",
        osType: "Linux",
        osSKU: "Ubuntu",
        vmSize: pool.vmSize ?? systemPoolDefaults.vmSize,
        // AKS asks for a first count in the cluster's own body, also with the autoscaler on.
        ...(pool.minCount === undefined ? {} : { count: pool.minCount }),
        ...scale,
        ...(pool.availabilityZones === undefined ? {} : { availabilityZones: pool.availabilityZones }),
        ...(pool.osDiskSizeGb === undefined ? {} : { osDiskSizeGB: pool.osDiskSizeGb }),
        ...(subnetId === undefined ? {} : { vnetSubnetID: subnetId }),
    };
}

/** What AKS refuses to change on a pool that exists; the provider itself replaces on `vmSize` and the name. */
const fixedAtCreation = ["availabilityZones", "maxPods", "osDiskSizeGB", "scaleSetPriority", "vnetSubnetID"] as const;

/**
 * One `AgentPool` for each enclave pool, created one after another because AKS runs one pool operation at a time.
 * Names are fixed and short, so a replacement deletes the old pool first.
 */
export function enclavePools(
    name: string,
    pools: readonly EnclavePoolArgs[],
    cluster: {
        resourceGroupName: pulumi.Input<string>;
        clusterName: pulumi.Input<string>;
        subnetId: pulumi.Input<string> | undefined;
        tags: Record<string, pulumi.Input<string>> | undefined;
    },
    opts: pulumi.CustomResourceOptions,
): AgentPool[] {
    const created: AgentPool[] = [];
    for (const pool of pools) {
        const previous = created.at(-1);
        created.push(
            new AgentPool(
                `${name}-${pool.name}`,
                {
                    resourceGroupName: cluster.resourceGroupName,
                    resourceName: cluster.clusterName,
                    agentPoolName: pool.name,
                    ...enclavePoolBody(pool, pool.subnetId ?? cluster.subnetId),
                    ...(cluster.tags === undefined ? {} : { tags: cluster.tags }),
                },
                {
                    ...opts,
                    deleteBeforeReplace: true,
                    replaceOnChanges: [...fixedAtCreation],
                    ...(previous === undefined ? {} : { dependsOn: [previous] }),
                    customTimeouts: { create: "45m", update: "90m", delete: "45m" },
                },
            ),
        );
    }
    return created;
}

function enclavePoolBody(pool: EnclavePoolArgs, subnetId: pulumi.Input<string> | undefined) {
    const spot = pool.priority === NodePriority.spot;
    return {
        mode: "User",
        type: "VirtualMachineScaleSets",
        osType: "Linux",
        osSKU: pool.osSku ?? NodeOsSku.ubuntu,
        // Azure's tables disagree on ephemeral disks for SGX sizes; AKS would pick one where it can.
        osDiskType: "Managed",
        vmSize: pool.vmSize,
        ...scaling(pool, 1),
        nodeLabels: { ...pool.labels, [SGX_NODE_LABEL]: SGX_NODE_LABEL_VALUE },
        ...(pool.taint === true ? { nodeTaints: [`${SGX_TAINT_KEY}=${SGX_NODE_LABEL_VALUE}:NoSchedule`] } : {}),
        ...(pool.availabilityZones === undefined ? {} : { availabilityZones: pool.availabilityZones }),
        ...(pool.maxPods === undefined ? {} : { maxPods: pool.maxPods }),
        ...(pool.osDiskSizeGb === undefined ? {} : { osDiskSizeGB: pool.osDiskSizeGb }),
        ...(subnetId === undefined ? {} : { vnetSubnetID: subnetId }),
        ...(spot
            ? { scaleSetPriority: "Spot", scaleSetEvictionPolicy: "Delete", spotMaxPrice: -1 }
            : { upgradeSettings: { maxSurge: pool.maxSurge ?? "1" } }),
    };
}
