import { ofEach, type Check, type Seen } from "../check.js";
import { gathered } from "../gather.js";
import { hasReadyAesm } from "../helper-pods.js";
import { knownLineOf, timesOf } from "../log-lines.js";
import { needsHelper } from "../nothing.js";
import { placeOf } from "../view.js";

/**
 * A line that was written less often within the hour, by an AESM that is ready, may be a mishap, such as one connection
 * that was lost. Oftener, it says what the probe cannot see: AESM is ready without a certificate of its machine, too.
 */
const often = 3;

/** Lines in the logs of quote helpers that tell a cause. */
export const q19: Check = {
    code: "CA-Q19",
    reads: ["pods", "logs"],
    needs: (view) =>
        needsHelper(view) ??
        (view.snapshot.logs === undefined ? "--logs, which reads the logs of quote helpers" : undefined),
    run: (view, found) =>
        gathered(
            ofEach(view.pods.helper, (pod): Seen | undefined => {
                const line = knownLineOf(view, pod);
                if (line === undefined) return undefined;
                const { nodeName } = pod.spec;
                // CA-Q17 and CA-Q18 tell the line with what they have seen.
                const because =
                    found.cause(["CA-Q17", "CA-Q18"], placeOf("Pod", pod.metadata)) ??
                    found.causeOn(nodeName, ["CA-A05", "CA-Q20"]);
                if (because !== undefined) return { because };
                const { id, means, fix } = line;
                const isMishap = hasReadyAesm(pod) && timesOf(view, pod, id) < often;
                const severity = isMishap ? "warning" : "problem";
                const places = nodeName === undefined ? [] : [placeOf("Node", { name: nodeName })];
                return { reason: id, severity, seen: means, where: [...places, placeOf("Pod", pod.metadata)], fix };
            }),
        ),
};
