/**
 * What a rule is about, and the name for it in the rule's expression. All rules check a pod when it is created, when an
 * image changes, when an ephemeral container is added or when the last scheduling gate is removed. For any other
 * change, only the rules on annotations and changes do.
 */
export const RuleSubject = {
    /** The pod as a whole, `object`. */
    pod: "pod",
    /** Each volume, `v`. */
    volume: "volume",
    /** Each container of any kind, `c`. */
    container: "container",
    /** Each container's limits, `l`, where it has some. */
    limits: "limits",
    /** Each mount `m` of AESM's directory. */
    socketMount: "socketMount",
    /** Each mount `m` of anything else. */
    otherMount: "otherMount",
    /** Each container's security context, `s`. */
    containerSecurity: "containerSecurity",
    /** The security context of the pod and of each container, `s`. */
    security: "security",
    /**
     * Each annotation: `k` is its name and `annotations[k]` its value. For a pod that exists, only annotations that are
     * new or have another value.
     */
    annotation: "annotation",
    /**
     * A change of a pod that exists, from `oldObject` to `object`; or a Binding, `object`, whose metadata the API
     * server writes into the pod.
     */
    change: "change",
} as const;
export type RuleSubject = (typeof RuleSubject)[keyof typeof RuleSubject];

/** One thing that pods must not do where the guard applies. */
export interface GuardRule {
    /** Stable name; messages end with it, and docs/admission.md lists it. */
    id: string;
    about: RuleSubject;
    /**
     * CEL that is true for a pod that keeps the rule. Beside its subject it may use `mode`, the pod's label or "";
     * `socket`, the names of the volumes that are the node's AESM directory; and of a container, `hasVariable` and
     * `mountsSocket`.
     */
    holds: string;
    /**
     * What is wrong and what to do. It follows the name of the container or volume; about a pod it is the whole
     * sentence.
     */
    says: string;
}

/** What the rules depend on. */
export interface GuardOptions {
    /** Whether pods labelled as in-process may have the provisioning device. */
    allowInProcess: boolean;
    /** Drivers that inline CSI volumes may use. */
    csiDrivers: readonly string[];
}
