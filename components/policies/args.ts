import type * as pulumi from "@pulumi/pulumi";

/** What the guard does with a pod that breaks a rule. */
export const GuardMode = {
    /** The pod is refused, with a sentence that says what to change. */
    enforce: "enforce",
    /** The pod is admitted. Its creator gets the sentence as a warning, and the audit log records it. */
    audit: "audit",
} as const;
export type GuardMode = (typeof GuardMode)[keyof typeof GuardMode];

/** Admission policies of namespaces: arguments of `AttestationPolicies`. */
export interface AttestationPoliciesArgs {
    /**
     * Names of the namespaces that the policies cover, at least one; `kube-system` and the namespaces of AESM and of
     * the device plugin cannot be. A change takes effect within a second or two, on pods created or changed from then
     * on; those from before run on.
     */
    namespaces: pulumi.Input<string>[];
    /**
     * Kubernetes version of the cluster, such as "1.36". Required unless `inject` is false: before 1.36 there is no
     * MutatingAdmissionPolicy, so pods are not set up there, which is a warning. The guard needs 1.30.
     */
    kubernetesVersion?: string;
    /** Whether labelled pods are set up by the API server. Default `true`. A change leaves running pods as they are. */
    inject?: boolean;
    /**
     * What the guard does with a pod that breaks a rule: `enforce` refuses it, `audit` admits it with a warning.
     * Default `enforce`.
     */
    guardMode?: GuardMode;
    /**
     * Whether pods labelled `confidential-aks/attestation: in-process` may have the provisioning device. Default
     * `false`.
     */
    allowInProcess?: boolean;
    /** Drivers that pods may name in inline CSI volumes. Default `secrets-store.csi.k8s.io`, the Key Vault add-on's. */
    csiDrivers?: string[];
    /**
     * Namespaces that the policies never cover, beside Kubernetes' own and the default ones of AESM and the device
     * plugin. Default none.
     */
    exemptNamespaces?: pulumi.Input<string>[];
}
