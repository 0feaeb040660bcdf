import { expect, test } from "vitest";
import { judge } from "../../../doctor/judge/judge";
import type { Workload } from "../../../doctor/model/objects";
import {
    attestingPod,
    event,
    goodVerdict,
    healthy,
    resultOf,
    sgxNode,
    workload,
    type Objects,
} from "../support/cluster";
import { inState, podNamed } from "../support/faults";

const sampleLabels = { "app.kubernetes.io/part-of": "confidential-aks", "app.kubernetes.io/component": "sample" };

/** A sample, and what its pod has said. */
function sample(
    { name = "sample", node = "aks-enclave-0", message = "", at = "2026-11-27T09:00:00Z", exitCode = 0 },
    more: Partial<Workload> = {},
) {
    return (objects: Objects) => {
        const pod = attestingPod(`${name}-x`, { node, namespace: "attestation-sample" });
        pod.metadata.labels = { ...pod.metadata.labels, ...sampleLabels };
        pod.metadata.ownerReferences = [{ kind: "Job", name, uid: name, controller: true }];
        if (message !== "") {
            inState(pod, "app", { terminated: { exitCode, message, finishedAt: at } });
            pod.status = { ...pod.status, phase: exitCode === 0 ? "Succeeded" : "Failed" };
            objects.pods.push(pod);
        }
        const job = workload(name, "attestation-sample", pod.spec);
        const metadata = { ...job.metadata, creationTimestamp: "2026-11-27T08:59:00Z" };
        const template = { ...job.template, metadata: { labels: sampleLabels } };
        objects.workloads.push({ ...job, kind: "Job", metadata, template, ready: exitCode === 0 ? 1 : 0, ...more });
    };
}

const verdict = (mode: string, ...failed: string[]) =>
    JSON.stringify({
        verdict: "failed",
        mode,
        checks: [{ name: "exit", ok: true }, ...failed.map((name) => ({ name, ok: false }))],
    });

test("a good verdict is fine; without the sample there is nothing to judge", () => {
    expect(resultOf(healthy(), "CA-E25")).toMatchObject({
        result: "skipped",
        needs: "there is neither the proof on every node (nodeProof), nor has the sample run (runSample)",
    });
    expect(resultOf(healthy(1, sample({ message: goodVerdict })), "CA-E25").result).toBe("ok");
});

test("what a workload writes into its own last message is no proof", () => {
    const snapshot = healthy(1, (objects) => {
        const pod = attestingPod("web", { node: "aks-enclave-0" });
        inState(pod, "app", { terminated: { exitCode: 0, message: goodVerdict, finishedAt: "2026-11-27T09:00:00Z" } });
        objects.pods.push(pod);
    });
    expect(judge(snapshot).nodes[0]?.proof).toBeUndefined();
    expect(judge(healthy(1, sample({ message: goodVerdict }))).nodes[0]?.proof?.verdict).toBe("out-of-process");
});

test.each([
    ["in-process", "in-process", "in-process"],
    ["mixed", "in-process", "in-process as well"],
    ["none", "failed", "did not prove"],
    ["out-of-process", "failed", "did not prove"],
])("a failed verdict of mode %s is %s, with the names of the checks", (mode, reason, text) => {
    const snapshot = healthy(1, sample({ message: verdict(mode, "mapped-libraries", "image"), exitCode: 1 }));
    const { findings } = resultOf(snapshot, "CA-E25");
    expect(findings).toMatchObject([
        {
            reason,
            severity: "problem",
            where: [
                { kind: "Node", name: "aks-enclave-0" },
                { kind: "Pod", name: "sample-x" },
            ],
        },
    ]);
    expect(findings[0]?.seen).toContain(text);
    expect(findings[0]?.seen).toContain("mapped-libraries, image");
    if (reason === "failed") expect(findings[0]?.fix).toContain("`kubectl logs -n attestation-sample sample-x -c app`");
});

test("the last verdict of a pool counts, and each pool has its own", () => {
    const bad = { message: verdict("in-process"), exitCode: 1 };
    const mended = healthy(1, (objects) => {
        sample({ ...bad, name: "first", at: "2026-11-27T08:00:00Z" })(objects);
        sample({ message: goodVerdict, name: "second", at: "2026-11-27T09:00:00Z" })(objects);
    });
    expect(resultOf(mended, "CA-E25").result).toBe("ok");
    const other = healthy(1, (objects) => {
        const node = sgxNode("aks-other-0");
        node.metadata.labels = { ...node.metadata.labels, "kubernetes.azure.com/agentpool": "other" };
        objects.nodes.push(node);
        sample({ ...bad, name: "first", at: "2026-11-27T08:00:00Z" })(objects);
        sample({ message: goodVerdict, name: "second", node: "aks-other-0" })(objects);
    });
    expect(resultOf(other, "CA-E25").findings).toMatchObject([
        { reason: "in-process", where: [{ name: "aks-enclave-0" }, {}] },
    ]);
});

test("a proof that is older than 30 days is a warning that names the pool", () => {
    const at = (day: string) => healthy(1, sample({ message: goodVerdict, at: `2026-10-${day}T12:00:00Z` }));
    expect(resultOf(at("29"), "CA-E25").result).toBe("ok");
    expect(resultOf(at("27"), "CA-E25").findings).toMatchObject([
        { reason: "old", severity: "warning", seen: "the last proof in the pool enclave is older than 30 days" },
    ]);
});

test("a sample that has not ended well is a warning, but not one that has just begun or whose pods are gone", () => {
    const never = healthy(1, sample({}, { ready: 0 }));
    expect(resultOf(never, "CA-E25").findings).toMatchObject([
        {
            reason: "never-proven",
            severity: "warning",
            where: [{ kind: "Job", name: "sample" }],
            fix: expect.stringContaining("`kubectl describe job -n attestation-sample sample`") as string,
        },
    ]);
    const young = {
        name: "sample",
        namespace: "attestation-sample",
        uid: "s",
        creationTimestamp: "2026-11-27T11:55:00Z",
    };
    expect(resultOf(healthy(1, sample({}, { ready: 0, metadata: young })), "CA-E25")).toMatchObject({
        result: "skipped",
        needs: "15 minutes: the sample runs",
        pending: true,
    });
    expect(resultOf(healthy(1, sample({})), "CA-E25").result).toBe("ok");
});

test("no quote is an effect of the AESM of that node", () => {
    const snapshot = healthy(1, (objects) => {
        sample({ message: verdict("none", "exit"), exitCode: 1 })(objects);
        const helper = podNamed(objects, "sgx-quote-helper");
        inState(helper, "aesm", { running: { startedAt: "2026-11-27T10:00:00Z" } });
        const said = "AESM is frozen, or starting again: it answers nothing within 8 s";
        objects.events.push(event("Pod", helper.metadata, "Unhealthy", `Readiness probe failed: ${said}`));
    });
    expect(resultOf(snapshot, "CA-E25")).toMatchObject({ result: "skipped", because: "CA-Q18" });
});

test.each([
    ["a moment ago, and its Job tries again", "2026-11-27T11:59:00Z", [], false],
    ["long ago, and its Job has not tried again", "2026-11-27T11:50:00Z", [], true],
    ["a moment ago, and its Job has given up", "2026-11-27T11:59:00Z", [{ type: "Failed", status: "True" }], true],
])("a sample that failed %s", (_, at, conditions, isFound) => {
    const snapshot = healthy(1, sample({ message: verdict("none", "exit"), exitCode: 1, at }, { conditions }));
    expect(resultOf(snapshot, "CA-E25").findings).toMatchObject(isFound ? [{ reason: "failed" }] : []);
});
