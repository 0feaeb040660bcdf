import type { ManagedCluster } from "@pulumi/azure-native/containerservice";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { throwIfAny } from "../problems";
import { Behind } from "../shared/behind";
import { specOf, subjectOf } from "../shared/part";
import { showWarnings } from "../shared/warnings";
import { behindCluster, optionsOnCluster, poolsAndAccess } from "./access";
import type { ConfidentialClusterArgs } from "./args";
import { checkedInputs } from "./checked-inputs";
import { egressOfCluster, type EgressRule } from "./egress";
import { createCluster } from "./parts";
import { clusterSpec } from "./spec";

const managedClusters = new Behind<ManagedCluster>();

/**
 * A new AKS cluster with SGX node pools, and access to it. `ExistingCluster` is for one that exists.
 *
 * The control plane has a user-assigned identity, the kubelets have the one that AKS makes; workload identity and the
 * OIDC issuer are on, and the kubeconfig is a secret from the start.
 *
 * @example
 * ```ts
 * import { ConfidentialCluster } from "confidential-aks";
 *
 * const cluster = new ConfidentialCluster("sgx", {
 *     location: "westeurope",
 *     enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3", minCount: 1, maxCount: 4 }],
 * });
 * export const kubeconfig = cluster.kubeconfig;
 * ```
 */
export class ConfidentialCluster extends pulumi.ComponentResource {
    /** Resource group of the cluster. */
    public readonly resourceGroupName: pulumi.Output<string>;
    /** Name of the cluster. */
    public readonly clusterName: pulumi.Output<string>;
    /**
     * Azure resource id of the cluster. A Kubernetes provider of your own takes it as `clusterIdentifier`, so that no
     * change of the kubeconfig replaces what runs on the cluster.
     */
    public readonly clusterId: pulumi.Output<string>;
    /** Kubeconfig, a secret. With Entra ID it holds no credential, but calls `kubelogin`. */
    public readonly kubeconfig: pulumi.Output<string>;
    /** Issuer of the tokens of the cluster's ServiceAccounts, for federated credentials. */
    public readonly oidcIssuerUrl: pulumi.Output<string | undefined>;
    /** Principal id of the kubelets' identity, for pull rights. */
    public readonly kubeletPrincipalId: pulumi.Output<string | undefined>;
    /**
     * What the cluster has to reach outside of its network, for the rules of a firewall: hosts of Azure's public cloud.
     * Hosts that the workloads reach for themselves are not in it.
     */
    public readonly egress: pulumi.Output<EgressRule[]>;
    /**
     * Names of the pools in Azure, without the system pool. In an update they are known when all pools are made, and
     * those whose place they take are drained.
     */
    public readonly poolNames: pulumi.Output<string[]>;
    /** Azure Monitor workspace of the metrics, by its resource id; not set where none are collected. */
    public readonly metricsWorkspaceId: pulumi.Output<string | undefined>;

    constructor(name: string, args: ConfidentialClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `cluster "${name}"`;
        const { spec: found, problems, warnings } = specOf(args, clusterSpec);
        throwIfAny(subject, problems);
        super("confidential-aks:index:ConfidentialCluster", name, args, opts);
        showWarnings(warnings, this);

        const spec = checkedInputs(subjectOf(args, subject), found);
        const parts = createCluster(name, spec, spec.cluster, this);
        const { kubeconfig, oidcIssuerUrl, kubeletPrincipalId, poolNames } = poolsAndAccess(name, spec, parts, this);
        managedClusters.keep(this, parts.cluster);

        this.resourceGroupName = pulumi.output(parts.resourceGroupName);
        this.clusterName = pulumi.output(parts.clusterName);
        this.clusterId = parts.clusterId;
        this.oidcIssuerUrl = oidcIssuerUrl;
        this.kubeletPrincipalId = kubeletPrincipalId;
        this.egress = parts.cluster.location.apply((location) => egressOfCluster(found, location));
        this.poolNames = poolNames;
        this.kubeconfig = kubeconfig;
        this.metricsWorkspaceId = pulumi.output(parts.metricsWorkspaceId);
        this.registerOutputs({
            resourceGroupName: this.resourceGroupName,
            clusterName: this.clusterName,
            clusterId: this.clusterId,
            kubeconfig: this.kubeconfig,
            oidcIssuerUrl: this.oidcIssuerUrl,
            kubeletPrincipalId: this.kubeletPrincipalId,
            egress: this.egress,
            poolNames: this.poolNames,
            metricsWorkspaceId: this.metricsWorkspaceId,
        });
    }

    /**
     * Kubernetes provider of this cluster, for resources of your own; tied to the cluster's identity, so that no change
     * to its connection data replaces what runs on it.
     */
    get kubernetesProvider(): Provider {
        return behindCluster.of(this).provider;
    }

    /** The AKS cluster itself, for what the arguments lack. */
    get managedCluster(): ManagedCluster {
        return managedClusters.of(this);
    }

    /**
     * Resource options for what runs on this cluster: its provider, removal together with the cluster (so that a
     * destroy does not wait for a cluster that is gone), and creation after its enclave pools and the resources given.
     */
    workloadOptions(
        ...after: readonly pulumi.Resource[]
    ): pulumi.ComponentResourceOptions & { dependsOn: pulumi.Resource[] } {
        return optionsOnCluster(this, after);
    }
}
