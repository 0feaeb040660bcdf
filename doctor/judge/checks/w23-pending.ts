import { NodeResource, podRequests } from "../../../components/sgx/index.js";
import type { CheckCode } from "../../model/codes.js";
import type { KubernetesEvent, Node, Pod, Taint } from "../../model/objects.js";
import type { Finding } from "../../model/report.js";
import { subjectsOf, type Subject } from "../attesting.js";
import { noNodeOfAzure } from "../azure.js";
import { amountText, ownersText, resourceNames, shortagesOn, type Shortage } from "../capacity.js";
import { ofEach, type Cause, type Check, type Found, type Seen } from "../check.js";
import { coming, isAwaited, isScaledUpFor, mayCome } from "../coming.js";
import { describePod, oneLine } from "../containers.js";
import { gathered } from "../gather.js";
import { asksForSgx } from "../needs.js";
import { roomFor } from "../node-proofs.js";
import { needsSubject } from "../nothing.js";
import { isSelected, isTolerated, lastingTaints, taintText } from "../placing.js";
import { isOutdated, refusalsOf } from "../refusals.js";
import { isLive, type View } from "../view.js";

/** Checks whose findings on a node are why it gives pods nothing. */
const nodeCauses: readonly Cause[] = [
    ...(["CA-N08", "CA-N09", "CA-P15", "CA-P14", "CA-P13"] as const),
    ...(["CA-N11", "CA-N10", "CA-N12", "CA-P16", "CA-C07 startup-policy-missing"] as const),
];

/** A pod that waits for a node, or is not made at all. */
export const w23: Check = {
    code: "CA-W23",
    reads: ["nodes", "pods", "workloads"],
    needs: needsSubject,
    run: (view, found) => {
        const refusalOf = refusalsOf(view);
        const nowhereOf = placings(view, found);
        return gathered(
            ofEach(subjectsOf(view), (subject): Seen | undefined => {
                const pod = unplaced(view, subject);
                const state =
                    (pod === undefined ? undefined : waiting(view, pod, subject, found, nowhereOf)) ??
                    notMade(subject, refusalOf(subject));
                if (state === undefined) return pod === undefined ? undefined : coming(view, pod);
                if ("because" in state) return state;
                return { ...state, severity: "problem", where: [subject.place] };
            }),
        );
    },
};

type State = Pick<Finding, "reason" | "seen" | "fix"> | { because: CheckCode };

/** A pod of it that is not on a node: they are all alike. That work comes before the proof on a node, CA-E25 says. */
function unplaced(view: View, { pods }: Subject): Pod | undefined {
    const pod = pods.find(
        (each) =>
            each.spec.nodeName === undefined &&
            each.status.phase === "Pending" &&
            each.metadata.deletionTimestamp === undefined &&
            roomFor(view, each) === undefined,
    );
    return pod !== undefined && asksForSgx(pod.spec) ? pod : undefined;
}

/** Why it is not. */
function waiting(view: View, pod: Pod, subject: Subject, found: Found, nowhereOf: Placing): State | undefined {
    const [gate] = pod.spec.schedulingGates ?? [];
    if (gate !== undefined)
        return {
            reason: "gated",
            seen: `its pods wait for the scheduling gate ${gate.name}`,
            fix: `have the controller that sets ${gate.name} remove it`,
        };
    if (unschedulable(pod) === undefined) return undefined;
    const because = found.cause(["CA-N09"], subject.place);
    return because === undefined ? (nowhereOf(pod) ?? unknown(view, pod, subject, found)) : { because };
}

/** What the scheduler says; undefined while it has not looked. */
function unschedulable({ status }: Pod): string | undefined {
    const condition = status.conditions?.find(({ type }) => type === "PodScheduled");
    return condition?.status === "False" ? (condition.message ?? "") : undefined;
}

type Placing = (pod: Pod) => State | undefined;

