import { expect, test } from "vitest";
import {
    attestingPod,
    event,
    findings,
    found,
    healthy,
    resultOf,
    sgxNode,
    workload,
    type Objects,
} from "../support/cluster";
import { crashed, inState, podNamed, unscheduled } from "../support/faults";

const helperOn = (objects: Objects, node = "aks-enclave-0") => podNamed(objects, `sgx-quote-helper-${node}`);
const noHelper = (objects: Objects) => {
    objects.pods = objects.pods.filter(({ metadata }) => metadata.namespace !== "sgx-quote-helper");
    objects.daemonSets = objects.daemonSets.filter(({ metadata }) => metadata.name !== "sgx-quote-helper");
};

test("a helper on every node is fine; without one, and without a workload that needs it, nothing is judged", () => {
    expect(resultOf(healthy(), "CA-Q17").result).toBe("ok");
    expect(resultOf(healthy(2, noHelper), "CA-Q17")).toMatchObject({
        result: "skipped",
        needs: "there is no quote helper, and no workload that needs one",
    });
});

test("workloads that attest out-of-process and no helper of any source: the workloads are named", () => {
    const snapshot = healthy(1, (objects) => {
        noHelper(objects);
        objects.workloads.push(workload("web"));
    });
    expect(resultOf(snapshot, "CA-Q17").findings).toMatchObject([
        {
            reason: "helper-missing",
            severity: "problem",
            where: [{ kind: "Deployment", namespace: "shop", name: "web" }],
        },
    ]);
});

test("nodes without a helper are one finding", () => {
    const snapshot = healthy(3, (objects) => {
        objects.pods = objects.pods.filter(({ metadata }) => !/helper-aks-enclave-[12]/.test(metadata.name));
    });
    const [first, ...rest] = resultOf(snapshot, "CA-Q17").findings;
    expect(first).toMatchObject({
        reason: "not-on-node",
        where: [{ name: "aks-enclave-1" }, { name: "aks-enclave-2" }],
    });
    expect(rest).toEqual([]);
});

test("a node that the helper's DaemonSet does not select is a warning until a pod wants to attest there", () => {
    const cluster = (with_: "nothing" | "a pod") =>
        healthy(1, (objects) => {
            const node = sgxNode("aks-other-0");
            node.metadata.labels = { ...node.metadata.labels, pool: "other" };
            objects.nodes.push(node);
            const set = objects.daemonSets[1]!;
            set.spec = {
                ...set.spec,
                template: {
                    ...set.spec.template,
                    spec: { ...set.spec.template.spec, nodeSelector: { pool: "enclave" } },
                },
            };
            if (with_ === "a pod") objects.pods.push(attestingPod("web", { node: "aks-other-0" }));
        });
    expect(resultOf(cluster("nothing"), "CA-Q17").findings).toMatchObject([
        { reason: "not-selected", severity: "warning" },
    ]);
    const [finding] = resultOf(cluster("a pod"), "CA-Q17").findings;
    expect(finding).toMatchObject({ reason: "not-selected", severity: "problem" });
    expect(finding?.fix).toContain("`kubectl label --overwrite node aks-other-0 pool=enclave`");
});

test("a helper's pod that is refused says by whom", () => {
    const snapshot = healthy(1, (objects) => {
        objects.pods = objects.pods.filter(({ metadata }) => metadata.namespace !== "sgx-quote-helper");
        const of = { name: "sgx-quote-helper", namespace: "sgx-quote-helper" };
        objects.events.push(event("DaemonSet", of, "FailedCreate", 'pods "x" is forbidden: exceeded quota: all'));
    });
    expect(resultOf(snapshot, "CA-Q17").findings).toMatchObject([
        { reason: "refused", seen: expect.stringContaining("exceeded quota: all") as string },
    ]);
});

