import { expect, test } from "vitest";
import type { ContainerState, Pod, Workload } from "../../../doctor/model/objects";
import type { Snapshot } from "../../../doctor/model/snapshot";
import { attestingPod, event, goodVerdict, healthy, resultOf, workload, type Objects } from "../support/cluster";
import { crashed, inState, podNamed } from "../support/faults";

/** A pod of the Deployment web on the first node. */
function webPod(change: (pod: Pod) => void): Pod {
    const pod = attestingPod("web-5d4-x", { node: "aks-enclave-0" });
    pod.metadata.labels = { ...pod.metadata.labels, "pod-template-hash": "5d4" };
    pod.metadata.ownerReferences = [{ kind: "ReplicaSet", name: "web-5d4", uid: "rs", controller: true }];
    change(pod);
    return pod;
}

function cluster(change: (pod: Pod) => void, more: (objects: Objects, snapshot: Snapshot) => void = () => undefined) {
    return healthy(1, (objects, snapshot) => {
        const pod = webPod(change);
        objects.workloads.push(workload("web", "shop", pod.spec));
        objects.pods.push(pod);
        more(objects, snapshot);
    });
}

const web = [{ kind: "Deployment", namespace: "shop", name: "web" }];

/** Its init container that waits for AESM is in that state. */
const waiting = (state: ContainerState, lastState?: ContainerState) => (pod: Pod) => {
    const status = { name: "wait-for-aesm", ready: false, restartCount: 0, state };
    pod.status = {
        phase: "Pending",
        initContainerStatuses: [lastState === undefined ? status : { ...status, lastState }],
    };
};
const since = (startedAt: string) => waiting({ running: { startedAt } });

/** AESM on that node cannot quote. */
const cannotQuote = (node: string) => (objects: Objects) => {
    const helper = podNamed(objects, `sgx-quote-helper-${node}`);
    inState(helper, "aesm", { running: { startedAt: "2026-11-27T10:00:00Z" } });
    const said = "AESM answered error 30 (SERVICE_UNAVAILABLE): it runs but cannot quote";
    objects.events.push(event("Pod", helper.metadata, "Unhealthy", `Readiness probe failed: ${said}`));
};

test("pods that run, wait for a moment, or have ended well are fine", () => {
    expect(
        resultOf(
            cluster(() => undefined),
            "CA-W24",
        ).result,
    ).toBe("ok");
    expect(resultOf(cluster(since("2026-11-27T11:59:50Z")), "CA-W24")).toMatchObject({
        result: "skipped",
        pending: true,
    });
});

test("a pod that waits for AESM: on which node, and where to look", () => {
    const { findings } = resultOf(cluster(since("2026-11-27T11:50:00Z")), "CA-W24");
    expect(findings).toMatchObject([{ reason: "waits-for-aesm", where: web }]);
    expect(findings[0]?.fix).toContain("aks-enclave-0");
    expect(findings[0]?.fix).toContain("kubectl logs -c wait-for-aesm --namespace shop web-5d4-x");
});

test("a pod that waits is an effect of what AESM answers on that node, and not of another node's AESM", () => {
    const here = cluster(since("2026-11-27T11:50:00Z"), cannotQuote("aks-enclave-0"));
    expect(resultOf(here, "CA-W24")).toMatchObject({ result: "skipped", because: "CA-Q18" });
    const elsewhere = healthy(2, (objects) => {
        objects.pods.push(webPod(since("2026-11-27T11:50:00Z")));
        cannotQuote("aks-enclave-1")(objects);
    });
    expect(resultOf(elsewhere, "CA-W24").findings).toMatchObject([{ reason: "waits-for-aesm" }]);
});

test("a wait that has given up says what it saw last", () => {
    const message =
        "gave up after 300 s: connection refused at /var/run/aesmd/aesm.socket: stale socket, AESM is gone\n";
    const lastState = { terminated: { exitCode: 1, reason: "Error", message, finishedAt: "2026-11-27T11:59:00Z" } };
    const snapshot = cluster(waiting({ waiting: { reason: "CrashLoopBackOff" } }, lastState));
    expect(resultOf(snapshot, "CA-W24").findings).toMatchObject([
        {
            reason: "wait-gave-up",
            where: web,
            seen: "wait-for-aesm has given up: connection refused at /var/run/aesmd/aesm.socket: stale socket, AESM is gone",
            fix: expect.stringContaining("delete the quote helper's pod") as string,
        },
    ]);
});

