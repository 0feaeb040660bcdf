import { expect, test } from "vitest";
import { onAzure, type AzureParts } from "../support/azure";
import { found, resultOf } from "../support/cluster";

const findings = (change: (parts: AzureParts) => void) => resultOf(onAzure(change), "CA-A02").findings;
const family = ({ usages }: AzureParts) => usages[1]!;

test("a quota with room for all that may come gives no finding, also to the last vCPU", () => {
    // 2 nodes of 2 vCPUs are there, one more comes with an upgrade.
    expect(
        findings((parts) => {
            family(parts).limit = 6;
        }),
    ).toEqual([]);
});

test("an upgrade that does not fit is a warning, with how much to ask for", () => {
    expect(
        findings((parts) => {
            family(parts).limit = 5;
        }),
    ).toMatchObject([
        {
            reason: "upgrade-does-not-fit",
            severity: "warning",
            where: [{ kind: "AgentPool", name: "enclave" }],
            fix: expect.stringContaining('at least 6 vCPUs of "Standard DCSv3 Family vCPUs" in westeurope') as string,
        },
    ]);
});

test.each([
    ["goes without a node instead", { maxSurge: undefined, maxUnavailable: "1" }],
    ["has no surge", { maxSurge: "0" }],
    ["has spot nodes, which count against another quota", { priority: "Spot" }],
])("an upgrade takes nothing where the pool %s", (_, change) => {
    expect(
        findings((parts) => {
            const { maxSurge: __, ...pool } = parts.pools[1];
            parts.pools[1] = { ...pool, ...change };
            family(parts).limit = 4;
        }),
    ).toEqual([]);
});

test("the surge is a part of the nodes at their largest, rounded up; 10 % where the pool does not say it", () => {
    const withSurge = (maxSurge: string | undefined, limit: number) =>
        findings((parts) => {
            const { maxSurge: _, ...pool } = parts.pools[1];
            parts.pools[1] = {
                ...pool,
                autoscaling: true,
                maxCount: 12,
                ...(maxSurge === undefined ? {} : { maxSurge }),
            };
            family(parts).limit = limit;
        }).map(({ reason }) => reason);
    expect(withSurge("33%", 32)).toEqual([]);
    expect(withSurge("33%", 31)).toEqual(["upgrade-does-not-fit"]);
    expect(withSurge(undefined, 28)).toEqual([]);
    expect(withSurge(undefined, 27)).toEqual(["upgrade-does-not-fit"]);
});

test("an autoscaler that cannot reach its largest number is a warning", () => {
    expect(
        findings((parts) => {
            parts.pools[1] = { ...parts.pools[1], autoscaling: true, maxCount: 9 };
        }),
    ).toMatchObject([{ reason: "growth-does-not-fit", severity: "warning" }]);
});

test("nodes that are missing for want of quota are a problem, which explains the failed pool", () => {
    const missing = (limit: number) =>
        onAzure((parts) => {
            parts.pools[1] = { ...parts.pools[1], count: 3, provisioningState: "Failed" };
            Object.assign(family(parts), { limit, used: limit });
        });
    expect(found(missing(4))).toEqual(["CA-A02 quota-exhausted"]);
    expect(found(missing(0))).toEqual(["CA-A02 no-quota"]);
    expect(resultOf(missing(4), "CA-A03")).toMatchObject({ result: "skipped", because: "CA-A02" });
});

test("what Azure says itself counts, also where other clusters use the quota", () => {
    const failed = (error: string) =>
        found(
            onAzure((parts) => {
                parts.pools[1] = { ...parts.pools[1], count: 3, provisioningState: "Failed", error };
                Object.assign(family(parts), { limit: 16, used: 16 });
            }),
        );
    expect(failed("InvalidTemplateDeployment: QuotaExceeded")).toEqual(["CA-A02 quota-exhausted"]);
    expect(failed("ErrCode_InsufficientVCPUQuota")).toEqual(["CA-A02 quota-exhausted"]);
    expect(failed("AllocationFailed")).toContain("CA-A03 failed");
    expect(failed("AllocationFailed")).not.toContain("CA-A02 quota-exhausted");
});

