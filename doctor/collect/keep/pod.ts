import type { ContainerState, ContainerStatus, Pod } from "../../model/objects.js";
import { hiddenIn } from "../hidden.js";
import { end, masker, type Mask } from "../mask.js";
import { keepConditions, keepMasked, keepMeta, noMeta } from "./meta.js";
import { keepPodSpec } from "./pod-spec.js";
import { flag, isRaw, list, number, object, or, text, under, type Keep, type Raw } from "./shape.js";
import { keepVerdict } from "./verdict.js";

/** A pod with what is kept of it, and a mask that knows the values of its variables. */
export function keepPod(raw: Raw): { pod: Pod; mask: Mask } {
    const mask = masker(hiddenIn(under(raw, "spec")));
    const status = object<Pod["status"]>({
        phase: text,
        reason: text,
        message: keepMasked(mask),
        startTime: text,
        conditions: keepConditions(mask),
        initContainerStatuses: list(containerStatus(mask)),
        containerStatuses: list(containerStatus(mask)),
    });
    const pod: Pod = {
        metadata: keepMeta(raw.metadata) ?? noMeta,
        spec: keepPodSpec(raw.spec) ?? { containers: [] },
        status: status(raw.status) ?? {},
    };
    return { pod, mask };
}

function containerStatus(mask: Mask): Keep<ContainerStatus> {
    const state = containerState(mask);
    return object<ContainerStatus>({
        name: or(text, ""),
        ready: or(flag, false),
        started: flag,
        restartCount: or(number, 0),
        image: text,
        imageID: text,
        state,
        lastState: state,
        allocatedResourcesStatus: list(
            object<NonNullable<ContainerStatus["allocatedResourcesStatus"]>[number]>({
                name: or(text, ""),
                resources: list(
                    object<{ resourceID: string; health?: string }>({ resourceID: or(text, ""), health: text }),
                ),
            }),
        ),
    });
}

function containerState(mask: Mask): Keep<ContainerState> {
    const keep = object<ContainerState>({
        waiting: object<NonNullable<ContainerState["waiting"]>>({ reason: text, message: keepMasked(mask) }),
        running: object<NonNullable<ContainerState["running"]>>({ startedAt: text }),
        terminated: object<NonNullable<ContainerState["terminated"]>>({
            exitCode: or(number, 0),
            signal: number,
            reason: text,
            message: (raw) => (typeof raw === "string" && raw !== "" ? terminationMessage(mask, raw) : undefined),
            finishedAt: text,
        }),
    });
    // A state without anything in it is none.
    return (raw) => (isRaw(raw) && Object.keys(raw).length > 0 ? keep(raw) : undefined);
}

function terminationMessage(mask: Mask, message: string): string {
    return keepVerdict(message) ?? end(mask(message));
}
