import { describe, expect, test } from "vitest";
import {
    ConfidentialCluster,
    type ConfidentialClusterArgs,
    type NodePoolArgs,
    type SystemPoolArgs,
} from "../../components";
import { clusterSpec } from "../../components/cluster/spec";
import { construct, one } from "../support/construct";

const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3" }];
const problems = (nodePools: NodePoolArgs[], more: Partial<ConfidentialClusterArgs> = {}) =>
    clusterSpec({ enclavePools, nodePools, ...more }).problems.map(({ path, expected }) => `${path}: ${expected}`);
const warnings = (args: Partial<ConfidentialClusterArgs>) =>
    clusterSpec({ enclavePools, ...args })
        .warnings.filter(({ code }) => code !== "retiring-size")
        .map(({ code, path }) => `${code} ${path}`);

describe("a pool without SGX", () => {
    test("is an AgentPool of its own after the enclave pools, without what marks SGX nodes", async () => {
        const args = { enclavePools, nodePools: [{ name: "general" }], location: "westeurope" };
        const resources = await construct("update", () => new ConfidentialCluster("c", args));
        const pool = one(resources, "AgentPool", "c-general");
        expect(pool.inputs).toMatchObject({
            mode: "User",
            vmSize: "Standard_D4s_v5",
            count: 1,
            osDiskType: "Managed",
            upgradeSettings: { maxSurge: "1", drainTimeoutInMinutes: 30 },
        });
        expect(pool.inputs.nodeTaints).toEqual([]);
        expect(JSON.stringify(pool.inputs)).not.toContain("confidential-aks/sgx");
        expect(pool.options.dependsOn).toContain("c-enclave");
        expect(one(resources, "providers:kubernetes").options.dependsOn).not.toContain("c-general");
    });

    test("has its labels, taints, bounds and zones", async () => {
        const web = {
            name: "web",
            vmSize: "Standard_D8s_v5",
            minCount: 1,
            maxCount: 3,
            availabilityZones: ["1", "2"],
            priority: "Spot" as const,
            labels: { team: "web" },
            taints: ["team=web:NoSchedule"],
        };
        const resources = await construct("update", () => {
            return new ConfidentialCluster("c", { enclavePools, nodePools: [web] });
        });
        expect(one(resources, "AgentPool", "c-web").inputs).toMatchObject({
            vmSize: "Standard_D8s_v5",
            enableAutoScaling: true,
            minCount: 1,
            maxCount: 3,
            availabilityZones: ["1", "2"],
            scaleSetPriority: "Spot",
            nodeLabels: {
                team: "web",
                "confidential-aks/pool": "web",
                "confidential-aks/owner": "project.stack.c.75a6e7c4",
            },
            nodeTaints: ["team=web:NoSchedule"],
        });
    });

    test.each<[what: string, pool: NodePoolArgs, problem: string]>([
        ["an SGX size", { name: "web", vmSize: "Standard_DC2s_v3" }, "nodePools[0].vmSize: in nodePools"],
        ["no size of Azure's", { name: "web", vmSize: "d4" }, "nodePools[0].vmSize: a VM size"],
        ["no name", { name: "" }, "nodePools[0].name: a name for the pool"],
        ["the name of an enclave pool", { name: "enclave" }, "nodePools[0].name: by enclavePools[0]"],
        ["a taint without effect", { name: "web", taints: ["team=web"] }, "nodePools[0].taints[0]: a taint"],
        [
            "a reserved taint",
            { name: "web", taints: ["kubernetes.azure.com/mode=x:NoSchedule"] },
            "nodePools[0].taints[0]: with a reserved prefix",
        ],
        [
            "a reserved label",
            { name: "web", labels: { "kubernetes.io/os": "x" } },
            'nodePools[0].labels["kubernetes.io/os"]',
        ],
        ["one bound", { name: "web", minCount: 1 }, "nodePools[0].maxCount: both bounds"],
        ["surge on spot nodes", { name: "web", priority: "Spot", maxSurge: "1" }, "nodePools[0].maxSurge: with spot"],
    ])("with %s is refused", (_what, pool, problem) => {
        expect(problems([pool])).toEqual([expect.stringContaining(problem)]);
    });

    test("with the name of the system pool is refused", () => {
        expect(problems([{ name: "web" }], { systemPool: { name: "web" } })).toEqual([
            expect.stringContaining("nodePools[0].name: by the system pool"),
        ]);
    });

    test("takes addresses like every other pool", () => {
        const network = { mode: "overlay" as const, podCidr: "10.240.96.0/22" };
        expect(problems([{ name: "web", count: 2 }], { network })).toEqual([
            expect.stringContaining("agentpool 2, enclave 1, web 2"),
        ]);
    });
});

describe("the system pool", () => {
    test("is warned of where it is autoscaled, and AKS lists another pool before it", () => {
        const codes = (systemPool: SystemPoolArgs) =>
            clusterSpec({ enclavePools, systemPool }).warnings.map(({ code }) => code);
        const autoscaled = { minCount: 2, maxCount: 3 };
        expect(codes({ name: "system", ...autoscaled })).toContain("pool-order");
        expect(codes({ name: "system" })).not.toContain("pool-order");
        expect(codes(autoscaled)).not.toContain("pool-order");
    });

    test("takes AKS's own pods only, unless criticalAddonsOnly is false", async () => {
        const taints = async (systemPool: ConfidentialClusterArgs["systemPool"]) => {
            const resources = await construct(
                "update",
                () => new ConfidentialCluster("c", { enclavePools, systemPool }),
            );
            const [pool] = one(resources, "ManagedCluster").inputs.agentPoolProfiles as { nodeTaints?: string[] }[];
            return pool?.nodeTaints;
        };
        expect(await taints({})).toEqual(["CriticalAddonsOnly=true:NoSchedule"]);
        expect(await taints({ criticalAddonsOnly: false })).toEqual([]);
    });

    test.each<[what: string, systemPool: ConfidentialClusterArgs["systemPool"], warning: string[]]>([
        ["as it is by default", {}, []],
        ["of 2 vCPU", { vmSize: "Standard_D2s_v5" }, ["system-pool systemPool.vmSize"]],
        ["of 2 active vCPU of 4", { vmSize: "Standard_E4-2s_v5" }, ["system-pool systemPool.vmSize"]],
        ["of the B series", { vmSize: "Standard_B4ms" }, ["system-pool systemPool.vmSize"]],
        ["whose name does not say its vCPU", { vmSize: "Standard_D3_v2" }, []],
        ["of one node", { count: 1 }, ["system-pool systemPool.count"]],
        ["that may shrink to one node", { minCount: 1, maxCount: 3 }, ["system-pool systemPool.minCount"]],
    ])("%s gets the warnings that AKS's advice asks for", (_what, systemPool, expected) => {
        expect(warnings({ systemPool })).toEqual(expected);
    });

    test("there is a warning where every other pool has a taint, and none where one takes ordinary pods", () => {
        const tainted = [{ name: "enclave", vmSize: "Standard_DC2s_v3", taint: true }];
        const path = "no-general-pool systemPool.criticalAddonsOnly";
        expect(warnings({ enclavePools: tainted })).toEqual([path]);
        expect(warnings({ enclavePools: tainted, nodePools: [{ name: "spot", priority: "Spot" }] })).toEqual([path]);
        expect(warnings({ enclavePools: tainted, nodePools: [{ name: "general" }] })).toEqual([]);
        expect(warnings({ enclavePools: tainted, systemPool: { criticalAddonsOnly: false } })).toEqual([]);
        expect(warnings({})).toEqual([]);
    });
});
