import {
    MutatingAdmissionPolicy,
    MutatingAdmissionPolicyBinding,
    ValidatingAdmissionPolicy,
    ValidatingAdmissionPolicyBinding,
} from "@pulumi/kubernetes/admissionregistration/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import * as pulumi from "@pulumi/pulumi";
import { kubernetesName, throwIfAny } from "../problems";
import { ATTESTATION_LABEL, AttestationLabelValue } from "../sgx";
import { guardExpressions, injectionExpressions } from "../sgx/admission";
import { Behind } from "../shared/behind";
import { commonLabels } from "../shared/objects";
import { childOptions, nameOf } from "../shared/options";
import { specOf, subjectOf } from "../shared/part";
import { showWarnings } from "../shared/warnings";
import { GuardMode, type AttestationPoliciesArgs } from "./args";
import { attestationPoliciesOutputs, attestationPoliciesSpec, type PoliciesSpec } from "./spec";

const app = "attestation-policies";

const behind = new Behind<{
    guardPolicy: ValidatingAdmissionPolicy;
    injectionPolicy: MutatingAdmissionPolicy | undefined;
}>();

/**
 * Two admission policies that the API server itself evaluates; there is no webhook server. One sets up pods that carry
 * the label `confidential-aks/attestation: out-of-process`, as `withAttestation` does. The other one, the guard, lets
 * pods have nothing of the node but AESM's directory, read-only, and refuses half-configured ones with a sentence that
 * says what to change.
 *
 * They cover the namespaces named, and pods that are created there from then on or run something else (another image,
 * an ephemeral container). Removing the component removes them and touches no pod.
 *
 * @example
 * ```ts
 * import { AttestationPolicies, ConfidentialCluster } from "confidential-aks";
 *
 * const cluster = new ConfidentialCluster("sgx", {
 *     location: "westeurope",
 *     enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
 * });
 * const args = { namespaces: ["payments"], kubernetesVersion: "1.36" };
 * new AttestationPolicies("policies", args, cluster.workloadOptions());
 * ```
 */
export class AttestationPolicies extends pulumi.ComponentResource {
    /** Name of the guard: its ValidatingAdmissionPolicy and that policy's binding. */
    public readonly guardName: pulumi.Output<string>;
    /** Name of the MutatingAdmissionPolicy and its binding; not set where pods are not set up. */
    public readonly injectionName: pulumi.Output<string | undefined>;

    constructor(name: string, args: AttestationPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `attestation policies "${name}"`;
        const { spec: checked, problems, warnings } = specOf(args, attestationPoliciesSpec);
        throwIfAny(subject, [...kubernetesName("name", name), ...problems]);
        super("confidential-aks:index:AttestationPolicies", name, args, opts);
        showWarnings(warnings, this);
        const spec = attestationPoliciesOutputs(subjectOf(args, subject), checked);
        const child = childOptions(this, opts);
        const scope = scopeOf(spec);
        const guardName = `${name}-guard`;
        const guardPolicy = guard(guardName, spec, scope, child);
        const injectionName = `${name}-injection`;
        const injectionPolicy = spec.inject ? injection(injectionName, scope, child) : undefined;
        behind.keep(this, { guardPolicy, injectionPolicy });
        this.guardName = nameOf(guardPolicy, guardName);
        this.injectionName = pulumi.output(injectionPolicy && nameOf(injectionPolicy, injectionName));
        this.registerOutputs({ guardName: this.guardName, injectionName: this.injectionName });
    }

    /** The policy of the guard. */
    get guardPolicy(): ValidatingAdmissionPolicy {
        return behind.of(this).guardPolicy;
    }

    /** The policy that sets pods up; undefined where pods are not set up. */
    get injectionPolicy(): MutatingAdmissionPolicy | undefined {
        return behind.of(this).injectionPolicy;
    }
}

/** Which namespaces the policies are for, and which they never are. */
interface Scope {
    policy: inputs.meta.v1.LabelSelector;
    binding: inputs.meta.v1.LabelSelector;
}

/**
 * The label that the API server itself keeps equal to a namespace's name, so no change of labels takes a
 * namespace out.
 */
const nameLabel = "kubernetes.io/metadata.name";

function scopeOf({ namespaces, exemptNamespaces }: PoliciesSpec): Scope {
    return {
        // In the policy too, so that a binding from elsewhere cannot lock these out.
        policy: { matchExpressions: [{ key: nameLabel, operator: "NotIn", values: exemptNamespaces }] },
        binding: { matchExpressions: [{ key: nameLabel, operator: "In", values: namespaces }] },
    };
}

/**
 * Every way to write a pod's metadata or spec. The last two take Bindings, whose labels and annotations the API server
 * writes into the pod. Not pods/eviction, which writes none, nor pods/exec and its like, which are connections.
 */
const guarded = [
    ...["pods", "pods/ephemeralcontainers", "pods/resize", "pods/status"],
    ...["pods/binding", "bindings"],
];

function guard(
    name: string,
    spec: PoliciesSpec,
    scope: Scope,
    child: pulumi.CustomResourceOptions,
): ValidatingAdmissionPolicy {
    const metadata = { name, labels: commonLabels(app, "guard") };
    const policy = new ValidatingAdmissionPolicy(
        name,
        {
            metadata,
            spec: {
                failurePolicy: "Fail",
                matchConstraints: {
                    namespaceSelector: scope.policy,
                    resourceRules: [podsOn(["CREATE", "UPDATE"], guarded)],
                },
                ...guardExpressions(spec),
            },
        },
        child,
    );
    new ValidatingAdmissionPolicyBinding(
        name,
        {
            metadata,
            spec: {
                policyName: nameOf(policy, name),
                validationActions: spec.guardMode === GuardMode.audit ? ["Warn", "Audit"] : ["Deny"],
                matchResources: { namespaceSelector: scope.binding },
            },
        },
        child,
    );
    return policy;
}

function injection(name: string, scope: Scope, child: pulumi.CustomResourceOptions): MutatingAdmissionPolicy {
    const metadata = { name, labels: commonLabels(app, "injection") };
    const policy = new MutatingAdmissionPolicy(
        name,
        {
            metadata,
            spec: {
                failurePolicy: "Fail",
                // Should others add a container with EPC to a pod that was set up; one that was not is not seen again,
                // and the guard tells.
                reinvocationPolicy: "IfNeeded",
                matchConstraints: {
                    namespaceSelector: scope.policy,
                    objectSelector: { matchLabels: { [ATTESTATION_LABEL]: AttestationLabelValue.outOfProcess } },
                    resourceRules: [podsOn(["CREATE"], ["pods"])],
                },
                ...injectionExpressions(),
            },
        },
        child,
    );
    new MutatingAdmissionPolicyBinding(
        name,
        {
            metadata,
            spec: { policyName: nameOf(policy, name), matchResources: { namespaceSelector: scope.binding } },
        },
        child,
    );
    return policy;
}

function podsOn(operations: string[], resources: string[]) {
    return { apiGroups: [""], apiVersions: ["v1"], operations, resources };
}
