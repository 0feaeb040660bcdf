import fc from "fast-check";
import { expect, test } from "vitest";
import { findVmSize, sgxVmSizes, withAttestation } from "../../../components/sgx";
import type { Raw } from "../../../doctor/collect/keep/shape";
import type { Container, DaemonSet, Meta, Node, Pod, PodSpec } from "../../../doctor/model/objects";
import { stacks } from "../../support/stacks";
import { attestingPod, event, healthy, helperSpec, pluginSpec, sgxNode, systemNode } from "../support/cluster";
import { workload as deployment } from "../support/cluster";
import { relabel, told } from "../support/change";
import { proven } from "../support/node-proofs";
import { manifestsOf, running } from "../support/of-manifests";
import { ago, makeNewPods, transitions, type Transition } from "../support/transitions";

const MiB = 1024 ** 2;
const pages = (vmSize: string, kept: number) =>
    String(Math.floor(((findVmSize(vmSize)?.epcMiB ?? 0) * MiB * (1 - kept)) / 4096) * 4096);

/** Nodes of a size; a kernel keeps some of the EPC for itself. */
function pool(name: string, vmSize: string, count: number, kept = 0): Node[] {
    return Array.from({ length: count }, (_, index) => sgxNode(`${name}-${index}`, vmSize, pages(vmSize, kept)));
}

test.each(stacks)("nothing is found in the cluster of stack %s", (stack) => {
    const vmSize = stack === "dcsv2" ? "Standard_DC4s_v2" : "Standard_DC8s_v3";
    expect(told(running([systemNode(), ...pool("enclave", vmSize, 3)], manifestsOf(stack)))).toEqual([]);
});

function daemonSet(name: string, namespace: string, spec: PodSpec, labels: Meta["labels"] = { app: name }): Raw {
    const template = { metadata: { labels }, spec };
    const metadata = { name, namespace, uid: `uid-${name}`, labels } satisfies DaemonSet["metadata"];
    return {
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        metadata,
        spec: { selector: { matchLabels: labels }, template },
    };
}

const ofSizes: PodSpec["affinity"] = {
    nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
                {
                    matchExpressions: [
                        {
                            key: "node.kubernetes.io/instance-type",
                            operator: "In",
                            values: sgxVmSizes.map(({ name }) => name),
                        },
                    ],
                },
            ],
        },
    },
};

test("nothing is found in a cluster of the AKS add-on, of whose quote helper only the name is known", () => {
    const { nodeSelector: _, serviceAccountName: __, ...plugin } = pluginSpec;
    const hook = { name: "sgx-plugin-init", image: "mcr.microsoft.com/aks/acc/sgx-plugin:1.0.0" };
    const nodes = pool("enclave", "Standard_DC4s_v3", 2);
    for (const node of nodes) relabel(node, { "confidential-aks/sgx": undefined });
    const aesm: Container = {
        name: "main",
        image: "mcr.microsoft.com/aks/acc/sgx-attestation:3.3.1",
        resources: { limits: { "sgx.intel.com/epc": "10Mi" } },
        volumeMounts: [{ name: "run", mountPath: "/var/run/aesmd" }],
    };
    const helper = {
        tolerations: [{ operator: "Exists" }],
        affinity: ofSizes,
        containers: [aesm],
        volumes: [{ name: "run", hostPath: { path: "/var/run/aesmd", type: "DirectoryOrCreate" } }],
    };
    const snapshot = running(
        [systemNode(), ...nodes],
        [
            daemonSet("sgx-plugin", "kube-system", { ...plugin, affinity: ofSizes, initContainers: [hook] }, {}),
            daemonSet("sgx-quote-helper", "kube-system", helper, {}),
            workload("web", "Deployment", { wait: true, labelled: false }),
        ],
    );
    expect(told(snapshot)).toEqual([]);
});

test("a device plugin of other devices on the same nodes is nothing to find", () => {
    const spec: PodSpec = {
        tolerations: [{ operator: "Exists" }],
        containers: [{ name: "devices", image: "ghcr.io/squat/generic-device-plugin:latest" }],
        volumes: [
            { name: "kubelet", hostPath: { path: "/var/lib/kubelet/device-plugins" } },
            { name: "dev", hostPath: { path: "/dev" } },
        ],
    };
    const nodes = [systemNode(), ...pool("enclave", "Standard_DC8s_v3", 2)];
    expect(told(running(nodes, [...manifestsOf("dev"), daemonSet("devices", "kube-system", spec)]))).toEqual([]);
});

