import type { LabelSelector, Node, Pod, PodSpec, Requirement, Taint, Toleration } from "../model/objects.js";

/** Whether a taint keeps no new pod with these tolerations off the node. */
export function isTolerated(taint: Taint, tolerations: readonly Toleration[] = []): boolean {
    if (taint.effect !== "NoSchedule" && taint.effect !== "NoExecute") return true;
    return tolerations.some(({ key, operator = "Equal", value = "", effect }) => {
        if (effect !== undefined && effect !== "" && effect !== taint.effect) return false;
        if (key === undefined || key === "") return operator === "Exists";
        return key === taint.key && (operator === "Exists" || value === (taint.value ?? ""));
    });
}

/**
 * Taints that come and go with the life of a node: Kubernetes' own, which say what CA-N08 says, those of autoscalers,
 * of network and storage drivers until they are there, and of AKS's remediator. They are for no workload to tolerate.
 */
const ofLifecycle = new RegExp(
    [
        ...["^node\\.kubernetes\\.io/", "^node\\.cloudprovider\\.kubernetes\\.io/", "/agent-not-ready$"],
        ...["^(ToBeDeletedBy|DeletionCandidateOf)ClusterAutoscaler", "^karpenter\\.sh/"],
        ...["^(startup|ignore)-taint\\.cluster-autoscaler\\.kubernetes\\.io/"],
        ...["^remediator\\.(kubernetes\\.azure|aks\\.microsoft)\\.com/"],
    ].join("|"),
);

/** The taints that keep new pods with these tolerations off a node, and stay. */
export function lastingTaints({ spec: { taints = [] } }: Node, { tolerations }: PodSpec): Taint[] {
    return taints.filter((taint) => !ofLifecycle.test(taint.key) && !isTolerated(taint, tolerations));
}

/** A taint as `kubectl` writes it. */
export function taintText({ key, value, effect }: Taint): string {
    return `${key}${value === undefined ? "" : `=${value}`}:${effect}`;
}

/** Whether the node has the labels, and is one of the nodes, that the pod's selector and affinity ask for. */
export function isSelected({ nodeSelector = {}, affinity }: PodSpec, { metadata }: Node): boolean {
    const { labels = {}, name } = metadata;
    if (Object.entries(nodeSelector).some(([key, value]) => labels[key] !== value)) return false;
    const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
    if (terms === undefined) return true;
    return terms.some(
        ({ matchExpressions = [], matchFields = [] }) =>
            matchExpressions.length + matchFields.length > 0 &&
            matchExpressions.every((one) => holds(one, labels)) &&
            matchFields.every((one) => holds(one, { "metadata.name": name })),
    );
}

/** The node that a pod of a DaemonSet is for, also before it is there. */
export function targetOf({ spec }: Pod): string | undefined {
    if (spec.nodeName !== undefined) return spec.nodeName;
    const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
    return terms
        .flatMap(({ matchFields = [] }) => matchFields)
        .find(({ key, operator }) => key === "metadata.name" && operator === "In")?.values?.[0];
}

/** Whether a selector of labels takes an object in; an empty one takes all, as in Kubernetes. */
export function matchesLabels(selector: LabelSelector = {}, labels: Readonly<Record<string, string>> = {}): boolean {
    const { matchLabels = {}, matchExpressions = [] } = selector;
    return (
        Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
        matchExpressions.every((one) => holds(one, labels))
    );
}

function holds({ key, operator, values = [] }: Requirement, labels: Readonly<Record<string, string>>): boolean {
    const value = labels[key];
    switch (operator) {
        case "In":
            return value !== undefined && values.includes(value);
        case "NotIn":
            return value === undefined || !values.includes(value);
        case "Exists":
            return value !== undefined;
        case "DoesNotExist":
            return value === undefined;
        case "Gt":
            return Number(value) > Number(values[0]);
        case "Lt":
            return Number(value) < Number(values[0]);
        default:
            return false;
    }
}