test("a refusal from before the newest of the helper's pods was made counts no more", () => {
    const snapshot = healthy(2, (objects) => {
        objects.pods = objects.pods.filter(({ metadata }) => metadata.name !== "sgx-quote-helper-aks-enclave-1");
        const of = { name: "sgx-quote-helper", namespace: "sgx-quote-helper" };
        const refused = event("DaemonSet", of, "FailedCreate", 'pods "x" is forbidden: exceeded quota: all');
        objects.events.push({ ...refused, last: "2026-11-27T09:30:00Z" });
    });
    expect(resultOf(snapshot, "CA-Q17").findings).toMatchObject([{ reason: "not-on-node" }]);
});

test("a helper that waits for EPC: who has it, the largest share first", () => {
    const snapshot = healthy(1, (objects) => {
        unscheduled(helperOn(objects), "0/2 nodes are available: 1 Insufficient sgx.intel.com/epc.");
        objects.pods.push(
            attestingPod("small", { node: "aks-enclave-0", epc: "1Gi" }),
            attestingPod("large", { node: "aks-enclave-0", epc: "7Gi" }),
        );
    });
    const [finding] = resultOf(snapshot, "CA-Q17").findings;
    expect(finding).toMatchObject({
        reason: "given-out",
        where: [{ kind: "Node", name: "aks-enclave-0" }, { kind: "Pod" }],
        seen: expect.stringContaining("shop/large (7Gi), shop/small (1Gi)") as string,
    });
    // A pod of a Deployment that is deleted comes back.
    expect(finding?.fix).not.toContain("kubectl delete");
});

test("a helper that asks for more EPC than the node has", () => {
    const snapshot = healthy(1, (objects) => {
        const pod = helperOn(objects);
        unscheduled(pod, "0/2 nodes are available: 1 Insufficient sgx.intel.com/epc.");
        const [aesm] = pod.spec.containers;
        pod.spec = { ...pod.spec, containers: [{ ...aesm!, resources: { limits: { "sgx.intel.com/epc": "9Gi" } } }] };
    });
    expect(resultOf(snapshot, "CA-Q17").findings).toMatchObject([{ reason: "never-fits" }]);
});

test("a helper that waits for CPU, and one that waits for what only the scheduler knows", () => {
    const full = healthy(1, (objects, snapshot) => {
        const pod = helperOn(objects);
        unscheduled(pod, "0/2 nodes are available: 1 Insufficient cpu.");
        const [aesm] = pod.spec.containers;
        pod.spec = { ...pod.spec, containers: [{ ...aesm!, resources: { requests: { cpu: "50m" } } }] };
        snapshot.others = { "aks-enclave-0": { cpu: 1900 } };
    });
    expect(resultOf(full, "CA-Q17").findings).toMatchObject([{ reason: "given-out" }]);
    const other = healthy(1, (objects) => {
        unscheduled(helperOn(objects), "0/2 nodes are available: 1 node(s) had volume node affinity conflict.");
    });
    expect(resultOf(other, "CA-Q17").findings).toMatchObject([
        { reason: "not-scheduled", seen: expect.stringContaining("volume node affinity conflict") as string },
    ]);
});

test("a helper that waits for a device which the node does not offer is an effect of that", () => {
    const snapshot = healthy(1, (objects) => {
        const node = objects.nodes[1]!;
        const allocatable = { ...node.status.allocatable, "sgx.intel.com/provision": "0" };
        node.status = { ...node.status, allocatable };
        unscheduled(helperOn(objects), "0/2 nodes are available: 1 Insufficient sgx.intel.com/provision.");
    });
    expect(resultOf(snapshot, "CA-Q17")).toMatchObject({ result: "skipped", because: "CA-N11" });
});

test.each([
    [
        "an image that cannot be fetched",
        { waiting: { reason: "ImagePullBackOff", message: "not found" } },
        "image-pull",
    ],
    [
        "a container that cannot be created",
        { waiting: { reason: "CreateContainerError", message: "no such file" } },
        "cannot-start",
    ],
])("%s", (_, state, reason) => {
    const snapshot = healthy(2, (objects) => {
        for (const node of ["aks-enclave-0", "aks-enclave-1"]) inState(helperOn(objects, node), "aesm", state);
    });
    const { findings: all } = resultOf(snapshot, "CA-Q17");
    expect(all).toMatchObject([
        { reason, severity: "problem", seen: expect.stringContaining(state.waiting.message) as string },
    ]);
    expect(all[0]?.where.map(({ kind }) => kind)).toEqual(["Node", "Pod", "Node", "Pod"]);
});

