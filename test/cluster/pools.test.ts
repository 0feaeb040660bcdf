import { describe, expect, test } from "vitest";
import { ConfidentialCluster, type ConfidentialClusterArgs } from "../../components";
import { construct, one, type Constructed, type Mode } from "../support/construct";

const v3: ConfidentialClusterArgs = {
    location: "westeurope",
    enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
};

const make = (mode: Mode, args: ConfidentialClusterArgs): Promise<Constructed[]> =>
    construct(mode, () => new ConfidentialCluster("c", args));

describe("pools", () => {
    const pools = ["one", "two", "three"].map((name) => ({ name, vmSize: "Standard_DC4s_v3" }));

    test("are created one after another", async () => {
        const resources = await make("preview", { ...v3, enclavePools: pools });
        const waits = pools.map(({ name }) =>
            one(resources, "AgentPool", `c-${name}`).options.dependsOn.filter((d) => d !== "c" && d !== "c-pool-owner"),
        );
        expect(waits).toEqual([[], ["c-one"], ["c-two"]]);
    });

    test("have another name in Azure for all that AKS fixes at creation, and for nothing else", async () => {
        const first = { name: "first", vmSize: "Standard_DC4s_v3" };
        const name = async (more: object) => {
            const enclavePools = [{ ...first, ...more }];
            return one(await make("preview", { ...v3, enclavePools }), "AgentPool").inputs.agentPoolName as string;
        };
        const fixed = [
            {},
            { vmSize: "Standard_DC8s_v3" },
            { availabilityZones: ["1"] },
            { availabilityZones: ["2"] },
            { maxPods: 30 },
            { osDiskSizeGb: 200 },
            { priority: "Spot" },
        ];
        const names: string[] = [];
        for (const more of fixed) names.push(await name(more));
        expect(new Set(names).size).toBe(names.length);
        for (const each of names) expect(each).toMatch(/^first[0-9a-z]{4}$/);
        const free = { count: 3, taint: true, labels: { team: "a" }, maxSurge: "2", osSku: "Ubuntu2404" };
        expect(await name({ ...free, replacement: "deleteFirst", drainTimeoutMinutes: 5 })).toBe(names[0]);
    });

    test("are the same in any order of their zones", async () => {
        const inputs = async (availabilityZones: string[]) => {
            const enclavePools = [{ ...v3.enclavePools[0]!, availabilityZones }];
            return one(await make("preview", { ...v3, enclavePools }), "AgentPool").inputs;
        };
        expect(await inputs(["2", "1"])).toEqual(await inputs(["1", "2"]));
    });

    test("have another name in another subnet of the user's", async () => {
        const inSubnet = async (end: string) => {
            const subnetId = `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/${end}`;
            return one(await make("preview", { ...v3, network: { subnetId } }), "AgentPool").inputs.agentPoolName;
        };
        expect(await inSubnet("a")).not.toBe(await inSubnet("b"));
    });

    test("are deleted before they are replaced on request", async () => {
        const pool = { ...v3.enclavePools[0]!, replacement: "deleteFirst" as const };
        const { options } = one(await make("preview", { ...v3, enclavePools: [pool] }), "AgentPool");
        expect(options.deleteBeforeReplace).toBe(true);
    });

    test("are tainted only on request", async () => {
        const tainted = { name: "tainted", vmSize: "Standard_DC4s_v3", taint: true };
        const resources = await make("preview", { ...v3, enclavePools: [...v3.enclavePools, tainted] });
        expect(one(resources, "AgentPool", "c-enclave").inputs.nodeTaints).toEqual([]);
        expect(one(resources, "AgentPool", "c-tainted").inputs.nodeTaints).toEqual([
            "confidential-aks/sgx=true:NoSchedule",
        ]);
    });

    test("of spot nodes have no surge", async () => {
        const spot = { name: "spot", vmSize: "Standard_DC4s_v3", priority: "Spot" as const };
        const { inputs } = one(await make("preview", { ...v3, enclavePools: [spot] }), "AgentPool");
        expect(inputs).toMatchObject({ scaleSetPriority: "Spot", scaleSetEvictionPolicy: "Delete", spotMaxPrice: -1 });
        expect(inputs).not.toHaveProperty("upgradeSettings");
    });
});
