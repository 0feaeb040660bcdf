import { describe, expect, test } from "vitest";
import { ConfidentialCluster, type ConfidentialClusterArgs } from "../../components";
import { construct, constructed, one } from "../support/construct";

const args: ConfidentialClusterArgs = {
    location: "westeurope",
    kubernetesVersion: "1.36",
    enclavePools: [
        { name: "first", vmSize: "Standard_DC2s_v3" },
        { name: "second", vmSize: "Standard_DC4s_v3" },
    ],
};
const make = (change: Partial<ConfidentialClusterArgs> = {}) =>
    construct("update", () => new ConfidentialCluster("c", { ...args, ...change }));

interface Template {
    resources: { type: string; name: string; apiVersion: string; properties: Record<string, unknown> }[];
}

describe("the version of Kubernetes", () => {
    test("is that of the enclave pools, and not of the pool in the cluster's body", async () => {
        const resources = await make();
        const pools = resources.filter(({ type }) => type.endsWith(":AgentPool"));
        expect(pools.map(({ inputs }) => inputs.orchestratorVersion)).toEqual(["1.36", "1.36"]);
        const [inline] = one(resources, "ManagedCluster").inputs.agentPoolProfiles as object[];
        expect(inline).not.toHaveProperty("orchestratorVersion");
    });

    test("is named for no pool where it is not named at all, and then AKS upgrades", async () => {
        const resources = await make({ kubernetesVersion: undefined });
        expect(JSON.stringify(resources.map(({ inputs }) => inputs))).not.toContain("orchestratorVersion");
        expect(resources.filter(({ type }) => type.endsWith(":Deployment"))).toEqual([]);
        expect(one(resources, "AgentPool", "c-first").options.ignoreChanges).toEqual(["orchestratorVersion"]);
    });

    test("is AKS's own where there is a channel", async () => {
        const ignored = async (upgradeChannel: "none" | "patch", type: string) =>
            one(await make({ upgradeChannel }), type, type === "AgentPool" ? "c-first" : undefined).options
                .ignoreChanges;
        expect(await ignored("patch", "AgentPool")).toEqual(["orchestratorVersion"]);
        expect(await ignored("none", "AgentPool")).toEqual([]);
        expect(await ignored("patch", "ManagedCluster")).toContain("kubernetesVersion");
        expect(await ignored("none", "ManagedCluster")).not.toContain("kubernetesVersion");
    });

    test("goes from the control plane to the system pool to one enclave pool after another", async () => {
        const resources = await make();
        const waits = (name: string) => one(resources, "AgentPool", name).options.dependsOn;
        expect(one(resources, "resources:Deployment").options.dependsOn).toContain("c");
        expect(waits("c-first")).toContain("c-system-pool");
        expect(waits("c-second")).toContain("c-first");
    });
});

describe("the deployment of the system pool", () => {
    const template = async (made: string, change: Partial<ConfidentialClusterArgs> = {}) => {
        const answered = { "pulumi:index:Stash": () => ({ output: made }) };
        const { resources } = await constructed(
            "update",
            () => new ConfidentialCluster("c", { ...args, ...change }),
            answered,
        );
        const { mode, template } = one(resources, "resources:Deployment").inputs.properties as {
            mode: string;
            template: Template;
        };
        expect(mode).toBe("Incremental");
        return template.resources;
    };

    test("does nothing as long as the cluster has the version that it was made with", async () => {
        expect(await template("1.36")).toEqual([]);
    });

    test("is that one pool at another version, literally", async () => {
        expect(await template("1.35")).toEqual([
            {
                type: "Microsoft.ContainerService/managedClusters/agentPools",
                apiVersion: "2025-09-01",
                name: "c/agentpool",
                properties: {
                    mode: "System",
                    type: "VirtualMachineScaleSets",
                    osType: "Linux",
                    osSKU: "Ubuntu",
                    vmSize: "Standard_D4s_v5",
                    count: 2,
                    enableAutoScaling: false,
                    nodeTaints: ["CriticalAddonsOnly=true:NoSchedule"],
                    orchestratorVersion: "1.36",
                },
            },
        ]);
    });

    test("leaves the number of nodes to the autoscaler", async () => {
        const [pool] = await template("1.35", { systemPool: { minCount: 3, maxCount: 5 } });
        expect(pool?.properties).toMatchObject({ enableAutoScaling: true, minCount: 3, maxCount: 5 });
        expect(pool?.properties).not.toHaveProperty("count");
    });
});

test("an autoscaled pool starts with its smallest number, and its count is the autoscaler's from then on", async () => {
    const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3", minCount: 2, maxCount: 5 }];
    const { inputs, options } = one(await make({ enclavePools }), "AgentPool");
    expect(inputs).toMatchObject({ count: 2, enableAutoScaling: true, minCount: 2, maxCount: 5 });
    expect(options.ignoreChanges).toEqual(["count"]);
    expect(one(await make(), "AgentPool", "c-first").options.ignoreChanges).toEqual([]);
});
