import type { DaemonSet, PodTemplate, Workload } from "../../model/objects.js";
import { hiddenIn } from "../hidden.js";
import { mask, masker, type Mask } from "../mask.js";
import { keepConditions, keepMeta, noMeta } from "./meta.js";
import { keepTemplate } from "./pod-spec.js";
import { itemsOf, number, object, or, text, under, type Raw } from "./shape.js";

const noTemplate: PodTemplate = { spec: { containers: [] } };

/** The template of a workload as it came. */
export function templateIn(kind: Workload["kind"] | "DaemonSet", raw: Raw): Raw {
    const spec = under(raw, "spec");
    return kind === "CronJob" ? under(under(under(spec, "jobTemplate"), "spec"), "template") : under(spec, "template");
}

const daemonSetSpec = object<DaemonSet["spec"]>({
    template: or(keepTemplate, noTemplate),
});

const daemonSetStatus = object<DaemonSet["status"]>({
    desiredNumberScheduled: number,
    updatedNumberScheduled: number,
    currentNumberScheduled: number,
});

/** A mask that knows the values in a workload's template. */
export function maskOf(kind: Workload["kind"] | "DaemonSet", raw: Raw): Mask {
    return masker(hiddenIn(under(templateIn(kind, raw), "spec")));
}

export function keepDaemonSet(raw: Raw): DaemonSet {
    return {
        metadata: keepMeta(raw.metadata) ?? noMeta,
        spec: daemonSetSpec(raw.spec) ?? { template: noTemplate },
        status: daemonSetStatus(raw.status) ?? {},
        ...changeOf(raw),
    };
}

/** The last of the times at which somebody has changed fields of his, the controller those of the status among them. */
function changeOf(raw: Raw): Pick<DaemonSet, "changedAt"> {
    const times = itemsOf(under(raw, "metadata"), "managedFields").flatMap(({ time }) => text(time) ?? []);
    const changedAt = times.sort((one, other) => Date.parse(one) - Date.parse(other)).at(-1);
    return changedAt === undefined ? {} : { changedAt };
}

/** How many pods a Job wants at once now: none more as soon as it has ended, or while it is suspended. */
function wantedOfJob(spec: Raw, succeeded: number, hasEnded: boolean): number {
    if (hasEnded || spec.suspend === true) return 0;
    const parallelism = number(spec.parallelism) ?? 1;
    // A Job without a number of completions ends with the first pod that ends well.
    const left = (number(spec.completions) ?? (succeeded > 0 ? 0 : parallelism)) - succeeded;
    return Math.max(0, Math.min(parallelism, left));
}

const ends = ["Complete", "SuccessCriteriaMet", "Failed", "FailureTarget"];

const conditions = keepConditions(mask);

export function keepWorkload(kind: Workload["kind"], raw: Raw): Workload {
    const status = under(raw, "status");
    const kept = conditions(status.conditions);
    const workload: Workload = {
        kind,
        metadata: keepMeta(raw.metadata) ?? noMeta,
        template: keepTemplate(templateIn(kind, raw)) ?? noTemplate,
        ...(kept === undefined ? {} : { conditions: kept }),
    };
    if (kind === "CronJob") return workload;
    const spec = under(raw, "spec");
    if (kind !== "Job")
        return { ...workload, wanted: number(spec.replicas) ?? 1, ready: number(status.readyReplicas) ?? 0 };
    const ready = number(status.succeeded) ?? 0;
    const hasEnded = kept?.some((each) => ends.includes(each.type) && each.status === "True") === true;
    return { ...workload, wanted: wantedOfJob(spec, ready, hasEnded), ready };
}
