import { expect, test } from "vitest";
import { event, found, healthy, helperPod, type Objects } from "../support/cluster";
import { named } from "../support/change";
import { inState, podNamed, unscheduled } from "../support/faults";

/*
 * Two things that are wrong on one node and have nothing to do with each other: neither hides the other. Pairs that a
 * real node has shown (test/e2e/doctor/pairs.e2e.ts).
 */
const node = "aks-enclave-0";
const helperOn = (objects: Objects) => podNamed(objects, `sgx-quote-helper-${node}`);

/** The device plugin's image cannot be pulled. */
function noPlugin(objects: Objects): void {
    const pod = podNamed(objects, `sgx-device-plugin-${node}`);
    inState(pod, "plugin", { waiting: { reason: "ImagePullBackOff", message: "not found" } });
}

test("a device plugin without its image, on a node that is cordoned", () => {
    const snapshot = healthy(1, (objects) => {
        named(objects.nodes, node).spec = { unschedulable: true };
        noPlugin(objects);
    });
    expect(found(snapshot)).toEqual(["CA-N08 cordoned", "CA-P13 image-pull"]);
});

test("a quote helper that asks for more EPC than the node has, beside a device plugin without its image", () => {
    const snapshot = healthy(1, (objects) => {
        noPlugin(objects);
        const pod = helperOn(objects);
        unscheduled(pod, "0/2 nodes are available: 1 Insufficient sgx.intel.com/epc.");
        const [aesm] = pod.spec.containers;
        pod.spec = { ...pod.spec, containers: [{ ...aesm!, resources: { limits: { "sgx.intel.com/epc": "9Gi" } } }] };
    });
    expect(found(snapshot)).toEqual(["CA-P13 image-pull", "CA-Q17 never-fits"]);
});

test.each([
    ["AESM is frozen, or starting again: it answers nothing within 8 s", ["CA-Q20 two-aesm", "CA-Q18 frozen"]],
    ["no socket at /var/run/aesmd/aesm.socket: AESM is not running here", ["CA-Q20 two-aesm"]],
])("two AESMs in one directory, and an AESM of which the probe says: %s", (said, all) => {
    const snapshot = healthy(1, (objects) => {
        const pod = helperOn(objects);
        inState(pod, "aesm", { running: { startedAt: "2026-11-27T10:00:00Z" } });
        objects.events.push(event("Pod", pod.metadata, "Unhealthy", `Readiness probe failed: ${said}\n`));
        const second = helperPod(node);
        second.metadata = { ...second.metadata, name: "another-aesm", namespace: "kube-system", uid: "second" };
        objects.pods.push(second);
    });
    expect(found(snapshot).sort()).toEqual([...all].sort());
});
