import type { Pod } from "../model/objects.js";
import { isSelected } from "./placing.js";
import { isRecent, isSettling } from "./starting.js";
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
    return isRecent(view, pod.metadata.creationTimestamp) || isScaledUpFor(view, pod);
}

/** Whether a pod may have its place yet: also where a node that it selects is new, or offers nothing yet. */
export function mayCome(view: View, pod: Pod): boolean {
    return (
        isAwaited(view, pod) ||
        view.sgxNodes.some((node) => isSettling(view, node, "plugin") && isSelected(pod.spec, node))
    );
}
