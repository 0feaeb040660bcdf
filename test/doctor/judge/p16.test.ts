import { expect, test } from "vitest";
import { attestingPod, healthy, resultOf, runningStatus } from "../support/cluster";
import { named, placesOf, setAmounts, told } from "../support/change";
import type { Pod } from "../../../doctor/model/objects";

const node = "aks-enclave-0";

function withHealth(health: string, name = "sgx.intel.com/enclave") {
    return ({ pods }: { pods: Pod[] }) => {
        const one = attestingPod("web", { node });
        const allocatedResourcesStatus = [{ name, resources: [{ health }] }];
        one.status = { ...one.status, containerStatuses: [{ ...runningStatus("app"), allocatedResourcesStatus }] };
        pods.push(one);
    };
}

test("a device that the kubelet reports as unhealthy is named with its pod", () => {
    const snapshot = healthy(1, withHealth("Unhealthy"));
    expect(resultOf(snapshot, "CA-P16").findings).toMatchObject([{ reason: "device-unhealthy", severity: "problem" }]);
    expect(placesOf(snapshot, "CA-P16")).toEqual(["Pod shop/web", `Node ${node}`]);
});

test("a device plugin that is gone is the cause of an unhealthy device", () => {
    const snapshot = healthy(1, (objects) => {
        withHealth("Unhealthy")(objects);
        setAmounts(named(objects.nodes, node), { "sgx.intel.com/enclave": "0" }, ["allocatable"]);
    });
    expect(told(snapshot)).toContain("CA-P16 because CA-N11");
});

test.each([
    ["Healthy", "sgx.intel.com/enclave"],
    ["Unknown", "sgx.intel.com/enclave"],
    ["Unhealthy", "example.com/gpu"],
])("a device that is %s (%s) is no finding", (health, name) => {
    expect(resultOf(healthy(1, withHealth(health, name)), "CA-P16").result).toBe("ok");
});

const message =
    "Pod was rejected: Allocate failed due to no healthy devices present; cannot allocate unhealthy devices sgx.intel.com/enclave, which is unexpected";

function refused(startTime: string, owned: boolean, text = message) {
    return ({ pods }: { pods: Pod[] }) => {
        const one = attestingPod("web", { node });
        const owner = { kind: "ReplicaSet", name: "web-1", uid: "rs", controller: true };
        if (owned) one.metadata = { ...one.metadata, ownerReferences: [owner] };
        one.status = { phase: "Failed", reason: "UnexpectedAdmissionError", message: text, startTime };
        pods.push(one);
    };
}

test.each([
    [true, "warning"],
    [false, "problem"],
])("a pod that the kubelet refused (with a controller: %s) is a %s", (owned, severity) => {
    const snapshot = healthy(1, refused("2026-11-27T08:00:00Z", owned));
    expect(resultOf(snapshot, "CA-P16").findings).toMatchObject([{ reason: "admission-error", severity }]);
    expect(placesOf(snapshot, "CA-P16")).toEqual(["Pod shop/web"]);
});

test("a pod that was refused a moment ago is no finding where a controller makes another", () => {
    const after = (startTime: string, owned: boolean) =>
        resultOf(healthy(1, refused(startTime, owned)), "CA-P16").result;
    expect(after("2026-11-27T11:59:00Z", true)).not.toBe("warning");
    expect(after("2026-11-27T11:50:00Z", true)).toBe("warning");
    expect(after("2026-11-27T11:59:00Z", false)).toBe("problem");
});

test("what was refused days ago, or for another device, is no finding", () => {
    expect(resultOf(healthy(1, refused("2026-11-25T08:00:00Z", false)), "CA-P16").result).toBe("ok");
    const other = refused("2026-11-27T08:00:00Z", false, "Allocate failed for example.com/gpu");
    expect(resultOf(healthy(1, other), "CA-P16").result).toBe("ok");
});

test("a pod that was bound past the scheduler to a full node is named with what the kubelet lacked", () => {
    const snapshot = healthy(1, ({ pods }) => {
        const one = attestingPod("greedy", { node });
        const text = "Node didn't have enough resource: sgx.intel.com/epc, requested: 2, used: 8, capacity: 8";
        one.status = { phase: "Failed", reason: "OutOfsgx.intel.com/epc", message: text };
        pods.push(one);
    });
    const { findings } = resultOf(snapshot, "CA-P16");
    expect(findings).toMatchObject([{ reason: "admission-error", severity: "problem" }]);
    expect(findings[0]?.seen).toContain("requested: 2");
});

test("a pod that was refused is no finding once its controller has made another one that is ready", () => {
    const snapshot = healthy(1, (objects) => {
        refused("2026-11-27T08:00:00Z", true)(objects);
        const again = attestingPod("web-again", { node });
        const owner = { kind: "ReplicaSet", name: "web-1", uid: "rs", controller: true };
        objects.pods.push({ ...again, metadata: { ...again.metadata, ownerReferences: [owner] } });
    });
    expect(resultOf(snapshot, "CA-P16").result).toBe("ok");
});

test("nor once another ReplicaSet of its Deployment has one that is ready", () => {
    const pod = (name: string, hash: string) => {
        const one = attestingPod(name, { node });
        const labels = { ...one.metadata.labels, "pod-template-hash": hash };
        const owner = { kind: "ReplicaSet", name: `web-${hash}`, uid: `rs-${hash}`, controller: true };
        return { ...one, metadata: { ...one.metadata, labels, ownerReferences: [owner] } };
    };
    const cluster = (hash: string, deployment: string) =>
        healthy(1, ({ pods }) => {
            const old = pod("web-aaa-x", "aaa");
            const status = { phase: "Failed", reason: "UnexpectedAdmissionError", message };
            pods.push({ ...old, status: { ...status, startTime: "2026-11-27T08:00:00Z" } });
            const next = pod("next", hash);
            const owner = { kind: "ReplicaSet", name: `${deployment}-${hash}`, uid: "rs", controller: true };
            pods.push({ ...next, metadata: { ...next.metadata, ownerReferences: [owner] } });
        });
    expect(resultOf(cluster("bbb", "web"), "CA-P16").result).toBe("ok");
    expect(resultOf(cluster("bbb", "other"), "CA-P16").result).toBe("warning");
});
