import { AESM_SOCKET_DIR } from "../../../components/sgx/index.js";
import type { CheckCode } from "../../model/codes.js";
import { knownLines, type KnownLine } from "../../model/known-lines.js";
import type { Pod } from "../../model/objects.js";
import { aesmState } from "../aesm-answers.js";
import { subjectsOf, type Subject } from "../attesting.js";
import { ofEach, unusableNode, type Cause, type Check, type Found, type Seen } from "../check.js";
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
import { knownLineOf } from "../log-lines.js";
import { hasJudged, isProofPod } from "../node-proofs.js";
import { needsSubject } from "../nothing.js";
import { isVerdict } from "../verdicts.js";
import { isRecent, isSettling, isStarting, pendingPod } from "../starting.js";
import { isLive, isTrue, statusesOf, type View } from "../view.js";
import { waitOf } from "../waiting.js";

/** Checks whose findings on a node keep AESM from running there. */
const helperCauses: readonly Cause[] = [
    ...unusableNode,
    ...(["CA-N09", "CA-P15", "CA-P14", "CA-P13", "CA-N11", "CA-N10", "CA-N12", "CA-P16"] satisfies Cause[]),
    ...(["CA-Q20", "CA-Q17"] satisfies Cause[]),
];
/** Those that keep it from answering. */
const aesmCauses: readonly Cause[] = [...helperCauses, "CA-A05", "CA-Q18", "CA-Q19"];
/** Checks whose findings keep the workload itself from attesting. */
const ownCauses: readonly Cause[] = ["CA-C07", "CA-W22"];

const minute = 60_000;
/** A pod that ended longer ago says nothing of today. */
const dayMinutes = 24 * 60;

/**
 * A pod that has a node and does not start, ends with an error, or has failed. The proof on a node ends after each, and
 * is ready only where one succeeded: CA-E25 says what came of it, and what it waits for.
 */
export const w24: Check = {
    code: "CA-W24",
    reads: ["pods", "workloads"],
    needs: needsSubject,
    run: (view, found) =>
        gathered(
            ofEach(subjectsOf(view), (subject): Seen | undefined => {
                const pods = concerned(view, subject);
                for (const pod of pods) {
                    const state = stateOf(view, pod, subject, found);
                    if (state !== undefined && "because" in state) return state;
                    if (state !== undefined) return { ...state, severity: "problem", where: [subject.place] };
                }
                const unready = pods.filter((pod) => isLive(pod) && !isTrue(pod, "Ready") && !isProofPod(pod));
                const starting = unready.find((pod) => mayGetReady(view, pod));
                return starting === undefined ? undefined : pendingPod(starting);
            }),
        ),
};

type State = Told | { because: CheckCode };

/** Its pods that are on a node; of one that has ended for good, the last one, when that failed. */
function concerned(view: View, { pods, workload, kind }: Subject): readonly Pod[] {
    const placed = pods.filter(
        ({ spec, metadata }) => spec.nodeName !== undefined && metadata.deletionTimestamp === undefined,
    );
    const live = placed.filter(isLive);
    const hasFailed = workload?.conditions?.some(({ type, status }) => type === "Failed" && status === "True") === true;
    if (live.length > 0 || !(kind === "Pod" || hasFailed)) return live;
    const [last] = placed.sort((one, other) => createdAt(other) - createdAt(one));
    if (last?.status.phase !== "Failed" || (last.status.reason ?? "") !== "") return [];
    const ends = statusesOf(last).map((status) => Date.parse(lastEndOf(status)?.finishedAt ?? ""));
    const isOld = ends.some((at) => view.now - at > dayMinutes * minute);
    return isOld || statusesOf(last).some((status) => isVerdict(lastEndOf(status)?.message)) ? [] : [last];
}

function createdAt({ metadata }: Pod): number {
    return Date.parse(metadata.creationTimestamp ?? "");
}

function stateOf(view: View, pod: Pod, { place }: Subject, found: Found): State | undefined {
    const ofAesm = (causes = aesmCauses) => {
        const because = found.causeOn(pod.spec.nodeName, causes) ?? found.cause(["CA-Q17"], place);
        return because === undefined ? undefined : { because };
    };
    const waits = waitsForAesm(view, pod);
    if (waits !== undefined) return ofAesm() ?? waits;
    const noMount = notMounted(view, pod);
    if (noMount !== undefined) return noMount.reason === "no-directory" ? (ofAesm(helperCauses) ?? noMount) : noMount;
    const trouble = troubleOf(
        view,
        pod,
        statusesOf(pod).filter((status) => !hasJudged(pod, status)),
    );
    if (trouble === undefined) return undefined;
    if (trouble.kind === "not-started") return { reason: trouble.reason, seen: trouble.seen, fix: trouble.fix };
    const line = knownLineIn(pod, trouble.container) ?? knownLineOf(view, pod, trouble.container);
    const setUp = found.cause(ownCauses, place);
    if (setUp !== undefined && (line === undefined || !isOfProgram(line))) return { because: setUp };
    if (line === undefined) return ended(pod, trouble);
    if (isAboutAesm(line)) {
        const because = ofAesm();
        if (because !== undefined) return because;
        const node = view.node(pod.spec.nodeName);
        if (node !== undefined && isSettling(view, node, "helper")) return undefined;
    }
    return { reason: line.id, seen: line.means, fix: line.fix };
}

