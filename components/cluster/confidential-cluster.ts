import { getManagedClusterOutput, ManagedCluster } from "@pulumi/azure-native/containerservice";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { throwIfAny } from "../problems";
import type { AzurePlace } from "../shared/azure-place";
import { assignRole, roles } from "../shared/role-assignments";
import { showWarnings } from "../shared/warnings";
import { KubeLogin, type ConfidentialClusterArgs, type ExistingClusterArgs } from "./args";
import { managedClusterBody } from "./body";
import { userAssignedIdentity } from "./identity";
import { clusterKubeconfig } from "./kubeconfig";
import { nodeSubnet, resolveNetworkMode } from "./network";
import { enclavePools } from "./pools";
import { checkCluster } from "./spec";

/** The provider and the cluster resource behind a component; no fields, because fields become outputs of the schema. */
const internals = new WeakMap<
    object,
    { provider: Provider; cluster: ManagedCluster | undefined; pools: pulumi.Resource[] }
>();

/**
 * An AKS cluster (new or existing) with SGX node pools, and access to it.
 *
 * The control plane and the kubelets have user-assigned identities, workload identity and the OIDC issuer are on, and
 * the kubeconfig is a secret from the start. The component creates the Kubernetes provider for the cluster, tied to the
 * cluster's identity, so that no change to the cluster's connection data replaces what runs on it.
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
    /** Identifies the cluster: its Azure resource id; for an existing one, `resource group/name`. */
    public readonly clusterId: pulumi.Output<string>;
    /** Kubeconfig, a secret. With Entra ID it holds no credential, but calls `kubelogin`. */
    public readonly kubeconfig: pulumi.Output<string>;
    /**
     * Issuer of the tokens of the cluster's ServiceAccounts, for federated credentials; undefined where an existing
     * cluster has none.
     */
    public readonly oidcIssuerUrl: pulumi.Output<string | undefined>;
    /** Principal id of the kubelets' identity, for pull rights. Not for an existing cluster. */
    public readonly kubeletPrincipalId: pulumi.Output<string | undefined>;

    constructor(name: string, args: ConfidentialClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        const { problems, warnings } = checkCluster(args);
        throwIfAny(`cluster "${name}"`, problems);
        super("confidential-aks:index:ConfidentialCluster", name, args, opts);
        showWarnings(warnings, this);

        const made = args.existing === undefined ? createCluster(name, args, this) : existingCluster(args.existing);
        const pools = enclavePools(
            name,
            args.enclavePools,
            { ...made, tags: args.tags },
            { parent: this, ...deletedWith(made) },
        );
        const login = args.kubeLogin ?? (args.entra === undefined ? undefined : KubeLogin.azureCli);

        this.resourceGroupName = pulumi.output(made.resourceGroupName);
        this.clusterName = pulumi.output(made.clusterName);
        this.clusterId = made.clusterId;
        this.oidcIssuerUrl = oidcIssuer(made, this);
        this.kubeletPrincipalId = made.kubeletPrincipalId;
        this.kubeconfig = clusterKubeconfig(made, login, this);

        const provider = new Provider(
            `${name}-kubernetes`,
            { kubeconfig: this.kubeconfig, clusterIdentifier: this.clusterId, enableServerSideApply: true },
            { parent: this, ...deletedWith(made) },
        );
        internals.set(this, { provider, cluster: made.cluster, pools });
        this.registerOutputs({
            resourceGroupName: this.resourceGroupName,
            clusterName: this.clusterName,
            clusterId: this.clusterId,
            kubeconfig: this.kubeconfig,
            oidcIssuerUrl: this.oidcIssuerUrl,
            kubeletPrincipalId: this.kubeletPrincipalId,
        });
    }

    /** Kubernetes provider of this cluster, for resources of your own. */
    get kubernetesProvider(): Provider {
        return internalsOf(this).provider;
    }

    /**
     * Resource options for whatever runs on this cluster: its provider, removed together with the cluster (so that a
     * destroy does not wait for a cluster that is gone), and created after its enclave pools.
     */
    workloadOptions(): pulumi.ComponentResourceOptions & { dependsOn: pulumi.Resource[] } {
        const { provider, cluster, pools } = internalsOf(this);
        return { provider, dependsOn: pools, ...(cluster === undefined ? {} : { deletedWith: cluster }) };
    }
}

