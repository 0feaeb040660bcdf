import { at, isProperties, textAt, type Properties } from "../values.js";

/** How far an object is: done, on its way (and why), or failed for good. */
export type Readiness = { done: true } | { done: false; failed: boolean; reason: string };

const waiting = (reason: string): Readiness => ({ done: false, failed: false, reason });

/** What the provider waits for, for the kinds this project uses. */
export function readiness(object: Properties): Readiness {
    const annotations = at(object, "metadata.annotations");
    if (isProperties(annotations) && annotations["pulumi.com/skipAwait"] === "true") return { done: true };
    switch (object.kind) {
        case "Job":
            return jobReadiness(object);
        case "DaemonSet":
            return daemonSetReadiness(object);
        case "Namespace":
            return at(object, "status.phase") === "Active" ? { done: true } : waiting("not active yet");
        default:
            return { done: true };
    }
}

function jobReadiness(job: Properties): Readiness {
    const conditions = (at(job, "status.conditions") ?? []) as Properties[];
    const holds = (type: string) => conditions.find((item) => item.type === type && item.status === "True");
    if (holds("Complete") !== undefined) return { done: true };
    const failed = holds("Failed");
    if (failed === undefined) return waiting("the Job is not complete");
    return { done: false, failed: true, reason: `${textAt(failed, "reason")}: ${textAt(failed, "message")}` };
}

function daemonSetReadiness(set: Properties): Readiness {
    const status = isProperties(set.status) ? set.status : {};
    if (status.observedGeneration !== at(set, "metadata.generation")) return waiting("not seen by its controller yet");
    const desired = Number(status.desiredNumberScheduled ?? 0);
    const updated = Number(status.updatedNumberScheduled ?? 0);
    const available = Number(status.numberAvailable ?? 0);
    if (updated === desired && available === desired) return { done: true };
    return waiting(`${updated} of ${desired} pods are up to date, ${available} are available`);
}
