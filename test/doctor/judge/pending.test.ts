import { expect, test } from "vitest";
import type { CheckCode } from "../../../doctor/model/codes";
import { attestingPod, event, healthy, resultOf } from "../support/cluster";
import { named, pendingOf, removePods, told } from "../support/change";
import { podNamed, unscheduled } from "../support/faults";
import { makeNewPods, transitions, type Transition } from "../support/transitions";

const node = "aks-enclave-0";

const during = (name: Transition) =>
    healthy(2, (objects) => {
        transitions[name](objects, node);
    });

const helper = `pod sgx-quote-helper/sgx-quote-helper-${node}`;
const plugin = `pod sgx-device-plugin/sgx-device-plugin-${node}`;

test.each<[Transition, [CheckCode, string][]]>([
    [
        "it has joined and is not ready",
        [
            ["CA-N08", `node ${node} joins`],
            ["CA-N10", `node ${node} joins`],
            ["CA-P13", `node ${node} joins`],
            ["CA-Q17", `node ${node} joins`],
        ],
    ],
    [
        "it has joined, and its pods are made",
        [
            ["CA-N10", `node ${node} joins`],
            ["CA-P13", `${plugin}-new starts`],
            ["CA-P14", `${plugin}-new starts`],
            ["CA-Q17", `node ${node} joins`],
            ["CA-Q18", `${helper} starts`],
        ],
    ],
    [
        "its device plugin has gone, and the next comes",
        [
            ["CA-N11", `DaemonSet sgx-device-plugin/sgx-device-plugin makes its pod on node ${node}`],
            ["CA-P13", `DaemonSet sgx-device-plugin/sgx-device-plugin makes its pod on node ${node}`],
            ["CA-P16", `DaemonSet sgx-device-plugin/sgx-device-plugin makes its pod on node ${node}`],
        ],
    ],
    [
        "its quote helper ends",
        [
            ["CA-Q17", `${helper} is replaced`],
            ["CA-Q18", `${helper} is replaced`],
        ],
    ],
    [
        "its quote helper starts",
        [
            ["CA-Q17", `${helper}-new starts`],
            ["CA-Q18", `${helper}-new starts`],
        ],
    ],
    [
        "its kubelet has started again",
        [
            ["CA-N11", `node ${node} comes back`],
            ["CA-P16", `node ${node} comes back`],
        ],
    ],
])("what is not ready yet is not called well: %s", (name, expected) => {
    expect(pendingOf(during(name))).toEqual(expected.map(([code, what]) => `${code} 3 minutes: ${what}`));
});

test("nothing is pending while nothing happens", () => {
    expect(pendingOf(during("nothing happens"))).toEqual([]);
});

test("what is wrong already is told, and not what will be", () => {
    const snapshot = healthy(2, (objects) => {
        transitions["its quote helper starts"](objects, node);
        const pod = podNamed(objects, "sgx-quote-helper-aks-enclave-1");
        pod.status = { ...pod.status, conditions: [{ type: "Ready", status: "False" }] };
    });
    expect(resultOf(snapshot, "CA-Q17")).toMatchObject({ result: "problem", findings: [{ reason: "not-ready" }] });
    expect(resultOf(snapshot, "CA-Q17").pending).toBeUndefined();
});

test("a rollout that does not get on, or that nobody goes on with, hides nothing", () => {
    const gone = (changedAt?: string) =>
        healthy(2, (objects) => {
            removePods(objects, "sgx-quote-helper", node);
            const one = named(objects.daemonSets, "sgx-quote-helper");
            one.status = { ...one.status, updatedNumberScheduled: 1 };
            if (changedAt !== undefined) one.changedAt = changedAt;
        });
    expect(told(gone("2026-11-27T11:59:00Z"))).toEqual([]);
    expect(told(gone("2026-11-27T11:50:00Z"))).toEqual(["CA-Q17 not-on-node"]);
    expect(told(gone())).toEqual(["CA-Q17 not-on-node"]);
});

test.each([
    ["which its controller still counts", 2, []],
    ["whose controller knows", 1, ["CA-Q17 not-on-node"]],
    ["whose controller is too old to say", undefined, ["CA-Q17 not-on-node"]],
])("a pod that has gone, and %s", (_, currentNumberScheduled, expected) => {
    const snapshot = healthy(2, (objects) => {
        removePods(objects, "sgx-quote-helper", node);
        const one = named(objects.daemonSets, "sgx-quote-helper");
        one.status = { ...one.status, ...(currentNumberScheduled === undefined ? {} : { currentNumberScheduled }) };
    });
    expect(told(snapshot)).toEqual(expected);
});

test("several things that are pending are named by the first and their number", () => {
    const snapshot = healthy(3, (objects) => {
        for (const index of [0, 1, 2]) transitions["it has joined and is not ready"](objects, `aks-enclave-${index}`);
    });
    expect(resultOf(snapshot, "CA-N10").needs).toBe("3 minutes: node aks-enclave-0 joins; and 2 more");
});

test("an effect of what is found is no pending thing", () => {
    const snapshot = healthy(2, (objects) => {
        transitions["its device plugin is made anew"](objects, node);
        const pod = podNamed(objects, `sgx-device-plugin-${node}-new`);
        const says = "hostPath type check failed: /dev/sgx_enclave is not a device";
        objects.events.push(event("Pod", pod.metadata, "FailedMount", says));
    });
    expect(told(snapshot)).toContain("CA-P13 no-device");
    expect(resultOf(snapshot, "CA-N11")).toMatchObject({ result: "skipped", because: "CA-P13" });
});

test("pods of a workload that start now, or for which the autoscaler adds a node, are not stuck, and not ready", () => {
    const starting = healthy(2, (objects) => {
        const pods = ["a", "b", "c"].map((name) => attestingPod(name, { node }));
        objects.pods.push(...pods);
        makeNewPods(objects, pods);
    });
    expect(pendingOf(starting)).toEqual([
        "CA-W23 3 minutes: pod shop/c-new starts",
        "CA-W24 3 minutes: pod shop/a-new starts; and 1 more",
    ]);
    const fromZero = healthy(0, (objects) => {
        const pod = attestingPod("a");
        unscheduled(pod, "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.");
        objects.pods.push(pod);
        objects.events.push(event("Pod", pod.metadata, "TriggeredScaleUp", "pod triggered scale-up"));
    });
    const needs = "15 minutes: the autoscaler adds a node for pod shop/a";
    expect(pendingOf(fromZero)).toEqual([`CA-N08 ${needs}`, `CA-W23 ${needs}`]);
    expect(told(fromZero)).toEqual([]);
});