/** Why no node takes a pod, found out once for all pods that ask for the same. */
function placings(view: View, found: Found): Placing {
    const known = new Map<string, State | undefined>();
    return (pod) => {
        const { nodeSelector, affinity, tolerations } = pod.spec;
        const time = [isAwaited(view, pod), isScaledUpFor(view, pod)];
        const key = JSON.stringify([nodeSelector, affinity, tolerations, podRequests(pod.spec), time]);
        if (!known.has(key)) known.set(key, nowhere(view, pod, found));
        return known.get(key);
    };
}

/** Why none of the SGX nodes takes it; undefined: one may, by what is counted here. */
function nowhere(view: View, pod: Pod, found: Found): State | undefined {
    const selected = view.sgxNodes.filter((node) => isSelected(pod.spec, node));
    if (selected.length === 0) return notSelected(view, pod, found);
    const reachable = selected.filter((node) => lastingTaints(node, pod.spec).length === 0);
    const [taint] = selected.flatMap((node) => lastingTaints(node, pod.spec));
    if (reachable.length === 0 && taint !== undefined)
        return effectOf(selected, nodeCauses, found) ?? (mayCome(view, pod) ? undefined : tainted(taint));
    const short = reachable.map((node) => ({ node, shortages: shortagesOn(view, pod.spec, node) }));
    // More than a node can ever give is too much, whatever keeps the node from giving it now.
    const isTooMuch = ({ asks, most }: Shortage) => asks > most && most > 0;
    if (short.every(({ shortages }) => shortages.some(isTooMuch)) && !isScaledUpFor(view, pod))
        return effectOf(reachable, ["CA-N12"], found) ?? neverFits(short, isTooMuch);
    const open = short.filter(({ node: { spec } }) =>
        (spec.taints ?? []).every((one) => isTolerated(one, pod.spec.tolerations)),
    );
    if (open.length === 0) return effectOf(selected, nodeCauses, found);
    if (open.some(({ shortages }) => shortages.length === 0)) return undefined;
    const gone = open.filter(({ shortages }) => shortages.some(({ isGone }) => isGone)).map(({ node }) => node);
    const fitting = open.filter(({ shortages }) => shortages.every(({ asks, most }) => asks <= most));
    const because = effectOf(gone, nodeCauses, found);
    return because ?? (fitting.length === 0 || mayCome(view, pod) ? undefined : givenOut(view, fitting));
}

/** What was found keeps one of the nodes from giving pods what it has. */
function effectOf(nodes: readonly Node[], codes: readonly Cause[], found: Found): State | undefined {
    for (const { metadata } of nodes) {
        const because = found.causeOn(metadata.name, codes);
        if (because !== undefined) return { because };
    }
    return undefined;
}

function notSelected(view: View, pod: Pod, found: Found): State | undefined {
    const { sgxNodes } = view;
    const because = found.cause(sgxNodes.length === 0 ? ["CA-N08", ...noNodeOfAzure] : ["CA-N08"]);
    if (because !== undefined) return { because };
    if (mayCome(view, pod)) return undefined;
    const { spec } = pod;
    const labels = Object.entries(spec.nodeSelector ?? {}).map(([key, value]) => `${key}=${value}`);
    const wanted = labels.length === 0 ? "node affinity" : `node selector ${labels.join(", ")}`;
    return {
        reason: "selector",
        seen: `the ${wanted} of its pods matches none of the ${sgxNodes.length} SGX nodes`,
        fix: "correct the selector; `kubectl get nodes --show-labels` shows the labels that nodes have",
    };
}

function tainted(taint: Taint): State {
    return {
        reason: "taint",
        seen: `every SGX node that its pods select has a taint that they do not tolerate, such as ${taintText(taint)}`,
        fix: `give the pods a toleration of ${taint.key} (withAttestation writes the one of this package's pools), or take the taint off`,
    };
}

interface Short {
    node: Node;
    shortages: readonly Shortage[];
}

