import { expect, test } from "vitest";
import { knownLines } from "../../../doctor/model/known-lines";
import type { LogMark } from "../../../doctor/model/snapshot";
import { found, healthy, helperPod, resultOf } from "../support/cluster";

const withMarks = (nodes: number, marks: (pod: string) => LogMark[]) =>
    healthy(nodes, (objects, snapshot) => {
        const helpers = objects.pods.filter(({ metadata }) => metadata.namespace === "sgx-quote-helper");
        snapshot.logs = helpers.flatMap(({ metadata }) => marks(`sgx-quote-helper/${metadata.name}`));
    });

test("without --logs the check is skipped and says what it needs", () => {
    expect(resultOf(healthy(), "CA-Q19")).toMatchObject({
        result: "skipped",
        needs: expect.stringContaining("--logs") as string,
    });
});

test("logs without a known line are fine", () => {
    expect(
        resultOf(
            withMarks(2, () => []),
            "CA-Q19",
        ).result,
    ).toBe("ok");
});

test.each(knownLines.map(({ id, means, fix }) => ({ id, means, fix })))(
    "the line $id is a finding",
    ({ id, means, fix }) => {
        const snapshot = withMarks(1, (pod) => [{ pod, container: "aesm", line: id, count: 1 }]);
        expect(resultOf(snapshot, "CA-Q19").findings).toMatchObject([{ reason: id, seen: means, fix }]);
    },
);

test("of several lines of a pod the most exact one counts, and the same on all nodes is one finding", () => {
    const snapshot = withMarks(2, (pod) => [
        { pod, container: "aesm", line: "qe3-not-loaded", count: 3 },
        { pod, container: "aesm", line: "no-provision-device", count: 3 },
    ]);
    expect(found(snapshot)).toEqual(["CA-Q19 no-provision-device"]);
});

test("a line that an AESM which is ready has written once or twice within the hour is a warning", () => {
    const severity = (count: number, ready = true) => {
        const snapshot = withMarks(1, (pod) => [{ pod, container: "aesm", line: "collateral-unreachable", count }]);
        const pod = snapshot.objects.pods.find(({ metadata }) => metadata.namespace === "sgx-quote-helper")!;
        if (!ready) pod.status = { ...pod.status, conditions: [], startTime: snapshot.takenAt };
        return resultOf(snapshot, "CA-Q19").findings.map((finding) => finding.severity);
    };
    expect(severity(2)).toEqual(["warning"]);
    expect(severity(3)).toEqual(["problem"]);
    expect(severity(1, false)).toEqual(["problem"]);
});

test("two AESMs on a node are the cause of what their logs say", () => {
    const snapshot = withMarks(1, (pod) => [{ pod, container: "aesm", line: "socket-not-created", count: 3 }]);
    const second = helperPod("aks-enclave-0");
    second.metadata = { ...second.metadata, name: "other", namespace: "kube-system", uid: "other" };
    const pods = [...snapshot.objects.pods, second];
    expect(resultOf({ ...snapshot, objects: { ...snapshot.objects, pods } }, "CA-Q19")).toMatchObject({
        result: "skipped",
        because: "CA-Q20",
    });
});
