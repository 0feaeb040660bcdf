import { expect, test } from "vitest";
import type { AzurePool } from "../../../doctor/model/azure";
import type { CheckCode } from "../../../doctor/model/codes";
import { onAzure } from "../support/azure";
import { attestingPod, findings, found, healthy, resultOf, sgxNode, workload, type Objects } from "../support/cluster";
import { named, placesOf, relabel, removePods, setAmounts, told } from "../support/change";

const node = "aks-enclave-0";
const none = {
    "sgx.intel.com/enclave": undefined,
    "sgx.intel.com/provision": undefined,
    "sgx.intel.com/epc": undefined,
};

test("a healthy cluster has no finding", () => {
    expect(found(healthy())).toEqual([]);
});

test("a cluster without an SGX node is told to get one, and nothing else", () => {
    const snapshot = healthy(0, (objects) => {
        objects.daemonSets = [];
    });
    expect(found(snapshot)).toEqual(["CA-N08 no-sgx-node"]);
    expect(resultOf(snapshot, "CA-N08").findings[0]?.where).toEqual([]);
});

test("a node that is not ready is named with the kubelet's words, and what is missing there is its effect", () => {
    const snapshot = healthy(2, ({ nodes }) => {
        const one = named(nodes, node);
        const message = "Kubelet stopped posting node status.";
        setAmounts(one, none);
        one.status = {
            ...one.status,
            conditions: [{ type: "Ready", status: "Unknown", reason: "NodeStatusUnknown", message }],
        };
    });
    expect(found(snapshot)).toEqual(["CA-N08 not-ready"]);
    expect(told(snapshot)).toContain("CA-N10 because CA-N08");
    expect(placesOf(snapshot, "CA-N08")).toEqual([`Node ${node}`]);
    expect(resultOf(snapshot, "CA-N08").findings[0]?.seen).toContain("Kubelet stopped posting node status.");
});

test("a cordoned node is a warning while another one is open, and a problem when none is", () => {
    const cordoned = (names: string[]) =>
        healthy(2, ({ nodes }) => {
            for (const name of names) {
                const taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };
                named(nodes, name).spec = { unschedulable: true, taints: [taint] };
            }
        });
    const one = cordoned([node]);
    expect(found(one)).toEqual(["CA-N08 cordoned"]);
    expect(resultOf(one, "CA-N08").result).toBe("warning");
    const both = cordoned([node, "aks-enclave-1"]);
    expect(resultOf(both, "CA-N08").result).toBe("problem");
    expect(placesOf(both, "CA-N08")).toEqual([`Node ${node}`, "Node aks-enclave-1"]);
});

test.each([
    ["arm64", "linux"],
    ["amd64", "windows"],
])("a node of %s and %s that is labelled as an enclave node is none", (architecture, operatingSystem) => {
    const snapshot = healthy(2, ({ nodes }) => {
        const one = named(nodes, node);
        one.status = { ...one.status, nodeInfo: { ...one.status.nodeInfo, architecture, operatingSystem } };
    });
    expect(found(snapshot)).toEqual(["CA-N08 wrong-platform"]);
});

test("a labelled node of a size without SGX is named, and that it offers nothing is an effect", () => {
    const snapshot = healthy(2, ({ nodes }) => {
        relabel(named(nodes, node), { "node.kubernetes.io/instance-type": "Standard_D4s_v5" });
        setAmounts(named(nodes, node), none);
    });
    expect(found(snapshot)).toEqual(["CA-N08 size-without-sgx"]);
    expect(told(snapshot)).toContain("CA-N10 because CA-N08");
});

test("a labelled node that is no machine of Azure is judged by what it offers", () => {
    const snapshot = healthy(2, ({ nodes }) => {
        relabel(named(nodes, node), { "node.kubernetes.io/instance-type": "k3s" });
    });
    expect(found(snapshot)).toEqual([]);
});

test("a size in another letter case is a warning where the device plugin runs all the same", () => {
    const snapshot = healthy(2, ({ nodes }) => {
        relabel(named(nodes, node), { "node.kubernetes.io/instance-type": "Standard_Dc2s_v3" });
    });
    expect(found(snapshot)).toEqual(["CA-N08 size-spelling"]);
    const { result, findings } = resultOf(snapshot, "CA-N08");
    expect(result).toBe("warning");
    expect(findings[0]?.fix).toContain("Standard_DC2s_v3");
});

test("a size in another letter case is a problem where a device plugin selects nodes by their size", () => {
    const snapshot = healthy(2, (objects) => {
        const values = ["Standard_DC2s_v3"];
        const terms = [{ matchExpressions: [{ key: "node.kubernetes.io/instance-type", operator: "In", values }] }];
        const { template } = named(objects.daemonSets, "sgx-device-plugin").spec;
        const { nodeSelector: _, ...spec } = template.spec;
        const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } };
        template.spec = { ...spec, affinity: { nodeAffinity } };
        const one = named(objects.nodes, node);
        relabel(one, { "node.kubernetes.io/instance-type": "Standard_Dc2s_v3", "confidential-aks/sgx": undefined });
        setAmounts(one, none);
        removePods(objects, "sgx-device-plugin", node);
    });
    expect(resultOf(snapshot, "CA-N08")).toMatchObject({
        result: "problem",
        findings: [{ reason: "size-spelling", where: [{ kind: "Node", name: node }] }],
    });
    expect(told(snapshot)).toContain("CA-N10 because CA-N08");
});

