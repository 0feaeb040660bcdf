import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { ConfidentialCluster, type ConfidentialClusterArgs } from "../../components";
import { checkedInputs } from "../../components/cluster/checked-inputs";
import { clusterSpec, type ClusterSpec } from "../../components/cluster/spec";
import { construct, one } from "../support/construct";
import { expectRejected, theTest } from "../support/failure";

const base: ConfidentialClusterArgs = { enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }] };
const group = "11111111-2222-3333-4444-555555555555";
const subnet = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n";
const later = <T>(value: T) => pulumi.output(value);

/** The same cluster, with every argument that may be an output as one. */
const outputs: ConfidentialClusterArgs = {
    ...base,
    location: later("westeurope"),
    resourceGroupName: later("group"),
    clusterName: later("aks"),
    tags: later({ team: "b" }),
    network: { subnetId: later(subnet) },
    entra: { adminGroupObjectIds: [later(group)], tenantId: later(group) },
    apiServer: { authorizedIpRanges: later(["203.0.113.7", "198.51.100.0/24"]) },
};

describe("names, ids, tags and addresses may be outputs", () => {
    test("which reach the resources as they are", async () => {
        const resources = await construct("update", () => new ConfidentialCluster("c", outputs));
        expect(one(resources, "ManagedCluster").inputs).toMatchObject({
            location: "westeurope",
            resourceGroupName: "group",
            resourceName: "aks",
            tags: { team: "b" },
            agentPoolProfiles: [{ vnetSubnetID: subnet }],
            aadProfile: { adminGroupObjectIDs: [group], tenantID: group },
            apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.7/32", "198.51.100.0/24"] },
        });
        const pool = one(resources, "AgentPool").inputs;
        expect(pool).toMatchObject({ resourceGroupName: "group", tags: { team: "b" }, vnetSubnetID: subnet });
    });
});

test.each([
    ["text", "West Europe"],
    ["output", later("West Europe")],
])("a region's title, as %s, reaches every resource as its name", async (_, location) => {
    const args = { ...base, location, monitoring: {}, network: { vnetCidr: "10.60.0.0/16" } };
    const resources = await construct("update", () => new ConfidentialCluster("c", args));
    const places = resources.filter(({ inputs, custom }) => custom && inputs.location !== undefined);
    expect(places.map(({ type }) => type)).toContain("azure-native:monitor:DataCollectionRule");
    for (const { name, inputs } of places) expect(inputs.location, name).toBe("westeurope");
});

const bad: [string, Partial<ConfidentialClusterArgs>, (spec: ClusterSpec) => unknown][] = [
    ["location", { location: later("west-europe") }, (spec) => spec.location],
    ["location", { location: later("chinanorth3") }, (spec) => spec.location],
    ["resourceGroupName", { resourceGroupName: later("group.") }, (spec) => spec.cluster.resourceGroupName],
    ["clusterName", { clusterName: later("bad name") }, (spec) => spec.cluster.clusterName],
    ['tags["a<b"]', { tags: later({ "a<b": "x" }) }, (spec) => spec.tags],
    ["network.subnetId", { network: { subnetId: later("n") } }, (spec) => spec.cluster.network.subnetId],
    [
        "entra.adminGroupObjectIds",
        { entra: { adminGroupObjectIds: later([]) } },
        (spec) => spec.cluster.entra?.adminGroupObjectIds,
    ],
    [
        "entra.adminGroupObjectIds[1]",
        { entra: { adminGroupObjectIds: [group, later("admins")] } },
        (spec) => (spec.cluster.entra?.adminGroupObjectIds as unknown[])[1],
    ],
    [
        "kubeLoginClientId",
        { entra: { azureRbac: true }, kubeLogin: "msi", kubeLoginClientId: later("my-identity") },
        (spec) => spec.kubeLogin?.clientId,
    ],
    [
        "entra.tenantId",
        { entra: { azureRbac: true, tenantId: later("contoso.com") } },
        (spec) => spec.cluster.entra?.tenantId,
    ],
    [
        "apiServer.authorizedIpRanges",
        { apiServer: { authorizedIpRanges: later([]) } },
        (spec) => spec.cluster.apiServer.authorizedIpRanges,
    ],
    [
        "apiServer.authorizedIpRanges[0]",
        { apiServer: { authorizedIpRanges: [later("203.0.113.7/24")] } },
        (spec) => (spec.cluster.apiServer.authorizedIpRanges as unknown[])[0],
    ],
];

describe("a bad output stops the program when it is known", () => {
    test.each(bad)("%s", async (path, args, read) => {
        const { spec, problems } = clusterSpec({ ...base, ...args });
        expect(problems).toEqual([]);
        await expectRejected(read(checkedInputs(theTest, spec)), path);
    });
});

test("a spec has every default applied", () => {
    const { spec } = clusterSpec(base);
    expect(spec).toMatchObject({ quoting: "daemonSets", kubeLogin: undefined });
    expect(spec.enclavePools).toMatchObject([
        {
            scale: { autoscaled: false, minCount: 1, maxCount: 1 },
            osSku: "Ubuntu",
            priority: "Regular",
            taints: [],
            labels: { "confidential-aks/sgx": "true" },
            podsPerNode: 250,
            maxSurge: "1",
        },
    ]);
    expect(spec.cluster).toMatchObject({
        tier: "Free",
        upgradeChannel: "none",
        nodeOsUpgradeChannel: "NodeImage",
        systemPool: { name: "agentpool", vmSize: "Standard_D4s_v5", scale: { minCount: 2, maxCount: 2 } },
        network: { mode: "overlay", vnet: undefined, podCidr: "10.244.0.0/16", dnsServiceIp: "10.0.0.10" },
        apiServer: { privateCluster: false },
    });
});

test("arguments with problems have a spec, too, so that a platform can check its parts together", () => {
    const { spec, problems } = clusterSpec({ enclavePools: undefined as never, network: { vnetCidr: "nonsense" } });
    expect(problems.map(({ kind, path }) => [kind, path])).toEqual([
        ["required", "enclavePools"],
        ["invalid", "network.vnetCidr"],
    ]);
    expect(spec.enclavePools).toEqual([]);
});
