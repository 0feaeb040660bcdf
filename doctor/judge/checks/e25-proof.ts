import type { Pod } from "../../model/objects.js";
import type { Place } from "../../model/report.js";
import { subjectsOf, type Subject } from "../attesting.js";
import { ofEach, type Check, type Found, type Seen } from "../check.js";
import { describePod, logsOf } from "../containers.js";
import { gathered } from "../gather.js";
import { isSample, needsProver } from "../nothing.js";
import { isRecent, pendingFor } from "../starting.js";
import { failureOf, quoteCauses } from "../verdict-texts.js";
import { verdictsOf, type Verdict } from "../verdicts.js";
import { AGENT_POOL_LABEL, isLive, placeOf, type View } from "../view.js";
import { nodeProofs } from "./e25-node-proofs.js";

/** A good verdict that is older says little of today: nodes, images and collateral have changed since. */
const freshDays = 30;
/** What a sample may take until its verdict. */
const sampleMinutes = 15;
const minute = 60_000;

/**
 * What the judge said last: of the proof on each node, and of the sample in each pool. A cluster with neither is fine.
 */
export const e25: Check = {
    code: "CA-E25",
    reads: ["nodes", "pods", "workloads"],
    needs: needsProver,
    run: (view, found) => {
        const ofSamples = lastByPool(view, "sample");
        const samples = subjectsOf(view).filter(isSample);
        return gathered([
            ...nodeProofs(view, found),
            ...ofEach([...ofSamples], ([pool, verdict]) => ofVerdict(view, pool, verdict, found)),
            ...ofEach(samples, (sample) => withoutVerdict(view, sample, found)),
        ]);
    },
};

function lastByPool(view: View, of: Verdict["of"]): ReadonlyMap<string, Verdict> {
    const last = new Map<string, Verdict>();
    for (const verdict of verdictsOf(view)) {
        const pool = poolOf(view, verdict);
        if (verdict.of === of && !last.has(pool)) last.set(pool, verdict);
    }
    return last;
}

/** The pool of the node where it was given, or the node where that has no pool. */
function poolOf(view: View, { node }: Verdict): string {
    return view.node(node)?.metadata.labels?.[AGENT_POOL_LABEL] ?? node;
}

function ofVerdict(view: View, pool: string, verdict: Verdict, found: Found): Seen | undefined {
    const { pod, node, at, mode } = verdict;
    const where: Place[] = [
        ...(view.node(node) === undefined ? [] : [placeOf("Node", { name: node })]),
        placeOf("Pod", pod.metadata),
    ];
    if (verdict.verdict === "out-of-process") {
        if (!(view.now - Date.parse(at) > freshDays * 24 * 60 * minute)) return undefined;
        // The nodes of the pool have been proven since.
        const newer = lastByPool(view, "node-proof").get(pool);
        if (newer !== undefined && Date.parse(newer.at) > Date.parse(at)) return undefined;
        return {
            reason: "old",
            severity: "warning",
            seen: `the last proof in the pool ${pool} is older than ${freshDays} days`,
            where,
            fix: "run the sample again: give its `rerun` another text, and `pulumi up`",
        };
    }
    if (mode !== "in-process" && isTriedAgain(view, verdict)) return pendingFor(`${pod.metadata.name} is tried again`);
    const because = mode === "in-process" ? undefined : found.causeOn(node, quoteCauses);
    return because === undefined ? { ...failureOf(verdict), severity: "problem", where } : { because };
}

/** Whether its Job makes another pod after one that has failed a moment ago. */
function isTriedAgain(view: View, { pod, at }: Verdict): boolean {
    const job = subjectsOf(view).find(({ pods }) => pods.includes(pod))?.workload;
    const hasEnded = (job?.conditions ?? []).some(({ status }) => status === "True");
    return job !== undefined && !hasEnded && isRecent(view, at);
}

/** A sample that has not ended well, and has given no verdict. */
function withoutVerdict(view: View, { workload, metadata, pods, place }: Subject, found: Found): Seen | undefined {
    const hasFailed = workload?.conditions?.some(({ type, status }) => type === "Failed" && status === "True") === true;
    const isYoung = view.now - Date.parse(metadata.creationTimestamp ?? "") < sampleMinutes * minute;
    if ((workload?.ready ?? 0) > 0 || verdictsOf(view).some(({ pod }) => pods.includes(pod))) return undefined;
    const nodes = pods.filter(isLive).flatMap(({ spec }) => spec.nodeName ?? []);
    const because =
        found.cause(["CA-C07", "CA-W22", "CA-W23", "CA-W24"], place) ??
        nodes.map((node) => found.causeOn(node, quoteCauses)).find((code) => code !== undefined);
    if (because !== undefined) return { because };
    if (isYoung && !hasFailed) return pendingFor("the sample runs", sampleMinutes);
    return {
        reason: "never-proven",
        severity: "warning",
        seen: "the sample has not ended with a proof that quotes are made out-of-process",
        where: [place],
        fix: `look at it: ${lookAt(pods, place)}; to run it again, give its \`rerun\` another text, and \`pulumi up\``,
    };
}

/** The commands that show its last pod, or why it has none. */
function lookAt(pods: readonly Pod[], { namespace = "", name }: Place): string {
    const [last] = [...pods].sort((one, other) => createdAt(other) - createdAt(one));
    if (last === undefined) return `\`kubectl describe job -n ${namespace} ${name}\``;
    return `${describePod(last)}, ${logOf(last)}`;
}

const createdAt = ({ metadata }: Pod) => Date.parse(metadata.creationTimestamp ?? "");
const logOf = (pod: Pod) => logsOf(pod, pod.spec.containers[0]?.name ?? "", "present");