test("nothing is found in a cluster of Intel's operator, with EPC from NFD", () => {
    const label = { "intel.feature.node.kubernetes.io/sgx": "true" };
    const nodes = pool("worker", "Standard_DC4s_v3", 2);
    for (const node of nodes) {
        relabel(node, {
            "confidential-aks/sgx": undefined,
            "node.kubernetes.io/instance-type": "bare-metal",
            ...label,
        });
        const annotations = { "nfd.node.kubernetes.io/extended-resources": "sgx.intel.com/epc" };
        node.metadata = { ...node.metadata, annotations };
    }
    const { serviceAccountName: _, ...plugin } = pluginSpec;
    const namespace = "inteldeviceplugins-system";
    const snapshot = running(
        [systemNode(), ...nodes],
        [
            daemonSet("intel-sgx-plugin", namespace, { ...plugin, nodeSelector: label, initContainers: [] }),
            daemonSet("intel-sgx-aesmd", namespace, { ...helperSpec, nodeSelector: label }),
        ],
    );
    expect(told(snapshot)).toEqual([]);
});

const taint = { key: "confidential-aks/sgx", value: "true", effect: "NoSchedule" };
const clusters = fc.record({
    pools: fc.array(
        fc.record({
            vmSize: fc.constantFrom(...sgxVmSizes.map(({ name }) => name)),
            nodes: fc.integer({ min: 1, max: 4 }),
            tainted: fc.boolean(),
            kept: fc.integer({ min: 0, max: 20 }).map((hundredths) => hundredths / 100),
        }),
        { minLength: 1, maxLength: 4 },
    ),
    workloads: fc.array(
        fc.record({ kind: fc.constantFrom("Deployment", "StatefulSet"), wait: fc.boolean(), labelled: fc.boolean() }),
        { maxLength: 4 },
    ),
});

/** A workload that `withAttestation` has set up. */
function workload(name: string, kind: string, options: { wait: boolean; labelled: boolean }): Raw {
    const labels = { app: name, ...(options.labelled ? { "confidential-aks/attestation": "out-of-process" } : {}) };
    const containers = [{ name: "app", image: "example.org/app:1" }];
    const spec = { selector: { matchLabels: { app: name } }, template: { metadata: { labels }, spec: { containers } } };
    const manifest = { apiVersion: "apps/v1", kind, metadata: { name, namespace: "shop", uid: `uid-${name}` }, spec };
    return withAttestation(manifest, "outOfProcess", { containers: ["app"], epc: "1Mi", wait: options.wait });
}

test("nothing is found in 100 generated clusters", () => {
    const infrastructure = manifestsOf("dev").filter(({ kind }) => kind !== "Job");
    fc.assert(
        fc.property(clusters, ({ pools, workloads }) => {
            const nodes = pools.flatMap(({ vmSize, nodes: count, tainted, kept }, index) =>
                pool(`pool${index}`, vmSize, count, kept).map((node) => ({
                    ...node,
                    spec: tainted ? { taints: [taint] } : {},
                })),
            );
            const apps = workloads.map(({ kind, ...options }, index) => workload(`app-${index}`, kind, options));
            expect(told(running([systemNode(), ...nodes], [...infrastructure, ...apps]))).toEqual([]);
        }),
        { numRuns: 100, seed: 16 },
    );
});

const changes = fc.array(fc.constantFrom(...(Object.keys(transitions) as Transition[])), {
    minLength: 1,
    maxLength: 4,
});

test("nothing is found in 100 generated clusters while nodes join or come back, and DaemonSets replace their pods", () => {
    fc.assert(
        fc.property(changes, fc.boolean(), (each, withPods) => {
            const snapshot = healthy(each.length, (objects) => {
                const pods = each.map((_, index) => ownedPod(index));
                objects.workloads.push({ ...deployment("web", "shop", attestingPod("web").spec), wanted: pods.length });
                objects.pods.push(...pods);
                if (withPods) makeNewPods(objects, pods);
                each.forEach((name, index) => {
                    transitions[name](objects, `aks-enclave-${index}`);
                });
            });
            expect(told(snapshot)).toEqual([]);
        }),
        { numRuns: 100, seed: 16 },
    );
});

