import type { ContainerStatus, Pod } from "../model/objects.js";
import { pullFailure } from "./image-pull.js";
import { statusesOf, type View } from "./view.js";

/** Why a pod is not ready, and what to do. */
export interface Trouble {
    reason: string;
    seen: string;
    fix: string;
}

/** Whose pod it is. */
interface Whose {
    /** In sentences, such as `device plugin`. */
    name: string;
    /** In reasons, such as `plugin`. */
    prefix: string;
    /** What it means that a device of the node is not there. */
    device: Trouble;
    /** A container that another check is about. */
    except: string | undefined;
}

/** Reasons of a container that the runtime cannot make or start. */
const startFailures = ["CreateContainerError", "CreateContainerConfigError", "RunContainerError", "PostStartHookError"];

/** Why a DaemonSet's pod is not ready on its node: the first cause that is seen. */
export function notReady(view: View, pod: Pod, whose: Whose): Trouble {
    const statuses = statusesOf(pod).filter(({ name }) => name !== whose.except);
    const ofContainers = statuses.flatMap((status) => {
        const trouble = pullFailure(view, pod, status) ?? ofContainer(pod, status, whose);
        return trouble === undefined ? [] : [trouble];
    });
    return ofContainers[0] ?? ofEvents(view, pod, whose) ?? stillNot(pod, whose);
}

const logs = ({ metadata }: Pod, container: string, more = "") =>
    `kubectl logs -n ${metadata.namespace ?? ""} ${metadata.name} -c ${container}${more}`;

function ofContainer(pod: Pod, status: ContainerStatus, { name, prefix }: Whose): Trouble | undefined {
    const { waiting, terminated } = status.state ?? {};
    const end = terminated ?? status.lastState?.terminated;
    if (waiting?.reason === "CrashLoopBackOff" || (end !== undefined && end.exitCode !== 0)) {
        const how =
            end === undefined ? "" : ` (exit code ${end.exitCode}${end.reason === undefined ? "" : `, ${end.reason}`})`;
        return {
            reason: `${prefix}-crashing`,
            seen: `the ${name}'s container ${status.name} ends again and again${how}`,
            fix: logs(pod, status.name, " --previous"),
        };
    }
    if (waiting?.reason === undefined || !startFailures.includes(waiting.reason)) return undefined;
    return {
        reason: `${prefix}-not-starting`,
        seen: `the ${name}'s container ${status.name} cannot be started (${waiting.reason}: ${waiting.message ?? ""})`,
        fix: `kubectl describe pod -n ${pod.metadata.namespace ?? ""} ${pod.metadata.name}`,
    };
}

/** What the kubelet says while no container was made. */
function ofEvents(view: View, pod: Pod, { name, prefix, device }: Whose): Trouble | undefined {
    const events = view.events("Pod", pod.metadata);
    const mount = events.filter(({ reason }) => reason === "FailedMount").at(-1)?.message;
    if (mount !== undefined && /hostPath type check failed: \/dev\/sgx/.test(mount)) return device;
    const said = mount ?? events.filter(({ reason }) => reason === "FailedCreatePodSandBox").at(-1)?.message;
    if (said === undefined) return undefined;
    return {
        reason: `${prefix}-not-starting`,
        seen: `the ${name}'s pod cannot be started: ${said}`,
        fix: `kubectl describe pod -n ${pod.metadata.namespace ?? ""} ${pod.metadata.name}`,
    };
}

function stillNot(pod: Pod, { name, prefix }: Whose): Trouble {
    return {
        reason: `${prefix}-not-ready`,
        seen: `the ${name} is not ready on the node`,
        fix: `wait a minute if the node is new; else see ${logs(pod, pod.spec.containers[0]?.name ?? "")}`,
    };
}
