import type { ContainerStatus, Pod } from "../../model/objects.js";
import { roleOf } from "../../model/roles.js";
import { isOfNodeProof, isOfSample } from "../../model/provers.js";
import { hiddenIn } from "../hidden.js";
import { masker, type Mask } from "../mask.js";
import { containerState, type Speaker } from "./container-state.js";
import { keepConditions, keepMasked, keepMeta, noMeta } from "./meta.js";
import { keepPodSpec } from "./pod-spec.js";
import { keepProofTimes } from "./proof-times.js";
import { flag, list, number, object, or, reasonWord, text, under, type Keep, type Raw } from "./shape.js";

/** A pod with what is kept of it, and a mask that knows the values of its variables. */
export function keepPod(raw: Raw): { pod: Pod; mask: Mask } {
    const mask = masker(hiddenIn(under(raw, "spec")));
    const metadata = keepMeta(raw.metadata) ?? noMeta;
    const spec = keepPodSpec(raw.spec) ?? { containers: [] };
    const isWorkload = roleOf(metadata, spec) === "workload";
    const isOfProof = isOfNodeProof(metadata.labels);
    const statuses = list(containerStatus({ mask, isWorkload, isProver: isOfProof || isOfSample(metadata.labels) }));
    const proof = isOfProof ? keepProofTimes(under(raw, "spec")) : undefined;
    const status = object<Pod["status"]>({
        phase: text,
        reason: reasonWord,
        message: keepMasked(mask),
        startTime: text,
        conditions: keepConditions(mask, "PodScheduled"),
        initContainerStatuses: statuses,
        containerStatuses: statuses,
    });
    const pod = { metadata, spec, ...(proof === undefined ? {} : { proof }), status: status(raw.status) ?? {} };
    return { pod, mask };
}

const devices = list(
    object<NonNullable<ContainerStatus["allocatedResourcesStatus"]>[number]>({
        name: or(text, ""),
        resources: list(object<{ health?: string }>({ health: text })),
    }),
);

function containerStatus(ofPod: Omit<Speaker, "container">): Keep<ContainerStatus> {
    return (raw) => {
        const container = text((raw as Raw | null)?.name) ?? "";
        const state = containerState({ ...ofPod, container });
        return object<ContainerStatus>({
            name: or(text, ""),
            ready: or(flag, false),
            restartCount: or(number, 0),
            image: text,
            state,
            lastState: state,
            allocatedResourcesStatus: devices,
        })(raw);
    };
}
