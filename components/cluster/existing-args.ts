import type * as pulumi from "@pulumi/pulumi";
import type { EnclavePoolArgs } from "./args-pools";
import type { NodePoolArgs } from "./args-production";
import type { KubeLogin, QuotingSource } from "./choices";

/**
 * Arguments of `ExistingCluster`. Names, ids and tags may be outputs of other resources; they are checked as soon as
 * they are known. All others are plain values, as those of `ConfidentialCluster`.
 */
export interface ExistingClusterArgs {
    /** Resource group of the cluster. A change replaces the pools, and all that runs on the cluster. */
    resourceGroupName: pulumi.Input<string>;
    /** Name of the cluster. A change replaces the pools, and all that runs on the cluster. */
    clusterName: pulumi.Input<string>;
    /** Pools whose nodes have SGX; at least one. Adding or removing one leaves the others alone. */
    enclavePools: EnclavePoolArgs[];
    /** Further pools, whose nodes have no SGX. Default none. Adding or removing one leaves the others alone. */
    nodePools?: NodePoolArgs[];
    /**
     * How Pulumi signs in to a cluster with Entra ID, by `kubelogin`; required for one. Default none: the credentials
     * of the cluster.
     */
    kubeLogin?: KubeLogin;
    /**
     * Client id of the identity that signs in, in the modes `msi` (a user-assigned identity), `workloadidentity` and
     * `spn`. Default: the one that the mode finds by itself.
     */
    kubeLoginClientId?: pulumi.Input<string>;
    /**
     * Where the quoting infrastructure comes from: `none` where the AKS add-on or another program has it. `addon` is
     * not accepted: an add-on is a setting of the cluster, which another program owns. Default `daemonSets`, which this
     * component leaves to `SgxDevicePlugin` and `SgxQuoteHelper`.
     */
    quoting?: QuotingSource;
    /** Whether sizes that Azure has retired (DCsv2, on 2026-06-30) are accepted, with a warning. Default `false`. */
    allowRetiredSizes?: boolean;
    /** Tags of the pools. Default none. Changes in place. */
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
