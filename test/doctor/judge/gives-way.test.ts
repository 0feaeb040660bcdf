import { expect, test } from "vitest";
import { judge } from "../../../doctor/judge/judge";
import { renderReport } from "../../../doctor/render/index";
import type { Snapshot } from "../../../doctor/model/snapshot";
import { attestingPod, resultOf, type Objects } from "../support/cluster";
import { named, pendingOf as pending, relabel, setAmounts, told } from "../support/change";
import { afterRun, failedVerdict, minutesAgo, noPlace, proofName, proven, replaceProof } from "../support/node-proofs";

/* The proof on a node has the lowest priority: work comes first, and takes its place. */
const [node, other] = ["aks-enclave-0", "aks-enclave-1"];
const e25 = (snapshot: Snapshot) => resultOf(snapshot, "CA-E25");
const failing = afterRun({ message: failedVerdict("unknown", "exit-code", "last-line"), exitCode: 1 });

/** Work has the EPC of a node but for so much. */
const give = (objects: Objects, at = node, epc = "8170Mi") => {
    objects.pods.push(attestingPod(`work-${at}`, { node: at, epc }));
};
const waits = (objects: Objects, at = node, message?: string) =>
    replaceProof(objects, noPlace(message), { bound: false }, at);

test("a proof that gives way to work is said in one line, and is no fault of any check", () => {
    const snapshot = proven(4, (objects) => {
        for (const at of [node, other]) {
            waits(objects, at);
            give(objects, at);
        }
    });
    expect(told(snapshot)).toEqual([]);
    expect(pending(snapshot)).toEqual([]);
    expect(e25(snapshot)).toMatchObject({
        result: "skipped",
        needs: `32Mi of sgx.intel.com/epc for the proof on nodes ${node}, ${other}, which work has`,
    });
    for (const code of ["CA-W22", "CA-W23", "CA-W24", "CA-P16"] as const)
        expect(resultOf(snapshot, code).result, code).toBe("ok");
    expect(judge(snapshot).nodes.map(({ proofWaits }) => proofWaits)).toEqual([
        ...["32Mi of sgx.intel.com/epc", "32Mi of sgx.intel.com/epc"],
        ...[undefined, undefined],
    ]);
    const report = judge(snapshot);
    expect(renderReport(report, "table")).toMatch(new RegExp(`^${node} .* waits for 32Mi of sgx.intel.com/epc$`, "m"));
    expect(renderReport(report, "html")).toContain("waits for 32Mi of sgx.intel.com/epc");
});

test("it waits for CPU as well, and for what the scheduler keeps for a pod that comes first", () => {
    const full = proven(1, (objects) => waits(objects));
    const cpu = { ...full, others: { [node]: { cpu: 1890 } } };
    expect(e25(cpu).needs).toContain("100m of cpu");
    expect(e25(full).needs).toContain(`sgx.intel.com/epc for the proof on node ${node}`);
    expect([told(cpu), told(full)]).toEqual([[], []]);
});

test("it hides no proof that fails on another node, and its node has the reason all the same", () => {
    const snapshot = proven(2, (objects) => {
        waits(objects);
        give(objects);
        replaceProof(objects, failing, {}, other);
    });
    expect(told(snapshot)).toEqual(["CA-E25 failed"]);
    expect(judge(snapshot).nodes[0]?.proofWaits).toBe("32Mi of sgx.intel.com/epc");
});

test("one that asks for more than a node has is a finding", () => {
    const snapshot = proven(1, (objects) => {
        waits(objects);
        setAmounts(named(objects.nodes, node), { "sgx.intel.com/epc": String(33 * 1024 ** 2) });
        relabel(named(objects.nodes, node), { "node.kubernetes.io/instance-type": "bare-metal" });
    });
    expect(told(snapshot)).toEqual(["CA-W23 never-fits", "CA-E25 because CA-W23"]);
});

test("one that waits for a node which offers nothing is an effect of that", () => {
    const snapshot = proven(1, (objects) => {
        waits(objects);
        setAmounts(named(objects.nodes, node), { "sgx.intel.com/enclave": "0" }, ["allocatable"]);
    });
    expect(told(snapshot)).toContain("CA-E25 because CA-N11");
    expect(told(snapshot)).not.toContain("CA-E25 never-proven");
});

test("one was refused by the kubelet, and the next one waits", () => {
    const snapshot = proven(1, (objects) => {
        const refused = waits(objects);
        const message = "Pod was rejected: Node didn't have enough resource: sgx.intel.com/epc";
        objects.pods.push({
            ...refused,
            metadata: { ...refused.metadata, name: "refused" },
            spec: { ...refused.spec, nodeName: node },
            status: { phase: "Failed", reason: "OutOfsgx.intel.com/epc", message, startTime: minutesAgo(30) },
        });
        give(objects);
    });
    expect(told(snapshot)).toEqual([]);
    expect(e25(snapshot).needs).toContain("which work has");
});

test("work has its EPC too: it is left out of what work lacks", () => {
    const snapshot = proven(1, (objects) => {
        give(objects, node, "1Gi");
        const late = attestingPod("late", { epc: "8190Mi" });
        late.status = noPlace();
        objects.pods.push(late);
    });
    const [finding] = resultOf(snapshot, "CA-W23").findings;
    expect(finding).toMatchObject({ reason: "given-out" });
    expect(finding?.seen).toContain("the most that a node has left is 7166Mi of 8Gi");
    expect(finding?.seen).toContain("in use by shop/work-aks-enclave-0 (1Gi), sgx-quote-helper/");
    expect(finding?.seen).not.toContain(proofName);
});
