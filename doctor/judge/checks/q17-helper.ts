import { AESM_SOCKET_DIR, AttestationMode, NodeResource } from "../../../components/sgx/index.js";
import type { Node, Pod } from "../../model/objects.js";
import { nameOf } from "../../model/place.js";
import type { Place } from "../../model/report.js";
import { ownDirectory } from "../../model/known-lines.js";
import { aesmOf } from "../../model/roles.js";
import { modeOf } from "../attesting.js";
import { enableAddon, hasAddon, withQuoteHelper } from "../addon.js";
import { amountText, ownersText, resourceNames, shortagesOn } from "../capacity.js";
import { askedAnswer, lastAnswer } from "../aesm-answers.js";
import {
    ofEach,
    unusableNode,
    type Cause,
    type Check,
    type Found,
    type Open,
    type Seen,
    type State,
} from "../check.js";
import {
    describePod,
    lastEndOf,
    lastSaid,
    logsOf,
    oneLine,
    troubleOf,
    type Told,
    type Trouble,
} from "../containers.js";
import { gathered } from "../gather.js";
import { knownLineOf, withLine } from "../log-lines.js";
import { attestingOutOfProcess, needsHelperOrUser } from "../nothing.js";
import { labelFix } from "../node-labels.js";
import { isSelected, targetOf } from "../placing.js";
import { unproven } from "../unproven.js";
import { isOutdated } from "../refusals.js";
import { graceMinutes, hasEndedWithNode, isStarting, isStuckDeleted, pendingPod, settling } from "../starting.js";
import { isLive, isTrue, placeOf, statusesOf, type View } from "../view.js";

/** The cluster in commands, where Azure was not asked. */
const anyCluster = "--resource-group GROUP --name CLUSTER";
/** Checks whose findings on a node keep the quote helper off it. */
const nodeCauses = [
    ...unusableNode,
    "CA-N09",
    "CA-P14",
    "CA-P13",
    "CA-P15",
    "CA-N10",
    "CA-N11",
    "CA-N12",
    "CA-P16",
] as const;
const minute = 60_000;
/** A container that was restarted that often, the last time within the hour, does not run well. */
const manyRestarts = 5;

/** Out-of-process attestation needs an AESM on the node of the pod that attests. */
export const q17: Check = {
    code: "CA-Q17",
    reads: ["nodes", "pods", "daemonSets"],
    needs: needsHelperOrUser,
    run: (view, found) => {
        if (view.pods.helper.length === 0 && view.daemonSets.helper.length === 0) return noneAtAll(view, found);
        return gathered([
            ...ofEach(view.sgxNodes, (node) => nodeWithout(view, node, found)),
            ...ofEach(view.pods.helper.filter(isLive), (pod) => helper(view, pod, found)),
        ]);
    },
};

/** No quote helper of any source, though workloads want one. */
function noneAtAll(view: View, found: Found): Seen[] {
    const wanting = attestingOutOfProcess(view);
    const because = found.cause(["CA-N08", "CA-A04"]);
    if (because !== undefined) return [{ because }];
    return [
        {
            reason: "helper-missing",
            severity: "problem",
            seen: `workloads attest out-of-process, and no pod of the cluster serves AESM's socket in ${AESM_SOCKET_DIR}`,
            where: wanting.map(({ place }) => place),
            fix: `add the quote helper (\`new SgxQuoteHelper\` of this package), or the one of the AKS add-on: ${hasAddon(view) ? withQuoteHelper(anyCluster) : enableAddon(anyCluster)}`,
        },
    ];
}

