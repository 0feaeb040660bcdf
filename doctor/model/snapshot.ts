import type { NodeAmounts } from "../../components/sgx/index.js";
import type { AzureSnapshot } from "./azure.js";
import type { NetworkPolicy } from "./network-policy.js";
import type {
    AdmissionBinding,
    AdmissionPolicy,
    ClusterRole,
    ClusterRoleBinding,
    DaemonSet,
    KubernetesEvent,
    Namespace,
    Node,
    Pod,
    Workload,
} from "./objects.js";

/** First field of a bundle. */
export const BUNDLE_FORMAT = "confidential-aks/bundle";
/** Raised when a reader of an older version would misunderstand a bundle. */
export const BUNDLE_VERSION = 1;

/** The objects that are read, by the name that each has in a snapshot. */
export interface SnapshotObjects {
    nodes: readonly Node[];
    pods: readonly Pod[];
    daemonSets: readonly DaemonSet[];
    workloads: readonly Workload[];
    events: readonly KubernetesEvent[];
    namespaces: readonly Namespace[];
    networkPolicies: readonly NetworkPolicy[];
    policies: readonly AdmissionPolicy[];
    policyBindings: readonly AdmissionBinding[];
    clusterRoles: readonly ClusterRole[];
    clusterRoleBindings: readonly ClusterRoleBinding[];
}
type Collection = keyof SnapshotObjects;

/** What can be missing: a collection, what `--logs` reads, or what AESM answers to `--exec`. */
export type Part = Collection | "logs" | "aesm";

/** A part that is not in the snapshot, or not all of it. */
export interface Gap {
    collection: Part;
    /**
     * `forbidden`: the rights are missing. `absent`: the API server does not have the resource. `failed`: it answered
     * with an error.
     */
    why: "forbidden" | "absent" | "failed";
    /** The right that is missing, such as `list nodes`, or the error. */
    detail: string;
}

/** How an answer begins where the probe could not be run, such as in an image without Perl; then comes why. */
export const NOT_RUN = "the probe could not be run: ";

/** What AESM answered to the probe, asked by `--exec`. */
export interface AesmAnswer {
    /** The quote helper's pod, as `namespace/name`. */
    pod: string;
    /** What the probe printed, such as `AESM is healthy`; or `NOT_RUN` and why. */
    said: string;
}

/** A line of a log that is known to tell a cause, found by `--logs`. The line itself is not kept. */
export interface LogMark {
    /** The pod, as `namespace/name`, and the container. */
    pod: string;
    container: string;
    /** Id of the known line (doctor/model/known-lines.ts). */
    line: string;
    count: number;
}

/** Everything that is read from a cluster, without secrets: what the judge judges, and what a bundle holds. */
export interface Snapshot {
    format: typeof BUNDLE_FORMAT;
    version: typeof BUNDLE_VERSION;
    /** When it was taken, ISO 8601: the judge's only clock. */
    takenAt: string;
    /** Seconds that the API server's clock is ahead of the machine's that took it. */
    clockAheadSeconds: number;
    /** Version of Kubernetes, such as `v1.36.2`. */
    kubernetes: string;
    /** `--namespace`: workloads of this namespace only. */
    namespace?: string;
    gaps: readonly Gap[];
    objects: SnapshotObjects;
    /**
     * What all pods that have nothing to do with SGX take of each node; needed to tell whether a pod would fit.
     */
    others: Readonly<Record<string, NodeAmounts>>;
    /** `--exec`; absent: not asked. */
    aesm?: readonly AesmAnswer[];
    /** `--logs`; absent: not read. */
    logs?: readonly LogMark[];
    /** `--azure`; absent: not asked. */
    azure?: AzureSnapshot;
}
