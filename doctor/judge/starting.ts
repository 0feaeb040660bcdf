import type { ContainerState, DaemonSet, Node, Pod } from "../model/objects.js";
import type { Role } from "../model/roles.js";
import { isSelected } from "./placing.js";
import { isLive, isTrue, type View } from "./view.js";

/**
 * What a node that joins or comes back, and a pod that is made or replaced, may take until it is ready. Before that it
 * is a finding only where something says that it will not be, such as an image that cannot be pulled.
 */
export const graceMinutes = 3;

/** Whether a time is less than that ago. One that is not there is long ago. */
export function isRecent({ now }: View, at: string | undefined, minutes = graceMinutes): boolean {
    return now - Date.parse(at ?? "") < minutes * 60_000;
}

/** When a node or pod came to be ready, or not to be ready any more. */
function turnedAt({ status }: Pick<Node | Pod, "status">): string | undefined {
    return status.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime;
}

/** Whether a node has joined a moment ago, or come back, as after a reboot, or its kubelet has started again. */
export function isNew(view: View, node: Node): boolean {
    const { name, creationTimestamp } = node.metadata;
    const starts = view.events("Node", { name }).filter(({ reason }) => reason === "Starting");
    return [creationTimestamp, turnedAt(node), ...starts.map(({ last }) => last)].some((at) => isRecent(view, at));
}

/** Whether a pod was made or became unready a moment ago, ends, or is on a node that is new. */
export function isStarting(view: View, pod: Pod): boolean {
    const { metadata, spec, status } = pod;
    const node = view.node(spec.nodeName);
    const times = [status.startTime ?? metadata.creationTimestamp, turnedAt(pod), metadata.deletionTimestamp];
    return times.some((at) => isRecent(view, at)) || (node !== undefined && isNew(view, node));
}

/** Whether a pod was deleted and is still there long after its end should be. */
export function isStuckDeleted(view: View, { metadata: { deletionTimestamp } }: Pod): boolean {
    return deletionTimestamp !== undefined && !isRecent(view, deletionTimestamp);
}

/** Answers of `isSettling`: some checks ask for each pod and node. */
const answers = new WeakMap<View, Map<string, boolean>>();

/** Whether the pod of a DaemonSet that belongs on a node may not be there, or not do its work, yet. */
export function isSettling(view: View, node: Node, role: Role): boolean {
    const known = answers.get(view) ?? new Map<string, boolean>();
    answers.set(view, known);
    const key = `${role}/${node.metadata.name}`;
    const answer = known.get(key) ?? settles(view, node, role);
    known.set(key, answer);
    return answer;
}

function settles(view: View, node: Node, role: Role): boolean {
    if (isNew(view, node)) return true;
    const pods = view.forNode(node, role).filter(isLive);
    if (pods.length > 0) return pods.some((pod) => isStarting(view, pod));
    return view.daemonSets[role].some((each) => isSelected(each.spec.template.spec, node) && isRollingOut(view, each));
}

/** Whether a DaemonSet was made a moment ago, or replaces its pods: one has gone, and the next is not made yet. */
function isRollingOut(view: View, { metadata, status }: DaemonSet): boolean {
    if (isRecent(view, metadata.creationTimestamp)) return true;
    const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled: updated = wanted } = status;
    return updated < wanted && !view.events("DaemonSet", metadata).some(({ reason }) => reason === "FailedCreate");
}

/** What kubelets say of a container that they find gone, as after a reboot. */
const lostReasons = ["Unknown", "ContainerStatusUnknown"];

/** Whether a container has ended with its node, which came back since, and not by itself. */
export function hasEndedWithNode(view: View, pod: Pod, end: ContainerState["terminated"]): boolean {
    if (end === undefined || !isLive(pod)) return false;
    if (lostReasons.includes(end.reason ?? "")) return true;
    const node = view.node(pod.spec.nodeName);
    if (node === undefined || !isTrue(node, "Ready")) return false;
    return Date.parse(end.finishedAt ?? "") < Date.parse(turnedAt(node) ?? "");
}
