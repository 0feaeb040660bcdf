import { expect, test } from "vitest";
import type { Pod, PodSpec } from "../../../doctor/model/objects";
import { attestingPod, event, healthy, resultOf, sgxNode, workload, type Objects } from "../support/cluster";
import { relabel } from "../support/change";
import { podNamed } from "../support/faults";

/** A pending pod of the Deployment web. */
function pendingPod(
    message: string,
    { epc = "64Mi", change = {} }: { epc?: string; change?: Partial<PodSpec> } = {},
): Pod {
    const pod = attestingPod("web-5d4-x", { epc });
    pod.spec = { ...pod.spec, ...change };
    pod.metadata.labels = { ...pod.metadata.labels, "pod-template-hash": "5d4" };
    pod.metadata.ownerReferences = [{ kind: "ReplicaSet", name: "web-5d4", uid: "rs", controller: true }];
    pod.status = {
        phase: "Pending",
        conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
    };
    return pod;
}

const insufficient = "0/2 nodes are available: 1 Insufficient sgx.intel.com/epc.";

function cluster(pod: Pod, change: (objects: Objects) => void = () => undefined, nodes = 1) {
    return healthy(nodes, (objects) => {
        objects.workloads.push(workload("web", "shop", pod.spec));
        objects.pods.push(pod);
        change(objects);
    });
}

const web = [{ kind: "Deployment", namespace: "shop", name: "web" }];

test("pods that run, and one that the scheduler has not looked at, are fine", () => {
    const fresh = pendingPod("");
    fresh.status = { phase: "Pending", conditions: [] };
    expect(resultOf(cluster(fresh), "CA-W23").result).toBe("ok");
    expect(resultOf(cluster(attestingPod("web", { node: "aks-enclave-0" })), "CA-W23").result).toBe("ok");
});

test("a pod that asks for more EPC than any node has: how much the largest has", () => {
    const snapshot = cluster(pendingPod(insufficient, { epc: "64Gi" }), ({ nodes }) => {
        nodes.push(sgxNode("aks-large-0", "Standard_DC8s_v3", String(32 * 1024 ** 3)));
    });
    expect(resultOf(snapshot, "CA-W23").findings).toMatchObject([
        {
            reason: "never-fits",
            where: web,
            seen: "a pod of it asks for 64Gi of sgx.intel.com/epc, and the largest node that it may run on has 32Gi (aks-large-0)",
        },
    ]);
});

test("a pod that waits for EPC which others have: on which node, who, the largest share first", () => {
    const snapshot = cluster(
        pendingPod(insufficient, { epc: "6Gi" }),
        ({ pods }) => {
            pods.push(
                attestingPod("small", { node: "aks-enclave-0", epc: "1Gi" }),
                attestingPod("large", { node: "aks-enclave-0", epc: "2Gi" }),
                attestingPod("huge", { node: "aks-enclave-1", epc: "7Gi" }),
            );
        },
        2,
    );
    const [finding] = resultOf(snapshot, "CA-W23").findings;
    expect(finding?.reason).toBe("given-out");
    expect(finding?.seen).toContain("6Gi of sgx.intel.com/epc");
    expect(finding?.seen).toContain("5118Mi of 8Gi (aks-enclave-0; in use by shop/large (2Gi), shop/small (1Gi)");
});

test("CPU and devices are counted as well", () => {
    const snapshot = cluster(
        pendingPod("0/2 nodes are available: 1 Insufficient cpu.", {
            change: { overhead: { cpu: "500m" } },
        }),
    );
    snapshot.others = { "aks-enclave-0": { cpu: 1500 } };
    expect(resultOf(snapshot, "CA-W23").findings).toMatchObject([
        { reason: "given-out", seen: expect.stringContaining("400m of 1900m") as string },
    ]);
});

test.each<[string, string, Partial<PodSpec>, string]>([
    ["a node selector that matches no SGX node", "selector", { nodeSelector: { pool: "none" } }, "pool=none"],
    ["a scheduling gate", "gated", { schedulingGates: [{ name: "example.org/wait" }] }, "example.org/wait"],
])("%s", (_, reason, change, text) => {
    const { findings } = resultOf(cluster(pendingPod("0/2 nodes are available.", { change })), "CA-W23");
    expect(findings).toMatchObject([{ reason, where: web, seen: expect.stringContaining(text) as string }]);
});