/** An SGX node that has no quote helper, though others have one. */
function nodeWithout(view: View, node: Node, found: Found): Seen | undefined {
    const { name } = node.metadata;
    const here = view.forNode(node, "helper").filter((pod) => !isStuckDeleted(view, pod));
    if (here.some(({ metadata }) => metadata.deletionTimestamp === undefined)) return undefined;
    const pods = view.onNode(node, "workload").filter(isLive);
    const modes = pods.map(({ metadata, spec }) => modeOf({ metadata, spec }));
    if (pods.length > 0 && modes.every((mode) => mode === AttestationMode.inProcess)) return undefined;
    const because = found.causeOn(name, [...unusableNode, "CA-N09", "CA-P16"]);
    if (because !== undefined) return { because };
    const [leaving] = here;
    const pending = leaving === undefined ? settling(view, node, "helper") : pendingPod(leaving);
    if (pending !== undefined) return pending;
    const unselecting = view.daemonSets.helper.filter(({ spec }) => !isSelected(spec.template.spec, node));
    const [first] = view.daemonSets.helper;
    const where = [placeOf("Node", node.metadata)];
    if (first !== undefined && unselecting.length === view.daemonSets.helper.length)
        return {
            reason: "not-selected",
            severity: modes.includes(AttestationMode.outOfProcess) ? "problem" : "warning",
            seen: `the quote helper's DaemonSet ${nameOf(first.metadata)} does not select the node, so pods there cannot attest out-of-process`,
            where,
            fix: labelFix(node, first),
        };
    const refused = view.daemonSets.helper
        .flatMap(({ metadata }) => view.events("DaemonSet", metadata))
        .find((event) => event.reason === "FailedCreate" && !isOutdated(event, view.pods.helper));
    if (refused !== undefined)
        return {
            reason: "refused",
            severity: "problem",
            seen: `the quote helper's pod is refused: ${oneLine(refused.message)}`,
            where,
            fix: "allow the pod in that namespace: it needs Pod Security's level privileged, and room in a ResourceQuota",
        };
    return {
        reason: "not-on-node",
        severity: "problem",
        seen: "no quote helper runs there, so pods of the node cannot attest out-of-process",
        where,
        fix: `look at the events of the quote helper's DaemonSet${first === undefined ? "" : `: \`kubectl describe daemonset -n ${first.metadata.namespace ?? ""} ${first.metadata.name}\``}`,
    };
}

/** A quote helper's pod that does not run, or not well. */
function helper(view: View, pod: Pod, found: Found): Seen | undefined {
    if (pod.metadata.deletionTimestamp !== undefined) return undefined;
    const node = view.node(targetOf(pod));
    const where: Place[] = [
        ...(node === undefined ? [] : [placeOf("Node", node.metadata)]),
        placeOf("Pod", pod.metadata),
    ];
    const trouble = troubleOf(view, pod);
    const state =
        pod.spec.nodeName === undefined
            ? unscheduled(view, pod, node)
            : trouble !== undefined
              ? withLine(inTrouble(pod, trouble), trouble.kind === "ended" ? knownLineOf(view, pod) : undefined)
              : (unproven(view, pod) ?? notReady(view, pod) ?? restarting(view, pod));
    if (state === undefined) return undefined;
    const because = found.causeOn(node?.metadata.name, causesOf(view, pod, node));
    if (because !== undefined) return { because };
    return "needs" in state ? state : { ...state, where };
}

function causesOf(view: View, { spec }: Pod, node: Node | undefined): readonly Cause[] {
    // A pod that was started had its devices and EPC.
    if (spec.nodeName !== undefined) return unusableNode;
    const shortage = node === undefined ? undefined : shortagesOn(view, spec, node)[0];
    const isTooMuch = shortage !== undefined && shortage.has > 0 && shortage.asks > shortage.has;
    // It asks for more than the node has ever had, whatever else is wrong there.
    return isTooMuch ? [...unusableNode, "CA-N12"] : nodeCauses;
}

function unscheduled(view: View, pod: Pod, node: Node | undefined): State | Open | undefined {
    const shortage = node === undefined ? undefined : shortagesOn(view, pod.spec, node)[0];
    const coming = node === undefined ? undefined : settling(view, node, "plugin");
    const pending = coming ?? (isStarting(view, pod) ? pendingPod(pod) : undefined);
    if (node !== undefined && shortage !== undefined) {
        const { resource, asks, has, free } = shortage;
        const [name, wants] = [resourceNames[resource], amountText(resource, asks)];
        if (asks > has && !(pending !== undefined && has === 0))
            return {
                reason: "never-fits",
                severity: "problem",
                seen: `the quote helper asks for ${wants} of ${name}, and the node has ${amountText(resource, has)}`,
                fix: `ask for less ${name} in the quote helper${resource === NodeResource.epc ? " (`epc` of SgxQuoteHelper, 2Mi by default)" : ""}`,
            };
        if (pending !== undefined) return pending;
        const owners = resource === NodeResource.epc ? `: ${ownersText(view, node)}` : "";
        return {
            reason: "given-out",
            severity: "problem",
            seen: `the quote helper waits for ${wants} of ${name}, of which the node has ${amountText(resource, free)} free of ${amountText(resource, has)}${owners}`,
            fix: `scale a workload down that has ${resource === NodeResource.epc ? "one of these pods" : "a pod"} on the node: of a pod that is deleted, the next one takes the same place; with a higher priority (system-node-critical) the quote helper comes before them`,
        };
    }
    const message = pod.status.conditions?.find(({ type }) => type === "PodScheduled")?.message;
    if (pending !== undefined || message === undefined || message === "") return pending;
    return {
        reason: "not-scheduled",
        severity: "problem",
        seen: `the quote helper is not scheduled: ${oneLine(message)}`,
        fix: `mend what the scheduler names: ${describePod(pod)} shows it`,
    };
}

function inTrouble(pod: Pod, trouble: Trouble): State {
    const { reason, seen, fix } = trouble.kind === "ended" ? endOf(pod, trouble) : trouble;
    return { severity: "problem", reason, seen, fix };
}

/** What an exit of AESM says; seen with PSW 2.29. */
function endOf(pod: Pod, { container, exitCode, outOfMemory, said }: Extract<Trouble, { kind: "ended" }>): Told {
    const fix = `look at its log: ${logsOf(pod, container, "previous")}, or this command with --logs`;
    const isAesm = container === aesmOf(pod.spec);
    if (exitCode === 137 && !outOfMemory)
        return {
            reason: "killed",
            seen: `the container ${container} of the quote helper was killed (exit 137), as the kubelet does when its liveness probe fails`,
            fix: `see what the probe said: ${describePod(pod)}; ${fix}`,
        };
    if (outOfMemory)
        return {
            reason: "out-of-memory",
            seen: `the container ${container} of the quote helper was killed because it had used up its memory limit (exit 137)`,
            fix: isAesm
                ? "a client can make AESM reserve memory: use the quote helper's socket proxy (`socketProxy`), or raise the memory limit"
                : "raise the memory limit of the container",
        };
    if (isAesm && exitCode === 134)
        return {
            reason: "aborted",
            seen: "AESM aborted (exit 134), as it does when about 250 connections are held open",
            fix: "use the quote helper's socket proxy (`socketProxy`), and find the pod that mounts AESM's directory and holds them open",
        };
    if (isAesm && exitCode === 0)
        return {
            reason: "socket-not-created",
            seen: "AESM ends with exit code 0, as it does when it cannot write its directory",
            fix: ownDirectory,
        };
    if (isAesm && exitCode === 1)
        return {
            reason: "crashing",
            seen: "AESM ends with exit code 1, as it does when Intel's quoting enclave or a plugin cannot be loaded",
            fix,
        };
    return {
        reason: "crashing",
        seen: `the container ${container} of the quote helper ends again and again (exit ${exitCode ?? "unknown"}): ${said}`,
        fix,
    };
}

/** Not ready for longer than a start takes, and no probe has said why: else CA-Q18 tells it. */
function notReady(view: View, pod: Pod): State | Open | undefined {
    if (isTrue(pod, "Ready")) return undefined;
    if ((askedAnswer(view, pod) ?? lastAnswer(view, pod)) !== undefined) return undefined;
    if (isStarting(view, pod)) return pendingPod(pod);
    const said = lastSaid(view, pod, "FailedMount") ?? lastSaid(view, pod, "FailedCreatePodSandBox");
    return {
        reason: "not-ready",
        severity: "problem",
        seen: `the quote helper has not been ready for more than ${graceMinutes} minutes${said === undefined ? "" : `: ${oneLine(said)}`}`,
        fix: `look at the pod: ${describePod(pod)}; with --exec this command asks AESM itself`,
    };
}

function restarting(view: View, pod: Pod): State | undefined {
    const status = statusesOf(pod).find((one) => {
        const at = Date.parse(lastEndOf(one)?.finishedAt ?? "");
        const counts = one.restartCount >= manyRestarts && !hasEndedWithNode(view, pod, lastEndOf(one));
        return counts && view.now - at < 60 * minute;
    });
    if (status === undefined) return undefined;
    const { exitCode, reason } = lastEndOf(status) ?? {};
    return {
        reason: "restarts",
        severity: "warning",
        seen: `the container ${status.name} of the quote helper was restarted at least ${manyRestarts} times, the last time within the hour (exit ${exitCode ?? "unknown"}${reason === undefined ? "" : `, ${reason}`})`,
        fix: `look at its log: ${logsOf(pod, status.name, "previous")}, or this command with --logs`,
    };
}
