import * as pulumi from "@pulumi/pulumi";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { describe, expect, test } from "vitest";
import { ConfidentialPlatform, ExistingCluster, type ExistingClusterArgs } from "../../components";
import { checkedExisting } from "../../components/cluster/checked-inputs";
import { existingClusterSpec } from "../../components/cluster/existing-spec";
import { construct, one, type Mode } from "../support/construct";
import { expectRejected, theTest } from "../support/failure";

const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3" }];
const base: ExistingClusterArgs = { resourceGroupName: "rg", clusterName: "aks", enclavePools };
const make = (mode: Mode, args: Partial<ExistingClusterArgs> = {}) =>
    construct(mode, () => new ExistingCluster("c", { ...base, ...args }));
const later = <T>(value: T) => pulumi.output(value);

describe("an existing cluster", () => {
    test("gets pools, their mark in the state and a provider, and nothing else", async () => {
        const types = (await make("preview")).map(({ type, name, parent }) => `${type} ${name} < ${parent}`);
        expect(types.sort()).toEqual([
            "azure-native:containerservice:AgentPool c-enclave < c",
            "confidential-aks:index:ExistingCluster c < project-stack",
            "pulumi:index:Stash c-pool-owner < c",
            "pulumi:providers:kubernetes c-kubernetes < c",
        ]);
    });

    test("is identified by group and name, and deletes nothing of what runs on it by proxy", async () => {
        const { inputs, options } = one(await make("update"), "providers:kubernetes");
        expect(inputs.clusterIdentifier).toBe("rg/aks");
        expect(options).not.toHaveProperty("deletedWith");
    });

    test("may be named by outputs, and its pools may be in a subnet of their own", async () => {
        const subnetId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n";
        const pool = { ...enclavePools[0]!, subnetId: later(subnetId) };
        const names = { resourceGroupName: later("rg"), clusterName: later("aks"), enclavePools: [pool] };
        const nodePools = [{ name: "web", subnetId }];
        const resources = await make("update", { ...names, nodePools });
        expect(one(resources, "providers:kubernetes").inputs.clusterIdentifier).toBe("rg/aks");
        expect(one(resources, "AgentPool", "c-web").inputs.vnetSubnetID).toBe(subnetId);
        expect(one(resources, "AgentPool", "c-enclave").inputs).toMatchObject({
            resourceGroupName: "rg",
            resourceName: "aks",
            vnetSubnetID: subnetId,
        });
    });

    test("stays when the component goes, and so does what runs on it", async () => {
        const resources = await construct("preview", () => {
            const cluster = new ExistingCluster("c", base);
            const first = new ConfigMap("first", {}, cluster.workloadOptions());
            new ConfigMap("second", {}, cluster.workloadOptions(first));
        });
        const { options } = one(resources, "ConfigMap", "second");
        expect(options).toMatchObject({ provider: "c-kubernetes", dependsOn: ["c-enclave", "first"] });
        expect(options).not.toHaveProperty("deletedWith");
    });

    test("of a platform keeps the pools that were once those of a ConfidentialCluster", async () => {
        const existing = { resourceGroupName: "rg", clusterName: "aks" };
        const args = { existing, enclavePools, quoting: "none" as const };
        const resources = await construct("preview", () => new ConfidentialPlatform("p", args));
        expect(one(resources, "ExistingCluster").options.formerTypes).toEqual([
            "confidential-aks:index:ConfidentialCluster",
        ]);
    });
});

describe("what is wrong with its arguments", () => {
    test.each<[path: string, args: Partial<ExistingClusterArgs>]>([
        ["resourceGroupName", { resourceGroupName: "" }],
        ["resourceGroupName", { resourceGroupName: "/subscriptions/s/resourceGroups/g" }],
        ["clusterName", { clusterName: "not a name" }],
        ["quoting", { quoting: "addon" }],
        ["kubeLogin", { kubeLogin: "azureCli" as never }],
        ["enclavePools", { enclavePools: [] }],
        ["enclavePools[0].subnetId", { enclavePools: [{ ...enclavePools[0]!, subnetId: "n" }] }],
        ["nodePools[0].subnetId", { nodePools: [{ name: "web", subnetId: "n" }] }],
    ])("%s is one problem: %o", (path, args) => {
        expect(existingClusterSpec({ ...base, ...args }).problems.map((problem) => problem.path)).toEqual([path]);
    });

    test.each<[path: string, args: Partial<ExistingClusterArgs>, namesUnder?: string]>([
        ["clusterName", { clusterName: later("") }],
        ["existing.clusterName", { clusterName: later("not a name") }, "existing"],
        ["existing.resourceGroupName", { resourceGroupName: later("") }, "existing"],
        ["enclavePools[0].subnetId", { enclavePools: [{ ...enclavePools[0]!, subnetId: later("n") }] }],
        ["nodePools[0].subnetId", { nodePools: [{ name: "web", subnetId: later("n") }] }],
        ['tags["a<b"]', { tags: later({ "a<b": "x" }) }],
    ])("%s stops the program as an output, when it is known", async (path, args, namesUnder) => {
        const { spec, problems } = existingClusterSpec({ ...base, ...args }, namesUnder);
        expect(problems).toEqual([]);
        const checked = checkedExisting(theTest, spec);
        const { resourceGroupName, clusterName, tags } = checked;
        const [enclavePool, nodePool] = [checked.enclavePools[0]?.subnetId, checked.nodePools[0]?.subnetId];
        const each = { resourceGroupName, clusterName, tags, enclavePools: enclavePool, nodePools: nodePool };
        await expectRejected(each[Object.keys(args)[0] as keyof typeof each], path);
    });

    test("the addresses of a network that is not known are not counted", () => {
        const many = existingClusterSpec({ ...base, enclavePools: [{ ...enclavePools[0]!, count: 999 }] });
        expect([many.problems, many.warnings.filter(({ code }) => code === "address-space")]).toEqual([[], []]);
    });
});
