import { AgentPool, type AgentPoolArgs } from "@pulumi/azure-native/containerservice";
import * as pulumi from "@pulumi/pulumi";
import { POOL_OWNER_LABEL } from "../sgx";
import { beforePoolCreate } from "./before-create";
import { beforePoolUpdate } from "./before-update";
import { NodePriority, PoolReplacement } from "./choices";
import { drainedFirst, firstNodes, type DrainedPool, type DrainPlace } from "./drain/pool-drain";
import { azurePoolName } from "./pool-name";
import { poolSecurityBody } from "./security";
import { busyHooks } from "./settle";
import type { ClusterSpec } from "./spec";
import { ignoredOfPool } from "./ignored";
import { scaleBody } from "./pool-scale";
import type { WorkerPoolSpec } from "./spec-pools";

/** The cluster that pools are created in. */
export interface PoolPlace {
    resourceGroupName: pulumi.Input<string>;
    clusterName: pulumi.Input<string>;
    tags: ClusterSpec["tags"];
    /** Where pools are drained before they go. */
    drains: DrainPlace;
    /** Undefined: that of the cluster when the pool is made. */
    kubernetesVersion: string | undefined;
    /** Whether AKS upgrades the pools by itself. */
    hasUpgradeChannel: boolean;
    /** What comes before the first pool. */
    after: pulumi.Resource[];
}

/** Pools, and when those that are deleted before they are replaced are drained. */
interface WorkerPools {
    created: AgentPool[];
    drained: pulumi.Output<unknown>[];
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
    "enableEncryptionAtHost",
] as const;

/**
 * One `AgentPool` for each pool, created one after another because AKS runs one pool operation at a time. A change of
 * what AKS fixes at creation is another name in Azure, so the new pool can come first.
 */
export function workerPools(
    name: string,
    pools: readonly DrainedPool[],
    { resourceGroupName, clusterName, tags, drains, kubernetesVersion, hasUpgradeChannel, after }: PoolPlace,
    opts: pulumi.CustomResourceOptions & { parent: pulumi.Resource },
): WorkerPools {
    const created: AgentPool[] = [];
    const drained: pulumi.Output<unknown>[] = [];
    const nodes = firstNodes(drains, pools);
    const hooks = { ...busyHooks(name, "pools", opts.parent), beforeUpdate: beforePoolUpdate(name, opts.parent) };
    // Where the old pool goes first, a preview still finds it.
    const beforeCreate = {
        [PoolReplacement.createFirst]: beforePoolCreate(name, opts.parent, { onDryRun: true }),
        [PoolReplacement.deleteFirst]: beforePoolCreate(name, opts.parent, { onDryRun: false }),
    };
    for (const [index, drainedPool] of pools.entries()) {
        const { spec: pool, azureName: agentPoolName } = drainedPool;
        const earlier = [...after, ...created].slice(-1);
        const done = drainedFirst(drains, drainedPool, earlier);
        if (done !== undefined) drained.push(done);
        const args = {
            resourceGroupName,
            resourceName: clusterName,
            agentPoolName,
            ...workerPoolBody(pool),
            count: nodes[index],
            nodeLabels: { ...pool.labels, [POOL_OWNER_LABEL]: drains.owner },
            // The nodes follow the cluster's version by this alone.
            orchestratorVersion: kubernetesVersion,
            tags,
        };
        const options = {
            ...opts,
            // Said in both cases: azure-native deletes a resource with a fixed name first.
            deleteBeforeReplace: pool.replacement === PoolReplacement.deleteFirst,
            replaceOnChanges: [...fixedAtCreation],
            dependsOn: done?.apply(() => earlier) ?? earlier,
            ignoreChanges: ignoredOfPool(pool, kubernetesVersion === undefined || hasUpgradeChannel),
            hooks: { ...hooks, beforeCreate: beforeCreate[pool.replacement] },
            customTimeouts: { create: "45m", update: "90m", delete: "45m" },
        };
        created.push(new AgentPool(`${name}-${pool.name}`, args, options));
    }
    return { created, drained };
}

/** The pool's name in Azure; unknown only where the id of its subnet is. */
export function azureName(pool: WorkerPoolSpec): pulumi.Output<string> {
    const body = workerPoolBody(pool);
    const fixed = Object.fromEntries(fixedAtCreation.map((key) => [key, body[key]]));
    return pulumi
        .output({ ...fixed, vnetSubnetID: pool.subnetKey })
        .apply((known: Record<string, unknown>) => azurePoolName(pool.name, known));
}

function workerPoolBody(pool: WorkerPoolSpec): Partial<AgentPoolArgs> {
    return {
        mode: "User",
        type: "VirtualMachineScaleSets",
        osType: "Linux",
        osSKU: pool.osSku,
        // Azure's tables disagree on ephemeral disks for SGX sizes; AKS would pick one where it can.
        osDiskType: "Managed",
        vmSize: pool.vmSize,
        ...scaleBody(pool.scale),
        nodeTaints: pool.taints,
        availabilityZones: pool.availabilityZones,
        maxPods: pool.maxPods,
        osDiskSizeGB: pool.osDiskSizeGb,
        vnetSubnetID: pool.subnetId,
        ...poolSecurityBody(pool),
        ...(pool.priority === NodePriority.spot
            ? { scaleSetPriority: "Spot", scaleSetEvictionPolicy: "Delete", spotMaxPrice: -1 }
            : { upgradeSettings: upgradeSettings(pool) }),
    };
}

function upgradeSettings(pool: WorkerPoolSpec): AgentPoolArgs["upgradeSettings"] {
    return {
        maxSurge: pool.maxSurge,
        maxUnavailable: pool.maxUnavailable,
        drainTimeoutInMinutes: pool.drainTimeoutMinutes,
        nodeSoakDurationInMinutes: pool.soakMinutes,
        undrainableNodeBehavior: pool.undrainableNodes,
    };
}
