import { expect, test } from "vitest";
import { attestingPod, found, healthy } from "../support/cluster";

test("many pods that wait on a large cluster are judged in a moment", () => {
    const snapshot = healthy(400, ({ pods }) => {
        for (let index = 0; index < 400; index++) {
            const pod = attestingPod(`waits-${index}`, { epc: "7Gi" });
            // A pod of its own, as those that come from the API are.
            pod.spec = structuredClone(pod.spec);
            pod.metadata.creationTimestamp = "2026-11-27T11:00:00Z";
            const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "no EPC" };
            pods.push({ ...pod, status: { phase: "Pending", conditions: [condition] } });
        }
        for (const [index] of pods.slice(0, 400).entries()) {
            pods.push(attestingPod(`runs-${index}`, { node: `aks-enclave-${index}`, epc: "2Gi" }));
        }
    });
    const started = process.cpuUsage();
    const findings = found(snapshot);
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(4);
    expect(findings).toContain("CA-W23 given-out");
});