/** Whether it has been made a moment ago, its wait-for-aesm has begun, or AESM is not ready yet there. */
function mayGetReady(view: View, pod: Pod): boolean {
    const node = view.node(pod.spec.nodeName);
    const waitsSince = waitOf(pod)?.state?.running?.startedAt;
    const helperStarts = node !== undefined && isSettling(view, node, "helper");
    return isStarting(view, pod) || isRecent(view, waitsSince) || helperStarts;
}

/** The init container waits, or has given up; its last line is in the pod's status then. */
function waitsForAesm(view: View, pod: Pod): Told | undefined {
    const wait = waitOf(pod);
    const last = wait === undefined ? undefined : lastEndOf(wait);
    const look = `\`kubectl logs -c wait-for-aesm --namespace ${pod.metadata.namespace ?? ""} ${pod.metadata.name}\` says what it sees`;
    const [, said] = /gave up after \d+ s: ([^\n]*)/.exec(last?.message ?? "") ?? [];
    const gaveUp = last !== undefined && last.exitCode !== 0 && wait?.ready !== true;
    if (gaveUp && said !== undefined) {
        const node = view.node(pod.spec.nodeName);
        const state = aesmState(said, node === undefined ? undefined : view.onNode(node, "helper").find(isLive));
        return {
            reason: "wait-gave-up",
            seen: `wait-for-aesm has given up: ${state?.seen ?? said}`,
            fix: state?.fix ?? look,
        };
    }
    const { running } = wait?.state ?? {};
    if (running?.startedAt === undefined || isRecent(view, running.startedAt)) return undefined;
    return {
        reason: "waits-for-aesm",
        seen: "wait-for-aesm waits for the node's AESM, which does not give the answer of a healthy one",
        fix: `mend AESM on the node ${pod.spec.nodeName ?? ""}; ${look}`,
    };
}

/** A volume that is not there; of AESM's directory the kubelet says that its type is wrong. */
function notMounted(view: View, pod: Pod): Told | undefined {
    const started = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])].some(
        ({ state, lastState }) =>
            state?.running !== undefined || state?.terminated !== undefined || lastState?.terminated !== undefined,
    );
    const said = started || isStarting(view, pod) ? undefined : lastSaid(view, pod, "FailedMount");
    if (said === undefined) return undefined;
    const [, path] = /hostPath type check failed: (\S+)/.exec(said) ?? [];
    if (path?.includes("/run/aesmd") !== true)
        return {
            reason: "not-mounted",
            seen: `a volume of its pods cannot be mounted: ${oneLine(said)}`,
            fix: `mend what the kubelet names: ${describePod(pod)} shows it`,
        };
    return {
        reason: "no-directory",
        seen: `the node has no directory ${path}, in which its pods look for AESM's socket`,
        fix: `see that a quote helper runs on the node, and that the hostPath is ${AESM_SOCKET_DIR}`,
    };
}

function ended(pod: Pod, { container, exitCode, outOfMemory, said }: Extract<Trouble, { kind: "ended" }>): Told {
    if (outOfMemory)
        return {
            reason: "out-of-memory",
            seen: `the container ${container} was killed because it had used up its memory limit (OOMKilled)`,
            fix: "raise its memory limit: EPC is counted apart from it",
        };
    return {
        reason: "crashing",
        seen: `the container ${container} ends with exit code ${exitCode ?? "unknown"}: ${said}`,
        fix: `look at its log: ${logsOf(pod, container, pod.status.phase === "Failed" ? "present" : "previous")}, or this command with --logs, which knows the lines that tell a cause`,
    };
}

/** The known line in what a container said last, which the pod's status keeps. */
function knownLineIn(pod: Pod, container: string): KnownLine | undefined {
    const status = statusesOf(pod).find(({ name }) => name === container);
    const line = status === undefined ? undefined : lastEndOf(status)?.line;
    return knownLines.find(({ id }) => id === line);
}

/** Lines that an AESM which is not well makes a program write. */
const aboutAesm = [
    ...["aesm-not-there", "aesm-timeout", "aesm-cannot-quote", "aesm-network-error", "aesm-no-certificate"],
    ...["no-attestation-key", "no-platform-certificate", "collateral-unreachable", "quote-config-not-understood"],
    ...["wait-gave-up"],
];
/** Lines about a program's image and user, which are no effect of how its pod is set up for AESM. */
const ofProgram = ["quote-ex-missing", "old-client", "device-closed", "collateral-versions-differ"];
const isOfProgram = ({ id }: KnownLine): boolean => ofProgram.includes(id);
const isAboutAesm = ({ id }: KnownLine): boolean => aboutAesm.includes(id);
