import { describe, expect, test } from "vitest";
import { judge } from "../../../doctor/judge/judge";
import type { Snapshot } from "../../../doctor/model/snapshot";
import { attestingPod, event, findings, goodVerdict, resultOf, sgxNode, type Objects } from "../support/cluster";
import { named, pendingOf as pending, placesOf, relabel, told } from "../support/change";
import { inState, podNamed } from "../support/faults";
import {
    afterRun,
    beforeVerdict,
    failedVerdict,
    minutesAgo,
    moments,
    podOfStack,
    proofName,
    proven,
    replaceProof,
} from "../support/node-proofs";
import { transitions } from "../support/transitions";

const [node, other] = ["aks-enclave-0", "aks-enclave-1"];
const e25 = (snapshot: Snapshot) => resultOf(snapshot, "CA-E25");
const failing = afterRun({ message: failedVerdict("unknown", "exit-code", "last-line"), exitCode: 1 });
const pod = (at = node) => `Pod ${proofName}/${proofName}-${at}`;

describe("a proof that has ended", () => {
    test.each(moments)("well is fine, and its container's many restarts are no fault: %s", (moment) => {
        const snapshot = proven(2, (objects) => replaceProof(objects, afterRun({ moment, ended: 1 })));
        expect(told(snapshot)).toEqual([]);
        expect(pending(snapshot)).toEqual([]);
        expect(e25(snapshot).result).toBe("ok");
        expect(judge(snapshot).nodes[0]?.proof).toEqual({ verdict: "out-of-process", at: minutesAgo(1) });
    });

    test("well is no trouble of the container either where its message is lost", () => {
        const snapshot = proven(1, (objects) =>
            replaceProof(objects, afterRun({ message: "", moment: moments[2], ended: 1 })),
        );
        expect(told(snapshot)).toEqual([]);
    });

    test.each(moments)("badly is a problem of its node, and of no other check: %s", (moment) => {
        const run = { message: failedVerdict("unknown", "exit-code", "last-line"), exitCode: 1, moment };
        const snapshot = proven(3, (objects) => {
            replaceProof(objects, afterRun(run));
            replaceProof(objects, afterRun(run), {}, other);
        });
        expect(told(snapshot)).toEqual(["CA-E25 failed"]);
        expect(placesOf(snapshot, "CA-E25")).toEqual([`Node ${node}`, pod(), `Node ${other}`, pod(other)]);
        const [finding] = findings(snapshot);
        expect(finding?.seen).toBe(
            "the proof did not prove that quotes are made out-of-process; checks that failed: exit-code, last-line",
        );
        const logs = `\`kubectl logs -n ${proofName} ${proofName}-${node} -c app${moment === moments[1] ? "" : " --previous"}\``;
        expect(finding?.fix).toContain(logs);
        expect(judge(snapshot).nodes[0]?.proof?.verdict).toBe("failed");
    });

    test.each([
        ["in-process", "in-process", 60],
        ["in-process", "in-process", 1],
        ["mixed", "in-process", 60],
    ])("in mode %s says %s, %d minutes after it ended", (mode, reason, ended) => {
        const message = failedVerdict(mode, "mapped-libraries");
        const snapshot = proven(1, (objects) => replaceProof(objects, afterRun({ message, exitCode: 1, ended })));
        expect(e25(snapshot).findings).toMatchObject([{ reason, severity: "problem" }]);
    });

    test("badly a moment ago, where it was well before, is tried again first", () => {
        const failed = { message: failedVerdict("unknown", "exit-code"), exitCode: 1, ended: 1 };
        const snapshot = proven(1, (objects) => replaceProof(objects, afterRun(failed)));
        expect(e25(snapshot)).toMatchObject({ result: "skipped", pending: true });
        expect(pending(snapshot)).toEqual([`CA-E25 3 minutes: the proof on node ${node} is tried again`]);
        // One that fails again and again has not been ready for long.
        const again = proven(1, (objects) => replaceProof(objects, afterRun({ ...failed, turned: 10 })));
        expect(e25(again)).toMatchObject({ result: "problem", findings: [{ reason: "failed" }] });
        // It asks the quote helper that comes now again, at once.
        const helped = proven(1, (objects) => {
            replaceProof(objects, afterRun({ ...failed, turned: 10 }));
            transitions["its quote helper starts"](objects, node);
        });
        expect(e25(helped)).toMatchObject({ result: "skipped", pending: true });
    });

    test("badly is an effect of the AESM of its node, and not of another one's", () => {
        const cannotQuote = (at: string) =>
            proven(2, (objects) => {
                replaceProof(objects, failing);
                const helper = podNamed(objects, `sgx-quote-helper-${at}`);
                inState(helper, "aesm", { running: { startedAt: minutesAgo(60) } });
                const said = "AESM answered error 30 (SERVICE_UNAVAILABLE): it runs but cannot quote";
                objects.events.push(event("Pod", helper.metadata, "Unhealthy", `Readiness probe failed: ${said}`));
            });
        expect(told(cannotQuote(node))).toEqual(["CA-Q18 cannot-quote", "CA-E25 because CA-Q18"]);
        expect(told(cannotQuote(other))).toEqual(["CA-Q18 cannot-quote", "CA-E25 failed"]);
    });

    test("long ago is a warning as soon as two more were due, by the interval of its pod", () => {
        const at = (hours: number, options?: Parameters<typeof podOfStack>[3]) =>
            proven(1, (objects) => replaceProof(objects, afterRun({ ended: hours * 60 }), options));
        expect(e25(at(11.9)).result).toBe("ok");
        expect(e25(at(12.1)).findings).toMatchObject([
            {
                reason: "stale",
                severity: "warning",
                seen: "the last proof on the node is more than 12 hours old, in which two were due",
                where: [{ name: node }, { name: `${proofName}-${node}` }],
            },
        ]);
        const everyHour = { word: ["21600", "3600"] } as const;
        expect(e25(at(1.9, everyHour)).result).toBe("ok");
        expect(e25(at(2.1, everyHour)).findings).toMatchObject([{ reason: "stale" }]);
    });
});

