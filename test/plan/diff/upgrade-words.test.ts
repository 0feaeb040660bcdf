import { describe, expect, it } from "vitest";
import type { PlanObject } from "../../../plan/model/format.js";
import { CLUSTER, compareOne, resource } from "./plans.js";

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
});

describe("the system pool, in the cluster's body", () => {
    const pool = (name: string, count: number): PlanObject => ({ name, count });
    const words = (before: PlanObject[], after: PlanObject[]) =>
        compareOne(
            resource(CLUSTER, "aks", { agentPoolProfiles: before }),
            resource(CLUSTER, "aks", { agentPoolProfiles: after }),
        )?.consequences;

    it("has its number of nodes in words", () => {
        expect(words([pool("agentpool", 2)], [pool("agentpool", 3)])).toEqual([
            "pool agentpool goes from 2 to 3 nodes",
        ]);
    });

    it("is said to rescale the others where they are in the body as well", () => {
        const other = pool("other", 1);
        expect(words([pool("agentpool", 2), other], [pool("agentpool", 3), other])?.join()).toContain(
            "puts all inline pools into scaling",
        );
    });
});
