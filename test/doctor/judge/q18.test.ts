import { expect, test } from "vitest";
import type { Snapshot } from "../../../doctor/model/snapshot";
import { event, found, healthy, helperPod, resultOf, type Objects } from "../support/cluster";
import { crashed, inState, podNamed } from "../support/faults";

const helperOn = (objects: Objects, node = "aks-enclave-0") => podNamed(objects, `sgx-quote-helper-${node}`);

/** AESM is not ready on the nodes, and the probe says so. */
function saying(said: string, { nodes = 1, started = "2026-11-27T10:00:00Z", probe = "Readiness" } = {}): Snapshot {
    return healthy(nodes, (objects) => {
        for (let index = 0; index < nodes; index++) {
            const pod = helperOn(objects, `aks-enclave-${index}`);
            inState(pod, "aesm", { running: { startedAt: started } });
            objects.events.push(event("Pod", pod.metadata, "Unhealthy", `${probe} probe failed: ${said}\n`));
        }
    });
}

test.each([
    ["no socket at /var/run/aesmd/aesm.socket: AESM is not running here", "no-socket"],
    ["connection refused at /var/run/aesmd/aesm.socket: stale socket, AESM is gone", "stale-socket"],
    ["cannot connect to /var/run/aesmd/aesm.socket: Permission denied", "cannot-connect"],
    ["AESM is not accepting: its queue is full", "queue-full"],
    ["AESM is frozen, or starting again: it answers nothing within 8 s", "frozen"],
    ["AESM is busy with a quote, or stuck in one: it has not answered for at least 16 s", "busy"],
    ["AESM has been stuck in a quote for 1801 s", "busy"],
    [
        "AESM answered error 30 (SERVICE_UNAVAILABLE): it runs but cannot quote. Its quote-ex plugin is missing",
        "cannot-quote",
    ],
    ["AESM answered error 1 (UNEXPECTED_ERROR)", "error"],
    ["AESM runs without an attestation key", "no-attestation-key"],
    ["malformed answer: length 0", "malformed"],
    ["command timed out", "probe-failed"],
])("the probe says %j", (said, reason) => {
    expect(found(saying(said))).toEqual([`CA-Q18 ${reason}`]);
});

const podName = "sgx-quote-helper-aks-enclave";

test.each([
    ["no socket at /x", `\`kubectl logs -n sgx-quote-helper ${podName}-0 -c aesm\``],
    ["command timed out", `\`kubectl logs -n sgx-quote-helper ${podName}-0 -c aesm\``],
    ["connection refused at /x", `\`kubectl delete pod -n sgx-quote-helper ${podName}-0 ${podName}-1\``],
    ["AESM is frozen", `\`kubectl delete pod -n sgx-quote-helper ${podName}-0 ${podName}-1\``],
])("the advice for %j has the command with the pod's name", (said, command) => {
    expect(resultOf(saying(said, { nodes: 2 }), "CA-Q18").findings.map(({ fix }) => fix)).toEqual([
        expect.stringContaining(command),
    ]);
});

test("the same on many nodes is one finding, whatever number of seconds each says", () => {
    const snapshot = saying("AESM is busy with a quote, or stuck in one: it has not answered for at least 8 s", {
        nodes: 2,
    });
    const last = snapshot.objects.events[1]!;
    last.message = last.message.replace("8 s", "512 s");
    const { findings } = resultOf(snapshot, "CA-Q18");
    expect(findings).toMatchObject([{ seen: "AESM is busy with a quote, or stuck in one" }]);
    expect(findings[0]?.where.filter(({ kind }) => kind === "Node")).toHaveLength(2);
});

test("the newest answer counts, and AESM's own before what the proxy's probe says", () => {
    const snapshot = saying("AESM is busy with a quote, or stuck in one: it has not answered for at least 8 s");
    const { events, pods } = snapshot.objects;
    const pod = pods.find(({ metadata }) => metadata.namespace === "sgx-quote-helper")!;
    inState(pod, "proxy", { running: { startedAt: "2026-11-27T10:00:00Z" } });
    const said = (text: string, container: string, last: string) => {
        const one = event("Pod", pod.metadata, "Unhealthy", `Liveness probe failed: ${text}`);
        return { ...one, last, object: { ...one.object, fieldPath: `spec.containers{${container}}` } };
    };
    const all = [
        ...events,
        said("AESM has been stuck in a quote for 1801 s", "aesm", "2026-11-27T11:59:30Z"),
        said("no socket at /var/run/aesmd/aesm.socket: AESM is not running here", "proxy", "2026-11-27T11:59:40Z"),
    ];
    expect(found({ ...snapshot, objects: { ...snapshot.objects, events: all } })).toEqual(["CA-Q18 busy"]);
    expect(resultOf({ ...snapshot, objects: { ...snapshot.objects, events: all } }, "CA-Q18").findings[0]?.seen).toBe(
        "AESM has been stuck in a quote",
    );
});

