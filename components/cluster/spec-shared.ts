import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesVersion } from "../sgx";
import type { ConfidentialClusterArgs } from "./args";
import type { QuotingSource } from "./choices";
import type { KubeLoginSpec } from "./kubeconfig";
import type { EnclavePoolSpec, WorkerPoolSpec } from "./spec-pools";

/** What there is to say of every cluster, of a new one and of one that exists. */
export interface SharedClusterSpec {
    enclavePools: EnclavePoolSpec[];
    /** Pools without SGX. */
    nodePools: WorkerPoolSpec[];
    quoting: QuotingSource;
    /** Undefined: the credentials of the cluster, without Entra ID. */
    kubeLogin: KubeLoginSpec | undefined;
    /** Undefined: AKS's default; not known of an existing cluster. */
    kubernetesVersion: KubernetesVersion | undefined;
    /** Undefined: the provider's; not known of an existing cluster. */
    location: pulumi.Input<string> | undefined;
    /** Undefined: no tags. */
    tags: ConfidentialClusterArgs["tags"];
}
