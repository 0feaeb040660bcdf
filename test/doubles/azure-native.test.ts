import { describe, expect, it } from "vitest";
import { FakeAzure, subscription } from "../e2e/doubles/azure/azure.js";
import { azureNativeDouble } from "../e2e/doubles/azure/provider.js";
import { InitFailed } from "../e2e/doubles/protocol.js";
import type { ProviderDouble } from "../e2e/doubles/provider.js";
import { UNKNOWN, type Properties } from "../e2e/doubles/values.js";

const types = {
    group: "azure-native:resources:ResourceGroup",
    cluster: "azure-native:containerservice:ManagedCluster",
    pool: "azure-native:containerservice:AgentPool",
    identity: "azure-native:managedidentity:UserAssignedIdentity",
    role: "azure-native:authorization:RoleAssignment",
};

/** A provider on an Azure with a resource group, and, if asked, a cluster with one system pool. */
async function azureWith(...what: ("cluster" | "pool")[]) {
    const azure = new FakeAzure();
    const provider = azureNativeDouble(azure);
    await make(provider, types.group, { resourceGroupName: "rg", location: "westeurope" });
    if (what.length > 0) await make(provider, types.cluster, clusterBody);
    if (what.includes("pool")) await make(provider, types.pool, poolBody);
    return { azure, provider };
}

const make = (provider: ProviderDouble, type: string, inputs: Properties) =>
    provider.create({ type, name: "n", inputs, preview: false, timeoutSeconds: 0 });

const clusterId = `${subscription}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks`;
const poolId = `${clusterId}/agentPools/enclave`;
const profile = {
    name: "system",
    mode: "System",
    type: "VirtualMachineScaleSets",
    count: 2,
    vmSize: "Standard_D2s_v5",
};
const clusterBody: Properties = {
    resourceGroupName: "rg",
    resourceName: "aks",
    location: "westeurope",
    dnsPrefix: "aks",
    agentPoolProfiles: [profile],
};
const poolBody: Properties = {
    resourceGroupName: "rg",
    resourceName: "aks",
    agentPoolName: "enclave",
    mode: "User",
    type: "VirtualMachineScaleSets",
    vmSize: "Standard_DC2s_v3",
    count: 1,
};

const diff = (type: string, before: Properties, after: Properties) =>
    azureNativeDouble(new FakeAzure()).diff({ type, name: "n", id: "", olds: {}, oldInputs: before, news: after });

describe("the azure-native double: names and regions", () => {
    const check = (olds: Properties, news: Properties, seed = "c2VlZA==") =>
        azureNativeDouble(new FakeAzure()).check({ type: types.identity, name: "kubelet", olds, news, seed });

    it("generates a name with a random end, keeps it, and leaves a given one alone", async () => {
        const { inputs } = await check({}, { resourceGroupName: "rg" });
        expect(inputs.resourceName).toMatch(/^kubelet[0-9a-f]{8}$/);
        expect((await check({}, { resourceGroupName: "rg" }, "b3RoZXI=")).inputs.resourceName).not.toBe(
            inputs.resourceName,
        );
        expect((await check(inputs, { resourceGroupName: "rg" }, "b3RoZXI=")).inputs.resourceName).toBe(
            inputs.resourceName,
        );
        expect((await check({}, { resourceGroupName: "rg", resourceName: "mine" })).inputs.resourceName).toBe("mine");
    });

    it("takes the region from the resource group", async () => {
        const { provider } = await azureWith();
        const request = { type: types.identity, name: "kubelet", olds: {}, seed: "" };
        const { inputs } = await provider.check({ ...request, news: { resourceGroupName: "rg" } });
        expect(inputs.location).toBe("westeurope");
    });
});

