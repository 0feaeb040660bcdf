import type { Pod } from "../model/objects.js";
import { aesmState, askedAnswer } from "./aesm-answers.js";
import type { Open, State } from "./check.js";
import { unreadyIn } from "./helper-pods.js";
import { dueSince, minutesOf, proofPodOf, roomFor } from "./node-proofs.js";
import { isStarting, pendingFor, pendingPod } from "./starting.js";
import { verdictIn } from "./verdicts.js";
import type { View } from "./view.js";

/** Container of this package's quote helper which, with rollout `proven`, is ready when a pod there got a quote. */
const gate = "metrics";

/**
 * A quote helper of this package whose AESM is ready, and which waits for a proof on its node before an update goes on
 * to the next one (components/quote-helper, images/quote-helper/metrics.pl).
 */
export function unproven(view: View, pod: Pod): State | Open | undefined {
    if (!isWaiting(view, pod)) return undefined;
    if (isStarting(view, pod)) return pendingPod(pod);
    // That is CA-Q18's to say, and why there is no proof.
    const said = askedAnswer(view, pod);
    if (said !== undefined && aesmState(said, pod) !== undefined) return undefined;
    const node = view.node(pod.spec.nodeName);
    const proof = node === undefined ? undefined : proofPodOf(view, node);
    const room = proof === undefined ? undefined : roomFor(view, proof);
    if (node !== undefined && proof !== undefined && room === undefined && isComing(view, pod, proof))
        return pendingFor(`the proof on node ${node.metadata.name} runs`, minutesOf(proof));
    const why = room === undefined ? "" : `; the proof waits for ${room}, which other pods have`;
    return {
        reason: "unproven",
        severity: "warning",
        seen: `the quote helper waits for a proof on this node: no pod there has got a quote of its AESM yet${why}`,
        fix: `see what CA-E25 says of the proof there, or have another pod of the node ask for a quote${skipping(pod)}`,
    };
}

function isWaiting(view: View, pod: Pod): boolean {
    if (pod.metadata.labels?.["app.kubernetes.io/part-of"] !== "confidential-aks") return false;
    const unready = unreadyIn(pod);
    if (unready.length === 0 || unready.some(({ name, state }) => name !== gate || state?.running === undefined))
        return false;
    const said = view
        .events("Pod", pod.metadata)
        .filter(({ reason, object }) => reason === "Unhealthy" && object.fieldPath?.endsWith(`{${gate}}`) === true)
        .sort((one, other) => Date.parse(one.last ?? "") - Date.parse(other.last ?? ""))
        .at(-1);
    // It answers with 503 as long as there is no quote; without an answer it is the server that fails.
    return said === undefined || /\b503\b/.test(said.message);
}

/** Whether the proof of this quote helper may still run: none has ended since its pod was made or its node returned. */
function isComing(view: View, pod: Pod, proof: Pod): boolean {
    const since = dueSince(view, pod);
    const isOfThis = verdictIn(proof).some(({ at }) => Date.parse(at) > since);
    return !isOfThis && view.now - since < minutesOf(proof) * 60_000;
}

/** The way out: a file beside those of the metrics, in a container that may write there. */
function skipping({ metadata: { namespace = "", name }, spec: { containers } }: Pod): string {
    const volume = containers.find((one) => one.name === gate)?.volumeMounts?.find(({ name: at }) => at === gate)?.name;
    for (const { name: container, volumeMounts = [] } of containers) {
        const folder = volumeMounts.find((mount) => mount.name === volume && mount.readOnly !== true)?.mountPath;
        if (volume !== undefined && folder !== undefined)
            return `; to let the update go on without one: \`kubectl exec -n ${namespace} ${name} -c ${container} -- touch ${folder}/skip\``;
    }
    return "";
}
