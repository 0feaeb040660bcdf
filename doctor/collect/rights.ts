import { firstMinor } from "../../components/sgx/admission/first-minor.js";
import type { Part } from "../model/snapshot.js";

/** One kind of request that the doctor makes: a right that it needs. */
export interface Right {
    /** What is missing without it. */
    part: Part;
    verb: "list" | "get" | "create";
    group: string;
    version: string;
    /** Plural, with the subresource after a slash. */
    resource: string;
    /** Only the object of this name. */
    name?: string;
    /** Whether such objects are in namespaces. */
    namespaced?: boolean;
    /** Also of use in the namespaces of device plugins and quote helpers, where it cannot be had everywhere. */
    ofInfrastructure?: boolean;
    /** One request for each, where the API server is to leave out the rest. */
    queries?: readonly Readonly<Record<string, string>>[];
    /** An API server that does not have the resource has no such objects, and nothing is amiss. */
    mayBeAbsent?: boolean;
    /** So has one of Kubernetes 1 before this minor version. */
    since?: number;
}

const admission = { group: "admissionregistration.k8s.io", version: "v1" };
const apps = { group: "apps", version: "v1" };
const batch = { group: "batch", version: "v1" };
const core = { group: "", version: "v1" };
const networking = { group: "networking.k8s.io", version: "v1" };
const rbac = { group: "rbac.authorization.k8s.io", version: "v1" };

/** Name of the ClusterRole of this package's EPC hook, and of its binding. */
const hookRole = "confidential-aks:sgx-epc-hook";

/** What the doctor always reads. docs/doctor-role.yaml gives these rights and no others. */
export const rights = {
    nodes: { part: "nodes", verb: "list", ...core, resource: "nodes" },
    pods: { part: "pods", verb: "list", ...core, resource: "pods", namespaced: true, ofInfrastructure: true },
    daemonSets: { part: "daemonSets", verb: "list", ...apps, resource: "daemonsets" },
    deployments: { part: "workloads", verb: "list", ...apps, resource: "deployments", namespaced: true },
    statefulSets: { part: "workloads", verb: "list", ...apps, resource: "statefulsets", namespaced: true },
    jobs: { part: "workloads", verb: "list", ...batch, resource: "jobs", namespaced: true },
    cronJobs: { part: "workloads", verb: "list", ...batch, resource: "cronjobs", namespaced: true },
    events: {
        part: "events",
        verb: "list",
        ...core,
        resource: "events",
        namespaced: true,
        ofInfrastructure: true,
        // That the autoscaler adds a node, and that a kubelet has started, are no warnings.
        queries: ["type=Warning", "reason=TriggeredScaleUp", "reason=Starting"].map((fieldSelector) => ({
            fieldSelector,
        })),
    },
    namespaces: { part: "namespaces", verb: "list", ...core, resource: "namespaces" },
    networkPolicies: {
        part: "networkPolicies",
        verb: "list",
        ...networking,
        resource: "networkpolicies",
        namespaced: true,
        ofInfrastructure: true,
    },
    validatingPolicies: {
        part: "policies",
        verb: "list",
        ...admission,
        resource: "validatingadmissionpolicies",
        since: firstMinor.validating,
    },
    validatingBindings: {
        part: "policyBindings",
        verb: "list",
        ...admission,
        resource: "validatingadmissionpolicybindings",
        since: firstMinor.validating,
    },
    // Since Kubernetes 1.36.
    mutatingPolicies: {
        part: "policies",
        verb: "list",
        ...admission,
        resource: "mutatingadmissionpolicies",
        mayBeAbsent: true,
    },
    mutatingBindings: {
        part: "policyBindings",
        verb: "list",
        ...admission,
        resource: "mutatingadmissionpolicybindings",
        mayBeAbsent: true,
    },
    clusterRole: { part: "clusterRoles", verb: "get", ...rbac, resource: "clusterroles", name: hookRole },
    clusterRoleBinding: {
        part: "clusterRoleBindings",
        verb: "get",
        ...rbac,
        resource: "clusterrolebindings",
        name: hookRole,
    },
} as const satisfies Readonly<Record<string, Right>>;

/** What `--logs` needs as well. */
export const logRights: readonly Right[] = [
    { part: "logs", verb: "get", ...core, resource: "pods/log", namespaced: true },
];

/** What `--exec` needs as well: the API server asks for both verbs where a command is run over a WebSocket. */
export const execRights: readonly Right[] = [
    { part: "aesm", verb: "get", ...core, resource: "pods/exec", namespaced: true },
    { part: "aesm", verb: "create", ...core, resource: "pods/exec", namespaced: true },
];

/** A right in words, such as `list pods` or `list daemonsets.apps`. */
export function rightText({ verb, resource, group, name }: Right): string {
    return `${verb} ${resource}${group === "" ? "" : `.${group}`}${name === undefined ? "" : ` ${name}`}`;
}

/** The path of what a right is about. */
export function pathOf({ group, version, resource, name }: Right, namespace?: string): string {
    const api = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
    const inside = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
    return `${api}${inside}/${resource}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
}