test("a machine that Azure counts already has its quota, and does not join for another reason", () => {
    const joins = (provisioningState: string) =>
        found(
            onAzure((parts) => {
                parts.pools[1] = { ...parts.pools[1], count: 3, provisioningState, maxSurge: "0" };
                Object.assign(family(parts), { limit: 6, used: 6 });
            }),
        );
    expect(joins("Succeeded")).toEqual(["CA-A03 other-count"]);
    expect(joins("Failed")).toEqual(["CA-A03 failed"]);
});

test.each(["Creating", "Scaling", "Updating", "Upgrading"])(
    "nothing is said of a pool that is %s: its machines come and go in Azure's count",
    (provisioningState) => {
        const reasons = findings((parts) => {
            parts.pools[1] = { ...parts.pools[1], count: 3, provisioningState };
            Object.assign(family(parts), { limit: 6, used: 6 });
        });
        expect(reasons).toEqual([]);
    },
);

test("a pool that has all its nodes is asked for no more than an upgrade of them takes", () => {
    const [finding] = findings((parts) => {
        parts.pools[1] = { ...parts.pools[1], count: 3 };
        Object.assign(family(parts), { limit: 6, used: 6 });
    });
    expect(finding).toMatchObject({
        reason: "upgrade-does-not-fit",
        fix: expect.stringContaining("ask for at least 8 vCPUs") as string,
    });
});

test("nodes that never came are asked for as well, with the nodes of an upgrade", () => {
    const failed = (maxSurge: string) =>
        findings((parts) => {
            parts.pools[1] = { ...parts.pools[1], count: 3, provisioningState: "Failed", maxSurge };
            parts.objects.nodes = parts.objects.nodes.filter(({ metadata }) => metadata.name === "aks-system-0");
            Object.assign(family(parts), { limit: 0, used: 0 });
        });
    expect(failed("1")).toMatchObject([
        { reason: "no-quota", fix: expect.stringContaining("ask for at least 8 vCPUs") as string },
    ]);
    expect(failed("0")).toMatchObject([
        { reason: "no-quota", fix: expect.stringContaining("ask for at least 6 vCPUs") as string },
    ]);
});

test("all pools count against the vCPUs of the region", () => {
    expect(
        findings(({ usages }) => {
            usages[0]!.limit = 9;
        }),
    ).toMatchObject([
        {
            reason: "upgrade-does-not-fit",
            where: [
                { kind: "AgentPool", name: "system" },
                { kind: "AgentPool", name: "enclave" },
            ],
        },
    ]);
});

test("a stopped pool has no vCPUs, and takes them again when it starts", () => {
    const reasons = findings((parts) => {
        parts.pools[1] = { ...parts.pools[1], powerState: "Stopped" };
        Object.assign(family(parts), { used: 14 });
    }).map(({ reason }) => reason);
    expect(reasons).toEqual(["growth-does-not-fit"]);
});

test("a family by the name that Azure's catalogue has for it, else by the name of the size", () => {
    const limited = (name: string, localizedName: string) =>
        findings((parts) => {
            Object.assign(family(parts), { name, localizedName, limit: 4 });
        }).length;
    expect(limited("STANDARDDCSV3FAMILY", "other")).toBe(1);
    expect(limited("other", "Standard DCSv3 Family vCPUs")).toBe(1);
    const unknown = onAzure((parts) => {
        Object.assign(family(parts), { name: "other", localizedName: "other", limit: 4 });
    });
    expect(resultOf(unknown, "CA-A02")).toMatchObject({
        result: "skipped",
        needs: "the quota of Standard_DC2s_v3, which Azure's list of quotas does not have",
    });
});