describe("the azure-native double: what is replaced", () => {
    it.each([
        ["vmSize", types.pool, poolBody, { ...poolBody, vmSize: "Standard_DC4s_v3" }],
        ["agentPoolName", types.pool, poolBody, { ...poolBody, agentPoolName: "other" }],
        ["location", types.cluster, clusterBody, { ...clusterBody, location: "northeurope" }],
    ])("a change of %s, the old one first, since its name is fixed", async (key, type, before, after) => {
        expect(await diff(type, before, after)).toMatchObject({ replaces: [key], deleteBeforeReplace: true });
    });

    it("an auto-named resource is made anew before the old one goes", async () => {
        const before = { resourceGroupName: "rg", resourceName: "k1", location: "a", __createBeforeDelete: true };
        const answer = await diff(types.identity, before, { ...before, location: "b" });
        expect(answer).toMatchObject({ replaces: ["location"], deleteBeforeReplace: false });
    });

    it("a tag or a count is changed in place", async () => {
        const answer = await diff(types.pool, poolBody, { ...poolBody, count: 2, tags: { a: "b" } });
        expect([...answer.changes]).toEqual([
            ["count", "update"],
            ["tags", "add"],
        ]);
        expect(answer.replaces).toEqual([]);
    });
});

describe("the azure-native double: previews", () => {
    it("knows of an update no more than the inputs, the name and the region", async () => {
        const { azure, provider } = await azureWith("cluster");
        const olds = azure.get(clusterId)!.shown;
        expect(olds.fqdn).toBeDefined();
        const news = { ...clusterBody, tags: { a: "b" } };
        const request = {
            type: types.cluster,
            name: "n",
            id: clusterId,
            olds,
            oldInputs: clusterBody,
            timeoutSeconds: 0,
        };
        const outputs = await provider.update({ ...request, news, preview: true });
        expect(outputs).toEqual({ ...news, name: "aks", location: "westeurope" });
        expect(azure.get(clusterId)!.shown.tags).toBeUndefined();
    });

    it("creates nothing", async () => {
        const { azure, provider } = await azureWith();
        const inputs = { ...clusterBody, dnsPrefix: UNKNOWN };
        await provider.create({ type: types.cluster, name: "n", inputs, preview: true, timeoutSeconds: 0 });
        expect(azure.all(types.cluster)).toEqual([]);
    });
});

describe("the azure-native double: what Azure refuses", () => {
    it("to create under a name that is taken", async () => {
        const { provider } = await azureWith("cluster");
        await expect(make(provider, types.cluster, clusterBody)).rejects.toThrow(
            /cannot create already existing resource/,
        );
    });

    it("a pool without its cluster", async () => {
        const { provider } = await azureWith();
        await expect(make(provider, types.pool, poolBody)).rejects.toThrow(/ParentResourceNotFound/);
    });

    it("a new pool in the body of a cluster that exists", async () => {
        const { azure } = await azureWith("cluster");
        const body = { ...clusterBody, agentPoolProfiles: [profile, { ...profile, name: "more" }] };
        await expect(azure.put(types.cluster, clusterId, body)).rejects.toThrow(/A new agent pool was introduced/);
    });

    it("another size for a pool that exists", async () => {
        const { azure } = await azureWith("pool");
        const body = { ...poolBody, vmSize: "Standard_DC4s_v3" };
        await expect(azure.put(types.pool, poolId, body)).rejects.toThrow(/PropertyChangeNotAllowed/);
    });

    it("two operations on one cluster at once", async () => {
        const { azure } = await azureWith("cluster");
        azure.delay = 20;
        const first = azure.put(types.pool, poolId, poolBody);
        const second = azure.put(types.pool, `${clusterId}/agentPools/b`, { ...poolBody, agentPoolName: "b" });
        await expect(second).rejects.toThrow(/OperationNotAllowed/);
        await first;
    });

    it("a kubelet identity that the cluster's identity has no role on", async () => {
        const { azure, provider } = await azureWith();
        for (const resourceName of ["kubelet", "control"]) {
            await make(provider, types.identity, { resourceGroupName: "rg", resourceName, location: "westeurope" });
        }
        const [kubelet, control] = azure.all(types.identity);
        const body = {
            ...clusterBody,
            identity: { type: "UserAssigned", userAssignedIdentities: [control!.id] },
            identityProfile: { kubeletidentity: { resourceId: kubelet!.id } },
        };
        await expect(make(provider, types.cluster, body)).rejects.toThrow(
            /CustomKubeletIdentityMissingPermissionError/,
        );
        await make(provider, types.role, {
            scope: kubelet!.id,
            roleAssignmentName: "one",
            principalId: control!.shown.principalId,
            roleDefinitionId: "/x/f1a07417-d97a-45cb-824c-7a7467783830",
        });
        await make(provider, types.cluster, body);
    });

    it("the same role assignment twice", async () => {
        const { azure, provider } = await azureWith();
        await make(provider, types.identity, { resourceGroupName: "rg", resourceName: "k", location: "westeurope" });
        const [identity] = azure.all(types.identity);
        const role = { scope: identity!.id, principalId: identity!.shown.principalId, roleDefinitionId: "/r" };
        await make(provider, types.role, { ...role, roleAssignmentName: "one" });
        const again = make(provider, types.role, { ...role, roleAssignmentName: "two" });
        await expect(again).rejects.toThrow(/RoleAssignmentExists/);
    });
});

