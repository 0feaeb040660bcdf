import { describe, expect, test } from "vitest";
import { ConfidentialCluster, type ConfidentialClusterArgs } from "../../components";
import { construct, one } from "../support/construct";

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

async function systemPool(change: Partial<ConfidentialClusterArgs> = {}) {
    const { inputs, options } = one(await make(change), "resources:Deployment");
    const { mode, template } = inputs.properties as { mode: string; template: Template };
    expect(mode).toBe("Incremental");
    return { options, resources: template.resources, properties: template.resources[0]?.properties };
}

describe("the version of Kubernetes", () => {
    test("is that of every pool, the system pool included, and not of the pool in the cluster's body", async () => {
        const resources = await make();
        const pools = resources.filter(({ type }) => type.endsWith(":AgentPool"));
        expect(pools.map(({ inputs }) => inputs.orchestratorVersion)).toEqual(["1.36", "1.36"]);
        expect((await systemPool()).properties?.orchestratorVersion).toBe("1.36");
        const [inline] = one(resources, "ManagedCluster").inputs.agentPoolProfiles as object[];
        expect(inline).not.toHaveProperty("orchestratorVersion");
    });

    test("is named for no pool where it is not named at all", async () => {
        const resources = await make({ kubernetesVersion: undefined });
        expect(JSON.stringify(resources)).not.toContain("orchestratorVersion");
    });

    test("goes from the control plane to the system pool to one enclave pool after another", async () => {
        const resources = await make();
        const waits = (name: string) => one(resources, "AgentPool", name).options.dependsOn;
        expect((await systemPool()).options.dependsOn).toContain("c");
        expect(waits("c-first")).toContain("c-system-pool");
        expect(waits("c-second")).toContain("c-first");
    });
});

describe("changes of the system pool", () => {
    test("are a template with that one pool, literally", async () => {
        expect((await systemPool()).resources).toEqual([
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

    test("switch the autoscaler on with a count within its bounds", async () => {
        const { properties } = await systemPool({ systemPool: { minCount: 3, maxCount: 5 } });
        expect(properties).toMatchObject({ enableAutoScaling: true, count: 3, minCount: 3, maxCount: 5 });
    });

    test("take the taint away by naming none", async () => {
        const { properties } = await systemPool({ systemPool: { criticalAddonsOnly: false } });
        expect(properties?.nodeTaints).toEqual([]);
    });

    test("never go through the body of the cluster", async () => {
        expect(one(await make(), "ManagedCluster").options.ignoreChanges).toEqual(["dnsPrefix", "agentPoolProfiles"]);
    });
});

test("an autoscaled pool starts with its smallest number, and its count is the autoscaler's from then on", async () => {
    const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3", minCount: 2, maxCount: 5 }];
    const { inputs, options } = one(await make({ enclavePools }), "AgentPool");
    expect(inputs).toMatchObject({ count: 2, enableAutoScaling: true, minCount: 2, maxCount: 5 });
    expect(options.ignoreChanges).toEqual(["count"]);
    expect(one(await make(), "AgentPool", "c-first").options.ignoreChanges).toEqual([]);
});
