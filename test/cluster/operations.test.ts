import { describe, expect, test } from "vitest";
import { ConfidentialCluster, type ConfidentialClusterArgs, type EnclavePoolArgs } from "../../components";
import { clusterSpec } from "../../components/cluster/spec";
import { armErrors, armSchemas } from "../support/arm";
import { construct, one } from "../support/construct";

const pool: EnclavePoolArgs = { name: "enclave", vmSize: "Standard_DC2s_v3" };
const args: ConfidentialClusterArgs = { location: "westeurope", enclavePools: [pool] };
const make = (change: Partial<ConfidentialClusterArgs>) =>
    construct("update", () => new ConfidentialCluster("c", { ...args, ...change }));
const problems = (change: Partial<ConfidentialClusterArgs>) =>
    clusterSpec({ ...args, ...change }).problems.map(({ path }) => path);
const codes = (change: Partial<ConfidentialClusterArgs>) =>
    clusterSpec({ ...args, ...change }).warnings.map(({ code, path }) => `${code} ${path}`);
const settingsOf = async (change: Partial<EnclavePoolArgs>) =>
    one(await make({ enclavePools: [{ ...pool, ...change }] }), "AgentPool").inputs.upgradeSettings;

describe("an upgrade of a pool's nodes", () => {
    const plain = {
        maxSurge: "1",
        maxUnavailable: "0",
        drainTimeoutInMinutes: 30,
        nodeSoakDurationInMinutes: 0,
        undrainableNodeBehavior: "Schedule",
    };

    test("has one more node, unless the arguments say otherwise", async () => {
        expect(await settingsOf({})).toEqual(plain);
    });

    test("needs no further node where one may go out of service", async () => {
        expect(await settingsOf({ maxUnavailable: "1" })).toEqual({ ...plain, maxSurge: "0", maxUnavailable: "1" });
        expect(await settingsOf({ maxSurge: "0", maxUnavailable: "33%" })).toMatchObject({ maxSurge: "0" });
    });

    test("waits, and leaves nodes that cannot be drained", async () => {
        const change = { soakMinutes: 5, undrainableNodes: "Cordon" as const, drainTimeoutMinutes: 60 };
        expect(await settingsOf(change)).toEqual({
            ...plain,
            drainTimeoutInMinutes: 60,
            nodeSoakDurationInMinutes: 5,
            undrainableNodeBehavior: "Cordon",
        });
    });

    test.each<[string, Partial<EnclavePoolArgs>, string[]]>([
        ["no surge and no node out of service", { maxSurge: "0" }, ["maxSurge"]],
        ["no surge in percent", { maxSurge: "0", maxUnavailable: "0" }, ["maxSurge"]],
        ["both, which is a preview", { maxSurge: "1", maxUnavailable: "1" }, ["maxSurge"]],
        ["a number of nodes in words", { maxUnavailable: "one" }, ["maxUnavailable"]],
        ["a soak time that AKS does not take", { soakMinutes: 31 }, ["soakMinutes"]],
        ["a drain time that AKS does not take", { drainTimeoutMinutes: 4 }, ["drainTimeoutMinutes"]],
        ["another behaviour", { undrainableNodes: "Ignore" as "Cordon" }, ["undrainableNodes"]],
        [
            "any of it for spot nodes",
            { priority: "Spot", maxUnavailable: "1", soakMinutes: 1, undrainableNodes: "Cordon" },
            ["maxUnavailable", "soakMinutes", "undrainableNodes"],
        ],
    ])("cannot have %s", (_title, change, paths) => {
        const expected = (list: string) => paths.map((path) => `${list}[0].${path}`);
        expect(problems({ enclavePools: [{ ...pool, ...change }] })).toEqual(expected("enclavePools"));
        expect(problems({ nodePools: [{ name: "web", ...change }] })).toEqual(expected("nodePools"));
    });
});

