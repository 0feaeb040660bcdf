import { expect, test } from "vitest";
import { quotaTable } from "../../../plan/lens/quota.js";
import type { PlanObject, PlanOptions, PlanResource } from "../../../plan/model/format.js";

const resource = (kind: string, inputs: PlanObject, options: PlanOptions = {}): PlanResource => ({
    urn: `urn:${kind}:${JSON.stringify(inputs)}`,
    type: `azure-native:containerservice:${kind}`,
    name: kind,
    custom: true,
    inputs,
    options,
});

const cluster = resource("ManagedCluster", {
    agentPoolProfiles: [{ name: "system", vmSize: "Standard_D4s_v5", count: 2 }],
});
const pool = (inputs: PlanObject, options?: PlanOptions) =>
    resource("AgentPool", { vmSize: "Standard_DC4s_v3", upgradeSettings: { maxSurge: "1" }, ...inputs }, options);

test("autoscaled pools count at their largest, and each family by itself", () => {
    const scaled = pool({ enableAutoScaling: true, minCount: 1, count: 1, maxCount: 6 });
    const other = pool({ vmSize: "Standard_DC16ds_v3", count: 2 }, { deleteBeforeReplace: true });
    expect(quotaTable([cluster, scaled, other])).toEqual([
        { quota: "Standard DCDSv3 Family vCPUs", vCpusAtMost: 32, surge: 16, replacement: 0, needed: 48 },
        { quota: "Standard DCSv3 Family vCPUs", vCpusAtMost: 24, surge: 4, replacement: 24, needed: 48 },
        { quota: "Standard DSv5 Family vCPUs", vCpusAtMost: 8, surge: 4, replacement: 0, needed: 12 },
    ]);
});

test("the largest pool is the one whose replacement has to fit; surge nodes of all pools add up", () => {
    const [row] = quotaTable([pool({ count: 3 }), pool({ count: 5 })]);
    expect(row).toMatchObject({ vCpusAtMost: 32, surge: 8, replacement: 20, needed: 52 });
});

test.each([
    ["0", 0],
    ["2", 8],
    ["33%", 8],
    ["50%", 12],
])("a surge of %s of five nodes takes %i vCPUs", (maxSurge, surge) => {
    const [row] = quotaTable([pool({ count: 5, upgradeSettings: { maxSurge } })]);
    expect(row?.surge).toBe(surge);
});

test("what is not known is left out: another size, an unknown number, spot nodes", () => {
    const unknown = { $plan: "unknown" } as const;
    const pools = [
        pool({ vmSize: "Standard_NC24ads_A100_v4", count: 1 }),
        pool({ count: unknown }),
        pool({ vmSize: unknown, count: 1 }),
        pool({ count: 1, scaleSetPriority: "Spot" }),
    ];
    expect(quotaTable(pools)).toEqual([]);
});