/** A pod of the Deployment web. */
function ownedPod(index: number) {
    const pod = attestingPod(`web-5d4-${index}`, { node: `aks-enclave-${index}` });
    pod.metadata.labels = { ...pod.metadata.labels, "pod-template-hash": "5d4" };
    pod.metadata.ownerReferences = [{ kind: "ReplicaSet", name: "web-5d4", uid: "rs", controller: true }];
    return pod;
}

test.each((Object.keys(transitions) as Transition[]).flatMap((name) => [1, 2].map((nodes) => [name, nodes] as const)))(
    "nothing is found on a node while %s, of %i",
    (name, nodes) => {
        const snapshot = healthy(nodes, (objects) => {
            objects.pods.push(ownedPod(0));
            transitions[name](objects, "aks-enclave-0");
        });
        expect(told(snapshot)).toEqual([]);
    },
);

test.each(Object.keys(transitions) as Transition[])(
    "nothing is found on a node that has the proof while %s",
    (name) => {
        const snapshot = proven(2, (objects) => {
            transitions[name](objects, "aks-enclave-0");
        });
        expect(told(snapshot)).toEqual([]);
    },
);

test.each(["it has joined and is not ready", "it has joined, and its pods are made"] as const)(
    "nothing is found while a pod waits for the only node: %s",
    (name) => {
        const snapshot = healthy(1, (objects) => {
            transitions[name](objects, "aks-enclave-0");
            objects.pods.push(waiting(attestingPod("waits"), 170));
        });
        expect(told(snapshot)).toEqual([]);
    },
);

/** A pod that the scheduler has found no node for. */
function waiting(pod: Pod, seconds: number): Pod {
    pod.metadata.creationTimestamp = ago(seconds);
    const message = "0/2 nodes are available: 1 node(s) had untolerated taint(s).";
    const type = "PodScheduled";
    pod.status = { phase: "Pending", conditions: [{ type, status: "False", reason: "Unschedulable", message }] };
    return pod;
}

test.each([
    ["no SGX node is there yet", 0, {}],
    ["the node is one of another pool", 2, { "kubernetes.azure.com/agentpool": "batch" }],
])("nothing is found while the autoscaler adds a node: %s", (_, nodes, nodeSelector) => {
    const snapshot = healthy(nodes, (objects) => {
        const pod = waiting(attestingPod("job"), 600);
        pod.spec = { ...pod.spec, nodeSelector: { ...pod.spec.nodeSelector, ...nodeSelector } };
        objects.pods.push(pod);
        const says = event("Pod", pod.metadata, "TriggeredScaleUp", "pod triggered scale-up: [{aks-batch 0->1}]");
        objects.events.push({ ...says, last: ago(60) });
    });
    expect(told(snapshot)).toEqual([]);
});

test("nothing is found while the autoscaler adds a node of a larger size, or one without the taint", () => {
    const snapshot = healthy(1, (objects) => {
        const large = waiting(attestingPod("large", { epc: "20Gi" }), 600);
        const tainted = waiting(attestingPod("other"), 600);
        tainted.spec = { ...tainted.spec, tolerations: [] };
        objects.nodes[1]!.spec = { taints: [taint] };
        for (const pod of [large, tainted]) {
            objects.pods.push(pod);
            objects.events.push({ ...event("Pod", pod.metadata, "TriggeredScaleUp", "scale-up"), last: ago(60) });
        }
    });
    expect(told(snapshot)).toEqual([]);
});

test.each((Object.keys(transitions) as Transition[]).filter((name) => name !== "nothing happens"))(
    "what has stayed so for long is found: %s",
    (name) => {
        const snapshot = healthy(2, (objects) => {
            objects.pods.push(ownedPod(0));
            transitions[name](objects, "aks-enclave-0");
            // The controller has done all that it does.
            for (const { status } of objects.daemonSets)
                status.updatedNumberScheduled = status.desiredNumberScheduled ?? 0;
        });
        const later = new Date(Date.parse(snapshot.takenAt) + 10 * 60_000).toISOString();
        expect(told({ ...snapshot, takenAt: later })).not.toEqual([]);
    },
);
