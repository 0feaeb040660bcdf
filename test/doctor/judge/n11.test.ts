import { expect, test } from "vitest";
import { found, healthy, resultOf } from "../support/cluster";

test("a healthy cluster has no finding", () => {
    expect(found(healthy())).toEqual([]);
    expect(resultOf(healthy(), "CA-N11").result).toBe("ok");
});

test("a node whose device plugin is gone is named, and how to mend it", () => {
    const snapshot = healthy(2, ({ nodes }) => {
        const { allocatable } = nodes[2]!.status as { allocatable: Record<string, string> };
        nodes[2]!.status = { ...nodes[2]!.status, allocatable: { ...allocatable, "sgx.intel.com/enclave": "0" } };
    });
    const { result, findings } = resultOf(snapshot, "CA-N11");
    expect(result).toBe("problem");
    expect(findings).toMatchObject([
        {
            reason: "not-allocatable",
            where: [{ kind: "Node", name: "aks-enclave-1" }, { kind: "Pod" }],
            seen: expect.stringContaining("sgx.intel.com/enclave") as string,
            fix: expect.stringContaining(
                "`kubectl delete pod -n sgx-device-plugin sgx-device-plugin-aks-enclave-1`",
            ) as string,
        },
    ]);
});

test("a kubelet that has started anew without its device plugin lists the devices with 0: the same finding", () => {
    const snapshot = healthy(1, ({ nodes }) => {
        const gone = { "sgx.intel.com/enclave": "0", "sgx.intel.com/provision": "0" };
        const { status } = nodes[1]!;
        const { capacity, allocatable } = status;
        nodes[1]!.status = { ...status, capacity: { ...capacity, ...gone }, allocatable: { ...allocatable, ...gone } };
    });
    expect(found(snapshot)).toEqual(["CA-N11 not-allocatable"]);
});
