import type {
    Container,
    DaemonSet,
    KubernetesEvent,
    Node,
    Pod,
    PodSpec,
    Workload,
} from "../../../doctor/model/objects";
import { BUNDLE_FORMAT, BUNDLE_VERSION, type Snapshot, type SnapshotObjects } from "../../../doctor/model/snapshot";
import type { CheckCode } from "../../../doctor/model/codes";
import type { CheckResult, Finding } from "../../../doctor/model/report";
import { judge } from "../../../doctor/judge/judge";
import { hookRights } from "./hook-rights";
import { withAttestation } from "../../../components/sgx";

/** The objects of a snapshot, for a test to change. */
export type Objects = { -readonly [Name in keyof SnapshotObjects]: SnapshotObjects[Name][number][] };

/** When the healthy cluster was read. */
export const takenAt = "2026-11-27T12:00:00.000Z";

/** A healthy cluster of so many SGX nodes with everything of this package, as `collect` would give it. */
export function healthy(nodes = 2, change: (objects: Objects, snapshot: Snapshot) => void = () => undefined): Snapshot {
    const names = Array.from({ length: nodes }, (_, index) => `aks-enclave-${index}`);
    const objects: Objects = {
        nodes: [systemNode(), ...names.map((name) => sgxNode(name))],
        pods: names.flatMap((name) => [pluginPod(name), helperPod(name)]),
        daemonSets: [
            daemonSet("sgx-device-plugin", pluginSpec, nodes),
            daemonSet("sgx-quote-helper", helperSpec, nodes),
        ],
        workloads: [],
        events: [],
        namespaces: ["default", "kube-system", "sgx-device-plugin", "sgx-quote-helper"].map((name) => ({
            metadata: { name, uid: `uid-${name}`, labels: { "kubernetes.io/metadata.name": name } },
        })),
        networkPolicies: [],
        policies: [],
        policyBindings: [],
        ...hookRights(),
    };
    const snapshot: Snapshot = {
        format: BUNDLE_FORMAT,
        version: BUNDLE_VERSION,
        takenAt,
        clockAheadSeconds: 0,
        kubernetes: "v1.36.2",
        gaps: [],
        objects,
        others: {},
    };
    change(objects, snapshot);
    return snapshot;
}

/** A cluster with one thing wrong: the kubelet of the first SGX node has lost its device plugin. */
export function brokenPlugin(name = "aks-enclave-0"): Snapshot {
    return healthy(2, ({ nodes, pods }) => {
        const [, node] = nodes;
        if (node === undefined) return;
        const sgx = { "sgx.intel.com/enclave": "0", "sgx.intel.com/provision": "0" };
        node.status = { ...node.status, allocatable: { ...node.status.allocatable, ...sgx } };
        node.metadata = { ...node.metadata, name };
        for (const pod of pods) if (pod.spec.nodeName === "aks-enclave-0") pod.spec = { ...pod.spec, nodeName: name };
    });
}

/** The result of one check. */
export function resultOf(snapshot: Snapshot, code: CheckCode): CheckResult {
    const result = judge(snapshot)
        .categories.flatMap(({ checks }) => checks)
        .find((check) => check.code === code);
    if (result === undefined) throw new Error(`${code} is not among the checks`);
    return result;
}

/** All findings as "CA-N10 reason", in the order of causes: problems first. */
export function found(snapshot: Snapshot): string[] {
    return findings(snapshot).map(({ code, reason }) => `${code} ${reason}`);
}

export function findings(snapshot: Snapshot): Finding[] {
    return judge(snapshot).categories.flatMap(({ checks }) => checks.flatMap((check) => check.findings));
}

/** A node of a system pool, which has no SGX. */
export function systemNode(name = "aks-system-0"): Node {
    const node = sgxNode(name);
    const labels = {
        "kubernetes.azure.com/agentpool": "system",
        "node.kubernetes.io/instance-type": "Standard_D4s_v5",
    };
    const amounts = { cpu: "3860m", memory: "12880Mi", pods: "250" };
    return {
        ...node,
        metadata: { ...node.metadata, labels },
        status: { ...node.status, capacity: amounts, allocatable: amounts },
    };
}

/** A node of an enclave pool. */
export function sgxNode(name: string, vmSize = "Standard_DC2s_v3", epc = String(8192 * 1024 ** 2)): Node {
    const sgx = { "sgx.intel.com/enclave": "110", "sgx.intel.com/provision": "110", "sgx.intel.com/epc": epc };
    const amounts = { cpu: "1900m", memory: "11Gi", pods: "250", ...sgx };
    return {
        metadata: {
            name,
            uid: `uid-${name}`,
            creationTimestamp: "2026-11-20T12:00:00Z",
            labels: {
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "confidential-aks/sgx": "true",
                "kubernetes.azure.com/agentpool": "enclave",
                "node.kubernetes.io/instance-type": vmSize,
            },
        },
        spec: {},
        status: {
            capacity: amounts,
            allocatable: amounts,
            conditions: [{ type: "Ready", status: "True" }],
            nodeInfo: { kubeletVersion: "v1.36.2", architecture: "amd64", operatingSystem: "linux" },
        },
    };
}

/** A pod; without a node it is pending. */
export function pod(name: string, namespace: string, spec: PodSpec, more: Partial<Pod["metadata"]> = {}): Pod {
    const runs = spec.nodeName !== undefined;
    return {
        metadata: {
            name,
            namespace,
            uid: `uid-${namespace}-${name}`,
            creationTimestamp: "2026-11-27T10:00:00Z",
            ...more,
        },
        spec,
        status: {
            phase: runs ? "Running" : "Pending",
            conditions: [{ type: "Ready", status: runs ? "True" : "False" }],
            containerStatuses: runs ? spec.containers.map(({ name: container }) => runningStatus(container)) : [],
        },
    };
}

