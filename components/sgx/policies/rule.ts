/** What a rule is asked about, and under which name its expression has it. */
export const RuleSubject = {
    /** The pod as a whole, `object`; when it is created. */
    pod: "pod",
    /** Each volume, `v`; when the pod is created. */
    volume: "volume",
    /** Each container of any kind, `c`; when the pod is created, and each new ephemeral container. */
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
    /** A change of a pod that exists, from `oldObject` to `object`. */
    change: "change",
} as const;
export type RuleSubject = (typeof RuleSubject)[keyof typeof RuleSubject];

/** One thing that pods must not do where the guard applies. */
export interface GuardRule {
    /** Stable name; messages end with it, and docs/admission.md lists it. */
    id: string;
    about: RuleSubject;
    /**
     * CEL that is true where all is well. Beside its subject it may use `mode`, the pod's label or ""; `socket`, the names of the
     * volumes that are the node's AESM directory; and of a container, `hasVariable` and `mountsSocket`.
     */
    holds: string;
    /** What is wrong and what to do, to be read after the name of the container or volume; of a pod, the whole sentence. */
    says: string;
}

/** What the rules depend on. */
export interface GuardOptions {
    /** Whether pods labelled as in-process may have the provisioning device. */
    allowInProcess: boolean;
    /** Drivers that inline CSI volumes may use. */
    csiDrivers: readonly string[];
}
