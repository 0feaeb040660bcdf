import { getManagedCluster } from "@pulumi/azure-native/containerservice";
import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { throwIfAny, ValidationError, type Problem } from "../problems";
import { specOf, subjectOf } from "../shared/part";
import { showWarnings } from "../shared/warnings";
import { behindCluster, optionsOnCluster, poolsAndAccess } from "./access";
import { checkedExisting } from "./checked-inputs";
import { egressOfExisting, type EgressRule } from "./egress";
import type { ExistingClusterArgs } from "./existing-args";
import { checkFound } from "./existing-found";
import { existingClusterSpec } from "./existing-spec";

/**
 * SGX node pools on an AKS cluster that exists, and access to it. Nothing else of the cluster is changed, and nothing
 * of it is deleted with the component but the pools. The cluster is looked at first: one that cannot take the pools, or
 * that Pulumi could not sign in to, is refused before anything is made.
 *
 * @example
 * ```ts
 * import { ExistingCluster } from "confidential-aks";
 *
 * const cluster = new ExistingCluster("team-c", {
 *     resourceGroupName: "team-c",
 *     clusterName: "aks-team-c",
 *     enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
 * });
 * export const issuer = cluster.oidcIssuerUrl;
 * ```
 */
export class ExistingCluster extends pulumi.ComponentResource {
    /** Resource group of the cluster. */
    public readonly resourceGroupName: pulumi.Output<string>;
    /** Name of the cluster. */
    public readonly clusterName: pulumi.Output<string>;
    /**
     * Identifies the cluster: `resource group/name`. A Kubernetes provider of your own takes it as `clusterIdentifier`,
     * so that no change of the kubeconfig replaces what runs on the cluster.
     */
    public readonly clusterId: pulumi.Output<string>;
    /** Kubeconfig, a secret. With Entra ID it holds no credential, but calls `kubelogin`. */
    public readonly kubeconfig: pulumi.Output<string>;
    /**
     * Issuer of the tokens of the cluster's ServiceAccounts, for federated credentials; not set where the cluster has
     * none.
     */
    public readonly oidcIssuerUrl: pulumi.Output<string | undefined>;
    /** Principal id of the kubelets' identity, for pull rights; not set where the cluster has none. */
    public readonly kubeletPrincipalId: pulumi.Output<string | undefined>;
    /**
     * What the package adds to what the cluster has to reach outside of its network, for the rules of a firewall: hosts
     * of Azure's public cloud.
     */
    public readonly egress: pulumi.Output<EgressRule[]>;
    /**
     * Names of the pools in Azure, without the system pool. In an update they are known when all pools are made, and
     * those whose place they take are drained.
     */
    public readonly poolNames: pulumi.Output<string[]>;

    constructor(name: string, args: ExistingClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `cluster "${name}"`;
        const { spec: found, problems, warnings } = specOf(args, existingClusterSpec);
        throwIfAny(subject, problems);
        super("confidential-aks:index:ExistingCluster", name, args, opts);
        showWarnings(warnings, this);

        const spec = checkedExisting(subjectOf(args, subject), found);
        const { resourceGroupName } = spec;
        // All that is made waits for the name, and the name for what is wrong with the cluster.
        const clusterName = pulumi.all([resourceGroupName, spec.clusterName]).apply(async ([group, cluster]) => {
            const about = await getManagedCluster(
                { resourceGroupName: group, resourceName: cluster },
                { parent: this },
            );
            await refuse(subject, checkFound(about, spec), this);
            return cluster;
        });
        const clusterId = pulumi.interpolate`${resourceGroupName}/${clusterName}`;
        // The version is the cluster's owner's.
        const unversioned = { kubernetesVersion: undefined, hasUpgradeChannel: false, after: [] };
        const parts = { ...spec, clusterName, clusterId, cluster: undefined, ...unversioned };
        const { kubeconfig, oidcIssuerUrl, kubeletPrincipalId, poolNames } = poolsAndAccess(name, spec, parts, this);

        this.resourceGroupName = pulumi.output(resourceGroupName);
        this.clusterName = clusterName;
        this.clusterId = clusterId;
        this.oidcIssuerUrl = oidcIssuerUrl;
        this.kubeletPrincipalId = kubeletPrincipalId;
        this.egress = pulumi.output(egressOfExisting(spec));
        this.poolNames = poolNames;
        this.kubeconfig = kubeconfig;
        this.registerOutputs({
            resourceGroupName: this.resourceGroupName,
            clusterName: this.clusterName,
            clusterId: this.clusterId,
            kubeconfig: this.kubeconfig,
            oidcIssuerUrl: this.oidcIssuerUrl,
            kubeletPrincipalId: this.kubeletPrincipalId,
            egress: this.egress,
            poolNames: this.poolNames,
        });
    }

    /**
     * Kubernetes provider of this cluster, for resources of your own; tied to the cluster's identity, so that no change
     * to its connection data replaces what runs on it.
     */
    get kubernetesProvider(): Provider {
        return behindCluster.of(this).provider;
    }

    /**
     * Resource options for what runs on this cluster: its provider, and creation after its enclave pools and the
     * resources given.
     */
    workloadOptions(
        ...after: readonly pulumi.Resource[]
    ): pulumi.ComponentResourceOptions & { dependsOn: pulumi.Resource[] } {
        return optionsOnCluster(this, after);
    }
}

/**
 * Stops the program with all that is wrong. It says so itself and waits until the engine has it: after an answer of a
 * provider, the SDK may end the program before the error of a promise is shown.
 */
async function refuse(subject: string, problems: readonly Problem[], resource: pulumi.Resource): Promise<void> {
    if (problems.length === 0) return;
    const error = new ValidationError(subject, problems, "nothing was created on it");
    await pulumi.log.error(error.message, resource);
    throw error;
}
