import { expect, test, vi } from "vitest";
import * as sgx from "../../../components/sgx/index";
import { attestingPod, found, healthy } from "../support/cluster";

vi.mock(import("../../../components/sgx/index.js"), async (original) => {
    const real = await original();
    return { ...real, podRequests: vi.fn(real.podRequests), nodeAmounts: vi.fn(real.nodeAmounts) };
});

test("many pods that wait on a large cluster are each counted a few times, and not once for every node", () => {
    const size = 400;
    const snapshot = healthy(size, ({ pods }) => {
        for (let index = 0; index < size; index++) {
            const pod = attestingPod(`waits-${index}`, { epc: "7Gi" });
            // A pod of its own, as those that come from the API are.
            pod.spec = structuredClone(pod.spec);
            pod.metadata.creationTimestamp = "2026-11-27T11:00:00Z";
            const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "no EPC" };
            pods.push({ ...pod, status: { phase: "Pending", conditions: [condition] } });
        }
        for (let index = 0; index < size; index++) {
            pods.push(attestingPod(`runs-${index}`, { node: `aks-enclave-${index}`, epc: "2Gi" }));
        }
    });
    expect(found(snapshot)).toContain("CA-W23 given-out");
    const { pods, nodes } = snapshot.objects;
    expect(vi.mocked(sgx.podRequests).mock.calls.length).toBeLessThan(4 * pods.length);
    expect(vi.mocked(sgx.nodeAmounts).mock.calls.length).toBeLessThan(4 * nodes.length);
});
