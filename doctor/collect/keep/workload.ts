import type { DaemonSet, PodTemplate, Workload } from "../../model/objects.js";
import { hiddenIn } from "../hidden.js";
import { mask, masker, type Mask } from "../mask.js";
import { keepConditions, keepMeta, noMeta } from "./meta.js";
import { keepTemplate } from "./pod-spec.js";
import { number, object, or, record, under, type Raw } from "./shape.js";

const noTemplate: PodTemplate = { spec: { containers: [] } };

/** The template of a workload as it came. */
export function templateIn(kind: Workload["kind"] | "DaemonSet", raw: Raw): Raw {
    const spec = under(raw, "spec");
    return kind === "CronJob" ? under(under(under(spec, "jobTemplate"), "spec"), "template") : under(spec, "template");
}

const daemonSetSpec = object<DaemonSet["spec"]>({
    selector: or(
        object<DaemonSet["spec"]["selector"]>({
            matchLabels: record((value) => (typeof value === "string" ? value : undefined)),
        }),
        {},
    ),
    template: or(keepTemplate, noTemplate),
});

const daemonSetStatus = object<DaemonSet["status"]>({
    desiredNumberScheduled: number,
    numberReady: number,
    numberUnavailable: number,
    updatedNumberScheduled: number,
});

/** A mask that knows the values in a workload's template. */
export function maskOf(kind: Workload["kind"] | "DaemonSet", raw: Raw): Mask {
    return masker(hiddenIn(under(templateIn(kind, raw), "spec")));
}

export function keepDaemonSet(raw: Raw): DaemonSet {
    return {
        metadata: keepMeta(raw.metadata) ?? noMeta,
        spec: daemonSetSpec(raw.spec) ?? { selector: {}, template: noTemplate },
        status: daemonSetStatus(raw.status) ?? {},
    };
}

/** Fields of the spec and the status that say how many pods are wanted, and how many are as they should be. */
const counts: Record<Exclude<Workload["kind"], "CronJob">, readonly [wanted: string, ready: string]> = {
    Deployment: ["replicas", "readyReplicas"],
    StatefulSet: ["replicas", "readyReplicas"],
    Job: ["completions", "succeeded"],
};

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
    const [wanted, ready] = counts[kind];
    return {
        ...workload,
        wanted: number(under(raw, "spec")[wanted]) ?? 1,
        ready: number(status[ready]) ?? 0,
    };
}
