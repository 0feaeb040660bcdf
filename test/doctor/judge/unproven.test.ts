import { expect, test } from "vitest";
import { judge } from "../../../doctor/judge/judge";
import type { Snapshot } from "../../../doctor/model/snapshot";
import { attestingPod, event, findings, resultOf, type Objects } from "../support/cluster";
import { named, told } from "../support/change";
import {
    afterRun,
    beforeVerdict,
    failedVerdict,
    minutesAgo,
    noPlace,
    podOfStack,
    proofName,
    proven,
    replaceProof,
} from "../support/node-proofs";

/* The quote helper of this package with rollout "proven": its container `metrics` is ready when a pod got a quote. */
const helperName = "sgx-quote-helper";
const [node, other] = ["aks-enclave-0", "aks-enclave-1"];
const q17 = (snapshot: Snapshot) => resultOf(snapshot, "CA-Q17");

/** The quote helper of a node has been there for so many minutes, and these of its containers are not ready. */
function helper(
    objects: Objects,
    minutes: number,
    unready: readonly string[] = ["metrics"],
    at = node,
    turned = minutes,
): void {
    const container = (name: string) => ({
        ...{ name, ready: !unready.includes(name), restartCount: 0 },
        state: { running: { startedAt: minutesAgo(minutes) } },
    });
    const status = {
        phase: "Running",
        startTime: minutesAgo(minutes),
        conditions: [{ type: "Ready", status: "False", lastTransitionTime: minutesAgo(turned) }],
        containerStatuses: ["aesm", "proxy", "metrics"].map(container),
    };
    const pod = podOfStack(helperName, at, status);
    objects.pods = [...objects.pods.filter(({ metadata }) => metadata.name !== pod.metadata.name), pod];
}

/** What the kubelet says of a probe of its server of metrics. */
function probed(objects: Objects, message: string): void {
    const said = event("Pod", { name: `${helperName}-${node}`, namespace: helperName }, "Unhealthy", message);
    objects.events.push({ ...said, object: { ...said.object, fieldPath: "spec.containers{metrics}" } });
}
const refuses = "Readiness probe failed: HTTP probe failed with statuscode: 503";

test("a quote helper that only waits for a proof says so, with the way out, and AESM is well there", () => {
    const snapshot = proven(2, (objects) => {
        replaceProof(objects, afterRun({ ended: 30 }));
        helper(objects, 40);
        probed(objects, refuses);
    });
    expect(findings(snapshot)).toMatchObject([
        {
            ...{ code: "CA-Q17", reason: "unproven", severity: "warning" },
            where: [{ name: node }, { name: `${helperName}-${node}` }],
            seen: "the quote helper waits for a proof on this node: no pod there has got a quote of its AESM yet",
        },
    ]);
    expect(q17(snapshot).findings[0]?.fix).toContain(
        `\`kubectl exec -n ${helperName} ${helperName}-${node} -c aesm -- touch /var/run/sgx-metrics/skip\``,
    );
    expect(resultOf(snapshot, "CA-Q18").result).toBe("ok");
    expect(judge(snapshot).nodes[0]?.aesm).toBe("ready");
});

test("it runs all the same: a taint that came later than its pod is a warning", () => {
    const snapshot = proven(1, (objects) => {
        const old = named(objects.pods, `${helperName}-${node}`).metadata.ownerReferences;
        helper(objects, 40);
        named(objects.pods, `${helperName}-${node}`).metadata.ownerReferences = old;
        named(objects.nodes, node).spec = { taints: [{ key: "team", value: "a", effect: "NoSchedule" }] };
        for (const { spec } of objects.daemonSets)
            spec.template = { ...spec.template, spec: { ...spec.template.spec, tolerations: [] } };
    });
    expect(resultOf(snapshot, "CA-N09").findings).toContainEqual(
        expect.objectContaining({ reason: "helper-not-tolerating", severity: "warning" }),
    );
});

test("several are one finding, whose command is for one pod at a time", () => {
    const snapshot = proven(2, (objects) => {
        for (const at of [node, other]) {
            replaceProof(objects, afterRun({ ended: 30 }), {}, at);
            helper(objects, 40, ["metrics"], at);
        }
    });
    expect(q17(snapshot).findings).toHaveLength(1);
    expect(q17(snapshot).findings[0]?.fix).toContain(
        `kubectl exec -n ${helperName} POD -c aesm -- touch /var/run/sgx-metrics/skip\`, for each of the 2 as POD`,
    );
});