/** The node that has the most of what is too little everywhere. */
function neverFits(short: readonly Short[], isTooMuch: (one: Shortage) => boolean): State {
    const best = nearest(short, isTooMuch, ({ most }) => most);
    const { resource, asks, has, most } = best.shortage;
    const name = resourceNames[resource];
    const beside = most < has ? " beside the pods of DaemonSets" : "";
    return {
        reason: "never-fits",
        seen: `a pod of it asks for ${amountText(resource, asks)} of ${name}, and the largest node that it may run on has ${amountText(resource, most)}${beside} (${best.node.metadata.name})`,
        fix: `ask for ${amountText(resource, most)} of ${name} at most, or use a larger VM size`,
    };
}

function givenOut(view: View, short: readonly Short[]): State {
    const best = nearest(
        short,
        () => true,
        ({ free }) => free,
    );
    const { resource, asks, has, free } = best.shortage;
    const name = resourceNames[resource];
    const owners = resource === NodeResource.epc ? ownersText(view, best.node) : "";
    return {
        reason: "given-out",
        seen: `a pod of it waits for ${amountText(resource, asks)} of ${name}, and the most that a node has left is ${amountText(resource, free)} of ${amountText(resource, has)} (${best.node.metadata.name}${owners === "" ? "" : `; in use by ${owners}`})`,
        fix: "add a node to the pool (the autoscaler adds one by itself, up to its maximum), or scale down one of the workloads there",
    };
}

/** The shortage in which a node is nearest to what is asked for. */
function nearest(short: readonly Short[], counts: (one: Shortage) => boolean, amount: (one: Shortage) => number) {
    const all = short.flatMap(({ node, shortages }) => {
        const shortage = shortages.find(counts);
        return shortage === undefined ? [] : [{ node, shortage }];
    });
    return all.reduce((best, each) => (amount(each.shortage) > amount(best.shortage) ? each : best));
}

/** The scheduler's own words. */
function unknown(view: View, pod: Pod, { place }: Subject, found: Found): State | undefined {
    const because = found.cause(["CA-W22"], place);
    if (because !== undefined) return { because };
    const message = oneLine(unschedulable(pod) ?? "");
    if (message === "" || mayCome(view, pod)) return undefined;
    return {
        reason: "not-scheduled",
        seen: `its pods are not scheduled: ${message}`,
        fix: `mend what the scheduler names: ${describePod(pod)} shows it`,
    };
}

/** The API server's refusals of pods, by what they say. The guard's are CA-W22's. */
const refusals: readonly [says: RegExp, reason: string, fix: (namespace: string) => string][] = [
    [
        /exceeded quota/,
        "quota",
        (namespace) => `raise the ResourceQuota, or ask for less: \`kubectl describe resourcequota -n ${namespace}\``,
    ],
    [
        /(?:maximum|minimum) \S+ usage per /,
        "limit-range",
        (namespace) => `ask for an amount within the LimitRange: \`kubectl describe limitrange -n ${namespace}\``,
    ],
    [
        /violates PodSecurity.*hostPath/,
        "pod-security",
        () =>
            "out-of-process attestation needs a directory of the host, and only the level privileged allows one: run the pods in a namespace of their own, `kubectl create namespace NAMESPACE`, then `kubectl label namespace NAMESPACE pod-security.kubernetes.io/enforce=privileged`, and name it in AttestationPolicies, whose guard then refuses all else that the level lets pass",
    ],
    [/violates PodSecurity/, "pod-security", () => "set what the message names in the pod's securityContext"],
];

function notMade({ kind, pods, workload, place }: Subject, event: KubernetesEvent | undefined): State | undefined {
    if (event === undefined || /ValidatingAdmissionPolicy '/.test(event.message)) return undefined;
    const made = pods.filter((pod) => isLive(pod) || (kind !== "Job" && pod.status.phase === "Succeeded")).length;
    if (made >= (workload?.wanted ?? 1) || isOutdated(event, pods)) return undefined;
    const [, reason, fix] = refusals.find(([says]) => says.test(event.message)) ?? [];
    return {
        reason: reason ?? "refused",
        seen: `the API server refuses its pods: ${oneLine(event.message)}`,
        fix: fix?.(place.namespace ?? "") ?? "mend what the message names",
    };
}
