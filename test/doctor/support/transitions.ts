import type { ContainerState, Node, Pod } from "../../../doctor/model/objects";
import { STARTUP_TAINT_KEY, STARTUP_TAINT_POLICY } from "../../../components/sgx";
import { event, takenAt, type Objects } from "./cluster";
import { named, setAmounts } from "./change";
import { addPair } from "./policies";

/*
 * What nodes and pods look like while they change and all is well: each of these makes a node of a healthy cluster such
 * a one, as an API server has it.
 */

/** So many seconds before the cluster was read. */
export const ago = (seconds: number) => new Date(Date.parse(takenAt) - seconds * 1000).toISOString();

const roles = { plugin: "sgx-device-plugin", helper: "sgx-quote-helper" } as const;
type App = (typeof roles)[keyof typeof roles];

const isOf = (app: App, node: string) => (pod: Pod) =>
    pod.metadata.namespace === app && pod.spec.nodeName === node && pod.metadata.ownerReferences !== undefined;

/** The pod of a DaemonSet on a node. */
function podOn({ pods }: Objects, app: App, node: string): Pod {
    const found = pods.find(isOf(app, node));
    if (found === undefined) throw new Error(`no pod of ${app} on ${node}`);
    return found;
}

function remove(objects: Objects, app: App, node: string): void {
    objects.pods = objects.pods.filter((pod) => !isOf(app, node)(pod));
}

/** All containers of a pod are in a state; it is not ready since some seconds. */
function put(
    pod: Pod,
    state: ContainerState,
    { seconds = 20, lastState }: { seconds?: number; lastState?: ContainerState } = {},
): void {
    const status = (name: string) => ({
        ...{ name, ready: false, restartCount: lastState === undefined ? 0 : 1, state },
        ...(lastState === undefined ? {} : { lastState }),
    });
    pod.status = {
        ...pod.status,
        phase: "Pending",
        conditions: [{ type: "Ready", status: "False", lastTransitionTime: ago(seconds) }],
        initContainerStatuses: (pod.spec.initContainers ?? []).map(({ name }) => status(name)),
        containerStatuses: pod.spec.containers.map(({ name }) => status(name)),
    };
}

/** It was made some seconds ago, and its containers are made now. */
function makeAnew(pod: Pod, seconds: number): void {
    pod.metadata.creationTimestamp = ago(seconds);
    pod.metadata.name += "-new";
    put(pod, { waiting: { reason: "PodInitializing" } }, { seconds });
    pod.status = { ...pod.status, startTime: ago(seconds) };
}

/** The kubelet knows no device plugin for now. */
function loseDevices({ nodes, pods }: Objects, node: string): void {
    const none = { "sgx.intel.com/enclave": "0", "sgx.intel.com/provision": "0" };
    setAmounts(named(nodes, node), none, ["allocatable"]);
    const resources = [{ health: "Unhealthy" }];
    for (const { metadata, spec, status } of pods) {
        if (spec.nodeName !== node || metadata.namespace === roles.plugin) continue;
        for (const one of status.containerStatuses ?? [])
            one.allocatedResourcesStatus = [{ name: "sgx.intel.com/enclave", resources }];
    }
}

/** The DaemonSet is replacing its pods. */
function rollOut({ daemonSets }: Objects, app: App): void {
    const one = named(daemonSets, app);
    const { desiredNumberScheduled = 1 } = one.status;
    one.status = { ...one.status, desiredNumberScheduled, updatedNumberScheduled: desiredNumberScheduled - 1 };
    one.changedAt = ago(2);
}

const turned = (node: Node, status: string, seconds: number, reason = "KubeletNotReady") => {
    const conditions = [{ type: "Ready", status, reason, lastTransitionTime: ago(seconds) }];
    node.status = { ...node.status, conditions };
};

/** The taints of a node that joins: of Kubernetes, of its network, and of this package until EPC is there. */
const joiningTaints = ["node.kubernetes.io/not-ready", "node.cilium.io/agent-not-ready", STARTUP_TAINT_KEY];

function taint(objects: Objects, node: Node, keys: readonly string[]): void {
    node.spec = { ...node.spec, taints: keys.map((key) => ({ key, value: "true", effect: "NoSchedule" })) };
    const isThere = objects.policies.some(({ metadata }) => metadata.name === STARTUP_TAINT_POLICY);
    if (!isThere) addPair(objects, "Mutating", STARTUP_TAINT_POLICY, "startup-taint");
}

const none = ["sgx.intel.com/enclave", "sgx.intel.com/provision", "sgx.intel.com/epc"];

