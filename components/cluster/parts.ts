import {
    getManagedClusterOutput,
    ManagedCluster,
    type GetManagedClusterResult,
} from "@pulumi/azure-native/containerservice";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import type { AzurePlace } from "../shared/azure-place";
import { beforeClusterUpdate } from "./before-update";
import { managedClusterBody } from "./body";
import { bodyChanges } from "./body-changes";
import { PrivateDnsZone, UpgradeChannel } from "./choices";
import { userAssignedIdentity } from "../shared/user-assigned-identity";
import { ignoredOfCluster } from "./ignored";
import { maintenanceWindows } from "./maintenance";
import { monitoringOf, monitoringWorkspaces } from "./monitoring";
import { networkKey, nodeNetwork, withoutPodRange } from "./network";
import { assignRights, rightsOf } from "./rights";
import { clusterHooks } from "./settle";
import type { ClusterSpec, NewClusterSpec } from "./spec";
import type { ApiServerSpec } from "./spec-access";
import type { WorkerPoolSpec } from "./spec-pools";
import { systemPoolUpgrade } from "./system-pool";

/** What the component needs of a cluster, new or existing. */
export interface ClusterParts {
    resourceGroupName: pulumi.Input<string>;
    clusterName: pulumi.Input<string>;
    clusterId: pulumi.Output<string>;
    /** Undefined: the component did not create the cluster. */
    cluster: ManagedCluster | undefined;
    /** The enclave pools, each with its subnet. */
    enclavePools: readonly WorkerPoolSpec[];
    /** The pools without SGX, likewise. */
    nodePools: readonly WorkerPoolSpec[];
    /** Version of all pools; undefined: that of the cluster when a pool is made. */
    kubernetesVersion: string | undefined;
    /** Whether AKS upgrades the pools by itself. */
    hasUpgradeChannel: boolean;
    /** What comes before the pools. */
    after: pulumi.Resource[];
}

interface NewClusterParts extends ClusterParts {
    cluster: ManagedCluster;
    /** Workspace of the metrics; undefined: none are collected. */
    metricsWorkspaceId: pulumi.Input<string> | undefined;
}

/** Creates a cluster: resource group, network, identities with their roles, and the `ManagedCluster`. */
export function createCluster(
    name: string,
    spec: ClusterSpec,
    cluster: NewClusterSpec,
    parent: pulumi.Resource,
): NewClusterParts {
    const { location, tags } = spec;
    const { apiServer, network, systemPool, protect } = cluster;
    const resourceGroupName =
        cluster.resourceGroupName ?? new ResourceGroup(name, { location, tags }, { parent, protect }).name;
    const place: AzurePlace = { resourceGroupName, location, tags };

    const nodes = nodeNetwork(name, network, place, { parent });
    const subnetId = nodes?.subnetId;
    const workspaces = monitoringWorkspaces(name, cluster.monitoring, place, { parent });
    const controlPlane = userAssignedIdentity(`${name}-control-plane`, place, { parent });
    const rights = rightsOf(cluster, nodes);

    const body = managedClusterBody(name, spec, cluster, { subnetId, controlPlane, workspaces });
    const changes = bodyChanges(name, { ...body, ...place }, parent);

    const managedCluster = new ManagedCluster(
        name,
        { ...place, ...body },
        {
            parent,
            protect,
            dependsOn: assignRights(name, rights, controlPlane.principalId, { parent }),
            ...ignoredOfCluster(spec, cluster, changes),
            hooks: {
                ...clusterHooks(name, controlPlane.id, rights, parent),
                beforeUpdate: beforeClusterUpdate(name, changes, parent),
            },
            replaceOnChanges: fixedOfApiServer(apiServer),
            replacementTrigger: networkKey(network),
            transformations: withoutPodRange(network),
            // Of a replacement that the engine asks for, the provider does not know either: two cannot have one name.
            deleteBeforeReplace: cluster.clusterName === undefined ? undefined : true,
            customTimeouts: { create: "60m", update: "120m" },
        },
    );
    const onCluster = { parent, deletedWith: managedCluster };
    const inCluster = { resourceGroupName, clusterName: managedCluster.name };
    maintenanceWindows(name, cluster.maintenance, inCluster, onCluster);
    const version = spec.kubernetesVersion?.text;
    // Not deleted with the cluster: its record in Azure is in the resource group.
    const upgrade = systemPoolUpgrade(name, systemPool, version, { ...inCluster, subnetId }, parent);
    monitoringOf(name, cluster.monitoring, workspaces, managedCluster, { parent });
    // The id of a subnet that is made here is unknown until then; the names of the pools are not.
    const inSubnet = { subnetId, subnetKey: network.vnet === undefined ? subnetId : "made" };
    return {
        resourceGroupName,
        clusterName: managedCluster.name,
        clusterId: managedCluster.id,
        cluster: managedCluster,
        enclavePools: spec.enclavePools.map((pool) => ({ ...pool, ...inSubnet })),
        nodePools: spec.nodePools.map((pool) => ({ ...pool, ...inSubnet })),
        kubernetesVersion: version,
        hasUpgradeChannel: cluster.upgradeChannel !== UpgradeChannel.none,
        after: upgrade === undefined ? [] : [upgrade],
        metricsWorkspaceId: workspaces.metrics?.id,
    };
}

/**
 * What AKS cannot change on a cluster that exists, which the provider does not know. The private DNS zone can be given
 * up and no more (https://learn.microsoft.com/azure/aks/private-clusters).
 */
function fixedOfApiServer({ privateDnsZone, privateDnsZoneId }: ApiServerSpec): string[] {
    const hasZone = privateDnsZoneId !== undefined || privateDnsZone !== PrivateDnsZone.none;
    const fixed = hasZone ? ["enablePrivateCluster", "privateDNSZone"] : ["enablePrivateCluster"];
    return fixed.map((key) => `apiServerAccessProfile.${key}`);
}

/** What AKS itself makes for a cluster. */
export interface ClusterFacts {
    oidcIssuerUrl: pulumi.Output<string | undefined>;
    /** Principal id of the identity that the nodes pull images with. */
    kubeletPrincipalId: pulumi.Output<string | undefined>;
    /** All that the invoke gave. */
    found: pulumi.Output<Partial<GetManagedClusterResult>>;
}

/**
 * The issuer and the kubelets' identity, by one invoke of names: as outputs of the cluster they would turn unknown in
 * every preview of a change to it, and with them what depends on them. Unit tests may answer nothing at all.
 */
export function clusterFacts(
    { resourceGroupName, clusterName }: Pick<ClusterParts, "resourceGroupName" | "clusterName">,
    parent: pulumi.Resource,
): ClusterFacts {
    const found: pulumi.Output<Partial<GetManagedClusterResult>> = getManagedClusterOutput(
        { resourceGroupName, resourceName: clusterName },
        { parent },
    );
    return {
        found,
        oidcIssuerUrl: found.apply(({ oidcIssuerProfile }) => oidcIssuerProfile?.issuerURL),
        kubeletPrincipalId: found.apply(({ identityProfile }) => identityProfile?.kubeletidentity?.objectId),
    };
}
