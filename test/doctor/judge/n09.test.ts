import { expect, test } from "vitest";
import { attestingPod, healthy, resultOf, workload } from "../support/cluster";
import { addPair } from "../support/policies";
import { named, placesOf, removePods, setAmounts, told } from "../support/change";

const node = "aks-enclave-0";
const tainted = { key: "team", value: "a", effect: "NoSchedule" };
const startup = {
    key: "startup-taint.cluster-autoscaler.kubernetes.io/sgx-epc",
    value: "true",
    effect: "NoSchedule",
};

test("the taint of this package's pools, tolerated by all, is no finding", () => {
    const snapshot = healthy(2, ({ nodes, workloads }) => {
        for (const name of [node, "aks-enclave-1"])
            named(nodes, name).spec = {
                taints: [{ key: "confidential-aks/sgx", value: "true", effect: "NoSchedule" }],
            };
        workloads.push(workload("web"));
    });
    expect(resultOf(snapshot, "CA-N09").result).toBe("ok");
});

test.each([
    ["plugin-not-tolerating", "sgx-device-plugin", "NoSchedule"],
    ["plugin-not-tolerating", "sgx-device-plugin", "NoExecute"],
    ["helper-not-tolerating", "sgx-quote-helper", "NoSchedule"],
])("%s: the DaemonSet %s does not tolerate a taint with %s", (reason, app, effect) => {
    const snapshot = healthy(2, (objects) => {
        const { template } = named(objects.daemonSets, app).spec;
        template.spec = { ...template.spec, tolerations: [] };
        named(objects.nodes, node).spec = { taints: [{ ...tainted, effect }] };
        removePods(objects, app, node);
    });
    expect(resultOf(snapshot, "CA-N09")).toMatchObject({ result: "problem", findings: [{ reason }] });
    expect(placesOf(snapshot, "CA-N09")).toEqual([`DaemonSet ${app}/${app}`, `Node ${node}`]);
});

test("a Spot pool is named as one", () => {
    const snapshot = healthy(1, ({ nodes, daemonSets }) => {
        const { template } = named(daemonSets, "sgx-device-plugin").spec;
        template.spec = { ...template.spec, tolerations: [] };
        const taint = { key: "kubernetes.azure.com/scalesetpriority", value: "spot", effect: "NoSchedule" };
        named(nodes, node).spec = { taints: [taint] };
    });
    expect(resultOf(snapshot, "CA-N09").findings[0]?.seen).toContain("Spot");
});

test("what a node does not offer where its device plugin is kept off is an effect", () => {
    const snapshot = healthy(2, (objects) => {
        const { template } = named(objects.daemonSets, "sgx-device-plugin").spec;
        template.spec = { ...template.spec, tolerations: [] };
        named(objects.nodes, node).spec = { taints: [tainted] };
        setAmounts(named(objects.nodes, node), { "sgx.intel.com/epc": undefined });
        removePods(objects, "sgx-device-plugin", node);
    });
    expect(told(snapshot)).toContain("CA-N10 because CA-N09");
});

test("a workload that no SGX node lets in is named with its pending pods", () => {
    const snapshot = healthy(2, ({ nodes, workloads, pods }) => {
        for (const name of [node, "aks-enclave-1"]) named(nodes, name).spec = { taints: [tainted] };
        workloads.push(workload("web"));
        const pending = attestingPod("web-7d-abc");
        const owner = { kind: "ReplicaSet", name: "web-7d", uid: "rs", controller: true };
        const labels = { ...pending.metadata.labels, "pod-template-hash": "7d" };
        pending.metadata = { ...pending.metadata, labels, ownerReferences: [owner] };
        pods.push(pending);
    });
    expect(resultOf(snapshot, "CA-N09").findings).toMatchObject([{ reason: "workload-not-tolerating" }]);
    expect(placesOf(snapshot, "CA-N09")).toEqual(["Deployment shop/web", "Pod shop/web-7d-abc"]);
});

test("a pending pod without an owner is named itself", () => {
    const snapshot = healthy(1, ({ nodes, pods }) => {
        named(nodes, node).spec = { taints: [tainted] };
        pods.push(attestingPod("alone"));
    });
    expect(placesOf(snapshot, "CA-N09")).toEqual(["Pod shop/alone"]);
});

test("a workload that one SGX node lets in is no finding, nor is one that wants no pods", () => {
    const snapshot = healthy(2, ({ nodes, workloads }) => {
        named(nodes, node).spec = { taints: [tainted] };
        workloads.push(workload("web"));
    });
    expect(resultOf(snapshot, "CA-N09").result).toBe("ok");
    const off = healthy(1, ({ nodes, workloads }) => {
        named(nodes, node).spec = { taints: [tainted] };
        workloads.push({ ...workload("web"), wanted: 0 });
    });
    expect(resultOf(off, "CA-N09").result).toBe("ok");
});