describe("a node without a verdict", () => {
    const young = (minutes: number, options?: Parameters<typeof podOfStack>[3]) =>
        proven(2, (objects) => replaceProof(objects, beforeVerdict(minutes), options));

    test("is pending until the pod's deadline is over, and then not proven", () => {
        expect(pending(young(14))).toEqual([`CA-E25 15 minutes: the proof on node ${node} runs`]);
        expect(e25(young(16)).findings).toMatchObject([
            { reason: "never-proven", severity: "warning", where: [{ name: node }, { kind: "Pod" }] },
        ]);
        expect(told(young(16))).toEqual(["CA-E25 never-proven"]);
        const longer = { word: ["--deadline=180", "--deadline=720"] } as const;
        expect(pending(young(59, longer))).toEqual([`CA-E25 60 minutes: the proof on node ${node} runs`]);
        expect(e25(young(61, longer)).findings).toMatchObject([{ reason: "never-proven" }]);
    });

    test("is pending again after the node has restarted, which takes the verdict away", () => {
        const rebooted = (minutes: number) =>
            proven(1, (objects) => {
                const status = afterRun({ message: "", exitCode: 255, ended: minutes });
                replaceProof(objects, { ...status, ...{ startTime: "2026-11-20T10:00:00Z" } });
            });
        expect(e25(rebooted(10))).toMatchObject({ pending: true });
        expect(e25(rebooted(20)).findings).toMatchObject([{ reason: "never-proven" }]);
    });

    test("is pending after a reboot that was too fast for the node to be unready, of a pod that was not ready before", () => {
        const rebooted = (minutes: number) =>
            proven(1, (objects) => {
                const status = afterRun({ message: "", exitCode: 255, ended: minutes, turned: 600 });
                replaceProof(objects, { ...status, ...{ startTime: "2026-11-20T10:00:00Z" } });
                const started = event("Node", { name: node }, "Starting", "");
                objects.events.push({ ...started, last: minutesAgo(minutes) });
            });
        expect(e25(rebooted(10))).toMatchObject({ pending: true });
        expect(e25(rebooted(20)).findings).toMatchObject([{ reason: "never-proven" }]);
    });

    test("is proven where its pod is ready: a kubelet may have forgotten the run before", () => {
        const snapshot = proven(1, (objects) => {
            const one = replaceProof(objects, beforeVerdict(1000));
            one.status = { ...one.status, conditions: [{ type: "Ready", status: "True" }] };
        });
        expect(e25(snapshot).result).toBe("ok");
    });

    test("has a pod that ends without one: that is CA-W24's", () => {
        const snapshot = proven(1, (objects) =>
            replaceProof(objects, afterRun({ message: "", exitCode: 2, moment: moments[2] })),
        );
        expect(told(snapshot)).toEqual(["CA-W24 crashing", "CA-E25 because CA-W24"]);
    });

    test("has no pod, though the proof is for it", () => {
        const gone = (change: (objects: Objects) => void = () => undefined) =>
            proven(2, (objects) => {
                objects.pods = objects.pods.filter(({ metadata }) => metadata.name !== `${proofName}-${node}`);
                change(objects);
            });
        expect(e25(gone()).findings).toMatchObject([
            { reason: "never-proven", seen: "the node has no pod of the proof", where: [{ name: node }, {}] },
        ]);
        expect(told(gone())).toEqual(["CA-E25 never-proven"]);
        const rolling = gone(({ daemonSets }) => {
            const one = named(daemonSets, proofName);
            one.status = { desiredNumberScheduled: 2, updatedNumberScheduled: 1 };
            one.changedAt = minutesAgo(0.1);
        });
        expect(pending(rolling)).toEqual([
            `CA-E25 3 minutes: DaemonSet ${proofName}/${proofName} makes its pod on node ${node}`,
        ]);
        const joining = gone(({ nodes }) => {
            named(nodes, node).metadata.creationTimestamp = minutesAgo(1);
        });
        expect(pending(joining)).toContain(`CA-E25 3 minutes: node ${node} joins`);
        // The DaemonSet is for other nodes only.
        const elsewhere = gone(({ daemonSets }) => {
            const { spec } = named(daemonSets, proofName);
            spec.template = { ...spec.template, spec: { ...spec.template.spec, nodeSelector: { pool: "other" } } };
        });
        expect(e25(elsewhere).result).toBe("ok");
    });
});

