import { STARTUP_TAINT_KEY } from "../../../components/sgx/index.js";
import type { AdmissionBinding, AdmissionPolicy } from "../../model/objects.js";
import type { Place, Severity } from "../../model/report.js";
import type { Check, Found, Seen } from "../check.js";
import { gathered } from "../gather.js";
import { cannotInject, componentOf, covers, injections, isOf, relying, type Relying } from "../injection.js";
import { needsPolicy } from "../nothing.js";
import { placeOf, type View } from "../view.js";

/** The policies of this package do something only where both halves, policy and binding, are there and in force. */
export const c07: Check = {
    code: "CA-C07",
    reads: ["policies", "policyBindings"],
    needs: needsPolicy,
    run: (view, found) => {
        const users = relying(view);
        return gathered([...halves(view, users), ...weak(view), ...startup(view), ...notSetUp(view, users, found)]);
    },
};

const what: Readonly<Record<string, string>> = {
    guard: "the guard, which refuses pods that cannot attest,",
    injection: "the policy that sets pods up",
    "epc-hook": "the policy that holds the EPC hook to its own node",
    "startup-taint": "the policy of the startup taint",
};

const nameOf = (object: AdmissionPolicy | AdmissionBinding) => what[componentOf(object)] ?? "a policy of this package";

const again = "`pulumi up --refresh` creates what is missing again";

/** Policies without a binding, and bindings without their policy: neither does anything, and nothing says so. */
function halves(view: View, users: readonly Relying[]): Seen[] {
    const { policies, policyBindings } = view.snapshot.objects;
    const unbound = policies.filter((policy) => !policyBindings.some((binding) => isOf(binding, policy)));
    const empty = policyBindings.filter((binding) => !policies.some((policy) => isOf(binding, policy)));
    return [
        ...unbound.map((policy) => ({
            reason: "not-bound",
            seen: `${nameOf(policy)} has no binding, so it does nothing`,
            object: policy,
        })),
        ...empty.map((binding) => ({
            reason: "policy-missing",
            seen: `${nameOf(binding)} is missing (${binding.kind.replace(/Binding$/, "")} ${binding.policyName}), and its binding is there`,
            object: binding,
        })),
    ].map(({ reason, seen, object }) => {
        const hurt = hurtBy(object, view, users);
        const severity: Severity = hurt.length > 0 ? "problem" : "warning";
        return { reason, severity, seen, where: [placeOf(object.kind, object.metadata), ...hurt], fix: again };
    });
}

/** What does not work without it. */
function hurtBy(object: AdmissionPolicy | AdmissionBinding, view: View, users: readonly Relying[]): Place[] {
    if (componentOf(object) === "startup-taint") return tainted(view);
    if (componentOf(object) !== "injection") return [];
    const others = injections(view);
    return users
        .filter(({ namespace }) => !others.some((one) => covers(one, namespace, view)))
        .map(({ place }) => place);
}

function tainted({ sgxNodes }: View): Place[] {
    return sgxNodes
        .filter(({ spec }) => spec.taints?.some(({ key }) => key === STARTUP_TAINT_KEY))
        .map(({ metadata }) => placeOf("Node", metadata));
}

