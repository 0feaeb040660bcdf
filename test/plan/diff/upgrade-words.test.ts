import { describe, expect, it } from "vitest";
import type { PlanObject } from "../../../plan/model/format.js";
import { CLUSTER, compareOne, resource } from "./plans.js";

const DEPLOYMENT = "azure-native:resources:Deployment";

function systemPool(properties: PlanObject) {
    const pool = { type: "Microsoft.ContainerService/managedClusters/agentPools", name: "aks/system", properties };
    return resource(DEPLOYMENT, "system-pool", { properties: { template: { resources: [pool] } } });
}

describe("an upgrade of Kubernetes, in words", () => {
    const cluster = (kubernetesVersion: string, upgradeChannel: string) =>
        resource(CLUSTER, "aks", { kubernetesVersion, autoUpgradeProfile: { upgradeChannel } });
    const words = (from: string, to: string, channel: string) =>
        compareOne(cluster(from, channel), cluster(to, channel))?.consequences ?? [];

    it("is said to be refused with a channel, with the way out", () => {
        expect(words("1.36", "1.37", "patch").join()).toContain('AKS refuses it: kubernetesVersion "1.37"');
        expect(words("1.36", "1.37", "none").join()).not.toContain("refuses");
    });

    it("is said to be refused over a minor version", () => {
        expect(words("1.35", "1.37", "none").join()).toContain('Set kubernetesVersion to "1.36" first');
    });

    it("reaches the nodes of the system pool by its template", () => {
        const of = (orchestratorVersion: string) => systemPool({ count: 2, orchestratorVersion });
        expect(compareOne(of("1.36"), of("1.37"))?.consequences).toEqual([
            "the nodes of pool system go from Kubernetes 1.36 to 1.37, one after another, each drained first",
        ]);
    });
});

it("the number of system nodes, in words", () => {
    expect(compareOne(systemPool({ count: 2 }), systemPool({ count: 3 }))?.consequences).toEqual([
        "pool system goes from 2 to 3 nodes",
    ]);
});