/** The status of a container that runs and is ready. */
export function runningStatus(name: string) {
    return {
        name,
        ready: true,
        restartCount: 0,
        state: { running: { startedAt: "2026-11-27T10:00:05Z" } },
    };
}

const toleratesAll = [{ operator: "Exists" }];
const selector = { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "confidential-aks/sgx": "true" };

/** The spec of the device plugin's pods, as far as it is kept. */
export const pluginSpec: PodSpec = {
    serviceAccountName: "sgx-epc-hook",
    nodeSelector: selector,
    tolerations: toleratesAll,
    initContainers: [{ name: "epc-hook", image: "example.azurecr.io/intel/intel-sgx-initcontainer:0.36.0" }],
    containers: [
        {
            name: "plugin",
            image: "example.azurecr.io/intel/intel-sgx-plugin:0.36.0",
            volumeMounts: [{ name: "kubelet-sockets", mountPath: "/var/lib/kubelet/device-plugins" }],
        },
    ],
    volumes: [
        { name: "kubelet-sockets", hostPath: { path: "/var/lib/kubelet/device-plugins", type: "Directory" } },
        { name: "sgx-enclave", hostPath: { path: "/dev/sgx_enclave", type: "CharDevice" } },
        { name: "sgx-provision", hostPath: { path: "/dev/sgx_provision", type: "CharDevice" } },
    ],
};

/** The spec of the quote helper's pods, as far as it is kept. */
export const helperSpec: PodSpec = {
    nodeSelector: selector,
    tolerations: toleratesAll,
    containers: [
        {
            name: "aesm",
            image: "example.azurecr.io/sgx/aesm:2.29.100.1",
            resources: {
                limits: { "sgx.intel.com/enclave": "1", "sgx.intel.com/provision": "1", "sgx.intel.com/epc": "2Mi" },
            },
            volumeMounts: [{ name: "aesm-own-socket", mountPath: "/var/run/aesmd" }],
        },
        {
            name: "proxy",
            image: "example.azurecr.io/sgx/aesm:2.29.100.1",
            volumeMounts: [{ name: "aesm-socket", mountPath: "/var/run/aesmd" }],
        },
    ],
    volumes: [
        { name: "aesm-socket", hostPath: { path: "/var/run/aesmd", type: "DirectoryOrCreate" } },
        { name: "aesm-own-socket", emptyDir: {} },
    ],
};

export const pluginPod = (node: string): Pod => ofDaemonSet("sgx-device-plugin", pluginSpec, node);

export const helperPod = (node: string): Pod => ofDaemonSet("sgx-quote-helper", helperSpec, node);

function ofDaemonSet(app: string, spec: PodSpec, nodeName: string): Pod {
    return pod(
        `${app}-${nodeName}`,
        app,
        { ...spec, nodeName },
        {
            labels: labelsOf(app),
            ownerReferences: [{ kind: "DaemonSet", name: app, uid: `uid-${app}`, controller: true }],
        },
    );
}

function daemonSet(app: string, spec: PodSpec, nodes: number): DaemonSet {
    return {
        metadata: { name: app, namespace: app, uid: `uid-${app}`, labels: labelsOf(app) },
        spec: {
            template: { metadata: { labels: labelsOf(app) }, spec },
        },
        status: { desiredNumberScheduled: nodes, updatedNumberScheduled: nodes },
    };
}

const labelsOf = (app: string) => ({ "app.kubernetes.io/name": app, "app.kubernetes.io/part-of": "confidential-aks" });

/** A workload's pod that attests out-of-process, as `withAttestation` sets it up. */
export function attestingPod(
    name: string,
    { node, epc = "64Mi", namespace = "shop" }: { node?: string; epc?: string; namespace?: string } = {},
): Pod {
    const container: Container = { name: "app", image: "example.azurecr.io/app:1" };
    const made = withAttestation({ metadata: { name }, spec: { containers: [container] } }, "outOfProcess", {
        containers: ["app"],
        epc,
    }) as unknown as { metadata: Pod["metadata"]; spec: PodSpec };
    const { labels } = made.metadata;
    return pod(
        name,
        namespace,
        { ...made.spec, ...(node === undefined ? {} : { nodeName: node }) },
        labels === undefined ? {} : { labels },
    );
}

/** A Deployment of such pods. */
export function workload(name: string, namespace = "shop", spec: PodSpec = attestingPod(name).spec): Workload {
    return {
        kind: "Deployment",
        metadata: { name, namespace, uid: `uid-${name}` },
        template: { metadata: { labels: { app: name } }, spec },
        wanted: 1,
        ready: 1,
    };
}

/** A warning event of an object. */
export function event(
    kind: string,
    of: { name: string; namespace?: string },
    reason: string,
    message: string,
): KubernetesEvent {
    const { name, namespace } = of;
    return {
        reason,
        message,
        object: namespace === undefined ? { kind, name } : { kind, namespace, name },
        last: "2026-11-27T11:59:00Z",
    };
}

/** The verdict of a good run of the sample. */
export const goodVerdict = JSON.stringify({
    verdict: "out-of-process",
    mode: "out-of-process",
    checks: [{ name: "image", ok: true, detail: "" }],
});