function internalsOf(component: ConfidentialCluster) {
    const found = internals.get(component);
    if (found === undefined) throw new Error("this ConfidentialCluster was not created by its constructor");
    return found;
}

/** What the rest of the component needs of a cluster, new or existing. */
interface ClusterParts {
    resourceGroupName: pulumi.Input<string>;
    clusterName: pulumi.Input<string>;
    clusterId: pulumi.Output<string>;
    subnetId: pulumi.Input<string> | undefined;
    cluster: ManagedCluster | undefined;
    kubeletPrincipalId: pulumi.Output<string | undefined>;
}

function deletedWith({ cluster }: ClusterParts): { deletedWith?: ManagedCluster } {
    return cluster === undefined ? {} : { deletedWith: cluster };
}

/**
 * The issuer by an invoke of names: as an output of the cluster it would turn unknown in every preview of a change to
 * it.
 */
function oidcIssuer(
    { resourceGroupName, clusterName }: ClusterParts,
    parent: pulumi.Resource,
): pulumi.Output<string | undefined> {
    return getManagedClusterOutput({ resourceGroupName, resourceName: clusterName }, { parent }).apply(
        ({ oidcIssuerProfile }) => oidcIssuerProfile?.issuerURL,
    );
}

function existingCluster(existing: ExistingClusterArgs): ClusterParts {
    return {
        resourceGroupName: existing.resourceGroupName,
        clusterName: existing.clusterName,
        clusterId: pulumi.output(`${existing.resourceGroupName}/${existing.clusterName}`),
        subnetId: undefined,
        cluster: undefined,
        kubeletPrincipalId: pulumi.output(undefined),
    };
}

function createCluster(name: string, args: ConfidentialClusterArgs, parent: ConfidentialCluster): ClusterParts {
    const azure = {
        ...(args.location === undefined ? {} : { location: args.location }),
        ...(args.tags === undefined ? {} : { tags: args.tags }),
    };
    const kept = { parent, ...(args.protect === true ? { protect: true } : {}) };
    const resourceGroupName = args.resourceGroupName ?? new ResourceGroup(name, azure, kept).name;
    const place: AzurePlace = { resourceGroupName, ...azure };

    const mode = resolveNetworkMode(args.network?.mode, args.enclavePools);
    const subnetId = nodeSubnet(name, mode, args.network ?? {}, place, { parent });
    const controlPlane = userAssignedIdentity(`${name}-control-plane`, place, { parent });
    const kubelet = userAssignedIdentity(`${name}-kubelet`, place, { parent });
    const rights = [
        assignRole(`${name}-kubelet-operator`, controlPlane.principalId, roles.managedIdentityOperator, kubelet.id, {
            parent,
        }),
    ];
    if (subnetId !== undefined) {
        rights.push(
            assignRole(`${name}-network`, controlPlane.principalId, roles.networkContributor, subnetId, { parent }),
        );
    }

    const cluster = new ManagedCluster(
        name,
        { ...place, ...managedClusterBody(name, args, { mode, subnetId, controlPlane, kubelet }) },
        {
            ...kept,
            dependsOn: rights,
            ignoreChanges: ignoredChanges(args),
            // AKS cannot change it on a cluster that exists; the provider does not know that.
            replaceOnChanges: ["apiServerAccessProfile.enablePrivateCluster"],
            customTimeouts: { create: "60m", update: "120m" },
        },
    );
    return {
        resourceGroupName,
        clusterName: cluster.name,
        clusterId: cluster.id,
        subnetId,
        cluster,
        kubeletPrincipalId: kubelet.principalId,
    };
}

/**
 * The DNS prefix is chosen when the cluster is created, from the component's name; another name later must not replace
 * the cluster. The autoscaler's count changes outside Pulumi on purpose. (Versions need no such line: with a channel
 * that moves them, none is given.)
 */
function ignoredChanges(args: ConfidentialClusterArgs): string[] {
    return ["dnsPrefix", ...(args.systemPool?.minCount === undefined ? [] : ["agentPoolProfiles[0].count"])];
}
