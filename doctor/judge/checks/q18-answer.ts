import type { Pod } from "../../model/objects.js";
import { NOT_RUN } from "../../model/snapshot.js";
import { aesmState, askedAnswer, lastAnswer } from "../aesm-answers.js";
import { ofEach, unusableNode, type Check, type Found, type Seen } from "../check.js";
import { gathered } from "../gather.js";
import { hasReadyAesm } from "../helper-pods.js";
import { knownLineOf, withLine } from "../log-lines.js";
import { needsAnswers } from "../nothing.js";
import { targetOf } from "../placing.js";
import { isStarting, pendingPod } from "../starting.js";
import { isLive, placeOf, type View } from "../view.js";

/** What two AESMs in one directory lead to: they take the socket from each other. */
const ofSocket = ["no-socket", "stale-socket", "cannot-connect", "malformed"];

/**
 * What AESM says to this package's probe: by the events of a quote helper that is not ready, or asked with `--exec`,
 * which also reaches helpers that have no such probe (the add-on's, Intel's).
 */
export const q18: Check = {
    code: "CA-Q18",
    reads: ["pods", "events"],
    needs: needsAnswers,
    run: (view, found) =>
        gathered(
            ofEach(view.pods.helper.filter(isLive), (pod): Seen | undefined => {
                const said = askedAnswer(view, pod) ?? lastAnswer(view, pod);
                const state = said === undefined ? undefined : aesmState(said, pod);
                const { nodeName } = pod.spec;
                if (said === undefined) return unanswered(view, pod, found);
                if (state === undefined) return undefined;
                const causes = [
                    ...unusableNode,
                    "CA-Q17",
                    ...(ofSocket.includes(state.reason) ? (["CA-Q20"] as const) : []),
                ] as const;
                const because = found.causeOn(nodeName, state.reason === "busy" ? ["CA-A05", ...causes] : causes);
                if (because !== undefined) return { because };
                const places = nodeName === undefined ? [] : [placeOf("Node", { name: nodeName })];
                return {
                    ...withLine(state, knownLineOf(view, pod)),
                    severity: "problem",
                    where: [...places, placeOf("Pod", pod.metadata)],
                };
            }),
        ),
};

/** Nothing is known of an AESM that is not ready yet, or that was asked by `--exec` and not reached. */
function unanswered(view: View, pod: Pod, found: Found): Seen | undefined {
    const { namespace = "", name } = pod.metadata;
    const because = found.causeOn(targetOf(pod), [...unusableNode, "CA-Q17"]);
    const isReady = hasReadyAesm(pod);
    if (!isReady && because !== undefined) return { because };
    const asked = view.snapshot.aesm?.find((one) => one.pod === `${namespace}/${name}`);
    if (asked?.said.startsWith(NOT_RUN) === true)
        return { needs: `an answer of pod ${namespace}/${name} to --exec (${asked.said})` };
    if (isReady) return undefined;
    return isStarting(view, pod) ? pendingPod(pod) : { needs: `pod ${namespace}/${name} to be ready` };
}
