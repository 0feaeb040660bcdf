import { keepPod } from "../../../doctor/collect/keep/pod";
import { keepDaemonSet } from "../../../doctor/collect/keep/workload";
import type { Pod } from "../../../doctor/model/objects";
import { goodVerdict, healthy, takenAt, type Objects } from "./cluster";
import { manifestsOf } from "./of-manifests";

/*
 * Pods of DaemonSets of stack dev, as the API server has them, and as the doctor keeps them.
 */

interface DaemonSetManifest {
    metadata: { name: string; namespace: string };
    spec: { template: { metadata: object; spec: { containers: { command?: string[]; args?: string[] }[] } } };
}

const manifests = manifestsOf("dev");

function manifestOf(name: string): DaemonSetManifest {
    const found = manifests.find(
        ({ kind, metadata }) => kind === "DaemonSet" && (metadata as { name?: string }).name === name,
    );
    if (found === undefined) throw new Error(`stack dev has no DaemonSet ${name}`);
    return structuredClone(found) as unknown as DaemonSetManifest;
}

/** A pod of such a DaemonSet on a node, with a status; without `bound`, the scheduler has found no room for it. */
export function podOfStack(name: string, node: string, status: object, { bound = true, word }: PodOptions = {}): Pod {
    const manifest = manifestOf(name);
    const { metadata, spec } = manifest.spec.template;
    const [first] = spec.containers;
    for (const list of [first?.command, first?.args])
        list?.forEach((each, index) => {
            if (each === word?.[0]) list[index] = word[1];
        });
    const { namespace } = manifest.metadata;
    const ownerReferences = [{ kind: "DaemonSet", name, uid: `uid-${name}`, controller: true }];
    const matchFields = [{ key: "metadata.name", operator: "In", values: [node] }];
    const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } };
    const raw = {
        metadata: {
            ...{ ...metadata, name: `${name}-${node}`, namespace, uid: `uid-${name}-${node}`, ownerReferences },
            creationTimestamp: "2026-11-27T10:00:00Z",
        },
        spec: { ...spec, affinity: { nodeAffinity: required }, ...(bound ? { nodeName: node } : {}) },
        status,
    };
    return keepPod(raw).pod;
}

/** How a pod differs from the template. */
interface PodOptions {
    bound?: boolean;
    /** A word of the first container's command or arguments, and what comes in its place. */
    word?: readonly [from: string, to: string];
}

export const proofName = "sgx-node-proof";

/** The status of a container that runs. */
const runs = (name: string) => ({
    name,
    ready: true,
    restartCount: 0,
    state: { running: { startedAt: minutesAgo(5) } },
});

export function minutesAgo(minutes: number): string {
    return new Date(Date.parse(takenAt) - minutes * 60_000).toISOString().replace(".000", "");
}

/** The three moments in which a proof that has ended is seen: the next run waits, has not begun, or is held back. */
export const moments = ["the next run waits", "it has just ended", "it is held back"] as const;
type Moment = (typeof moments)[number];

/** What the judge said, and how the pod is since. */
export interface Ended {
    message?: string;
    exitCode?: number;
    /** Minutes ago. */
    ended?: number;
    /** Minutes since the pod came to be ready, or not to be. */
    turned?: number;
    moment?: Moment;
}

/** The status of a pod of the proof after a run. */
export function afterRun({
    message,
    exitCode = 0,
    ended = 60,
    turned = ended,
    moment = moments[0],
}: Ended = {}): object {
    const said = message ?? goodVerdict;
    const end = { exitCode, reason: exitCode === 0 ? "Completed" : "Error", finishedAt: minutesAgo(ended) };
    const terminated = said === "" ? end : { ...end, message: said };
    const backOff = { reason: "CrashLoopBackOff", message: "back-off 10s restarting failed container=app" };
    const ready = exitCode === 0 && moment === moments[0];
    const states = {
        [moments[0]]: { state: { running: { startedAt: minutesAgo(ended) } }, lastState: { terminated } },
        [moments[1]]: { state: { terminated } },
        [moments[2]]: { state: { waiting: backOff }, lastState: { terminated } },
    };
    return {
        phase: "Running",
        startTime: "2026-11-27T10:00:00Z",
        conditions: [{ type: "Ready", status: ready ? "True" : "False", lastTransitionTime: minutesAgo(turned) }],
        containerStatuses: [{ name: "app", ready, restartCount: 321, ...states[moment] }, runs("metrics")],
    };
}

/** The status of a pod whose judge has not ended yet; its pod started so many minutes ago. */
export function beforeVerdict(minutes: number): object {
    return {
        phase: "Running",
        startTime: minutesAgo(minutes),
        conditions: [{ type: "Ready", status: "False", lastTransitionTime: minutesAgo(minutes) }],
        containerStatuses: [{ ...runs("app"), ready: false }, runs("metrics")],
    };
}

/** The status of a pod that the scheduler finds no place for. */
export function noPlace(message = "0/3 nodes are available: 1 Insufficient sgx.intel.com/epc."): object {
    const type = "PodScheduled";
    return { phase: "Pending", conditions: [{ type, status: "False", reason: "Unschedulable", message }] };
}

/** A failed verdict of the judge (images/attestation-sample). */
export const failedVerdict = (mode: string, ...failed: string[]): string =>
    JSON.stringify({
        verdict: "failed",
        mode,
        checks: [
            { name: "image", ok: true, detail: "no libsgx_dcap_ql, QE, PCE or AESM in the image" },
            ...failed.map((name) => ({ name, ok: false, detail: "a line of the program" })),
        ],
        evidence: [],
        versions: {},
    });

/** A healthy cluster whose nodes have the proof; every pod has succeeded an hour ago. */
export function proven(nodes: number, change: (objects: Objects) => void = () => undefined) {
    return healthy(nodes, (objects) => {
        const daemonSet = keepDaemonSet({ ...manifestOf(proofName), status: { desiredNumberScheduled: nodes } });
        objects.daemonSets.push(daemonSet);
        for (let index = 0; index < nodes; index++)
            objects.pods.push(podOfStack(proofName, `aks-enclave-${index}`, afterRun()));
        change(objects);
    });
}

/** Puts another pod of the proof in the place of the one of a node. */
export function replaceProof(objects: Objects, status: object, options: PodOptions = {}, node = "aks-enclave-0"): Pod {
    const pod = podOfStack(proofName, node, status, options);
    objects.pods = [...objects.pods.filter(({ metadata }) => metadata.name !== pod.metadata.name), pod];
    return pod;
}