describe("the azure-native double: a cloud with bad days", () => {
    it("a throttled request is repeated, as the Azure SDK does, and no more than three times", async () => {
        const { azure, provider } = await azureWith("cluster");
        azure.faults.push({ kind: "throttle", method: "PUT", type: types.pool, times: 2 });
        await make(provider, types.pool, poolBody);
        expect(azure.requests.slice(-3).map(({ outcome }) => outcome)).toEqual(["throttled", "throttled", "done"]);
        azure.faults.push({ kind: "throttle", method: "DELETE", type: types.pool, times: 4 });
        const gone = provider.delete({ type: types.pool, name: "n", id: poolId, olds: {}, timeoutSeconds: 0 });
        await expect(gone).rejects.toThrow(/TooManyRequests/);
    });

    it("a refused request leaves nothing; one given up on leaves a resource, marked as unfinished", async () => {
        const { azure, provider } = await azureWith("cluster");
        azure.faults.push({ kind: "fail", method: "PUT", type: types.pool, times: 1 });
        await expect(make(provider, types.pool, poolBody)).rejects.toThrow(/InternalServerError/);
        expect(azure.get(poolId)).toBeUndefined();
        azure.faults.push({ kind: "timeout", method: "PUT", type: types.pool, times: 1 });
        const late = await make(provider, types.pool, poolBody).catch((error: unknown) => error);
        expect(late).toBeInstanceOf(InitFailed);
        expect(azure.get(poolId)).toBeDefined();
    });
});

describe("the azure-native double: refresh", () => {
    const read = (provider: ProviderDouble, olds: Properties, oldInputs: Properties) =>
        provider.read({ type: types.cluster, name: "n", id: clusterId, olds, oldInputs });

    it("takes what changed in Azure over into the inputs, and nothing else", async () => {
        const { azure, provider } = await azureWith("cluster");
        const olds = (await read(provider, azure.get(clusterId)!.shown, clusterBody))!.outputs;
        expect((await read(provider, olds, clusterBody))?.inputs).toEqual(clusterBody);
        azure.edit(clusterId, (shown) => (shown.tags = { owner: "somebody" }));
        const answer = await read(provider, olds, clusterBody);
        expect(answer?.inputs).toEqual({ ...clusterBody, tags: { owner: "somebody" } });
    });

    it("finds pools that are resources of their own in the cluster's body, as azure-native does", async () => {
        const { azure, provider } = await azureWith("cluster");
        const olds = structuredClone(azure.get(clusterId)!.shown);
        await make(provider, types.pool, poolBody);
        const answer = await read(provider, olds, clusterBody);
        expect(answer?.inputs.agentPoolProfiles).toHaveLength(2);
        // Nor twice: what it knows already is no drift, in whatever order the engine sends the keys.
        const known = Object.fromEntries(Object.entries(structuredClone(answer!.outputs)).reverse());
        const pools = (known.agentPoolProfiles as Properties[]).map((pool) =>
            Object.fromEntries(Object.entries(pool).reverse()),
        );
        expect((await read(provider, { ...known, agentPoolProfiles: pools }, clusterBody))?.inputs).toEqual(
            clusterBody,
        );
    });

    it("says so when the resource is gone", async () => {
        const { azure, provider } = await azureWith("cluster");
        azure.remove(clusterId);
        expect(await read(provider, {}, clusterBody)).toBeUndefined();
    });
});
