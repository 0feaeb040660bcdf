import { getManagedClusterOutput, ManagedCluster } from "@pulumi/azure-native/containerservice";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import type { AzurePlace } from "../shared/azure-place";
import { assignRole, roles } from "../shared/role-assignments";
import { beforeClusterUpdate } from "./before-update";
import { managedClusterBody } from "./body";
import { userAssignedIdentity } from "./identity";
import { monitoringOf, monitoringWorkspaces } from "./monitoring";
import { nodeNetwork, withoutPodRange } from "./network";
import { clusterRights } from "./rights";
import type { ClusterSpec, NewClusterSpec } from "./spec";
import type { WorkerPoolSpec } from "./spec-pools";
import { systemPoolChanges } from "./system-pool";

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
    kubeletPrincipalId: pulumi.Output<string | undefined>;
    /** Version of all pools; undefined: that of the cluster when a pool is made. */
    kubernetesVersion: string | undefined;
    /** What comes before the pools. */
    after: pulumi.Resource[];
}

interface NewClusterParts extends ClusterParts {
    cluster: ManagedCluster;
}

/** Creates a cluster: resource group, network, identities with their roles, and the `ManagedCluster`. */
export function createCluster(
    name: string,
    spec: ClusterSpec,
    cluster: NewClusterSpec,
    parent: pulumi.Resource,
): NewClusterParts {
    const { location, tags } = spec;
    const { network, systemPool, protect } = cluster;
    const resourceGroupName =
        cluster.resourceGroupName ?? new ResourceGroup(name, { location, tags }, { parent, protect }).name;
    const place: AzurePlace = { resourceGroupName, location, tags };

    const nodes = nodeNetwork(name, network, place, { parent });
    const subnetId = nodes?.subnetId;
    const workspaces = monitoringWorkspaces(name, cluster.monitoring, place, { parent });
    const controlPlane = userAssignedIdentity(`${name}-control-plane`, place, { parent });
    const kubelet = userAssignedIdentity(`${name}-kubelet`, place, { parent });
    const assign = (suffix: string, role: (typeof roles)[keyof typeof roles], scope: pulumi.Input<string>) =>
        assignRole(`${name}-${suffix}`, controlPlane.principalId, role, scope, { parent });
    const operator = assign("kubelet-operator", roles.managedIdentityOperator, kubelet.id);
    const rights = clusterRights(name, cluster, nodes, controlPlane.principalId, { parent });

    const managedCluster = new ManagedCluster(
        name,
        { ...place, ...managedClusterBody(name, spec, cluster, { subnetId, controlPlane, kubelet, workspaces }) },
        {
            parent,
            protect,
            dependsOn: [operator, ...rights],
            // The prefix was chosen at creation from the component's name; another name must not replace the cluster.
            // The system pool has changes of its own, and a refresh finds all other pools here as well.
            ignoreChanges: ["dnsPrefix", "agentPoolProfiles"],
            hooks: { beforeUpdate: beforeClusterUpdate(name, parent) },
            // AKS cannot change it on a cluster that exists; the provider does not know that.
            replaceOnChanges: ["apiServerAccessProfile.enablePrivateCluster"],
            transformations: withoutPodRange(network),
            customTimeouts: { create: "60m", update: "120m" },
        },
    );
    const changes = systemPoolChanges(
        name,
        systemPool,
        spec,
        { resourceGroupName, clusterName: managedCluster.name, subnetId },
        { parent, deletedWith: managedCluster },
    );
    monitoringOf(name, cluster.monitoring, workspaces, place, managedCluster, { parent });
    // The id of a subnet that is made here is unknown until then; the names of the pools are not.
    const inSubnet = { subnetId, subnetKey: network.vnet === undefined ? subnetId : "made" };
    return {
        resourceGroupName,
        clusterName: managedCluster.name,
        clusterId: managedCluster.id,
        cluster: managedCluster,
        enclavePools: spec.enclavePools.map((pool) => ({ ...pool, ...inSubnet })),
        nodePools: spec.nodePools.map((pool) => ({ ...pool, ...inSubnet })),
        kubeletPrincipalId: kubelet.principalId,
        kubernetesVersion: spec.kubernetesVersion?.text,
        after: [changes],
    };
}

/**
 * The issuer, by an invoke of names: as an output of the cluster it would turn unknown in every preview of a change to
 * it.
 */
export function oidcIssuer(
    { resourceGroupName, clusterName }: ClusterParts,
    parent: pulumi.Resource,
): pulumi.Output<string | undefined> {
    return getManagedClusterOutput({ resourceGroupName, resourceName: clusterName }, { parent }).apply(
        ({ oidcIssuerProfile }) => oidcIssuerProfile?.issuerURL,
    );
}