test("an AESM that is ready, or has only just started, is no finding", () => {
    const ready = saying("no socket at /var/run/aesmd/aesm.socket: AESM is not running here");
    const pod = ready.objects.pods.find(({ metadata }) => metadata.namespace === "sgx-quote-helper")!;
    const fresh = helperPod("aks-enclave-0");
    pod.status = fresh.status;
    expect(found(ready)).toEqual([]);
    const starting = saying("no socket at /var/run/aesmd/aesm.socket: AESM is not running here", {
        started: "2026-11-27T11:58:55Z",
        probe: "Startup",
    });
    expect(resultOf(starting, "CA-Q18").result).toBe("skipped");
});

test("asked with --exec, the answer counts also where the pod has no probe, and before older events", () => {
    const pod = "sgx-quote-helper/sgx-quote-helper-aks-enclave-0";
    const asked = healthy(1, (_, snapshot) => {
        snapshot.aesm = [{ pod, said: "AESM answered error 30 (SERVICE_UNAVAILABLE): it runs but cannot quote" }];
    });
    expect(found(asked)).toEqual(["CA-Q18 cannot-quote"]);
    const mended = saying("AESM is frozen, or starting again: it answers nothing within 8 s");
    mended.aesm = [{ pod, said: "AESM is healthy\n" }];
    expect(found(mended)).toEqual([]);
});

test("a probe that cannot be run says nothing of AESM", () => {
    const why = 'the probe could not be run: exec: "perl": executable file not found in $PATH';
    const pods = ["0", "1"].map((index) => `sgx-quote-helper/sgx-quote-helper-aks-enclave-${index}`);
    const inNone = healthy(2, (_, snapshot) => {
        snapshot.aesm = pods.map((pod) => ({ pod, said: why }));
    });
    expect(found(inNone)).toEqual([]);
    expect(resultOf(inNone, "CA-Q18")).toMatchObject({
        result: "skipped",
        needs: `an answer of pod ${pods[0]!} to --exec (${why}); and 1 more`,
    });
    const notInOne = healthy(2, (_, snapshot) => {
        snapshot.aesm = pods.map((pod, index) => ({ pod, said: index === 0 ? "AESM is healthy" : why }));
    });
    const needs = `an answer of pod ${pods[1]!} to --exec (${why})`;
    expect(resultOf(notInOne, "CA-Q18")).toMatchObject({ result: "skipped", needs });
    const inOne = healthy(2, (_, snapshot) => {
        snapshot.aesm = pods.map((pod, index) => ({ pod, said: index === 0 ? why : "AESM is frozen" }));
    });
    expect(resultOf(inOne, "CA-Q18").findings).toMatchObject([
        { reason: "frozen", where: [{ name: "aks-enclave-1" }, {}] },
    ]);
});

test("where the probe cannot be run, the events of the kubelet's own probe count, and a helper that is not ready", () => {
    const pod = "sgx-quote-helper/sgx-quote-helper-aks-enclave-0";
    const aesm = [{ pod, said: "the probe could not be run: no answer within 12 s" }];
    expect(found({ ...saying("AESM is frozen, or starting again: it answers nothing within 8 s"), aesm })).toEqual([
        "CA-Q18 frozen",
    ]);
    const silent = healthy(1, (objects) => {
        inState(helperOn(objects), "aesm", { running: { startedAt: "2026-11-27T10:00:00Z" } });
    });
    expect(found({ ...silent, aesm })).toEqual(["CA-Q17 not-ready"]);
});

test("the log tells the cause of an answer", () => {
    const snapshot = saying("AESM is busy with a quote, or stuck in one: it has not answered for at least 8 s");
    const pod = "sgx-quote-helper/sgx-quote-helper-aks-enclave-0";
    snapshot.logs = [{ pod, container: "aesm", line: "collateral-unreachable", count: 1 }];
    expect(found(snapshot)).toEqual(["CA-Q18 busy"]);
    expect(resultOf(snapshot, "CA-Q18").findings[0]?.fix).toContain("NetworkPolicies");
});

test("a stale socket of an AESM that ends again and again is an effect", () => {
    const snapshot = healthy(1, (objects) => {
        const pod = helperOn(objects);
        const { state, more } = crashed(1);
        inState(pod, "aesm", state, more);
        const said = "connection refused at /var/run/aesmd/aesm.socket: stale socket, AESM is gone";
        objects.events.push(event("Pod", pod.metadata, "Unhealthy", `Readiness probe failed: ${said}`));
    });
    expect(resultOf(snapshot, "CA-Q18")).toMatchObject({ result: "skipped", because: "CA-Q17" });
});