/** Policies that are there and let pass what they should not. */
function weak({ snapshot }: View): Seen[] {
    const { policies, policyBindings } = snapshot.objects;
    const lenient = policies.filter(
        (policy) => policy.failurePolicy === "Ignore" && componentOf(policy) !== "startup-taint",
    );
    const auditing = policyBindings.filter(
        (binding) => componentOf(binding) === "guard" && binding.validationActions?.includes("Deny") === false,
    );
    return [
        ...lenient.map((policy) => ({
            reason: "failure-policy",
            severity: "warning" as const,
            seen: `${nameOf(policy)} lets pass what it cannot judge (failurePolicy Ignore)`,
            where: [placeOf(policy.kind, policy.metadata)],
            fix: "set failurePolicy back to Fail: `pulumi up --refresh`",
        })),
        ...auditing.map((binding) => ({
            reason: "audit-only",
            severity: "warning" as const,
            seen: "the guard only warns of pods that break a rule: they are admitted, and may fail later",
            where: [placeOf(binding.kind, binding.metadata)],
            fix: "set guardMode of AttestationPolicies to enforce once no pod breaks a rule",
        })),
        ...policies.flatMap((policy) => {
            const [first] = policy.typeWarnings ?? [];
            if (first === undefined) return [];
            return [
                {
                    reason: "type-warnings",
                    severity: "warning" as const,
                    seen: `the API server warns of an expression of ${nameOf(policy)}: ${first}`,
                    where: [placeOf(policy.kind, policy.metadata)],
                    fix: "use the version of confidential-aks that is for this version of Kubernetes: `pulumi up`",
                },
            ];
        }),
    ];
}

/** A node that waits for a policy which is gone keeps its taint. */
function startup(view: View): Seen[] {
    const { policies, policyBindings } = view.snapshot.objects;
    const isThere = [...policies, ...policyBindings].some((object) => componentOf(object) === "startup-taint");
    const where = isThere ? [] : tainted(view);
    if (where.length === 0) return [];
    return [
        {
            reason: "startup-policy-missing",
            severity: "problem",
            seen: "the node has the taint of a node that starts, and no policy is there to remove it",
            where,
            fix: `\`kubectl taint nodes ${where.map(({ name }) => name).join(" ")} ${STARTUP_TAINT_KEY}-\`, or switch startupTaint on again`,
        },
    ];
}

/** Workloads that carry the label, and that the API server has not set up. */
function notSetUp(view: View, users: readonly Relying[], found: Found): Seen[] {
    const { policies, policyBindings } = view.snapshot.objects;
    const all = injections(view);
    // A half says by itself which workloads it lets down.
    const isHalf = [...policies, ...policyBindings].some(
        (object) =>
            componentOf(object) === "injection" &&
            !all.some(({ policy, binding }) => policy === object || binding === object),
    );
    return users.flatMap(({ place, namespace, oldestBare }): readonly Seen[] => {
        const because = cannotInject(view) ? found.cause(["CA-C06"], place) : undefined;
        if (because !== undefined) return [{ because }];
        const own = all.find((one) => covers(one, namespace, view));
        if (own === undefined && isHalf) return [];
        if (own === undefined) return [all.length > 0 ? notCovered(place, namespace) : missing(place)];
        const since = Math.max(
            ...[own.policy, own.binding].map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? "")),
        );
        return oldestBare !== undefined && oldestBare < since ? [older(place)] : [];
    });
}

const byHand = "or set the pods up with withAttestation";

function missing(place: Place): Seen {
    return {
        reason: "injection-missing",
        severity: "problem",
        seen: "the pods carry the label confidential-aks/attestation: out-of-process, and no policy is there that sets them up",
        where: [place],
        fix: `install AttestationPolicies for the namespace, ${byHand}; then restart the pods`,
    };
}

function notCovered(place: Place, namespace: string): Seen {
    return {
        reason: "not-covered",
        severity: "problem",
        seen: `the pods carry the label confidential-aks/attestation: out-of-process, and the policies do not cover the namespace ${namespace}`,
        where: [place],
        fix: `add "${namespace}" to the namespaces of AttestationPolicies, ${byHand}; then restart the pods`,
    };
}

function older(place: Place): Seen {
    const { kind, namespace = "", name } = place;
    const restart = ["Deployment", "StatefulSet", "DaemonSet"].includes(kind);
    return {
        reason: "older-than-policy",
        severity: "problem",
        seen: "pods are older than the policy that sets pods up, and are as they were",
        where: [place],
        fix: restart
            ? `\`kubectl rollout restart -n ${namespace} ${kind.toLowerCase()}/${name}\``
            : `create ${kind.toLowerCase()} ${namespace}/${name} again`,
    };
}
