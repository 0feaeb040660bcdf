import type { Node, Pod } from "../../model/objects.js";
import { isOfNodeProof } from "../../model/provers.js";
import type { Place } from "../../model/report.js";
import { ownerOf } from "../attesting.js";
import { ofEach, unusableNode, type Cause, type Found, type Open, type Seen } from "../check.js";
import { describePod } from "../containers.js";
import { dueSince, isProofPod, minutesOf, proofPodOf, roomFor } from "../node-proofs.js";
import { isSelected } from "../placing.js";
import { isNew, isRollingOut, isStarting, pendingFor, pendingNode, settling } from "../starting.js";
import { verdictIn, type Verdict } from "../verdicts.js";
import { failureOf, quoteCauses } from "../verdict-texts.js";
import { isTrue, placeOf, type View } from "../view.js";

const minute = 60_000;

/** Checks whose findings on a node keep a proof from running there. */
const nodeCauses: readonly Cause[] = [
    ...unusableNode,
    ...(["CA-N09", "CA-P15", "CA-P14", "CA-P13", "CA-N11", "CA-N10", "CA-N12", "CA-P16"] satisfies Cause[]),
    ...quoteCauses,
];

/** How the proof is on every node that it is for. */
export function nodeProofs(view: View, found: Found): Seen[] {
    const seen = ofEach(view.sgxNodes, (node): Seen | undefined => {
        const pod = proofPodOf(view, node);
        if (pod === undefined) return withoutPod(view, node, found);
        const [verdict] = verdictIn(pod);
        return verdict === undefined ? withoutVerdict(view, node, pod, found) : ofVerdict(view, node, verdict, found);
    });
    return [...seen, ...waiting(view)];
}

const places = (node: Node, pod: Pod): Place[] => [placeOf("Node", node.metadata), placeOf("Pod", pod.metadata)];

function ofVerdict(view: View, node: Node, verdict: Verdict, found: Found): Seen | undefined {
    const { pod, mode } = verdict;
    const { name } = node.metadata;
    if (verdict.verdict === "out-of-process") {
        const hours = staleHours(view, verdict);
        if (hours === undefined) return undefined;
        const because = found.causeOn(name, unusableNode);
        if (because !== undefined) return { because };
        const { namespace = "" } = pod.metadata;
        return {
            reason: "stale",
            severity: "warning",
            seen: `the last proof on the node is more than ${hours} hours old, in which two were due`,
            where: places(node, pod),
            fix: `\`kubectl delete pod -n ${namespace} ${pod.metadata.name}\`: its DaemonSet makes another one, which proves the node at once`,
        };
    }
    if (mode !== "in-process") {
        const pending = isStarting(view, pod) ? triedAgain(node) : settling(view, node, "helper");
        if (pending !== undefined) return pending;
        const because = found.causeOn(name, [...unusableNode, ...quoteCauses]);
        if (because !== undefined) return { because };
    }
    return { ...failureOf(verdict), severity: "problem", where: places(node, pod) };
}

const triedAgain = ({ metadata: { name } }: Node): Open => pendingFor(`the proof on node ${name} is tried again`);

/** Hours in which two proofs were due, if the last one is older than that. */
function staleHours(view: View, { pod, at }: Verdict): number | undefined {
    const intervalSeconds = pod.proof?.intervalSeconds;
    if (intervalSeconds === undefined || view.now - Date.parse(at) <= 2000 * intervalSeconds) return undefined;
    return Math.round((2 * intervalSeconds) / 360) / 10;
}

function withoutVerdict(view: View, node: Node, pod: Pod, found: Found): Seen | undefined {
    // It is ready as long as its node is proven, also where the kubelet has forgotten the run before.
    if (isTrue(pod, "Ready") || roomFor(view, pod) !== undefined) return undefined;
    const { kind, name, namespace } = ownerOf(pod);
    const because =
        found.causeOn(node.metadata.name, nodeCauses) ??
        found.cause(["CA-C07", "CA-W22", "CA-W23", "CA-W24"], { kind, namespace, name });
    if (because !== undefined) return { because };
    const minutes = minutesOf(pod);
    if (view.now - dueSince(view, pod) < minutes * minute)
        return pendingFor(`the proof on node ${node.metadata.name} runs`, minutes);
    return {
        reason: "never-proven",
        severity: "warning",
        seen: `no proof on the node has ended within ${minutes} minutes`,
        where: places(node, pod),
        fix: `look at its pod: ${describePod(pod)}`,
    };
}

/** The proof is for the node, and has no pod there. */
function withoutPod(view: View, node: Node, found: Found): Seen | undefined {
    const daemonSet = view.daemonSets.workload.find(
        ({ spec: { template } }) => isOfNodeProof(template.metadata?.labels) && isSelected(template.spec, node),
    );
    if (daemonSet === undefined) return undefined;
    const { name, namespace = "" } = daemonSet.metadata;
    const place = placeOf("DaemonSet", daemonSet.metadata);
    const because = found.causeOn(node.metadata.name, unusableNode) ?? found.cause(["CA-W22", "CA-W23"], place);
    if (because !== undefined) return { because };
    if (isNew(view, node)) return pendingNode(view, node);
    const leaving = view.forNode(node, "workload").some((pod) => isProofPod(pod) && isStarting(view, pod));
    if (leaving || isRollingOut(view, daemonSet))
        return pendingFor(`DaemonSet ${namespace}/${name} makes its pod on node ${node.metadata.name}`);
    return {
        reason: "never-proven",
        severity: "warning",
        seen: "the node has no pod of the proof",
        where: [placeOf("Node", node.metadata), place],
        fix: `look at its events: \`kubectl describe daemonset -n ${namespace} ${name}\``,
    };
}

const mostNames = 5;

/** The nodes on which work has what a proof needs: that is no fault, and why they are not proven. */
function waiting(view: View): Open[] {
    const byRoom = new Map<string, string[]>();
    for (const node of view.sgxNodes) {
        const pod = proofPodOf(view, node);
        const room = pod === undefined ? undefined : roomFor(view, pod);
        if (room !== undefined) byRoom.set(room, [...(byRoom.get(room) ?? []), node.metadata.name]);
    }
    return [...byRoom].map(([room, names]) => {
        const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : "";
        const nodes = `${names.length === 1 ? "node" : "nodes"} ${names.slice(0, mostNames).join(", ")}${more}`;
        return { needs: `${room} for the proof on ${nodes}, which work has` };
    });
}
