import type { Pod } from "../model/objects.js";
import { aesmOf } from "../model/roles.js";
import { NOT_RUN } from "../model/snapshot.js";
import { logsOf } from "./containers.js";
import { asksAesm, unreadyIn } from "./helper-pods.js";
import { isStarting } from "./starting.js";
import type { View } from "./view.js";

/** What the probe says of an AESM that is well (components/sgx/aesm/scripts.ts). */
const healthy = "AESM is healthy";

/** What an answer of the probe says. */
export interface AesmState {
    /** Stable name of it. */
    reason: string;
    /** The probe's words, without the seconds that it has waited. */
    seen: string;
    fix: string;
}

const egress =
    "let the quote helper reach http://169.254.169.254/metadata/THIM and https://global.acccache.azure.net: look at NetworkPolicies, the firewall and the proxy; it goes on by itself then";

/** What to do, with the quote helper's pod where it is known. */
type Remedy = string | ((helper: Pod | undefined) => string);

const look = (helper: Pod | undefined): string => {
    const container = helper === undefined ? undefined : aesmOf(helper.spec);
    const log =
        helper === undefined || container === undefined ? "the log of AESM" : logsOf(helper, container, "present");
    return `see what AESM says: ${log}, or this command with --logs`;
};
const replace = (helper: Pod | undefined): string =>
    helper === undefined
        ? "delete the quote helper's pod on that node"
        : `delete the quote helper's pod: \`kubectl delete pod -n ${helper.metadata.namespace ?? ""} ${helper.metadata.name}\``;
/** Only the init container says so, which does not tell them apart. */
const ask = (helper: Pod | undefined): string => {
    const look = "see the events of the quote helper's pod on that node, whose readiness probe";
    const tells = `${look} tells an AESM that is busy with a quote from one that is frozen`;
    if (helper === undefined) return tells;
    return `${tells}: \`kubectl describe pod -n ${helper.metadata.namespace ?? ""} ${helper.metadata.name}\``;
};

/** The sentences of components/sgx/aesm/scripts.ts by how they begin. */
const answers: readonly [start: RegExp, reason: string, fix: Remedy][] = [
    [/^no socket at /, "no-socket", look],
    [/^connection refused at /, "stale-socket", (helper) => `${replace(helper)}; the next AESM makes a new socket`],
    [/^cannot connect to /, "cannot-connect", "see that AESM's directory on that node can be entered by every user"],
    [
        /^AESM is not accepting: its queue is full/,
        "queue-full",
        "find the pod that opens so many connections to AESM on that node, and use the quote helper's socket proxy (`socketProxy`)",
    ],
    [
        /^AESM is frozen/,
        "frozen",
        (helper) => `${replace(helper)}; with its socket proxy (\`socketProxy\`) no client can freeze AESM`,
    ],
    [/^AESM (?:is busy|has been stuck)/, "busy", egress],
    [/^AESM does not answer within/, "no-answer", ask],
    [
        /^AESM answered error 30\b/,
        "cannot-quote",
        "install libsgx-aesm-quote-ex-plugin into AESM's image, and start it with --supported_attestation_types=ECDSA",
    ],
    [/^AESM answered error /, "error", look],
    [
        /^AESM runs without an attestation key/,
        "no-attestation-key",
        "start AESM with --supported_attestation_types=ECDSA, and look at its log for what keeps Intel's quoting enclave from loading",
    ],
    [
        /^malformed answer/,
        "malformed",
        "see which program serves AESM's socket there, and that its PSW is 2.29, or 2.30.1 or newer",
    ],
];

/** What an answer of the probe, in this pod or of AESM on its node, means; undefined when AESM is well. */
export function aesmState(said: string, helper?: Pod): AesmState | undefined {
    const text = said.trim();
    if (text === healthy || text === "AESM is alive" || text === "") return undefined;
    const known = answers.find(([start]) => start.test(text));
    const [, reason = "probe-failed", fix = look] = known ?? [];
    // The seconds differ from node to node, and the finding is the same.
    const seen = text.replace(/(?:: it (?:has not answered|answers nothing) .*| for \d+ s)$/, "");
    return { reason, seen, fix: typeof fix === "string" ? fix : fix(helper) };
}

/** What AESM has answered to `--exec`; undefined where it was not asked, or where the probe could not be run. */
export function askedAnswer({ snapshot }: View, { metadata: { namespace = "", name } }: Pod): string | undefined {
    const said = snapshot.aesm?.find(({ pod }) => pod === `${namespace}/${name}`)?.said;
    return said?.startsWith(NOT_RUN) === true ? undefined : said;
}

/** Seconds that an AESM has to start in: it serves about 10 s after its DaemonSet was made. */
const startSeconds = 15;

/** What the probe of a quote helper has said last, as long as the container that it asks is not ready. */
export function lastAnswer(view: View, pod: Pod): string | undefined {
    const waiting = unreadyIn(pod).filter(({ name }) => asksAesm(pod, name));
    const said = waiting.flatMap(({ name, state, restartCount }) => {
        const started = Date.parse(state?.running?.startedAt ?? "");
        return view.events("Pod", pod.metadata).flatMap(({ reason, message, object, last = "" }) => {
            const [, text] = /^\w+ probe failed: (.*)$/s.exec(message) ?? [];
            if (reason !== "Unhealthy" || text === undefined) return [];
            if (object.fieldPath !== undefined && !object.fieldPath.endsWith(`{${name}}`)) return [];
            const at = Date.parse(last);
            const isLate = at - started >= startSeconds * 1000;
            // Of a pod that starts again, as after a reboot, what was said before counts no longer.
            const starts = isStarting(view, pod) ? !isLate : restartCount === 0 && at - started < startSeconds * 1000;
            return starts ? [] : [{ text, at, isProxy: name === "proxy" }];
        });
    });
    // The proxy only passes on what AESM does.
    const ofAesm = said.filter(({ isProxy }) => !isProxy);
    return (ofAesm.length > 0 ? ofAesm : said).sort((one, other) => other.at - one.at)[0]?.text;
}
