import type { Pod } from "../model/objects.js";
import { isOfSample } from "../model/sample.js";
import type { View } from "./view.js";

/** What the sample's judge said in a termination message. */
export interface Verdict {
    pod: Pod;
    node: string;
    /** `out-of-process` or `failed`. */
    verdict: string;
    /** How the quote was made: `out-of-process`, `in-process`, `mixed`, `none`. */
    mode: string;
    /** Names of the checks that failed. */
    failed: readonly string[];
    /** When it ended, ISO 8601. */
    at: string;
}

/** Every verdict in the cluster, the last first. What another pod writes there is no proof. */
export function verdictsOf({ pods }: View): Verdict[] {
    return pods.workload
        .filter(({ metadata }) => isOfSample(metadata.labels))
        .flatMap(ofPod)
        .sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
}

function ofPod(pod: Pod): Verdict[] {
    return (pod.status.containerStatuses ?? []).flatMap(({ state }) => {
        const { message, finishedAt = "" } = state?.terminated ?? {};
        const said = parsed(message);
        if (said === undefined) return [];
        const failed = said.checks?.flatMap(({ name, ok }) => (ok === false ? [String(name)] : [])) ?? [];
        return [
            {
                pod,
                node: pod.spec.nodeName ?? "",
                verdict: said.verdict,
                mode: String(said.mode),
                failed,
                at: finishedAt,
            },
        ];
    });
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
