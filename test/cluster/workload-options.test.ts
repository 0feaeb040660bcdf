import { ManagedCluster } from "@pulumi/azure-native/containerservice";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { describe, expect, test } from "vitest";
import { ConfidentialCluster, type ConfidentialClusterArgs } from "../../components";
import { construct, one } from "../support/construct";

const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3" }];

describe("what runs on the cluster", () => {
    const options = (args: ConfidentialClusterArgs) => {
        let found: unknown;
        return construct("preview", () => {
            const cluster = new ConfidentialCluster("c", args);
            const first = new ConfigMap("first", {}, cluster.workloadOptions());
            new ConfigMap("second", {}, cluster.workloadOptions(first));
            found = cluster.managedCluster;
        }).then((resources) => ({ resources, managedCluster: found }));
    };

    test("comes after the pools and what is named, goes with the cluster, and uses its provider", async () => {
        const { resources, managedCluster } = await options({ enclavePools });
        expect(managedCluster).toBeInstanceOf(ManagedCluster);
        const [first, second] = ["first", "second"].map((name) => one(resources, "ConfigMap", name).options);
        expect(first).toMatchObject({ provider: "c-kubernetes", deletedWith: "c", dependsOn: ["c-enclave"] });
        expect(second).toMatchObject({
            provider: "c-kubernetes",
            deletedWith: "c",
            dependsOn: ["c-enclave", "first"],
        });
    });
});