test("a taint that keeps a pod without a workload off is CA-N09's, and this is its effect", () => {
    const snapshot = cluster(pendingPod("0/2 nodes are available.", { change: { tolerations: [] } }), ({ nodes }) => {
        nodes[1]!.spec = { taints: [{ key: "team", value: "blue", effect: "NoSchedule" }] };
    });
    expect(resultOf(snapshot, "CA-W23")).toMatchObject({ result: "skipped", because: "CA-N09" });
});

test("a taint of a node's life is nothing for a pod to tolerate: its cause, or the scheduler's words", () => {
    const startup = { key: "startup-taint.cluster-autoscaler.kubernetes.io/sgx-epc", effect: "NoSchedule" };
    const stays = cluster(pendingPod("0/2 nodes are available."), ({ nodes }) => {
        nodes[1]!.spec = { taints: [startup] };
    });
    expect(resultOf(stays, "CA-W23")).toMatchObject({ result: "skipped", because: "CA-C07" });
    const message = "0/3 nodes are available: 1 node(s) were unschedulable.";
    const selector = { "kubernetes.io/hostname": "aks-enclave-1" };
    const cordoned = cluster(
        pendingPod(message, { change: { nodeSelector: selector } }),
        ({ nodes }) => {
            relabel(nodes[2]!, selector);
            nodes[2]!.spec = {
                unschedulable: true,
                taints: [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }],
            };
        },
        2,
    );
    expect(resultOf(cordoned, "CA-W23").findings).toMatchObject([{ reason: "not-scheduled" }]);
});

test("pods that wait for a node which gives out nothing are an effect of that", () => {
    const snapshot = cluster(pendingPod(insufficient), ({ nodes }) => {
        const node = nodes[1]!;
        node.status = { ...node.status, allocatable: { ...node.status.allocatable, "sgx.intel.com/epc": "0" } };
    });
    expect(resultOf(snapshot, "CA-W23")).toMatchObject({ result: "skipped", because: "CA-N11" });
});

test("what is not counted here is told in the scheduler's words, unless the workload itself is wrong", () => {
    const message = "0/2 nodes are available: 1 node(s) didn't match pod anti-affinity rules.";
    expect(resultOf(cluster(pendingPod(message)), "CA-W23").findings).toMatchObject([
        { reason: "not-scheduled", seen: expect.stringContaining("anti-affinity") as string },
    ]);
    const old = pendingPod("0/2 nodes are available: 2 Insufficient kubernetes.azure.com/sgx_epc_mem_in_MiB.");
    const [app, ...rest] = old.spec.containers;
    const limits = { "kubernetes.azure.com/sgx_epc_mem_in_MiB": "10" };
    old.spec = { ...old.spec, containers: [{ ...app!, resources: { limits } }, ...rest] };
    expect(resultOf(cluster(old), "CA-W23")).toMatchObject({ result: "skipped", because: "CA-W22" });
});

test.each([
    ["quota", 'pods "web-5d4-x" is forbidden: exceeded quota: epc, requested: requests.sgx.intel.com/epc=64Mi'],
    ["limit-range", 'pods "web-5d4-x" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi'],
    ["pod-security", 'pods "web-5d4-x" is forbidden: violates PodSecurity "baseline:latest": hostPath volumes'],
    ["pod-security", 'pods "web-5d4-x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true'],
    ["refused", 'pods "web-5d4-x" is forbidden: error looking up service account shop/web'],
])("pods that are refused: %s", (reason, message) => {
    const snapshot = healthy(1, (objects) => {
        objects.workloads.push(workload("web"));
        objects.events.push(event("ReplicaSet", { name: "web-5d4", namespace: "shop" }, "FailedCreate", message));
    });
    expect(resultOf(snapshot, "CA-W23").findings).toMatchObject([{ reason, where: web }]);
});

