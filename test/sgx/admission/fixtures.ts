import type { Pod } from "../../e2e/policies/pods";

/**
 * What the API server takes a change of a pod by: the pod itself (""), a subresource of it, or the collection of
 * Bindings.
 */
export type Way = "" | "status" | "ephemeralcontainers" | "resize" | "binding" | "bindings";

/** A change of a pod that is there already. */
export interface Change {
    before: Pod;
    by: Way;
    /** Makes it, in a copy of the pod; where a pod is bound, in the Binding. */
    change: (object: Pod) => void;
}

/** Pods and changes that one rule of the guard is tried with, by title. */
export interface Fixtures {
    /** Refused by this rule, where Kubernetes admits them. */
    refused?: Record<string, Pod>;
    /** Close to it, and admitted by all rules. */
    passes: Record<string, Pod>;
    /** Attempts that Kubernetes refuses by itself, with what it says. */
    refusedByKubernetes?: Record<string, { says: RegExp; pod: Pod }>;
    refusedChanges?: Record<string, Change>;
    passingChanges?: Record<string, Change>;
}

/** A change of the annotations or labels of a pod. */
export function metadataOf(
    before: Pod,
    by: Way,
    metadata: { annotations?: Record<string, string>; labels?: Record<string, string> },
): Change {
    const change = (object: Pod) => {
        const { annotations, labels } = object.metadata as typeof metadata;
        Object.assign(object.metadata, {
            annotations: { ...annotations, ...metadata.annotations },
            labels: { ...labels, ...metadata.labels },
        });
    };
    return { before, by, change };
}

/** Another image in the first container. */
export function otherImage(before: Pod): Change {
    return {
        before,
        by: "",
        change: ({ spec }) => Object.assign(spec.containers[0]!, { image: "attacker.example/root:1" }),
    };
}

/** A new ephemeral container. */
export function debugged(before: Pod, container: object = {}): Change {
    return {
        before,
        by: "ephemeralcontainers",
        change: ({ spec }) => {
            const earlier = (spec as { ephemeralContainers?: object[] }).ephemeralContainers ?? [];
            Object.assign(spec, {
                ephemeralContainers: [...earlier, { name: "debug", image: "busybox:1", ...container }],
            });
        },
    };
}
