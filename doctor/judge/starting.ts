import type { ContainerState, DaemonSet, Node, Pod } from "../model/objects.js";
import type { Role } from "../model/roles.js";
import type { Open } from "./check.js";
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
export function turnedAt({ status }: Pick<Node | Pod, "status">): string | undefined {
    return status.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime;
}

/** When a node came back: it turned ready, or its kubelet started, which a fast reboot shows only by an event. */
export function returnsOf(view: View, node: Node): string[] {
    const starts = view.events("Node", { name: node.metadata.name }).filter(({ reason }) => reason === "Starting");
    return [turnedAt(node), ...starts.map(({ last }) => last)].filter((at) => at !== undefined);
}

/** Whether a node has joined a moment ago, or come back, as after a reboot, or its kubelet has started again. */
export function isNew(view: View, node: Node): boolean {
    return [node.metadata.creationTimestamp, ...returnsOf(view, node)].some((at) => isRecent(view, at));
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

/** Something that starts or is made, and until when it may. */
export function pendingFor(what: string, minutes = graceMinutes): Open {
    return { needs: `${minutes} minutes: ${what}`, pending: true };
}

/** A node that joins or comes back. */
export function pendingNode(view: View, { metadata: { name, creationTimestamp } }: Node): Open {
    return pendingFor(`node ${name} ${isRecent(view, creationTimestamp) ? "joins" : "comes back"}`);
}

/** A pod that starts, or ends and is replaced. */
export function pendingPod({ metadata: { namespace = "", name, deletionTimestamp } }: Pod): Open {
    return pendingFor(`pod ${namespace}/${name} ${deletionTimestamp === undefined ? "starts" : "is replaced"}`);
}

/** Answers of `settling`: some checks ask for each pod and node. */
const answers = new WeakMap<View, Map<string, Open | undefined>>();

/** Whether the pod of a DaemonSet that belongs on a node may not be there, or not do its work, yet. */
export function isSettling(view: View, node: Node, role: Role): boolean {
    return settling(view, node, role) !== undefined;
}

/** What is going on there then; undefined: nothing is. */
export function settling(view: View, node: Node, role: Role): Open | undefined {
    const known = answers.get(view) ?? new Map<string, Open | undefined>();
    answers.set(view, known);
    const key = `${role}/${node.metadata.name}`;
    if (!known.has(key)) known.set(key, goingOn(view, node, role));
    return known.get(key);
}

function goingOn(view: View, node: Node, role: Role): Open | undefined {
    if (isNew(view, node)) return pendingNode(view, node);
    const pods = view.forNode(node, role).filter(isLive);
    const pod = pods.find((each) => isStarting(view, each));
    if (pods.length > 0) return pod === undefined ? undefined : pendingPod(pod);
    const daemonSet = view.daemonSets[role].find(
        (each) => isSelected(each.spec.template.spec, node) && (isRollingOut(view, each) || misses(view, role)),
    );
    if (daemonSet === undefined) return undefined;
    const { namespace = "", name } = daemonSet.metadata;
    return pendingFor(`DaemonSet ${namespace}/${name} makes its pod on node ${node.metadata.name}`);
}

/**
 * Whether a DaemonSet was made a moment ago, or replaces its pods: one has gone, and the next is not made yet. One that
 * does not get on with it, or leaves it to whoever deletes the pods, has not changed for longer.
 */
export function isRollingOut(view: View, { metadata, status, changedAt }: DaemonSet): boolean {
    if (isRecent(view, metadata.creationTimestamp)) return true;
    const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled: updated = wanted } = status;
    if (updated >= wanted || !isRecent(view, changedAt)) return false;
    return !view.events("DaemonSet", metadata).some(({ reason }) => reason === "FailedCreate");
}

/**
 * Whether the controller still counts a pod that has gone, as one that was deleted at once: it makes the next as soon
 * as it has seen that.
 */
function misses(view: View, role: Role): boolean {
    const counted = view.daemonSets[role].map(({ status }) => status.currentNumberScheduled ?? 0);
    return view.pods[role].filter(isLive).length < counted.reduce((sum, each) => sum + each, 0);
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
