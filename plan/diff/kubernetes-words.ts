import { STARTUP_TAINT_KEY, STARTUP_TAINT_POLICY } from "../../components/sgx/index.js";
import { kindOf, podSpecOf } from "../lens/pods.js";
import { isObject, valueAt, type PlanResource, type PlanValue } from "../model/format.js";
import type { Compared } from "./compared.js";
import { guardBindingWords, guardPolicyWords, podSecurityWords } from "./guard-words.js";

/** What changes of Kubernetes objects mean. */
export function kubernetesWords(item: Compared): string[] {
    const resource = item.after ?? item.before;
    return resource === undefined ? [] : (WORDS[kindOf(resource)]?.(item) ?? []);
}

const WORDS: Record<string, (item: Compared) => string[]> = {
    Namespace: (item) =>
        item.diff.action === "replace" || item.diff.action === "delete"
            ? ["everything in the namespace is deleted with it"]
            : podSecurityWords(item),
    DaemonSet: daemonSetWords,
    Deployment: rolloutWords,
    StatefulSet: rolloutWords,
    Job: jobWords,
    CronJob: ({ diff }) =>
        diff.action === "update" ? ["running jobs stay as they are; the next one follows the new template"] : [],
    Secret: contentWords,
    ConfigMap: contentWords,
    ValidatingAdmissionPolicy: (item) => [...guardPolicyWords(item), ...admissionWords(item)],
    ValidatingAdmissionPolicyBinding: (item) => [...guardBindingWords(item), ...admissionWords(item)],
    MutatingAdmissionPolicy: startupTaintOrAdmissionWords,
    MutatingAdmissionPolicyBinding: startupTaintOrAdmissionWords,
    NetworkPolicy: ({ diff }) =>
        diff.action === "move" ? [] : ["which connections pods may make changes at once, also for running pods"],
};

function changesTemplate({ diff }: Compared): boolean {
    return diff.changes.some(({ path }) => path.startsWith("spec.template"));
}

function daemonSetWords(item: Compared): string[] {
    const { before, after, diff } = item;
    const aesm = isAesm(after ?? before);
    if (diff.action === "delete" || diff.action === "replace") {
        const what =
            diff.action === "delete" ? "its pods end on every node" : "its pods end on every node, and start anew";
        return [aesm ? `${what}: meanwhile no quote is made there` : what];
    }
    if (diff.action !== "update" || after === undefined || !changesTemplate(item)) return [];
    const strategy = valueAt(after.inputs, "spec", "updateStrategy");
    if (valueAt(strategy, "type") === "OnDelete")
        return ["update strategy OnDelete: a node gets the new pod when its old one is deleted"];
    const atOnce = valueAt(strategy, "rollingUpdate", "maxUnavailable") ?? 1;
    const nodes = atOnce === 1 ? "one node at a time" : `up to ${scalar(atOnce)} nodes at a time`;
    const image = changedImage(diff.changes.map(({ path }) => path));
    return [
        aesm
            ? `${image ? "AESM image changes" : "AESM's pods change"}: rolling update, ${nodes}; attestation pauses on each node meanwhile`
            : `rolling update, ${nodes}`,
    ];
}

function changedImage(paths: readonly string[]): boolean {
    return paths.some((path) => /ontainers\[[^\]]+\]\.image$/.test(path));
}

function scalar(value: PlanValue): string {
    return typeof value === "string" || typeof value === "number" ? String(value) : "an unknown number of";
}

/** AESM is what writes the socket directory of the host and makes quotes with the provisioning device. */
function isAesm(resource: PlanResource | undefined): boolean {
    const podSpec = resource === undefined ? undefined : podSpecOf(resource);
    const volumes = podSpec?.["volumes"];
    const socket =
        Array.isArray(volumes) && volumes.some((volume) => valueAt(volume, "hostPath", "path") === "/var/run/aesmd");
    const containers = podSpec?.["containers"];
    const provision =
        Array.isArray(containers) &&
        containers.some((one) => valueAt(one, "resources", "limits", "sgx.intel.com/provision") !== undefined);
    return socket && provision;
}

function rolloutWords(item: Compared): string[] {
    const { before, after, diff } = item;
    if (diff.action === "replace") return ["its pods end, and start anew"];
    if (diff.action !== "update") return [];
    const [old, now] = [before, after].map((one) => valueAt(one?.inputs, "spec", "replicas"));
    const words = old === now ? [] : [`from ${scalar(old ?? 1)} to ${scalar(now ?? 1)} pods`];
    const recreate = valueAt(after?.inputs, "spec", "strategy", "type") === "Recreate";
    return changesTemplate(item)
        ? [...words, recreate ? "all pods end before new ones start" : "rolling update of its pods"]
        : words;
}

function jobWords({ diff }: Compared): string[] {
    if (diff.action === "create") return ["a Job runs, and the update waits until it completes"];
    if (diff.action !== "replace") return [];
    const order =
        diff.deleteFirst === true
            ? "the old Job is removed, with its pods, and then a new one runs"
            : "a new Job runs, and then the old one is removed";
    return [`a Job cannot change: ${order}`];
}

function contentWords({ diff, after }: Compared): string[] {
    if (diff.action === "replace" && after?.autoname !== undefined)
        return ["its content changes, so a new one is made under a new name; pods that refer to it are rolled"];
    return diff.action === "update" &&
        isObject(after?.inputs) &&
        diff.changes.some(({ path }) => /^(data|stringData|binaryData)\b/.test(path))
        ? ["running pods see the new content only after a while, or not before they restart"]
        : [];
}

/** The startup taint is about nodes, any other policy about pods. */
function startupTaintOrAdmissionWords(item: Compared): string[] {
    const { before, after, diff } = item;
    if (valueAt((after ?? before)?.inputs, "metadata", "name") !== STARTUP_TAINT_POLICY) return admissionWords(item);
    if (diff.action === "move") return [];
    return diff.action === "delete"
        ? [`new enclave nodes are no longer tainted; a node that has no EPC yet keeps the taint ${STARTUP_TAINT_KEY}`]
        : ["enclave nodes that join from now on are tainted until pods can have their EPC; others are not touched"];
}

function admissionWords({ diff }: Compared): string[] {
    return diff.action === "move"
        ? []
        : ["what the API server admits changes at once; pods that run already are not judged again"];
}
