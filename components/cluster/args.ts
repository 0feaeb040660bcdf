import type * as pulumi from "@pulumi/pulumi";
import type { ApiServerArgs, EntraArgs, NetworkArgs } from "./args-network";
import type { AutoscalerArgs, MaintenanceArgs } from "./args-operations";
import type { EnclavePoolArgs, SystemPoolArgs } from "./args-pools";
import type { MonitoringArgs } from "./args-monitoring";
import type { NodePoolArgs } from "./args-production";
import type { SecurityArgs } from "./args-security";
import type { ClusterTier, KubeLogin, NodeOsUpgradeChannel, QuotingSource, UpgradeChannel } from "./choices";

/**
 * Arguments of `ConfidentialCluster`. Names, ids, tags and lists of addresses may be outputs of other resources; they
 * are checked as soon as they are known. All others are plain values, because they decide which resources there are, or
 * are checked against each other before the first one is created.
 */
export interface ConfidentialClusterArgs {
    /**
     * Pools whose nodes have SGX; at least one. Adding or removing one leaves the others alone (mind `network.mode`
     * with DCsv2).
     */
    enclavePools: EnclavePoolArgs[];
    /**
     * Azure region, for example `westeurope`. Default: the provider's. Regions of Azure Government and of Azure in
     * China are refused. A change replaces everything.
     */
    location?: pulumi.Input<string>;
    /** A resource group that exists. Default: one is created. A change replaces everything. */
    resourceGroupName?: pulumi.Input<string>;
    /**
     * Name of the cluster. Default: made from the component's name with a random suffix. A change replaces the cluster.
     */
    clusterName?: pulumi.Input<string>;
    /**
     * Kubernetes version, `1.36` or `1.36.2`. Default: AKS's default. A change upgrades the control plane in place,
     * then the system pool, then one pool after another, each node drained first; one minor version at a time, and
     * never back. AKS refuses it while an upgrade channel is on, so the update stops before it starts and says the way
     * out. Not allowed with the channels `stable` and `rapid`; without patch number with `patch`
     * (https://learn.microsoft.com/azure/aks/auto-upgrade-cluster).
     */
    kubernetesVersion?: string;
    /** Versions AKS moves the cluster to by itself. Default `none`. Changes in place. */
    upgradeChannel?: UpgradeChannel;
    /**
     * How AKS keeps the nodes' operating system up to date, which re-images nodes. Default `NodeImage`. Changes in
     * place.
     */
    nodeOsUpgradeChannel?: NodeOsUpgradeChannel;
    /** Pricing tier of the control plane. Default `Free`. Changes in place. */
    tier?: ClusterTier;
    /** The pool for AKS's own pods. Default: two `Standard_D4s_v5`. */
    systemPool?: SystemPoolArgs;
    /** Further pools, whose nodes have no SGX. Default none. Adding or removing one leaves the others alone. */
    nodePools?: NodePoolArgs[];
    /** Network of the cluster. Default: chosen by the SGX sizes. */
    network?: NetworkArgs;
    /** Encryption, what may change the nodes, and add-ons that guard the cluster. Default: what costs nothing. */
    security?: SecurityArgs;
    /** Where metrics and logs of the cluster go. Default: nothing is collected, which Azure would charge for. */
    monitoring?: MonitoringArgs;
    /** When the cluster autoscaler acts. Default: as AKS has it. Only with an autoscaled pool. Changes in place. */
    autoscaler?: AutoscalerArgs;
    /** When AKS may upgrade by itself. Default: at any hour. Changes in place. */
    maintenance?: MaintenanceArgs;
    /** Sign-in with Microsoft Entra ID; switches local accounts off. Default: local accounts. */
    entra?: EntraArgs;
    /** How Pulumi signs in to a cluster with Entra ID, by `kubelogin`. Default `azurecli` with `entra`, else none. */
    kubeLogin?: KubeLogin;
    /**
     * Client id of the identity that signs in, in the modes `msi` (a user-assigned identity), `workloadidentity` and
     * `spn`. Default: the one that the mode finds by itself.
     */
    kubeLoginClientId?: pulumi.Input<string>;
    /** Who reaches the API server. Default: any address, with credentials. */
    apiServer?: ApiServerArgs;
    /**
     * Where the quoting infrastructure comes from. `addon` switches the AKS add-on on. Default `daemonSets`, which this
     * component leaves to `SgxDevicePlugin` and `SgxQuoteHelper`.
     */
    quoting?: QuotingSource;
    /** Whether sizes that Azure has retired (DCsv2, on 2026-06-30) are accepted, with a warning. Default `false`. */
    allowRetiredSizes?: boolean;
    /** Whether Pulumi refuses to delete or replace the resource group and the cluster. Default `false`. */
    protect?: boolean;
    /** Tags of all Azure resources. Default none. Changes in place. */
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
