import type { ContainerStatus, Pod } from "../model/objects.js";
import { statusesOf } from "./view.js";

/** Why a container does not run. */
export interface Trouble {
    /**
     * `image-pull`: its image cannot be fetched. `cannot-start`: the runtime cannot start it. `ended`: it ended and
     * waits to be started again, or has ended for good with an error.
     */
    kind: "image-pull" | "cannot-start" | "ended";
    container: string;
    image: string;
    /** What the kubelet says: a reason, with its message where there is one. */
    said: string;
    /** How it ended last. */
    exitCode?: number;
    /** Its exit was for want of memory. */
    outOfMemory: boolean;
    restarts: number;
}

const imageReasons = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError"];
const startReasons = ["CreateContainerConfigError", "CreateContainerError", "RunContainerError"];

/** The first container of a pod that is in trouble. */
export function troubleOf(pod: Pod): Trouble | undefined {
    for (const status of statusesOf(pod)) {
        const kind = kindOf(status);
        if (kind !== undefined) return { kind, ...detailsOf(status, pod) };
    }
    return undefined;
}

function kindOf({ state, lastState }: ContainerStatus): Trouble["kind"] | undefined {
    const reason = state?.waiting?.reason ?? "";
    if (imageReasons.includes(reason)) return "image-pull";
    if (startReasons.includes(reason)) return "cannot-start";
    if (reason === "CrashLoopBackOff") return "ended";
    if (state?.terminated !== undefined && state.terminated.exitCode !== 0) return "ended";
    // Between its end and the next start.
    return reason !== "" && lastState?.terminated !== undefined ? "ended" : undefined;
}

function detailsOf(status: ContainerStatus, { spec }: Pod): Omit<Trouble, "kind"> {
    const { name, state, restartCount } = status;
    const last = lastEndOf(status);
    const [reason, message] = [state?.waiting?.reason ?? last?.reason ?? "", state?.waiting?.message ?? last?.message];
    const image = [...(spec.initContainers ?? []), ...spec.containers].find((one) => one.name === name)?.image;
    return {
        container: name,
        image: image ?? status.image ?? "",
        said: message === undefined || message === "" ? reason : `${reason}: ${oneLine(message)}`,
        ...(last === undefined ? {} : { exitCode: last.exitCode }),
        outOfMemory: last?.reason === "OOMKilled",
        restarts: restartCount,
    };
}

/** How a container ended last. */
export function lastEndOf({ state, lastState }: ContainerStatus) {
    return state?.terminated ?? lastState?.terminated;
}

const longest = 300;

/** A message as part of a sentence. */
export function oneLine(message: string): string {
    const text = message.replace(/\s+/g, " ").trim().replace(/\.$/, "");
    return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}