test("a node with SGX that lacks the label of this package's DaemonSets is named", () => {
    const snapshot = healthy(2, (objects) => {
        relabel(named(objects.nodes, node), { "confidential-aks/sgx": undefined });
        removePods(objects, "sgx-device-plugin", node);
        removePods(objects, "sgx-quote-helper", node);
        setAmounts(named(objects.nodes, node), none);
    });
    expect(resultOf(snapshot, "CA-N08").findings).toMatchObject([{ reason: "label-missing", severity: "problem" }]);
    expect(told(snapshot)).toContain("CA-N10 because CA-N08");
});

test("nodes of another source need no label of this package", () => {
    const snapshot = healthy(1, (objects) => {
        objects.daemonSets = [];
        objects.pods = [];
        objects.nodes = [sgxNode(node)];
        relabel(named(objects.nodes, node), { "confidential-aks/sgx": undefined });
    });
    expect(resultOf(snapshot, "CA-N08").result).toBe("ok");
});

const withoutNodes = (objects: Objects) => {
    objects.nodes = objects.nodes.filter(({ metadata }) => !metadata.name.startsWith("aks-enclave"));
    objects.pods = [];
};

test("no SGX node is a warning while nothing asks for SGX, and a problem as soon as a workload does", () => {
    expect(resultOf(healthy(0), "CA-N08").result).toBe("warning");
    const asked = healthy(0, ({ workloads }) => workloads.push(workload("web")));
    expect(resultOf(asked, "CA-N08").result).toBe("problem");
    const scaledDown = healthy(0, ({ workloads }) => workloads.push({ ...workload("web"), wanted: 0 }));
    expect(resultOf(scaledDown, "CA-N08").result).toBe("warning");
});

test.each<[CheckCode, Partial<AzurePool>, number]>([
    ["CA-A02", { count: 3, provisioningState: "Failed" }, 4],
    ["CA-A03", { powerState: "Stopped" }, 16],
])("that no node has SGX, and what waits for one, is an effect of %s", (code, change, limit) => {
    const snapshot = onAzure(({ pools, usages, objects }) => {
        withoutNodes(objects);
        pools[1] = { ...pools[1], ...change };
        usages[1] = { ...usages[1]!, used: 4, limit };
        const pending = attestingPod("web");
        const type = "PodScheduled";
        pending.status = { phase: "Pending", conditions: [{ type, status: "False", message: "0/1 nodes" }] };
        objects.pods.push(pending);
    });
    expect(findings(snapshot).map((finding) => finding.code)).toEqual([code]);
    expect(told(snapshot)).toEqual(
        expect.arrayContaining([`CA-N08 because ${code}`, `CA-P13 because ${code}`, `CA-W23 because ${code}`]),
    );
});

test("a node whose kubelet is silent is named at once, since it is not starting", () => {
    const snapshot = healthy(2, ({ nodes }) => {
        const lastTransitionTime = "2026-11-27T11:59:50Z";
        const one = named(nodes, node);
        one.status = { ...one.status, conditions: [{ type: "Ready", status: "Unknown", lastTransitionTime }] };
    });
    expect(found(snapshot)).toEqual(["CA-N08 not-ready"]);
});

/** A node of an SGX size in another pool, which nothing of SGX has come to. */
function other(objects: Objects, labels: Record<string, string | undefined> = {}) {
    const one = sgxNode("aks-other-0");
    relabel(one, { "confidential-aks/sgx": undefined, "kubernetes.azure.com/agentpool": "other", ...labels });
    setAmounts(one, none);
    objects.nodes.push(one);
    return one;
}

test.each<[string, (objects: Objects) => void]>([
    [
        "a system pool that is closed to workloads",
        (objects) => {
            const taint = { key: "CriticalAddonsOnly", value: "true", effect: "NoSchedule" };
            other(objects).spec = { taints: [taint] };
        },
    ],
    [
        "a Windows pool",
        (objects) => {
            const one = other(objects, { "kubernetes.io/os": "windows" });
            one.status = { ...one.status, nodeInfo: { ...one.status.nodeInfo, operatingSystem: "windows" } };
        },
    ],
])("%s of a size with SGX is no SGX node", (_, add) => {
    expect(told(healthy(1, add))).toEqual([]);
});

test("a pool of a size with SGX that lacks the label of the others is a warning, and nothing else is judged there", () => {
    const snapshot = healthy(1, (objects) => {
        other(objects);
    });
    expect(told(snapshot)).toEqual(["CA-N08 label-missing"]);
    const { result, findings } = resultOf(snapshot, "CA-N08");
    expect(result).toBe("warning");
    expect(findings[0]?.fix).toContain("kubectl label node aks-other-0 confidential-aks/sgx=true");
});

test("while no labelled node serves enclaves, the label that a pool lacks is a problem", () => {
    const snapshot = healthy(0, (objects) => {
        other(objects);
    });
    expect(resultOf(snapshot, "CA-N08").findings).toMatchObject([{ reason: "label-missing", severity: "problem" }]);
});