test("a Job that runs its pods one after another has them, and a refusal from before the last one counts no more", () => {
    const job = (last: string, wanted: number) =>
        healthy(1, (objects) => {
            const pod = attestingPod("job-x", { node: "aks-enclave-0" });
            pod.metadata.ownerReferences = [{ kind: "Job", name: "job", uid: "uid-job", controller: true }];
            objects.pods.push(pod);
            objects.workloads.push({ ...workload("job", "shop", pod.spec), kind: "Job", wanted, ready: 0 });
            const message = 'pods "job-y" is forbidden: exceeded quota: epc';
            objects.events.push({
                ...event("Job", { name: "job", namespace: "shop" }, "FailedCreate", message),
                last,
            });
        });
    expect(resultOf(job("2026-11-27T11:00:00Z", 1), "CA-W23").result).toBe("ok");
    expect(resultOf(job("2026-11-27T09:30:00Z", 2), "CA-W23").result).toBe("ok");
    expect(resultOf(job("2026-11-27T11:00:00Z", 2), "CA-W23").findings).toMatchObject([{ reason: "quota" }]);
});

test("what DaemonSets take of every node is nothing that a pod could get", () => {
    expect(resultOf(cluster(pendingPod(insufficient, { epc: "8Gi" })), "CA-W23").findings).toMatchObject([
        {
            reason: "never-fits",
            seen: "a pod of it asks for 8Gi of sgx.intel.com/epc, and the largest node that it may run on has 8190Mi beside the pods of DaemonSets (aks-enclave-0)",
            fix: "ask for 8190Mi of sgx.intel.com/epc at most, or use a larger VM size",
        },
    ]);
});

test("a refusal from before its pods were made is no finding, and the guard's is not this check's", () => {
    const message = 'pods "web-5d4-x" is forbidden: exceeded quota: epc';
    const made = healthy(1, (objects) => {
        objects.workloads.push(workload("web"));
        const pod = pendingPod("");
        pod.spec = { ...pod.spec, nodeName: "aks-enclave-0" };
        pod.status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
        objects.pods.push(pod);
        objects.events.push(event("ReplicaSet", { name: "web-5d4", namespace: "shop" }, "FailedCreate", message));
    });
    expect(podNamed({ pods: made.objects.pods } as Objects, "web").status.phase).toBe("Running");
    expect(resultOf(made, "CA-W23").result).toBe("ok");
    const guarded = healthy(1, (objects) => {
        objects.workloads.push(workload("web"));
        const says = "forbidden: ValidatingAdmissionPolicy 'guard' with binding 'guard' denied request: no";
        objects.events.push(event("ReplicaSet", { name: "web-5d4", namespace: "shop" }, "FailedCreate", says));
    });
    expect(resultOf(guarded, "CA-W23").result).toBe("ok");
});

test("a pod that has waited for a moment is no finding, unless no node will ever take it", () => {
    const young = (epc: string) => {
        const pod = pendingPod(insufficient, { epc });
        pod.metadata.creationTimestamp = "2026-11-27T11:59:40Z";
        return resultOf(
            cluster(pod, ({ pods }) => {
                pods.push(attestingPod("large", { node: "aks-enclave-0", epc: "7Gi" }));
            }),
            "CA-W23",
        );
    };
    expect(young("6Gi")).toMatchObject({ result: "skipped", pending: true });
    expect(young("64Gi").findings).toMatchObject([{ reason: "never-fits" }]);
});

test.each([
    ["a moment ago: nothing", "2026-11-27T11:55:00Z", false],
    ["longer ago than the autoscaler waits for a node", "2026-11-27T11:40:00Z", true],
])("a pod for which the autoscaler asked for a node %s", (_, last, isFound) => {
    const snapshot = cluster(pendingPod(insufficient, { epc: "6Gi" }), ({ pods, events }) => {
        pods.push(attestingPod("large", { node: "aks-enclave-0", epc: "7Gi" }));
        events.push({
            ...event("Pod", { name: "web-5d4-x", namespace: "shop" }, "TriggeredScaleUp", "pod triggered scale-up"),
            last,
        });
    });
    expect(resultOf(snapshot, "CA-W23").findings).toMatchObject(isFound ? [{ reason: "given-out" }] : []);
});
