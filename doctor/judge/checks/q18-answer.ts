import type { Pod } from "../../model/objects.js";
import { NOT_RUN } from "../../model/snapshot.js";
import { aesmState, askedAnswer, lastAnswer } from "../aesm-answers.js";
import { ofEach, unusableNode, type Check, type Seen } from "../check.js";
import { gathered } from "../gather.js";
import { knownLineOf, withLine } from "../log-lines.js";
import { needsAnswers } from "../nothing.js";
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
    needs: (view) => needsAnswers(view) ?? notAsked(view),
    run: (view, found) =>
        gathered(
            ofEach(view.pods.helper.filter(isLive), (pod): Seen | undefined => {
                const said = saidOf(view, pod);
                const state = said === undefined ? undefined : aesmState(said, pod);
                if (state === undefined) return undefined;
                const { nodeName } = pod.spec;
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

/** The answer to `--exec`, else the last one to the probe. */
function saidOf(view: View, pod: Pod): string | undefined {
    return askedAnswer(view, pod) ?? lastAnswer(view, pod);
}

/** `--exec` was given, the probe could be run in no pod, and no event says what AESM answers. */
function notAsked(view: View): string | undefined {
    const failed = view.snapshot.aesm?.find(({ said }) => said.startsWith(NOT_RUN));
    if (failed === undefined || view.pods.helper.some((pod) => saidOf(view, pod) !== undefined)) return undefined;
    return `an answer to --exec (${failed.said})`;
}
