import type { AdmissionBinding, AdmissionPolicy, LabelSelector } from "../../../doctor/model/objects";
import type { Objects } from "./cluster";

const selector = (operator: string, values: string[]): LabelSelector => ({
    matchExpressions: [{ key: "kubernetes.io/metadata.name", operator, values }],
});

function metadata(name: string, component: string) {
    const labels = { "app.kubernetes.io/part-of": "confidential-aks", "app.kubernetes.io/component": component };
    return { name, uid: `uid-${name}`, labels, creationTimestamp: "2026-11-27T09:00:00Z" };
}

/** A policy and its binding. */
function pair(kind: "Validating" | "Mutating", name: string, component: string): [AdmissionPolicy, AdmissionBinding] {
    return [
        { kind: `${kind}AdmissionPolicy`, metadata: metadata(name, component), failurePolicy: "Fail" },
        { kind: `${kind}AdmissionPolicyBinding`, metadata: metadata(name, component), policyName: name },
    ];
}

/** Adds guard and injection as `AttestationPolicies` makes them for the namespaces. */
export function addPolicies({ policies, policyBindings }: Objects, namespaces: string[] = ["shop"]): void {
    for (const [kind, name, component] of [
        ["Validating", "policies-guard", "guard"],
        ["Mutating", "policies-injection", "injection"],
    ] as const) {
        const [policy, binding] = pair(kind, name, component);
        policies.push({ ...policy, namespaceSelector: selector("NotIn", ["kube-system"]) });
        const actions = component === "guard" ? { validationActions: ["Deny"] } : {};
        policyBindings.push({ ...binding, ...actions, namespaceSelector: selector("In", namespaces) });
    }
}

/** Adds a policy of the device plugin, and its binding. */
export function addPair(objects: Objects, kind: "Validating" | "Mutating", name: string, component: string): void {
    const [policy, binding] = pair(kind, name, component);
    objects.policies.push(policy);
    objects.policyBindings.push(binding);
}
