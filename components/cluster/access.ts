import type { AgentPool, ManagedCluster } from "@pulumi/azure-native/containerservice";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { Behind } from "../shared/behind";
import { staleDrained, type DrainPlace } from "./drain/pool-drain";
import { clusterKubeconfig } from "./kubeconfig";
import { clusterFacts, type ClusterFacts, type ClusterParts } from "./parts";
import { poolOwner } from "./pool-owner";
import { azureName, workerPools } from "./pools";
import type { SharedClusterSpec } from "./spec-shared";

/** What is behind the components of clusters, for their getters. */
interface ClusterBehind {
    provider: Provider;
    /** Undefined: the component did not create the cluster. */
    cluster: ManagedCluster | undefined;
    /** The enclave pools; what attests waits for these alone. */
    pools: AgentPool[];
    /** What Azure says of the cluster. */
    found: ClusterFacts["found"];
}

/** What a component of a cluster hands on. */
interface ClusterAccess extends Pick<ClusterFacts, "oidcIssuerUrl" | "kubeletPrincipalId"> {
    kubeconfig: pulumi.Output<string>;
    /**
     * Names of the pools in Azure. Known in an update when the pools that the program has no longer are drained; it
     * fails when they are not.
     */
    poolNames: pulumi.Output<string[]>;
}

export const behindCluster = new Behind<ClusterBehind>();

/** Makes what every cluster gets, a new one or one that exists: its pools, the kubeconfig and the provider. */
export function poolsAndAccess(
    name: string,
    { tags, kubeLogin }: SharedClusterSpec,
    parts: ClusterParts,
    component: pulumi.ComponentResource,
): ClusterAccess {
    const { cluster } = parts;
    const onCluster = { parent: component, deletedWith: cluster };
    const kubeconfig = clusterKubeconfig(parts, kubeLogin, component);
    const { found, oidcIssuerUrl, kubeletPrincipalId } = clusterFacts(parts, component);
    const drains: DrainPlace = { found, kubeconfig, owner: poolOwner(name, component), component };
    const pools = [...parts.enclavePools, ...parts.nodePools].map((spec) => ({ spec, azureName: azureName(spec) }));
    const { created, drained } = workerPools(name, pools, { ...parts, tags, drains }, onCluster);
    const provider = new Provider(
        `${name}-kubernetes`,
        { kubeconfig, clusterIdentifier: parts.clusterId, enableServerSideApply: true },
        onCluster,
    );
    behindCluster.keep(component, { provider, cluster, pools: created.slice(0, parts.enclavePools.length), found });
    // The program goes on until old pools are drained, also as a plugin, which ends when its outputs are known.
    const allDrained = pulumi.all([staleDrained(drains, pools, created), ...drained]);
    const poolNames = pulumi.all([allDrained, pulumi.all(pools.map((pool) => pool.azureName))]).apply(([, all]) => all);
    return { kubeconfig, oidcIssuerUrl, kubeletPrincipalId, poolNames };
}

/**
 * Resource options for what runs on a cluster: its provider, removal together with a cluster that the component
 * created, and creation after the enclave pools and the resources given.
 */
export function optionsOnCluster(
    component: pulumi.ComponentResource,
    after: readonly pulumi.Resource[],
): pulumi.ComponentResourceOptions & { dependsOn: pulumi.Resource[] } {
    const { provider, cluster, pools } = behindCluster.of(component);
    return { provider, dependsOn: [...pools, ...after], deletedWith: cluster };
}
