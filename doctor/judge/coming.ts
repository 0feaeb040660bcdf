import type { Pod } from "../model/objects.js";
import { isSelected } from "./placing.js";
import type { Open } from "./check.js";
import { isRecent, pendingFor, pendingPod, settling } from "./starting.js";
import type { View } from "./view.js";

/**
 * How long the autoscaler waits for a node that it has asked for, by default.
 * https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md
 */
const provisioningMinutes = 15;

/** Whether the autoscaler adds a node for a pod: it has found out that the pod fits there. */
export function isScaledUpFor(view: View, { metadata }: Pod): boolean {
    return view
        .events("Pod", metadata)
        .some(({ reason, last }) => reason === "TriggeredScaleUp" && isRecent(view, last, provisioningMinutes));
}

/** Whether a pod was made a moment ago, or the autoscaler adds a node for it. */
export function isAwaited(view: View, pod: Pod): boolean {
    return awaited(view, pod) !== undefined;
}

/** What a pod waits for then. */
export function awaited(view: View, pod: Pod): Open | undefined {
    const { namespace = "", name } = pod.metadata;
    if (isScaledUpFor(view, pod))
        return pendingFor(`the autoscaler adds a node for pod ${namespace}/${name}`, provisioningMinutes);
    return isRecent(view, pod.metadata.creationTimestamp) ? pendingPod(pod) : undefined;
}

/** What it waits for where it may have its place yet: also for a node that is new, or offers nothing yet. */
export function coming(view: View, pod: Pod): Open | undefined {
    const nodes = view.sgxNodes.filter((node) => isSelected(pod.spec, node));
    return awaited(view, pod) ?? nodes.map((node) => settling(view, node, "plugin")).find((each) => each !== undefined);
}

/** Whether a pod may have its place yet. */
export function mayCome(view: View, pod: Pod): boolean {
    return coming(view, pod) !== undefined;
}
