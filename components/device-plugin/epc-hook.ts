import {
    ValidatingAdmissionPolicy,
    ValidatingAdmissionPolicyBinding,
} from "@pulumi/kubernetes/admissionregistration/v1";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { ClusterRole, ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";
import { epcHookExpressions, isServiceAccount } from "../sgx/admission";
import { commonLabels } from "../shared/objects";
import { nameOf, waitingFor } from "../shared/options";

/** Name of the ServiceAccount. */
export const epcHookAccountName = "sgx-epc-hook";
const labels = commonLabels("sgx-device-plugin", "epc-hook");

/** The account of the EPC hook, and what has to be there before a pod runs as it. */
export interface EpcHookAccount {
    accountName: pulumi.Output<string>;
    ready: pulumi.Resource[];
}

/**
 * The account reads its node and patches `status.capacity`. Its role is for all nodes, since RBAC knows no "own" node;
 * a policy, which is there before the role is given, refuses every change but that of the own node's EPC. A cluster has
 * one device plugin, so the names are fixed: from the component's name, they would change with it.
 */
export function epcHookAccount(
    name: string,
    namespace: pulumi.Input<string>,
    child: pulumi.CustomResourceOptions,
): EpcHookAccount {
    const resourceName = `${name}-epc-hook`;
    const ofCluster = { name: "confidential-aks:sgx-epc-hook", labels };
    const account = new ServiceAccount(
        resourceName,
        { metadata: { name: epcHookAccountName, namespace, labels }, automountServiceAccountToken: false },
        child,
    );
    const policy = ownNodeOnly(name, namespace, child);
    const role = new ClusterRole(
        resourceName,
        {
            metadata: ofCluster,
            rules: [
                { apiGroups: [""], resources: ["nodes"], verbs: ["get"] },
                { apiGroups: [""], resources: ["nodes/status"], verbs: ["patch"] },
            ],
        },
        child,
    );
    const binding = new ClusterRoleBinding(
        resourceName,
        {
            metadata: ofCluster,
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: nameOf(role, ofCluster.name) },
            subjects: [{ kind: "ServiceAccount", name: nameOf(account, epcHookAccountName), namespace }],
        },
        waitingFor(child, [policy]),
    );
    return { accountName: nameOf(account, epcHookAccountName), ready: [policy, binding] };
}

/** The policy that holds the account to its own node, and its binding, which is given back. */
function ownNodeOnly(
    name: string,
    namespace: pulumi.Input<string>,
    child: pulumi.CustomResourceOptions,
): pulumi.Resource {
    const resourceName = `${name}-own-node`;
    const metadata = { name: "confidential-aks-sgx-epc-hook", labels };
    const isHook = pulumi.output(namespace).apply((known) => isServiceAccount(known, epcHookAccountName));
    const policy = new ValidatingAdmissionPolicy(
        resourceName,
        {
            metadata,
            spec: {
                failurePolicy: "Fail",
                matchConstraints: {
                    resourceRules: [
                        { apiGroups: [""], apiVersions: ["v1"], operations: ["UPDATE"], resources: ["nodes/status"] },
                    ],
                },
                matchConditions: [{ name: "is-epc-hook", expression: isHook }],
                ...epcHookExpressions,
            },
        },
        child,
    );
    return new ValidatingAdmissionPolicyBinding(
        resourceName,
        { metadata, spec: { policyName: nameOf(policy, metadata.name), validationActions: ["Deny", "Audit"] } },
        child,
    );
}
