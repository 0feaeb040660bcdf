import type { ContainerStatus, Node, Pod } from "../model/objects.js";
import { isOfNodeProof, JUDGE_CONTAINER } from "../model/provers.js";
import { amountText, resourceNames, shortagesOn } from "./capacity.js";
import { lastEndOf } from "./containers.js";
import { targetOf } from "./placing.js";
import { returnsOf, turnedAt } from "./starting.js";
import { isVerdict } from "./verdicts.js";
import type { View } from "./view.js";

/*
 * The proof on every node (components/proof). Its pods have the lowest priority and end after each proof, so that much
 * that is a fault of other workloads is none of theirs: CA-E25 says how they are.
 */

/** Whether a pod is one of the proof on a node. */
export function isProofPod({ metadata }: Pod): boolean {
    return isOfNodeProof(metadata.labels);
}

/** The pod of the proof that is on the node, or is for it; not one that leaves. */
export function proofPodOf(view: View, node: Node): Pod | undefined {
    const [newest] = view
        .forNode(node, "workload")
        .filter((pod) => isProofPod(pod) && !hasEnded(pod) && pod.metadata.deletionTimestamp === undefined)
        .sort((one, other) => createdAt(other) - createdAt(one));
    return newest;
}

const hasEnded = ({ status }: Pod): boolean => status.phase === "Failed" || status.phase === "Succeeded";
const createdAt = ({ metadata }: Pod): number => Date.parse(metadata.creationTimestamp ?? "");

/** What the proof on a node waits for: room that pods with a higher priority have. */
export function roomOf(view: View, node: Node): string | undefined {
    const pod = proofPodOf(view, node);
    return pod === undefined ? undefined : roomFor(view, pod);
}

/** The same of one pod; undefined as well where the node could not give it that room, whatever else is there. */
export function roomFor(view: View, pod: Pod): string | undefined {
    const node = view.node(targetOf(pod));
    if (!isProofPod(pod) || pod.spec.nodeName !== undefined || node === undefined) return undefined;
    const shortages = shortagesOn(view, pod.spec, node, "proof");
    const [first] = shortages;
    // A pod that the scheduler has made room for, and not bound yet, has it already.
    if (first === undefined) return /\bInsufficient ([\w./-]*\w)/.exec(unschedulable(pod))?.[1];
    if (shortages.some(({ asks, most, isGone }) => isGone || asks > most)) return undefined;
    return `${amountText(first.resource, first.asks)} of ${resourceNames[first.resource]}`;
}

function unschedulable({ status }: Pod): string {
    const condition = status.conditions?.find(({ type }) => type === "PodScheduled");
    return condition?.status === "False" ? (condition.message ?? "") : "";
}

/** Whether the container ended as it does after each proof, whatever came of it, and not by a fault of its own. */
export function hasJudged(pod: Pod, status: ContainerStatus): boolean {
    const end = lastEndOf(status);
    if (!isProofPod(pod) || status.name !== JUDGE_CONTAINER || end === undefined) return false;
    return end.exitCode === 0 || isVerdict(end.message);
}

/** Runs of the judge that its pod's deadline has time for (components/shared/judge.ts). */
const runsInTime = 5;
const usualRunSeconds = 180;

/** Minutes that a pod has until its first verdict. */
export function minutesOf({ proof }: Pod): number {
    return Math.ceil(((proof?.runSeconds ?? usualRunSeconds) * runsInTime) / 60);
}

/** Since when a pod owes its first verdict: it was made, came to be unready, or its node came back. */
export function dueSince(view: View, pod: Pod): number {
    const node = view.node(pod.spec.nodeName);
    const times = [pod.status.startTime ?? pod.metadata.creationTimestamp, turnedAt(pod)];
    const known = [...times, ...(node === undefined ? [] : returnsOf(view, node))].flatMap((at) => at ?? []);
    return Math.max(...known.map((at) => Date.parse(at)));
}
