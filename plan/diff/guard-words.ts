import { valueAt, type PlanResource, type PlanValue } from "../model/format.js";
import type { Compared } from "./compared.js";

/*
 * What a change of this package's guard opens. It is said before anything else, since a reviewer has to see it. What
 * the guard allows is read off its own messages, which name it.
 */

const ENFORCE = "pod-security.kubernetes.io/enforce";

/** Words on the binding of the guard: which namespaces are left without it. */
export function guardBindingWords({ before, after, diff }: Compared): string[] {
    if (!isGuard(before) || !denies(before)) return [];
    if (diff.action === "delete") return unguarded(namespacesOf(before));
    if (after === undefined) return [];
    if (!denies(after)) {
        const names = list(namespacesOf(before));
        return [`the guard no longer refuses anything, it warns only: ${names}`];
    }
    const now = namespacesOf(after);
    return unguarded(namespacesOf(before).filter((name) => !now.includes(name)));
}

/** Words on the policy of the guard: what pods may have that they might not. */
export function guardPolicyWords({ before, after }: Compared): string[] {
    if (!isGuard(before) || !isGuard(after)) return [];
    const earlier = csiDrivers(before);
    const drivers = csiDrivers(after).filter((name) => !earlier.includes(name));
    return [
        ...(allowsInProcess(after) && !allowsInProcess(before)
            ? ["pods labelled `in-process` may have the provisioning device from now on"]
            : []),
        ...(drivers.length === 0 ? [] : [`pods may name more CSI drivers in their own volumes: ${list(drivers)}`]),
    ];
}

/** Words on a namespace whose Pod Security level changes. */
export function podSecurityWords({ before, after, diff }: Compared): string[] {
    const [earlier, now] = [levelOf(before), levelOf(after)];
    // Without the label the level is the cluster's own, which no plan knows.
    if (diff.action !== "update" || now !== "privileged" || (earlier !== "baseline" && earlier !== "restricted"))
        return [];
    return ["Pod Security refuses nothing there any more: without the guard, pods may have anything of the node"];
}

function unguarded(names: readonly string[]): string[] {
    if (names.length === 0) return [];
    return [
        `without the guard: ${list(names)}. At Pod Security level \`privileged\`, which AESM's directory needs, pods there may have anything ` +
            "of the node: label such a namespace `baseline` first (docs/admission.md)",
    ];
}

/** True for the objects of this package's guard. */
export function isGuard(resource: PlanResource | undefined): resource is PlanResource {
    const labels = valueAt(resource?.inputs, "metadata", "labels");
    return (
        valueAt(labels, "app.kubernetes.io/name") === "attestation-policies" &&
        valueAt(labels, "app.kubernetes.io/component") === "guard"
    );
}

function denies({ inputs }: PlanResource): boolean {
    return texts(valueAt(inputs, "spec", "validationActions")).includes("Deny");
}

function namespacesOf({ inputs }: PlanResource): string[] {
    const expressions = valueAt(inputs, "spec", "matchResources", "namespaceSelector", "matchExpressions");
    return Array.isArray(expressions) ? expressions.flatMap((one) => texts(valueAt(one, "values"))) : [];
}

function csiDrivers(resource: PlanResource): string[] {
    const [, drivers] = /\(allowed here: ([^)]*)\)/.exec(messageOf(resource, "csi-driver")) ?? [];
    return drivers?.split(", ") ?? [];
}

function allowsInProcess(resource: PlanResource): boolean {
    return messageOf(resource, "provision").includes("label the pod");
}

/** What the guard says of a pod that breaks a rule. */
function messageOf({ inputs }: PlanResource, rule: string): string {
    const validations = valueAt(inputs, "spec", "validations");
    const messages = Array.isArray(validations) ? texts(validations.map((one) => valueAt(one, "message") ?? null)) : [];
    return messages.find((message) => message.endsWith(`(${rule})`)) ?? "";
}

function levelOf(resource: PlanResource | undefined): PlanValue | undefined {
    return valueAt(resource?.inputs, "metadata", "labels", ENFORCE);
}

function texts(value: PlanValue | undefined): string[] {
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function list(names: readonly string[]): string {
    return names.map((name) => `\`${name}\``).join(", ");
}
