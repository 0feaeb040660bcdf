import type { KubernetesEvent } from "../../model/objects.js";
import { text, under, type Raw } from "./shape.js";

/** Reasons that a check reads; of all others nothing is kept. */
const reasons = new Set([
    ...["Failed", "Unhealthy", "FailedMount", "FailedCreatePodSandBox", "FailedCreate", "FailedScheduling"],
    ...["Starting", "TriggeredScaleUp"],
]);

/** An event whose message is not masked yet: that needs the pod. Undefined where no check reads its reason. */
export function keepEvent(raw: Raw): KubernetesEvent | undefined {
    const reason = text(raw.reason) ?? "";
    if (!reasons.has(reason)) return undefined;
    if (reason === "Starting" && senderOf(raw) !== "kubelet") return undefined;
    const object = under(raw, "involvedObject");
    const series = under(raw, "series");
    const namespace = text(object.namespace);
    const uid = text(object.uid);
    const fieldPath = text(object.fieldPath);
    // Events of the newer API, such as the scheduler's, have a series, and else neither a count nor a last time.
    const last =
        text(series.lastObservedTime) ??
        text(raw.lastTimestamp) ??
        text(raw.eventTime) ??
        text(under(raw, "metadata").creationTimestamp);
    return {
        reason,
        message: text(raw.message) ?? "",
        object: {
            kind: text(object.kind) ?? "",
            name: text(object.name) ?? "",
            ...(namespace === undefined ? {} : { namespace }),
            ...(uid === undefined ? {} : { uid }),
            ...(fieldPath === undefined ? {} : { fieldPath }),
        },
        ...(last === undefined ? {} : { last }),
    };
}

/** Who has sent it: of the older API a source, of the newer one a controller. Others start on a node as well. */
function senderOf(raw: Raw): string | undefined {
    return text(under(raw, "source").component) ?? text(raw.reportingComponent);
}