test("a wait that got no answer in time points to the readiness probe, which knows why", () => {
    const message =
        "gave up after 300 s: AESM does not answer within 5 s: it is busy with a quote, frozen, or starting\n";
    const lastState = { terminated: { exitCode: 1, reason: "Error", message, finishedAt: "2026-11-27T11:59:00Z" } };
    const snapshot = cluster(waiting({ waiting: { reason: "CrashLoopBackOff" } }, lastState));
    expect(resultOf(snapshot, "CA-W24").findings).toMatchObject([
        {
            reason: "wait-gave-up",
            seen: "wait-for-aesm has given up: AESM does not answer within 5 s: it is busy with a quote, frozen, or starting",
            fix: expect.stringContaining(
                "`kubectl describe pod -n sgx-quote-helper sgx-quote-helper-aks-enclave-0`",
            ) as string,
        },
    ]);
});

test("a node without AESM's directory, and another volume that is not there", () => {
    const creating = (pod: Pod) => {
        inState(pod, "app", { waiting: { reason: "ContainerCreating" } });
        pod.status = { ...pod.status, phase: "Pending" };
    };
    const failing = (message: string) =>
        cluster(creating, (objects) => {
            objects.events.push(event("Pod", { name: "web-5d4-x", namespace: "shop" }, "FailedMount", message));
        });
    const noDirectory =
        'MountVolume.SetUp failed for volume "aesm" : hostPath type check failed: /var/run/aesmd is not a directory';
    expect(resultOf(failing(noDirectory), "CA-W24").findings).toMatchObject([{ reason: "no-directory", where: web }]);
    expect(resultOf(failing('secret "key" not found'), "CA-W24").findings).toMatchObject([
        { reason: "not-mounted", seen: expect.stringContaining('secret "key" not found') as string },
    ]);
});

test("no directory is no effect of an AESM that runs and cannot quote", () => {
    const snapshot = cluster(
        (pod) => {
            inState(pod, "app", { waiting: { reason: "ContainerCreating" } });
        },
        (objects) => {
            cannotQuote("aks-enclave-0")(objects);
            const message = "hostPath type check failed: /var/run/aesmd/none is not a directory";
            objects.events.push(event("Pod", { name: "web-5d4-x", namespace: "shop" }, "FailedMount", message));
        },
    );
    expect(resultOf(snapshot, "CA-Q18").findings).toMatchObject([{ reason: "cannot-quote" }]);
    expect(resultOf(snapshot, "CA-W24").findings).toMatchObject([{ reason: "no-directory", where: web }]);
});

test("no directory is an effect where no quote helper runs on the node", () => {
    const snapshot = cluster(
        (pod) => {
            inState(pod, "app", { waiting: { reason: "ContainerCreating" } });
        },
        (objects) => {
            objects.pods = objects.pods.filter(({ metadata }) => metadata.namespace !== "sgx-quote-helper");
            const message = "hostPath type check failed: /var/run/aesmd is not a directory";
            objects.events.push(event("Pod", { name: "web-5d4-x", namespace: "shop" }, "FailedMount", message));
        },
    );
    expect(resultOf(snapshot, "CA-W24")).toMatchObject({ result: "skipped", because: "CA-Q17" });
});

test.each<[string, ContainerState, string]>([
    ["an image that cannot be fetched", { waiting: { reason: "ErrImagePull", message: "not found" } }, "image-pull"],
    [
        "an image that Docker Hub's limit keeps",
        { waiting: { reason: "ErrImagePull", message: "429" } },
        "image-rate-limit",
    ],
    [
        "a container that cannot be created",
        { waiting: { reason: "CreateContainerConfigError", message: "no key" } },
        "cannot-start",
    ],
])("%s", (_, state, reason) => {
    const snapshot = cluster((pod) => {
        inState(pod, "app", state);
    });
    expect(resultOf(snapshot, "CA-W24").findings).toMatchObject([
        { reason, where: web, seen: expect.stringContaining(state.waiting?.message ?? "") as string },
    ]);
});

const crashing =
    (exitCode: number, reason = "Error", line?: string) =>
    (pod: Pod) => {
        const { state, more } = crashed(exitCode, reason);
        const terminated = { ...more.lastState.terminated, ...(line === undefined ? {} : { line }) };
        inState(pod, "app", state, { ...more, lastState: { terminated } });
    };

test.each([
    [3, "Error", "crashing"],
    [137, "OOMKilled", "out-of-memory"],
])("a program that ends with %i (%s) is %s", (exitCode, why, reason) => {
    expect(resultOf(cluster(crashing(exitCode, why)), "CA-W24").findings).toMatchObject([{ reason, where: web }]);
});