test("while the proof of this quote helper still runs it is pending, not longer than its deadline", () => {
    const at = (minutes: number, ended: number) =>
        proven(1, (objects) => {
            // Its last verdict was about the quote helper before this one.
            replaceProof(objects, afterRun({ ended }));
            helper(objects, minutes);
        });
    expect(q17(at(2, 60))).toMatchObject({
        pending: true,
        needs: `3 minutes: pod ${helperName}/${helperName}-${node} starts`,
    });
    expect(q17(at(10, 60))).toMatchObject({ pending: true, needs: `15 minutes: the proof on node ${node} runs` });
    expect(q17(at(10, 5)).findings).toMatchObject([{ reason: "unproven" }]);
    expect(q17(at(16, 60)).findings).toMatchObject([{ reason: "unproven" }]);
});

test("after its node came back the same pod waits for another proof, which has its time again", () => {
    const back = (turned: number, ended: number) =>
        proven(1, (objects) => {
            replaceProof(objects, afterRun({ ended }));
            helper(objects, 600, ["metrics"], node, turned);
        });
    expect(q17(back(10, 60))).toMatchObject({ pending: true, needs: `15 minutes: the proof on node ${node} runs` });
    expect(q17(back(10, 5)).findings).toMatchObject([{ reason: "unproven" }]);
    expect(q17(back(16, 60)).findings).toMatchObject([{ reason: "unproven" }]);
});

test("where work has the proof's EPC, it says so at once", () => {
    const snapshot = proven(1, (objects) => {
        replaceProof(objects, noPlace(), { bound: false });
        objects.pods.push(attestingPod("work", { node, epc: "8170Mi" }));
        helper(objects, 10);
    });
    expect(q17(snapshot).findings).toMatchObject([
        {
            seen: expect.stringContaining(
                "; the proof waits for 32Mi of sgx.intel.com/epc, which other pods have",
            ) as string,
        },
    ]);
});

test("without a proof that runs on the nodes it says so as well", () => {
    const snapshot = proven(1, (objects) => {
        objects.pods = objects.pods.filter(({ metadata }) => metadata.namespace !== proofName);
        objects.daemonSets = objects.daemonSets.filter(({ metadata }) => metadata.name !== proofName);
        helper(objects, 10);
    });
    expect(told(snapshot)).toEqual(["CA-Q17 unproven"]);
});

test("a proof that failed is the first thing to mend", () => {
    const snapshot = proven(1, (objects) => {
        const message = failedVerdict("unknown", "exit-code");
        replaceProof(objects, afterRun({ message, exitCode: 1, ended: 5, turned: 30 }));
        helper(objects, 40);
    });
    expect(told(snapshot)).toEqual(["CA-Q17 unproven", "CA-E25 failed"]);
    expect(judge(snapshot).first).toMatchObject({ code: "CA-E25", reason: "failed" });
});

test.each([
    [
        "AESM answered error 30 (SERVICE_UNAVAILABLE): it runs but cannot quote",
        ["CA-Q18 cannot-quote", "CA-E25 because CA-Q18"],
    ],
    ["AESM is healthy", ["CA-Q17 unproven", "CA-E25 failed"]],
])("asked by --exec it says: %s", (said, wanted) => {
    const snapshot = proven(1, (objects) => {
        const message = failedVerdict("unknown", "exit-code");
        replaceProof(objects, afterRun({ message, exitCode: 1, ended: 5, turned: 30 }));
        helper(objects, 40);
    });
    const aesm = [{ pod: `${helperName}/${helperName}-${node}`, said }];
    expect(told({ ...snapshot, aesm })).toEqual(wanted);
});

test.each([
    ["whose server of metrics does not answer", ["metrics"], 'Get "http://10.0.0.1:9464/readyz": connection refused'],
    ["whose AESM is not ready either", ["aesm", "metrics"], refuses],
])("a quote helper %s does not wait for a proof", (_, unready, message) => {
    const snapshot = proven(1, (objects) => {
        replaceProof(objects, beforeVerdict(10));
        helper(objects, 40, unready);
        probed(objects, message);
    });
    expect(q17(snapshot).findings).toMatchObject([{ reason: "not-ready", severity: "problem" }]);
    expect(resultOf(snapshot, "CA-Q18").findings).toEqual([]);
});
