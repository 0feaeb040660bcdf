import type { ContainerState, Pod } from "../model/objects.js";
import { isOfNodeProof, isOfSample, JUDGE_CONTAINER } from "../model/provers.js";
import type { View } from "./view.js";

/** What the judge of the sample, or of the proof on a node, said in a termination message. */
export interface Verdict {
    pod: Pod;
    of: "sample" | "node-proof";
    node: string;
    /** `out-of-process` or `failed`. */
    verdict: string;
    /** How the quote was made: `out-of-process`, `in-process`, `mixed`, `none`. */
    mode: string;
    /** Names of the checks that failed. */
    failed: readonly string[];
    /** When it ended, ISO 8601. */
    at: string;
    /** Which run of the container gave it: the proof on a node starts the next one when one has ended. */
    run: "present" | "previous";
}

/** Every verdict in the cluster, the last first. What another pod writes there is no proof. */
export function verdictsOf({ pods }: View): Verdict[] {
    return pods.workload.flatMap(verdictIn).sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
}

/** The verdict of a pod, if it is one of those that give one. The proof on a node ends after each, and starts again. */
export function verdictIn(pod: Pod): Verdict[] {
    const statuses = pod.status.containerStatuses ?? [];
    if (isOfSample(pod.metadata.labels))
        return statuses.flatMap(({ state }) => ofEnd({ pod, of: "sample", run: "present" }, state));
    if (!isOfNodeProof(pod.metadata.labels)) return [];
    const status = statuses.find(({ name }) => name === JUDGE_CONTAINER);
    const run = status?.state?.terminated === undefined ? "previous" : "present";
    return ofEnd({ pod, of: "node-proof", run }, run === "present" ? status?.state : status?.lastState);
}

function ofEnd(of: Pick<Verdict, "pod" | "of" | "run">, state: ContainerState | undefined): Verdict[] {
    const { message, finishedAt = "" } = state?.terminated ?? {};
    const said = parsed(message);
    if (said === undefined) return [];
    const failed = said.checks?.flatMap(({ name, ok }) => (ok === false ? [String(name)] : [])) ?? [];
    const node = of.pod.spec.nodeName ?? "";
    return [{ ...of, node, verdict: said.verdict, mode: String(said.mode), failed, at: finishedAt }];
}

interface Said {
    verdict: string;
    mode?: string;
    checks?: { name?: string; ok?: boolean }[];
}

/** Whether a termination message is a verdict. */
export function isVerdict(message = ""): boolean {
    return message.startsWith('{"verdict"');
}

function parsed(message: string | undefined): Said | undefined {
    if (message === undefined || !isVerdict(message)) return undefined;
    try {
        return JSON.parse(message) as Said;
    } catch {
        return undefined;
    }
}