test("a known line tells why it ended: from its log, or from what the pod's status keeps of it", () => {
    const marks = cluster(crashing(1), (_, snapshot) => {
        snapshot.logs = [{ pod: "shop/web-5d4-x", container: "app", line: "quote-ex-missing", count: 1 }];
    });
    expect(resultOf(marks, "CA-W24").findings).toMatchObject([{ reason: "quote-ex-missing" }]);
    expect(resultOf(cluster(crashing(1, "Error", "device-closed")), "CA-W24").findings).toMatchObject([
        { reason: "device-closed", fix: expect.stringContaining("supplementalGroups") as string },
    ]);
});

test("a program that ends since its workload is not set up is an effect of that", () => {
    const snapshot = cluster((pod) => {
        const [app, ...rest] = pod.spec.containers;
        pod.spec = { ...pod.spec, containers: [{ ...app!, volumeMounts: [] }, ...rest] };
        crashing(1)(pod);
    });
    expect(resultOf(snapshot, "CA-W24")).toMatchObject({ result: "skipped", because: "CA-W22" });
});

test("a program that found no AESM is an effect of the quote helper's fault on its node", () => {
    const snapshot = cluster(crashing(1, "Error", "aesm-not-there"), (objects) => {
        const { state, more } = crashed(1);
        inState(podNamed(objects, "sgx-quote-helper"), "aesm", state, more);
    });
    expect(resultOf(snapshot, "CA-W24")).toMatchObject({ result: "skipped", because: "CA-Q17" });
});

test("a library that the program's image lacks is told beside a workload that is not set up", () => {
    const broken = (line: string) =>
        cluster((pod) => {
            const [app, ...rest] = pod.spec.containers;
            pod.spec = { ...pod.spec, containers: [{ ...app!, env: [] }, ...rest] };
            crashing(1, "Error", line)(pod);
        });
    const library = broken("quote-ex-missing");
    expect(resultOf(library, "CA-W24").findings).toMatchObject([{ reason: "quote-ex-missing" }]);
    expect(resultOf(library, "CA-W22").result).not.toBe("ok");
    expect(resultOf(broken("no-provision-device"), "CA-W24").because).toBe("CA-W22");
});

/** A Job whose pods have ended so, the first one first. */
function job(conditions: Workload["conditions"], ends: { exitCode: number; message?: string; at?: string }[]) {
    return healthy(1, (objects) => {
        const one: Workload = { ...workload("once", "shop"), kind: "Job", ready: 0 };
        objects.workloads.push(conditions === undefined ? one : { ...one, conditions });
        ends.forEach(({ exitCode, message, at = "2026-11-27T11:00:00Z" }, index) => {
            const pod = attestingPod(`once-${index}`, { node: "aks-enclave-0" });
            pod.metadata.creationTimestamp = `2026-11-27T10:0${index}:00Z`;
            pod.metadata.ownerReferences = [{ kind: "Job", name: "once", uid: "job", controller: true }];
            const terminated = {
                exitCode,
                reason: "Error",
                finishedAt: at,
                ...(message === undefined ? {} : { message }),
            };
            inState(pod, "app", { terminated });
            pod.status = { ...pod.status, phase: exitCode === 0 ? "Succeeded" : "Failed" };
            objects.pods.push(pod);
        });
    });
}

const failed = [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded" }];

test("a Job that has failed: by its last pod", () => {
    const { findings } = resultOf(job(failed, [{ exitCode: 2 }, { exitCode: 5 }]), "CA-W24");
    expect(findings).toMatchObject([{ reason: "crashing", where: [{ kind: "Job", name: "once" }] }]);
    expect(findings[0]?.seen).toContain("exit code 5");
});

test("a pod that failed before its Job went on, one of last week, and a verdict are no findings of this check", () => {
    expect(resultOf(job(undefined, [{ exitCode: 2 }, { exitCode: 0, message: goodVerdict }]), "CA-W24").result).toBe(
        "ok",
    );
    expect(resultOf(job(failed, [{ exitCode: 2, at: "2026-11-20T11:00:00Z" }]), "CA-W24").result).toBe("ok");
    const verdict = '{"verdict":"failed","mode":"in-process","checks":[]}';
    expect(resultOf(job(failed, [{ exitCode: 1, message: verdict }]), "CA-W24").result).toBe("ok");
});