describe("beside the sample", () => {
    /** A verdict of the sample that is 31 days old, of another pool or the same. */
    const old = (pool: string) => (objects: Objects) => {
        const sample = attestingPod("sample", { node: "aks-sampled-0", namespace: "attestation-sample" });
        const labels = { "app.kubernetes.io/part-of": "confidential-aks", "app.kubernetes.io/component": "sample" };
        sample.metadata.labels = { ...sample.metadata.labels, ...labels };
        inState(sample, "app", {
            terminated: { exitCode: 0, message: goodVerdict, finishedAt: minutesAgo(31 * 1440) },
        });
        sample.status = { ...sample.status, phase: "Succeeded" };
        const sampled = sgxNode("aks-sampled-0");
        relabel(sampled, { "kubernetes.azure.com/agentpool": pool, "confidential-aks/sgx": undefined });
        objects.nodes.push(sampled);
        objects.pods.push(sample);
    };

    test("an old verdict of the sample is no warning where a node of its pool was proven since", () => {
        const reasons = (pool: string) => e25(proven(1, old(pool))).findings.map(({ reason }) => reason);
        expect(reasons("enclave")).toEqual([]);
        expect(reasons("batch")).toEqual(["old"]);
    });
});

test("an autoscaled pool at 0 is as it should be, though the proof is for its nodes", () => {
    const none = proven(0);
    expect(resultOf(none, "CA-N08").findings).toMatchObject([{ reason: "no-sgx-node", severity: "warning" }]);
});

test("what a workload says in the place of the proof is none", () => {
    const snapshot = proven(1, (objects) => {
        const one = replaceProof(objects, failing);
        one.metadata.labels = { app: "web" };
        objects.daemonSets = objects.daemonSets.filter(({ metadata }) => metadata.name !== proofName);
    });
    expect(e25(snapshot)).toMatchObject({ result: "skipped", needs: expect.stringContaining("neither") as string });
    expect(judge(snapshot).nodes[0]?.proof).toBeUndefined();
});
