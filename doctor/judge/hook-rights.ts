import type { ClusterRole, DaemonSet } from "../model/objects.js";
import type { View } from "./view.js";

/** Name of the EPC hook's ClusterRole and of its binding; a cluster has one device plugin of this package. */
const roleName = "confidential-aks:sgx-epc-hook";
/** ServiceAccount of the EPC hook. */
const accountName = "sgx-epc-hook";

/** What brings the rights back. */
export const rightsFix = `\`pulumi up --refresh\` creates what is missing of the ClusterRole and the ClusterRoleBinding ${roleName}`;

const needed = [
    { resource: "nodes", verb: "get" },
    { resource: "nodes/status", verb: "patch" },
] as const;

/** The DaemonSet of this package's device plugin, by the account of its EPC hook. */
export function epcHookPlugin({ daemonSets }: View): DaemonSet | undefined {
    return daemonSets.plugin.find(({ spec }) => spec.template.spec.serviceAccountName === accountName);
}

/** What this package's EPC hook lacks; undefined: nothing, or there is no such hook, or it could not be read. */
export function missingRights(view: View): string | undefined {
    const hook = epcHookPlugin(view);
    if (hook === undefined || !view.has("clusterRoles", "clusterRoleBindings", "daemonSets")) return undefined;
    const { clusterRoles, clusterRoleBindings } = view.snapshot.objects;
    const role = clusterRoles.find(({ metadata }) => metadata.name === roleName);
    if (role === undefined) return `the ClusterRole ${roleName} is missing`;
    const missing = needed.filter(({ resource, verb }) => !gives(role, resource, verb));
    if (missing.length > 0) {
        const rights = missing.map(({ resource, verb }) => `${verb} ${resource}`).join(" and ");
        return `the ClusterRole ${roleName} does not give ${rights}`;
    }
    const { namespace } = hook.metadata;
    const isBound = clusterRoleBindings.some(
        ({ roleRef, subjects = [] }) =>
            roleRef.name === roleName &&
            subjects.some((one) => one.name === accountName && one.namespace === namespace),
    );
    return isBound ? undefined : `no ClusterRoleBinding gives ${roleName} to ${namespace ?? ""}/${accountName}`;
}

function gives({ rules }: ClusterRole, resource: string, verb: string): boolean {
    return rules.some(
        ({ resources = [], verbs }) =>
            (resources.includes(resource) || resources.includes("*")) && (verbs.includes(verb) || verbs.includes("*")),
    );
}
