import { expect, test } from "vitest";
import { onAzure } from "../support/azure";
import { found, healthy, resultOf } from "../support/cluster";

test("sizes that are to be had give no finding, and without --azure the check is skipped", () => {
    expect(found(onAzure())).toEqual([]);
    expect(resultOf(onAzure(), "CA-A01").result).toBe("ok");
    expect(resultOf(healthy(), "CA-A01")).toMatchObject({ result: "skipped", needs: "--azure" });
});

test("a role that may not read the sizes skips it, and says which action is missing", () => {
    const snapshot = onAzure(({ gaps }) => {
        gaps.push({ what: "skus", detail: "AuthorizationFailed: Microsoft.Compute/skus/read" });
    });
    const { result, needs } = resultOf(snapshot, "CA-A01");
    expect(result).toBe("skipped");
    expect(needs).toContain("Microsoft.Compute/skus/read");
    expect(resultOf(snapshot, "CA-A03").result).toBe("ok");
});

test("a retired size is named with its day and the page of Azure", () => {
    const snapshot = onAzure(({ pools, skus }) => {
        pools[1].vmSize = "Standard_DC2s_v2";
        skus.push({ name: "Standard_DC2s_v2", family: "standardDCSv2Family", zones: ["1", "2"], restrictions: [] });
    });
    expect(resultOf(snapshot, "CA-A01").findings).toMatchObject([
        {
            reason: "retired",
            severity: "warning",
            seen: expect.stringContaining("2026-06-30") as string,
            where: [{ kind: "AgentPool", name: "enclave" }],
        },
    ]);
});

test("a size that the region does not have is found", () => {
    const snapshot = onAzure(({ skus }) => skus.splice(0, 1));
    expect(found(snapshot)).toEqual(["CA-A01 not-in-region"]);
    expect(resultOf(snapshot, "CA-A01").findings[0]?.fix).toContain(
        "az vm list-skus --location westeurope --size Standard_DC --all",
    );
});

const restrict = (type: string, zones: readonly string[] = []) =>
    onAzure(({ skus }) => {
        skus[0]!.restrictions = [{ type, reasonCode: "NotAvailableForSubscription", zones }];
    });

test("a restriction of the subscription is a warning while the pool has its nodes, for these stay", () => {
    expect(resultOf(restrict("Location"), "CA-A01").findings).toMatchObject([
        {
            reason: "restricted",
            severity: "warning",
            seen: expect.stringContaining("NotAvailableForSubscription") as string,
        },
    ]);
});

test("... and a problem when the pool lacks nodes, of which the other checks say nothing more", () => {
    const snapshot = restrict("Location");
    const enclave = snapshot.azure!.pools[1]!;
    snapshot.azure = { ...snapshot.azure!, pools: [{ ...enclave, count: 3, provisioningState: "Failed" }] };
    expect(found(snapshot)).toEqual(["CA-A01 restricted"]);
    expect(resultOf(snapshot, "CA-A01").findings[0]?.severity).toBe("problem");
    expect(resultOf(snapshot, "CA-A03")).toMatchObject({ result: "skipped", because: "CA-A01" });
});

test("a zone of the pool without the size is found, of the region or for the subscription", () => {
    expect(found(restrict("Zone", ["2"]))).toEqual(["CA-A01 not-in-zone"]);
    const snapshot = onAzure(({ skus }) => {
        skus[0]!.zones = ["1"];
    });
    expect(resultOf(snapshot, "CA-A01").findings).toMatchObject([
        { reason: "not-in-zone", seen: expect.stringContaining("zone 2 of westeurope") as string },
    ]);
    expect(found(restrict("Zone", ["3"]))).toEqual([]);
});

test("sizes without SGX are none of its business", () => {
    const snapshot = onAzure(({ skus }) => skus.splice(1, 1));
    expect(found(snapshot)).toEqual([]);
});