test("the startup taint of a node that offers EPC for long is named, with the command that removes it", () => {
    const policy = "confidential-aks-sgx-startup-taint";
    const withTaint = (createdAt: string, epc?: string) =>
        healthy(1, ({ nodes, policies, policyBindings }) => {
            const metadata = { name: policy, uid: "uid-policy" };
            policies.push({ kind: "MutatingAdmissionPolicy", metadata, failurePolicy: "Ignore" });
            policyBindings.push({ kind: "MutatingAdmissionPolicyBinding", metadata, policyName: policy });
            const one = named(nodes, node);
            one.spec = { taints: [startup] };
            one.metadata = { ...one.metadata, creationTimestamp: createdAt };
            if (epc !== undefined) setAmounts(one, { "sgx.intel.com/epc": epc });
        });
    const { findings } = resultOf(withTaint("2026-11-27T11:00:00Z"), "CA-N09");
    expect(findings).toMatchObject([{ reason: "startup-taint-stays" }]);
    expect(findings[0]?.fix).toContain(`kubectl taint nodes ${node} ${startup.key}-`);
    expect(resultOf(withTaint("2026-11-27T11:55:00Z"), "CA-N09").result).toBe("ok");
    expect(resultOf(withTaint("2026-11-27T11:00:00Z", "0"), "CA-N09").result).toBe("ok");
});

test.each([
    "node.cilium.io/agent-not-ready",
    "disk.csi.azure.com/agent-not-ready",
    "remediator.kubernetes.azure.com/unschedulable",
    "karpenter.sh/disrupted",
    "startup-taint.cluster-autoscaler.kubernetes.io/registry-cache",
    "DeletionCandidateOfClusterAutoscaler",
])("the taint %s, which comes and goes with a node's life, is no finding", (key) => {
    const snapshot = healthy(1, (objects) => {
        named(objects.nodes, node).spec = { taints: [{ key, effect: "NoSchedule" }] };
        for (const { spec } of objects.daemonSets)
            spec.template = { ...spec.template, spec: { ...spec.template.spec, tolerations: [] } };
    });
    expect(resultOf(snapshot, "CA-N09").result).toBe("ok");
});

test("a taint that came later than the pods is a warning: those that run stay", () => {
    const snapshot = healthy(2, ({ nodes, daemonSets, pods, workloads }) => {
        for (const { spec } of daemonSets)
            spec.template = { ...spec.template, spec: { ...spec.template.spec, tolerations: [] } };
        const running = attestingPod("web-7d-abc", { node });
        running.spec = { ...running.spec, tolerations: [] };
        running.metadata.labels = { ...running.metadata.labels, "pod-template-hash": "7d" };
        running.metadata.ownerReferences = [{ kind: "ReplicaSet", name: "web-7d", uid: "rs", controller: true }];
        pods.push(running);
        workloads.push(workload("web", "shop", running.spec));
        for (const one of nodes.slice(1)) one.spec = { taints: [tainted] };
    });
    expect(resultOf(snapshot, "CA-N09").findings).toMatchObject([
        { reason: "plugin-not-tolerating", severity: "warning" },
        { reason: "helper-not-tolerating", severity: "warning" },
        { reason: "workload-not-tolerating", severity: "warning" },
    ]);
    snapshot.objects.workloads[0]!.wanted = 2;
    expect(resultOf(snapshot, "CA-N09").findings[0]).toMatchObject({
        reason: "workload-not-tolerating",
        severity: "problem",
    });
});

test("a CronJob between two runs is a warning", () => {
    const snapshot = healthy(1, ({ nodes, workloads }) => {
        const { wanted: _, ready: __, ...rest } = workload("report");
        workloads.push({ ...rest, kind: "CronJob" });
        named(nodes, node).spec = { taints: [tainted] };
    });
    expect(resultOf(snapshot, "CA-N09").findings).toMatchObject([{ severity: "warning" }]);
});

test("a device plugin has to tolerate the startup taint, which goes when it has brought EPC", () => {
    const snapshot = healthy(2, (objects) => {
        for (const { spec } of objects.daemonSets)
            spec.template = { ...spec.template, spec: { ...spec.template.spec, tolerations: [] } };
        addPair(objects, "Mutating", "confidential-aks-sgx-startup-taint", "startup-taint");
        named(objects.nodes, node).spec = { taints: [startup] };
        removePods(objects, "sgx-device-plugin", node);
        setAmounts(named(objects.nodes, node), { "sgx.intel.com/epc": undefined });
    });
    expect(resultOf(snapshot, "CA-N09").findings).toMatchObject([{ reason: "plugin-not-tolerating" }]);
});
