import { expect, test } from "vitest";
import type { Gap } from "../../../doctor/model/snapshot";
import { judge } from "../../../doctor/judge/judge";
import { healthy, resultOf } from "../support/cluster";
import { named, placesOf, told } from "../support/change";

const node = "aks-enclave-0";

function withKubelet(kubelet: string, server = "v1.36.2") {
    return healthy(2, ({ nodes }, snapshot) => {
        const one = named(nodes, node);
        one.status = { ...one.status, nodeInfo: { ...one.status.nodeInfo, kubeletVersion: kubelet } };
        const other = named(nodes, "aks-enclave-1");
        other.status = { ...other.status, nodeInfo: { ...other.status.nodeInfo, kubeletVersion: server } };
        snapshot.kubernetes = server;
    });
}

test.each([
    ["v1.37.0", "upgrade the control plane"],
    ["v1.32.9", "upgrade the node pool"],
])("a kubelet of version %s beside 1.36 is a warning: %s", (kubelet, fix) => {
    const snapshot = withKubelet(kubelet);
    const { findings } = resultOf(snapshot, "CA-C06");
    expect(findings).toMatchObject([{ reason: "kubelet-skew", severity: "warning" }]);
    expect(findings[0]?.fix).toContain(fix);
    expect(placesOf(snapshot, "CA-C06")).toEqual([`Node ${node}`]);
});

test.each(["v1.36.9", "v1.33.0", "v1.35.2-aks"])("a kubelet of version %s beside 1.36 is fine", (kubelet) => {
    expect(resultOf(withKubelet(kubelet), "CA-C06").result).toBe("ok");
});

test("a server that does not say its version is not judged by it", () => {
    expect(resultOf(withKubelet("v1.30.0", "unknown"), "CA-C06").result).toBe("ok");
});

test("a server without admission policies leaves the EPC hook unheld", () => {
    const snapshot = withKubelet("v1.29.4", "v1.29.4");
    expect(resultOf(snapshot, "CA-C06").findings).toMatchObject([{ reason: "server-too-old", severity: "warning" }]);
    expect(placesOf(snapshot, "CA-C06")).toEqual(["DaemonSet sgx-device-plugin/sgx-device-plugin"]);
    const addon = withKubelet("v1.29.4", "v1.29.4");
    expect(resultOf({ ...addon, objects: { ...addon.objects, daemonSets: [] } }, "CA-C06").result).toBe("ok");
});

test.each([
    [61, "ahead of"],
    [-90, "behind"],
])("a clock that is %i s off is a warning", (clockAheadSeconds, words) => {
    const { findings } = resultOf({ ...healthy(), clockAheadSeconds }, "CA-C06");
    expect(findings).toMatchObject([{ reason: "clock-skew", severity: "warning" }]);
    expect(findings[0]?.seen).toContain(words);
});

test("a clock that is a minute off is fine", () => {
    expect(resultOf({ ...healthy(), clockAheadSeconds: -60 }, "CA-C06").result).toBe("ok");
});

const gap = (collection: Gap["collection"], why: Gap["why"], detail: string): Gap => ({ collection, why, detail });

test.each([
    ["forbidden", "forbidden", "list daemonsets.apps is forbidden"],
    ["absent", "not-served", "the API server does not have daemonsets"],
    ["failed", "failed", "list daemonsets.apps failed: 500"],
] as const)(
    "DaemonSets that could not be read (%s) are a problem that names the checks it costs",
    (why, reason, detail) => {
        const snapshot = { ...healthy(), gaps: [gap("daemonSets", why, detail)] };
        const { findings } = resultOf(snapshot, "CA-C06");
        expect(findings).toMatchObject([{ reason, severity: "problem" }]);
        expect(findings[0]?.seen).toContain(detail);
        expect(findings[0]?.seen).toContain("CA-N09");
        expect(findings[0]?.seen).toContain("CA-P13");
        expect(findings[0]?.seen).not.toContain("CA-N08");
        expect(resultOf(snapshot, "CA-P13")).toMatchObject({ result: "skipped", needs: detail });
    },
);

test.each(["nodes", "pods", "daemonSets"] as const)("a cluster is not called well without its %s", (collection) => {
    const report = judge({ ...healthy(), gaps: [gap(collection, "forbidden", `list ${collection} is forbidden`)] });
    expect([report.healthy, report.first?.code]).toEqual([false, "CA-C06"]);
});

test("other parts that could not be read are a warning", () => {
    const snapshot = { ...healthy(), gaps: [gap("events", "forbidden", "list events is forbidden")] };
    expect(resultOf(snapshot, "CA-C06").findings).toMatchObject([{ severity: "warning" }]);
});

test("many missing rights are named by the first two and their number, and so are the checks", () => {
    const parts = ["nodes", "pods", "daemonSets", "workloads", "events"] as const;
    const gaps = parts.map((part) => gap(part, "forbidden", `list ${part} is forbidden`));
    const skipped = judge({ ...healthy(), gaps })
        .categories.flatMap(({ checks }) => checks)
        .filter(({ code, needs }) => !/A0[1-4]/.test(code) && needs?.endsWith("is forbidden") === true);
    const { findings } = resultOf({ ...healthy(), gaps }, "CA-C06");
    expect(findings[0]?.seen).toBe(
        `list nodes is forbidden; list pods is forbidden; and 3 more: ${skipped.length} checks are skipped, and others see less`,
    );
});

test("times of objects are held against the API server's clock", () => {
    const joined = (clockAheadSeconds: number) =>
        healthy(2, ({ nodes }, snapshot) => {
            snapshot.clockAheadSeconds = clockAheadSeconds;
            const one = named(nodes, node);
            one.metadata.creationTimestamp = "2026-11-27T12:59:40Z";
            one.status = { ...one.status, conditions: [{ type: "Ready", status: "Unknown" }] };
        });
    expect(told(joined(3600))).not.toContain("CA-N08 not-ready");
    expect(told(joined(3600 * 2))).toContain("CA-N08 not-ready");
});

test("checks that ask Azure are not named as skipped for a right, where Azure is not asked", () => {
    const snapshot = { ...healthy(), gaps: [gap("nodes", "forbidden", "list nodes is forbidden")] };
    expect(resultOf(snapshot, "CA-C06").findings[0]?.seen).not.toContain("CA-A03");
});

test("several missing rights are one finding", () => {
    const gaps = [
        gap("policies", "forbidden", "list validatingadmissionpolicies is forbidden"),
        gap("policies", "forbidden", "list mutatingadmissionpolicies is forbidden"),
    ];
    expect(told({ ...healthy(), gaps }).filter((each) => each.startsWith("CA-C06"))).toEqual(["CA-C06 forbidden"]);
});