describe("maintenance", () => {
    const windows = (resources: Awaited<ReturnType<typeof make>>) =>
        resources.filter(({ type }) => type.endsWith(":MaintenanceConfiguration"));

    test("has no window, unless the arguments name one", async () => {
        expect(windows(await make({}))).toEqual([]);
    });

    test("has a window for Kubernetes and one for node images, by the names that AKS knows", async () => {
        const maintenance = {
            kubernetes: {
                dayOfWeek: "Saturday",
                startTime: "22:30",
                durationHours: 8,
                utcOffset: "+01:00",
                everyWeeks: 2,
            },
            nodeImages: {},
        } as const;
        const found = windows(await make({ upgradeChannel: "patch", maintenance }));
        expect(found.map(({ inputs }) => inputs)).toEqual([
            {
                resourceGroupName: "c",
                resourceName: "c",
                configName: "aksManagedAutoUpgradeSchedule",
                maintenanceWindow: {
                    schedule: { weekly: { dayOfWeek: "Saturday", intervalWeeks: 2 } },
                    startTime: "22:30",
                    durationHours: 8,
                    utcOffset: "+01:00",
                },
            },
            {
                resourceGroupName: "c",
                resourceName: "c",
                configName: "aksManagedNodeOSUpgradeSchedule",
                maintenanceWindow: {
                    schedule: { weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } },
                    startTime: "01:00",
                    durationHours: 4,
                    utcOffset: "+00:00",
                },
            },
        ]);
        if (armSchemas === undefined) return;
        expect(found.flatMap(({ type, inputs }) => armErrors(type, inputs))).toEqual([]);
    });

    test("takes only what AKS takes", () => {
        const window = { dayOfWeek: "sunday", startTime: "24:00", durationHours: 3, utcOffset: "1", everyWeeks: 5 };
        const fields = ["dayOfWeek", "startTime", "durationHours", "utcOffset", "everyWeeks"];
        const maintenance = { nodeImages: window } as unknown as ConfidentialClusterArgs["maintenance"];
        expect(problems({ maintenance })).toEqual(fields.map((field) => `maintenance.nodeImages.${field}`));
    });

    test("is said to be idle where AKS does nothing by itself", () => {
        const maintenance = { kubernetes: {}, nodeImages: {} };
        expect(codes({ maintenance, nodeOsUpgradeChannel: "None" })).toEqual(
            expect.arrayContaining(["idle-window maintenance.kubernetes", "idle-window maintenance.nodeImages"]),
        );
        expect(codes({ maintenance, upgradeChannel: "patch" }).join()).not.toContain("idle-window");
    });
});

describe("the autoscaler", () => {
    const scaled = { enclavePools: [{ ...pool, minCount: 1, maxCount: 3 }] };

    test("is AKS's, unless the arguments say otherwise", async () => {
        expect(one(await make(scaled), "ManagedCluster").inputs).not.toHaveProperty("autoScalerProfile");
    });

    test("gets numbers as text, and times with their unit", async () => {
        const { inputs, type } = one(
            await make({ ...scaled, autoscaler: { scaleDownUnneededMinutes: 30, expander: "least-waste" } }),
            "ManagedCluster",
        );
        expect(inputs.autoScalerProfile).toEqual({
            scaleDownUnneededTime: "30m",
            scaleDownDelayAfterAdd: "10m",
            maxNodeProvisionTime: "15m",
            maxGracefulTerminationSec: "600",
            expander: "least-waste",
        });
        if (armSchemas !== undefined) expect(armErrors(type, inputs)).toEqual([]);
    });

    test("needs a pool that is autoscaled", () => {
        expect(problems({ autoscaler: {} })).toEqual(["autoscaler"]);
        expect(problems({ autoscaler: {}, systemPool: { minCount: 2, maxCount: 3 } })).toEqual([]);
    });

    test("takes only what AKS takes", () => {
        const autoscaler = { scaleDownUnneededMinutes: 0, maxNodeProvisionMinutes: 1.5, expander: "price" };
        expect(problems({ ...scaled, autoscaler: autoscaler as ConfidentialClusterArgs["autoscaler"] })).toEqual([
            "autoscaler.scaleDownUnneededMinutes",
            "autoscaler.maxNodeProvisionMinutes",
            "autoscaler.expander",
        ]);
    });

    test("may buy a node too many while a new one has no EPC yet, of which a warning tells", () => {
        expect(codes(scaled)).toContain("late-epc enclavePools[0]");
        expect(codes({ enclavePools: [{ ...pool, minCount: 2, maxCount: 2 }] }).join()).not.toContain("late-epc");
        expect(codes({}).join()).not.toContain("late-epc");
    });
});
