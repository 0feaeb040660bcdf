import type { ContainerState, Pod } from "../../../doctor/model/objects";
import type { Objects } from "./cluster";

/** The pod of an object whose name begins so. */
export function podNamed({ pods }: Objects, start: string): Pod {
    const found = pods.find(({ metadata }) => metadata.name.startsWith(start));
    if (found === undefined) throw new Error(`no pod ${start}`);
    return found;
}

/** The pod is on its node, and one of its containers is in a state; it is not ready. */
export function inState(
    pod: Pod,
    container: string,
    state: ContainerState,
    { lastState, restartCount = 0 }: { lastState?: ContainerState; restartCount?: number } = {},
): void {
    const statuses = (pod.status.containerStatuses ?? []).filter(({ name }) => name !== container);
    pod.status = {
        ...pod.status,
        conditions: [{ type: "Ready", status: "False" }],
        containerStatuses: [
            { name: container, ready: false, restartCount, state, ...(lastState === undefined ? {} : { lastState }) },
            ...statuses,
        ],
    };
}

/** The pod waits for the scheduler, which says why. */
export function unscheduled(pod: Pod, message: string): void {
    const { nodeName, ...spec } = pod.spec;
    const matchFields = [{ key: "metadata.name", operator: "In", values: [nodeName ?? ""] }];
    pod.spec = {
        ...spec,
        ...(nodeName === undefined
            ? {}
            : {
                  affinity: {
                      nodeAffinity: {
                          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
                      },
                  },
              }),
    };
    pod.status = {
        phase: "Pending",
        conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
    };
}

/** A container that ended and waits to be started anew. */
export const crashed = (exitCode: number, reason = "Error") =>
    ({
        state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed container" } },
        more: {
            restartCount: 7,
            lastState: { terminated: { exitCode, reason, finishedAt: "2026-11-27T11:58:00Z" } },
        },
    }) as const;