/** Each change, by what happens to the node. */
export const transitions = {
    "nothing happens": () => undefined,
    "it has joined and is not ready": (objects: Objects, node: string) => {
        const one = named(objects.nodes, node);
        one.metadata.creationTimestamp = ago(20);
        turned(one, "False", 20);
        taint(objects, one, joiningTaints);
        setAmounts(one, Object.fromEntries(none.map((name) => [name, undefined])));
        objects.pods = objects.pods.filter(({ spec }) => spec.nodeName !== node);
    },
    "it has joined, and its pods are made": (objects: Objects, node: string) => {
        const one = named(objects.nodes, node);
        one.metadata.creationTimestamp = ago(50);
        turned(one, "True", 30, "KubeletReady");
        taint(objects, one, joiningTaints.slice(1));
        setAmounts(one, Object.fromEntries(none.map((name) => [name, undefined])));
        makeAnew(podOn(objects, roles.plugin, node), 25);
        const helper = podOn(objects, roles.helper, node);
        const { nodeName, ...spec } = helper.spec;
        const matchFields = [{ key: "metadata.name", operator: "In", values: [nodeName ?? ""] }];
        const required = { nodeSelectorTerms: [{ matchFields }] };
        helper.spec = {
            ...spec,
            affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } },
        };
        helper.metadata.creationTimestamp = ago(25);
        const message = "0/3 nodes are available: 1 Insufficient sgx.intel.com/enclave.";
        const type = "PodScheduled";
        helper.status = { phase: "Pending", conditions: [{ type, status: "False", reason: "Unschedulable", message }] };
    },
    "its device plugin ends": (objects: Objects, node: string) => {
        rollOut(objects, roles.plugin);
        const plugin = podOn(objects, roles.plugin, node);
        plugin.metadata.deletionTimestamp = ago(-20);
        put(plugin, { terminated: { exitCode: 2, reason: "Error", finishedAt: ago(1) } }, { seconds: 1 });
        loseDevices(objects, node);
    },
    "its device plugin has gone, and the next comes": (objects: Objects, node: string) => {
        rollOut(objects, roles.plugin);
        remove(objects, roles.plugin, node);
        loseDevices(objects, node);
    },
    "its device plugin is made anew": (objects: Objects, node: string) => {
        rollOut(objects, roles.plugin);
        makeAnew(podOn(objects, roles.plugin, node), 3);
        loseDevices(objects, node);
    },
    "its quote helper ends": (objects: Objects, node: string) => {
        rollOut(objects, roles.helper);
        const helper = podOn(objects, roles.helper, node);
        helper.metadata.deletionTimestamp = ago(-20);
        put(helper, { terminated: { exitCode: 137, reason: "Error", finishedAt: ago(1) } }, { seconds: 1 });
    },
    "its quote helper has gone, and the next comes": (objects: Objects, node: string) => {
        rollOut(objects, roles.helper);
        remove(objects, roles.helper, node);
    },
    "its quote helper starts": (objects: Objects, node: string) => {
        rollOut(objects, roles.helper);
        const helper = podOn(objects, roles.helper, node);
        makeAnew(helper, 12);
        put(helper, { running: { startedAt: ago(8) } });
        const says = "Readiness probe failed: no socket at /var/run/aesmd/aesm.socket";
        objects.events.push({ ...event("Pod", helper.metadata, "Unhealthy", says), last: ago(1) });
    },
    "its kubelet has started again": (objects: Objects, node: string) => {
        loseDevices(objects, node);
        objects.events.push({ ...event("Node", { name: node }, "Starting", "Starting kubelet."), last: ago(10) });
    },
    "it was rebooted, and its pods are made anew": (objects: Objects, node: string) => {
        turned(named(objects.nodes, node), "True", 15, "KubeletReady");
        loseDevices(objects, node);
        const ends = [
            { exitCode: 255, reason: "Unknown", finishedAt: ago(90) },
            { exitCode: 0, reason: "Completed", finishedAt: ago(90) },
            { exitCode: 137, reason: "Error", finishedAt: ago(90) },
        ];
        const here = objects.pods.filter(({ spec, status }) => spec.nodeName === node && status.phase === "Running");
        for (const [index, pod] of here.entries()) {
            const terminated = ends[index % ends.length]!;
            if (index % 2 === 0) put(pod, { waiting: { reason: "ContainerCreating" } }, { lastState: { terminated } });
            else put(pod, { terminated });
        }
    },
    "it was rebooted, and its pods run again": (objects: Objects, node: string) => {
        turned(named(objects.nodes, node), "True", 40, "KubeletReady");
        const lastState = { terminated: { exitCode: 255, reason: "Unknown", finishedAt: ago(120) } };
        for (const pod of objects.pods.filter(
            ({ spec, status }) => spec.nodeName === node && status.phase === "Running",
        )) {
            put(pod, { running: { startedAt: ago(10) } }, { seconds: 120, lastState });
            const says = "Readiness probe failed: no socket at /var/run/aesmd/aesm.socket";
            objects.events.push({ ...event("Pod", pod.metadata, "Unhealthy", says), last: ago(3000) });
        }
    },
} as const satisfies Record<string, (objects: Objects, node: string) => void>;
export type Transition = keyof typeof transitions;

/** Pods of a workload that come to a node now: one waits for its volumes, one for AESM, one was refused before. */
export function makeNewPods(objects: Objects, pods: readonly Pod[]): void {
    const [mounts, waits, pending] = pods;
    if (mounts !== undefined) {
        makeAnew(mounts, 15);
        const says = "hostPath type check failed: /var/run/aesmd is not a directory";
        objects.events.push(event("Pod", mounts.metadata, "FailedMount", `MountVolume.SetUp failed: ${says}`));
        const refused = { ...mounts, metadata: { ...mounts.metadata, name: `${mounts.metadata.name}-refused` } };
        const message = "Pod was rejected: Allocate failed due to no healthy devices present sgx.intel.com/enclave";
        refused.status = { phase: "Failed", reason: "UnexpectedAdmissionError", message, startTime: ago(16) };
        objects.pods.push(refused);
    }
    if (waits !== undefined) {
        makeAnew(waits, 60);
        put(waits, { running: { startedAt: ago(55) } });
    }
    if (pending !== undefined) {
        makeAnew(pending, 15);
        const { nodeName: _, ...spec } = pending.spec;
        pending.spec = spec;
        const message = "0/3 nodes are available: 3 Insufficient sgx.intel.com/epc.";
        const type = "PodScheduled";
        pending.status = {
            phase: "Pending",
            conditions: [{ type, status: "False", reason: "Unschedulable", message }],
        };
    }
}
