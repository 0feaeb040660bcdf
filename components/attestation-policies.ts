import * as pulumi from "@pulumi/pulumi";
import {
    MutatingAdmissionPolicy,
    MutatingAdmissionPolicyBinding,
    ValidatingAdmissionPolicy,
    ValidatingAdmissionPolicyBinding,
} from "@pulumi/kubernetes/admissionregistration/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import { kubernetesName, showWarnings } from "./checks";
import { childOptions, nameOf } from "./options";
import { GuardMode } from "./policies/args";
import { checkedNamespace, checkPolicies, exemptNamespaces, injects } from "./policies/validate";
import { ATTESTATION_LABEL, AttestationLabelValue, throwIfAny } from "./sgx";
import { guardExpressions, injectionExpressions } from "./sgx/policies";
import { commonLabels } from "./workload/objects";

/** Arguments of `AttestationPolicies`. */
export interface AttestationPoliciesArgs {
    /**
     * Names of the namespaces that the policies cover, at least one; `kube-system` and the namespaces of AESM and of the device plugin
     * cannot be. A change takes effect within a second or two, on pods created or changed from then on; those from before run on.
     */
    namespaces: pulumi.Input<string>[];
    /**
     * Kubernetes version of the cluster, such as "1.36". Required unless `inject` is false: before 1.36 there is no
     * MutatingAdmissionPolicy, so pods are not set up there, which is a warning. The guard needs 1.30.
     */
    kubernetesVersion?: string;
    /** Whether labelled pods are set up by the API server. Default `true`. A change leaves running pods as they are. */
    inject?: boolean;
    /** What the guard does with a pod that breaks a rule: `enforce` refuses it, `audit` admits it with a warning. Default `enforce`. */
    guardMode?: GuardMode;
    /** Whether pods labelled `confidential-aks/attestation: in-process` may have the provisioning device. Default `false`. */
    allowInProcess?: boolean;
    /** Drivers that pods may name in inline CSI volumes. Default `secrets-store.csi.k8s.io`, the Key Vault add-on's. */
    csiDrivers?: string[];
    /** Namespaces that the policies never cover, beside Kubernetes' own and the default ones of AESM and the device plugin. Default none. */
    exemptNamespaces?: pulumi.Input<string>[];
}

/** Inline volumes of this driver hold secrets of Azure Key Vault (https://learn.microsoft.com/azure/aks/csi-secrets-store-driver). */
const defaultCsiDrivers = ["secrets-store.csi.k8s.io"];

const app = "attestation-policies";

/**
 * Two admission policies that the API server itself evaluates; there is no webhook server. One sets up pods that carry the label
 * `confidential-aks/attestation: out-of-process`, as `withAttestation` does. The other one, the guard, lets pods have nothing of
 * the node but AESM's directory, read-only, and refuses half-configured ones with a sentence that says what to change.
 *
 * They cover the namespaces named, and pods that are created there from then on or run something else (another image, an ephemeral
 * container). Removing the component removes them and touches no pod.
 */
export class AttestationPolicies extends pulumi.ComponentResource {
    /** Name of the guard: its ValidatingAdmissionPolicy and that policy's binding. */
    public readonly guardName: pulumi.Output<string>;
    /** Name of the MutatingAdmissionPolicy and its binding; undefined where pods are not set up. */
    public readonly injectionName: pulumi.Output<string | undefined>;

    constructor(name: string, args: AttestationPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `attestation policies "${name}"`;
        const { problems, warnings } = checkPolicies(args);
        throwIfAny(subject, [...kubernetesName("name", name), ...problems]);
        super("confidential-aks:index:AttestationPolicies", name, args, opts);
        showWarnings(warnings, this);
        const child = childOptions(this, opts);
        const scope = scopeOf(subject, args);
        this.guardName = guard(`${name}-guard`, args, scope, child);
        this.injectionName = pulumi.output(injects(args) ? injection(`${name}-injection`, scope, child) : undefined);
        this.registerOutputs({ guardName: this.guardName, injectionName: this.injectionName });
    }
}

/** Which namespaces the policies are for, and which they never are. */
interface Scope {
    policy: inputs.meta.v1.LabelSelector;
    binding: inputs.meta.v1.LabelSelector;
}

/** The label that the API server itself keeps equal to a namespace's name, so nobody can take a namespace out by a label. */
const nameLabel = "kubernetes.io/metadata.name";

function scopeOf(subject: string, args: AttestationPoliciesArgs): Scope {
    const exempt = exemptNamespaces(args);
    const checked = args.namespaces.map((name, at) => checkedNamespace(subject, `namespaces[${at}]`, name, exempt));
    return {
        // In the policy too, so that a binding that somebody else writes cannot lock these out.
        policy: { matchExpressions: [{ key: nameLabel, operator: "NotIn", values: exempt }] },
        binding: { matchExpressions: [{ key: nameLabel, operator: "In", values: checked }] },
    };
}

/**
 * Every way to write a pod's metadata or spec. The last two take Bindings, whose labels and annotations the API server writes into the
 * pod. Not pods/eviction, which writes none, nor pods/exec and its like, which are connections.
 */
const guarded = [
    ...["pods", "pods/ephemeralcontainers", "pods/resize", "pods/status"],
    ...["pods/binding", "bindings"],
];

function guard(
    name: string,
    args: AttestationPoliciesArgs,
    scope: Scope,
    child: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    const metadata = { name, labels: commonLabels(app, "guard") };
    const options = {
        allowInProcess: args.allowInProcess === true,
        csiDrivers: args.csiDrivers ?? defaultCsiDrivers,
    };
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
                ...guardExpressions(options),
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
                validationActions: args.guardMode === GuardMode.audit ? ["Warn", "Audit"] : ["Deny"],
                matchResources: { namespaceSelector: scope.binding },
            },
        },
        child,
    );
    return nameOf(policy, name);
}

function injection(name: string, scope: Scope, child: pulumi.CustomResourceOptions): pulumi.Output<string> {
    const metadata = { name, labels: commonLabels(app, "injection") };
    const policy = new MutatingAdmissionPolicy(
        name,
        {
            metadata,
            spec: {
                failurePolicy: "Fail",
                // Should others add a container with EPC to a pod that was set up; one that was not is not seen again, and the guard tells.
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
    return nameOf(policy, name);
}

function podsOn(operations: string[], resources: string[]) {
    return { apiGroups: [""], apiVersions: ["v1"], operations, resources };
}
