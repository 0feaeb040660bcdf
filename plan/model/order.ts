import type { PlanResource } from "./format.js";
import { STACK_TYPE } from "./urn.js";

/** Order in which objects can be applied one after another: what others refer to comes first, Jobs last. */
const KIND_ORDER = [
    "Namespace",
    "ResourceQuota",
    "LimitRange",
    "PriorityClass",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "ConfigMap",
    "Secret",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "NetworkPolicy",
    "Service",
    "DaemonSet",
    "Deployment",
    "StatefulSet",
    "ReplicaSet",
    "Pod",
    "CronJob",
    "Job",
];

/** Place of a Kubernetes kind in the order of application; kinds not listed come before the workloads. */
export function kindRank(kind: string): number {
    const at = KIND_ORDER.indexOf(kind);
    return at === -1 ? KIND_ORDER.indexOf("Service") + 0.5 : at;
}

/** Azure resources that others stand on come first. */
const AZURE_ORDER = [
    "resources:",
    "network:",
    "managedidentity:",
    "authorization:",
    "containerregistry:",
    "containerservice:ManagedCluster",
];

function azureRank(type: string): number {
    const at = AZURE_ORDER.findIndex((start) => type.startsWith(`azure-native:${start}`));
    return at === -1 ? AZURE_ORDER.length : at;
}

/** Groups of siblings: cloud resources, providers, Kubernetes objects, components. */
function group(resource: PlanResource): number {
    if (!resource.custom) return 3;
    if (resource.type.startsWith("pulumi:providers:")) return 1;
    return resource.type.startsWith("kubernetes:") ? 2 : 0;
}

function compareText(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

function compareSiblings(a: PlanResource, b: PlanResource): number {
    const kind = (resource: PlanResource): string => resource.type.split(":")[2] ?? "";
    return (
        group(a) - group(b) ||
        (group(a) === 2 ? kindRank(kind(a)) - kindRank(kind(b)) : 0) ||
        azureRank(a.type) - azureRank(b.type) ||
        compareText(a.type, b.type) ||
        compareText(a.name, b.name) ||
        compareText(a.urn, b.urn)
    );
}

/**
 * Resources in the order of the tree: parents before children, depth first, siblings by group (cloud resources with
 * what others stand on first, providers, Kubernetes objects in order of application, components), then type, then name.
 * The order of registration is no use: it depends on timing.
 */
export function treeOrder(resources: readonly PlanResource[]): PlanResource[] {
    const children = childrenOf(resources);
    const ordered: PlanResource[] = [];
    const visit = (resource: PlanResource): void => {
        ordered.push(resource);
        for (const child of children.get(resource.urn) ?? []) visit(child);
    };
    for (const root of children.get("") ?? []) visit(root);
    return ordered;
}

/** Children by URN of the parent, in order; those without a (known) parent are under "", the stack first. */
export function childrenOf(resources: readonly PlanResource[]): Map<string, PlanResource[]> {
    const urns = new Set(resources.map((resource) => resource.urn));
    const children = new Map<string, PlanResource[]>();
    for (const resource of [...resources].sort(compareSiblings)) {
        const parent = resource.parent !== undefined && urns.has(resource.parent) ? resource.parent : "";
        const list = children.get(parent) ?? [];
        if (resource.type === STACK_TYPE) list.unshift(resource);
        else list.push(resource);
        children.set(parent, list);
    }
    return children;
}