test.each([
    [137, "OOMKilled", "aesm", "out-of-memory"],
    [137, "Error", "aesm", "killed"],
    [134, "Error", "aesm", "aborted"],
    [0, "Completed", "aesm", "socket-not-created"],
    [1, "Error", "aesm", "crashing"],
    [139, "Error", "aesm", "crashing"],
    [1, "Error", "proxy", "crashing"],
])("exit code %i (%s) of %s is %s", (exitCode, why, container, reason) => {
    const snapshot = healthy(1, (objects) => {
        const { state, more } = crashed(exitCode, why);
        inState(helperOn(objects), container, state, more);
    });
    expect(found(snapshot)).toEqual([`CA-Q17 ${reason}`]);
});

test("the log says why AESM ended, and the log's own finding is an effect", () => {
    const snapshot = healthy(1, (objects, all) => {
        const { state, more } = crashed(1);
        inState(helperOn(objects), "aesm", state, more);
        const pod = "sgx-quote-helper/sgx-quote-helper-aks-enclave-0";
        all.logs = [{ pod, container: "aesm", line: "no-provision-device", count: 2 }];
    });
    expect(findings(snapshot)).toMatchObject([
        {
            code: "CA-Q17",
            reason: "crashing",
            fix: expect.stringContaining("sgx.intel.com/provision: 1") as string,
        },
    ]);
    expect(resultOf(snapshot, "CA-Q19")).toMatchObject({ result: "skipped", because: "CA-Q17" });
});

test("a helper that has not been ready for long, and no probe says why", () => {
    const snapshot = healthy(1, (objects) => {
        const pod = helperOn(objects);
        inState(pod, "aesm", { waiting: { reason: "ContainerCreating" } });
        objects.events.push(event("Pod", pod.metadata, "FailedMount", 'configmap "aesm" not found'));
    });
    expect(resultOf(snapshot, "CA-Q17").findings).toMatchObject([
        { reason: "not-ready", seen: expect.stringContaining('configmap "aesm" not found') as string },
    ]);
});

test("a helper that starts is no finding, and neither is one whose pod is being deleted", () => {
    const starting = healthy(1, (objects) => {
        const pod = helperOn(objects);
        pod.metadata.creationTimestamp = "2026-11-27T11:59:30Z";
        inState(pod, "aesm", { waiting: { reason: "ContainerCreating" } });
    });
    expect(found(starting)).toEqual([]);
    const leaving = healthy(1, (objects) => {
        const pod = helperOn(objects);
        pod.metadata.deletionTimestamp = "2026-11-27T11:59:30Z";
        inState(pod, "aesm", { terminated: { exitCode: 137 } });
    });
    expect(found(leaving)).toEqual([]);
});

test("a helper that is ready, and is started anew again and again, is a warning", () => {
    const snapshot = healthy(1, (objects) => {
        const pod = helperOn(objects);
        const status = pod.status.containerStatuses![0]!;
        const lastState = { terminated: { exitCode: 137, reason: "OOMKilled", finishedAt: "2026-11-27T11:30:00Z" } };
        pod.status = { ...pod.status, containerStatuses: [{ ...status, restartCount: 9, lastState }] };
    });
    expect(resultOf(snapshot, "CA-Q17").findings).toMatchObject([{ reason: "restarts", severity: "warning" }]);
});

test("what is known of AESM's exits is not told of a container beside it", () => {
    const snapshot = healthy(1, (objects) => {
        const pod = helperOn(objects);
        const sidecar = { name: "metrics", image: "example.org/exporter:1" };
        pod.spec = { ...pod.spec, containers: [...pod.spec.containers, sidecar] };
        const { state, more } = crashed(134);
        const status = { name: "metrics", ready: false, state, ...more };
        pod.status = { ...pod.status, containerStatuses: [...(pod.status.containerStatuses ?? []), status] };
    });
    expect(found(snapshot)).toEqual(["CA-Q17 crashing"]);
});
