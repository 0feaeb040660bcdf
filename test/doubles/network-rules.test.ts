import { beforeEach, describe, expect, test } from "vitest";
import { FakeAzure } from "../e2e/doubles/azure/azure.js";
import { typeOf } from "../e2e/doubles/azure/types.js";
import type { Properties } from "../e2e/doubles/values.js";

/* The rules of the double for clusters and registries in networks of the user's, and for pools that go. */
const location = "westeurope";
const inGroup = { resourceGroupName: "rg", location };
const cluster: Properties = {
    resourceGroupName: "rg",
    resourceName: "aks",
    location,
    agentPoolProfiles: [{ name: "system", mode: "System", count: 1, vmSize: "Standard_D4s_v5" }],
};
const pool = (agentPoolName: string): Properties => {
    return { resourceGroupName: "rg", resourceName: "aks", agentPoolName, vmSize: "Standard_DC2s_v3", count: 1 };
};

let azure: FakeAzure;
beforeEach(async () => {
    azure = new FakeAzure();
    await put("resources:ResourceGroup", inGroup);
});

const idOf = (type: string, body: Properties) => typeOf(`azure-native:${type}`).id(body);
const put = (type: string, body: Properties) => azure.put(`azure-native:${type}`, idOf(type, body), body);
const subnet = { resourceGroupName: "rg", virtualNetworkName: "v", subnetName: "s", addressPrefix: "10.0.0.0/24" };
const subnetId = idOf("network:Subnet", subnet);

async function network(more: Properties = {}): Promise<void> {
    const addressSpace = { addressPrefixes: ["10.0.0.0/16"] };
    await put("network:VirtualNetwork", { ...inGroup, virtualNetworkName: "v", addressSpace });
    await put("network:Subnet", { ...subnet, ...more });
}

test("a cluster that goes out by routes of the user's needs a subnet with a route table", async () => {
    const identity = { resourceGroupName: "rg", resourceName: "i", location };
    const shown = (await put("managedidentity:UserAssignedIdentity", identity)).shown;
    const identityId = idOf("managedidentity:UserAssignedIdentity", identity);
    await network();
    const role = { scope: subnetId, principalId: shown.principalId, roleAssignmentName: "r" };
    const networkContributor = "4d97b98b-1d4f-4787-a291-c67834d212e7";
    await put("authorization:RoleAssignment", { ...role, roleDefinitionId: `/roles/${networkContributor}` });
    const body: Properties = {
        ...cluster,
        identity: { type: "UserAssigned", userAssignedIdentities: [identityId] },
        networkProfile: { outboundType: "userDefinedRouting" },
        agentPoolProfiles: (cluster.agentPoolProfiles as Properties[]).map((profile) => {
            return { ...profile, vnetSubnetID: subnetId };
        }),
    };
    await expect(put("containerservice:ManagedCluster", body)).rejects.toThrow(
        "ExistingRouteTableNotAssociatedWithSubnet",
    );
    await network({ routeTable: { id: "/routes" } });
    await put("containerservice:ManagedCluster", body);
});

test("a cluster is busy until the nodes of a pool that is deleted are gone", async () => {
    await put("containerservice:ManagedCluster", cluster);
    for (const name of ["one", "two"]) await put("containerservice:AgentPool", pool(name));
    const remove = (name: string) => {
        return azure.delete("azure-native:containerservice:AgentPool", idOf("containerservice:AgentPool", pool(name)));
    };
    let left: string[] = [];
    azure.onPools = async (_, pools) => {
        left = pools.map(({ id }) => id.split("/").at(-1) ?? "");
        await expect(remove("two")).rejects.toThrow("OperationNotAllowed");
    };
    await remove("one");
    expect(left).toEqual(["system", "two"]);
    azure.onPools = () => Promise.resolve();
    await remove("two");
});

describe("a registry without public access", () => {
    const registry = { ...inGroup, registryName: "closed" };
    const registryId = idOf("containerregistry:Registry", registry);
    const agents = { ...registry, agentPoolName: "agents", os: "Linux", tier: "S1", count: 1 };
    const endpoint: Properties = {
        ...inGroup,
        privateEndpointName: "e",
        subnet: { id: subnetId },
        privateLinkServiceConnections: [{ name: "r", privateLinkServiceId: registryId, groupIds: ["registry"] }],
    };
    const runWith = (agentPoolName?: string) => {
        const content = Buffer.from("version: v1.1.0").toString("base64");
        const request = { type: "EncodedTaskRunRequest", encodedTaskContent: content, platform: { os: "Linux" } };
        const runRequest = { ...request, ...(agentPoolName === undefined ? {} : { agentPoolName }) };
        return put("containerregistry:TaskRun", {
            ...registry,
            taskRunName: `run-${agentPoolName ?? "shared"}`,
            runRequest,
        });
    };
    beforeEach(async () => {
        await put("containerregistry:Registry", {
            ...registry,
            sku: { name: "Premium" },
            publicNetworkAccess: "Disabled",
        });
        await network();
    });

    test("takes pushes of agents in a subnet that reach its private endpoint", async () => {
        await put("containerregistry:AgentPool", { ...agents, virtualNetworkSubnetResourceId: subnetId });
        await put("network:PrivateEndpoint", endpoint);
        await runWith("agents");
        expect(azure.registries.runs.map(({ status }) => status)).toEqual(["Succeeded"]);
    });

    test.each<[what: string, prepare: () => Promise<unknown>, agentPool: string | undefined]>([
        ["the agents that all registries share", () => put("network:PrivateEndpoint", endpoint), undefined],
        ["agents that are not there", () => put("network:PrivateEndpoint", endpoint), "agents"],
        [
            "agents outside of the network",
            async () => {
                await put("containerregistry:AgentPool", agents);
                await put("network:PrivateEndpoint", endpoint);
            },
            "agents",
        ],
        [
            "agents without an endpoint",
            () => put("containerregistry:AgentPool", { ...agents, virtualNetworkSubnetResourceId: subnetId }),
            "agents",
        ],
    ])("takes none of %s", async (_, prepare, agentPool) => {
        await prepare();
        await expect(runWith(agentPool)).rejects.toThrow("RunFailed");
    });
});
