import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeAzure, subscription } from "../e2e/doubles/azure/azure.js";
import { canPull } from "../e2e/doubles/azure/roles.js";
import { installPatch } from "../e2e/doubles/azure/versions.js";
import { at, textAt, type Properties } from "../e2e/doubles/values.js";

/*
 * The rules of AKS that the double has from primary sources (named where each is written): what a program that never
 * saw Azure has to be tested against.
 */
const types = {
    group: "azure-native:resources:ResourceGroup",
    cluster: "azure-native:containerservice:ManagedCluster",
    pool: "azure-native:containerservice:AgentPool",
    identity: "azure-native:managedidentity:UserAssignedIdentity",
    role: "azure-native:authorization:RoleAssignment",
    deployment: "azure-native:resources:Deployment",
    registry: "azure-native:containerregistry:Registry",
};
const group = `${subscription}/resourceGroups/rg`;
const clusterId = `${group}/providers/Microsoft.ContainerService/managedClusters/aks`;
const poolId = (name: string) => `${clusterId}/agentPools/${name}`;
const system = { name: "system", mode: "System", count: 2, vmSize: "Standard_D4s_v5" };
const place = { resourceGroupName: "rg", resourceName: "aks" };
const clusterBody: Properties = {
    ...place,
    location: "westeurope",
    kubernetesVersion: "1.35",
    agentPoolProfiles: [system],
};
const bodyOf = (name: string): Properties => ({ ...place, agentPoolName: name, vmSize: "Standard_DC2s_v3", count: 1 });

let azure: FakeAzure;
beforeEach(async () => {
    // The clock stands still: what a test does may take any time.
    vi.useFakeTimers({ toFake: ["Date"], now: 0 });
    azure = new FakeAzure();
    await azure.put(types.group, group, { resourceGroupName: "rg", location: "westeurope" });
});

afterEach(() => {
    vi.useRealTimers();
});

const putCluster = (more: Properties = {}) => azure.put(types.cluster, clusterId, { ...clusterBody, ...more });
const putPool = (name: string, more: Properties = {}) =>
    azure.put(types.pool, poolId(name), { ...bodyOf(name), ...more });
const versionOf = (name: string) => azure.get(poolId(name))?.shown.currentOrchestratorVersion;
const later = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

describe("role assignments", () => {
    const subnet = `${group}/providers/Microsoft.Network/virtualNetworks/v/subnets/s`;
    const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/control`;
    const inSubnet = {
        identity: { type: "UserAssigned", userAssignedIdentities: [identity] },
        agentPoolProfiles: [{ ...system, vnetSubnetID: subnet }],
    };
    const assign = async (principalId: string, scope: string, role: string) => {
        const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${role}`;
        azure.resources.set(scope.toLowerCase(), azure.get(scope) ?? azure.get(group)!);
        await azure.put(types.role, id, {
            scope,
            principalId,
            roleDefinitionId: `/x/${role}`,
            roleAssignmentName: "r",
        });
    };

    it("work only after a while: a cluster in a subnet of the user's is refused until then", async () => {
        azure.conditions.rolesWorkAfter = 60;
        const made = await azure.put(types.identity, identity, { resourceGroupName: "rg", resourceName: "control" });
        await assign(textAt(made.shown, "principalId"), subnet, "4d97b98b-1d4f-4787-a291-c67834d212e7");
        await expect(putCluster(inSubnet)).rejects.toThrow(/Status=400 Code="ResourceMissingPermissionError"/);
        later(60);
        await putCluster(inSubnet);
    });

    it("of the kubelets' own identity let the nodes pull, also after a while", async () => {
        azure.conditions.rolesWorkAfter = 60;
        await putCluster();
        const registry = `${group}/providers/Microsoft.ContainerRegistry/registries/kubelets`;
        const settings = { location: "westeurope", sku: { name: "Basic" }, adminUserEnabled: false };
        await azure.put(types.registry, registry, { resourceGroupName: "rg", registryName: "kubelets", ...settings });
        const kubelet = textAt(azure.get(clusterId)!.shown, "identityProfile.kubeletidentity.objectId");
        expect(kubelet).not.toBe("");
        await assign(kubelet, registry, "7f951dda-4ed3-4680-a7ca-43fe172d538d");
        expect(canPull("kubelets.azurecr.io/a:1", azure)).toBe(false);
        expect(canPull("ubuntu:24.04", azure)).toBe(true);
        later(60);
        expect(canPull("kubelets.azurecr.io/a:1", azure)).toBe(true);
    });
});

describe("work of AKS's own", () => {
    it("follows the creation of a cluster, shows, and keeps pools out; then somebody has changed the cluster", async () => {
        Object.assign(azure.conditions, { workAfterCreation: 60, mismatches: 1 });
        const cluster = await putCluster();
        expect(azure.isAtWork(cluster)).toBe(true);
        await expect(putPool("a")).rejects.toThrow(/Status=409 Code="OperationNotAllowed".*PutExtensionAddonHandler/);
        later(60);
        await expect(putPool("a")).rejects.toThrow(/Status=409 Code="EtagMismatch"/);
        await putPool("a");
    });
});

describe("counts", () => {
    const autoscaled = { enableAutoScaling: true, minCount: 2, maxCount: 4 };

    it("a new autoscaled pool may leave the count out; one that is switched over has to name it, within the bounds", async () => {
        await putCluster();
        await putPool("a", { ...autoscaled, count: undefined });
        expect(azure.get(poolId("a"))?.shown.count).toBe(2);
        await putPool("b");
        await expect(putPool("b", { ...autoscaled, count: undefined })).rejects.toThrow(/properties.count is missing/);
        await expect(putPool("b", { ...autoscaled, count: 1 })).rejects.toThrow(/agentPoolProfile.count was 1/);
        await putPool("b", { ...autoscaled, count: 2 });
        await expect(putPool("c", { ...autoscaled, count: 5 })).rejects.toThrow(/agentPoolProfile.count was 5/);
    });

    it("the autoscaler's count stays when a change names none, and a change that names one scales", async () => {
        await putCluster();
        await putPool("a", { ...autoscaled, count: 2 });
        await azure.autoscale(poolId("a"), 3);
        await putPool("a", { ...autoscaled, count: undefined, tags: { a: "b" } });
        expect(azure.get(poolId("a"))?.shown.count).toBe(3);
        await putPool("a", { ...autoscaled, count: 2, tags: { a: "c" } });
        expect(azure.get(poolId("a"))?.shown.count).toBe(2);
        await putPool("a", { ...autoscaled, minCount: 4, count: 2 });
        expect(azure.get(poolId("a"))?.shown.count).toBe(4);
    });

    it("a count in the cluster's body has to be within the bounds of its pool", async () => {
        await putCluster({ agentPoolProfiles: [{ ...system, ...autoscaled }] });
        const out = { agentPoolProfiles: [{ ...system, ...autoscaled, count: 9 }] };
        await expect(putCluster(out)).rejects.toThrow(/agentPoolProfile.count was 9/);
    });
});

describe("pools in the cluster's body", () => {
    const listed = () => {
        const shown = azure.get(clusterId)!;
        return shown.type === types.cluster ? azure.poolsOf(clusterId).map(({ id }) => id.split("/").at(-1)) : [];
    };

    it("are all pools, by name, and have ids of their own", async () => {
        await putCluster();
        await putPool("zone");
        await putPool("enclave");
        expect(listed()).toEqual(["enclave", "system", "zone"]);
        expect(azure.get(poolId("system"))?.shown.count).toBe(2);
        azure.remove(clusterId);
        expect(azure.get(poolId("system"))).toBeUndefined();
    });
});

describe("versions", () => {
    it("reach the nodes of a pool only by that pool's own version", async () => {
        await putCluster();
        await putPool("a");
        await putCluster({ kubernetesVersion: "1.36" });
        expect([versionOf("a"), versionOf("system")]).toEqual(["1.35.2", "1.35.2"]);
        await putPool("a", { orchestratorVersion: "1.36" });
        expect([versionOf("a"), versionOf("system")]).toEqual(["1.36.2", "1.35.2"]);
        await putPool("a", { tags: { a: "b" } });
        expect(versionOf("a")).toBe("1.36.2");
    });

    it("a control plane is not upgraded alone where there is a channel, nor by two versions", async () => {
        await putCluster({ autoUpgradeProfile: { upgradeChannel: "patch" } });
        await expect(
            putCluster({ kubernetesVersion: "1.36", autoUpgradeProfile: { upgradeChannel: "patch" } }),
        ).rejects.toThrow(/NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged/);
        await putCluster({ autoUpgradeProfile: { upgradeChannel: "none" } });
        await expect(putCluster({ kubernetesVersion: "1.37" })).rejects.toThrow(/is not allowed/);
        await putCluster({ kubernetesVersion: "1.36" });
    });

    it("of the system pool alone are refused in the cluster's body while there are other pools", async () => {
        await putCluster();
        const named = { agentPoolProfiles: [{ ...system, orchestratorVersion: "1.35" }] };
        await putCluster(named);
        await putPool("a");
        await expect(putCluster(named)).rejects.toThrow(/NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged/);
    });

    it("of a pool are not above the control plane's", async () => {
        await putCluster();
        await expect(putPool("a", { orchestratorVersion: "1.36" })).rejects.toThrow(/NodePoolMcVersionIncompatible/);
    });
});

describe("what a request leaves out", () => {
    it("stays: a pool's autoscaler and taints go only where the request says so", async () => {
        await putCluster();
        const nodeTaints = ["sgx=true:NoSchedule"];
        await putPool("a", { enableAutoScaling: true, minCount: 1, maxCount: 2, nodeTaints });
        await putPool("a");
        expect(azure.get(poolId("a"))?.shown).toMatchObject({ enableAutoScaling: true, nodeTaints });
        await putPool("a", { enableAutoScaling: false, nodeTaints: [] });
        expect(azure.get(poolId("a"))?.shown).toMatchObject({ enableAutoScaling: false, nodeTaints: [] });
    });
});

describe("AKS's own upgrade to a patch", () => {
    it("shows the version in full, and the minor version in a request is no other one", async () => {
        await putCluster();
        await putPool("a", { orchestratorVersion: "1.35" });
        installPatch(clusterId, "1.35.7", azure);
        expect(azure.get(clusterId)?.shown.kubernetesVersion).toBe("1.35.7");
        expect(azure.get(poolId("a"))?.shown.orchestratorVersion).toBe("1.35.7");
        await putPool("a", { orchestratorVersion: "1.35" });
        await putCluster();
        expect(versionOf("a")).toBe("1.35.7");
        expect(azure.get(clusterId)?.shown.currentKubernetesVersion).toBe("1.35.7");
    });
});

describe("a template", () => {
    const template = (properties: Properties) =>
        azure.put(types.deployment, `${group}/providers/Microsoft.Resources/deployments/d`, {
            resourceGroupName: "rg",
            deploymentName: "d",
            properties: {
                mode: "Incremental",
                template: {
                    resources: [
                        {
                            type: "Microsoft.ContainerService/managedClusters/agentPools",
                            name: "aks/system",
                            properties,
                        },
                    ],
                },
            },
        });

    it("changes the system pool as a resource of its own", async () => {
        await putCluster();
        await putCluster({ kubernetesVersion: "1.36" });
        await template({ mode: "System", vmSize: "Standard_D4s_v5", count: 3, orchestratorVersion: "1.36" });
        expect(azure.get(poolId("system"))?.shown).toMatchObject({ count: 3, currentOrchestratorVersion: "1.36.2" });
        expect(at(azure.get(poolId("system"))?.shown, "name")).toBe("system");
    });

    it("fails as a whole where the pool is refused", async () => {
        await putCluster();
        await expect(template({ vmSize: "Standard_D8s_v5", count: 2 })).rejects.toThrow(/DeploymentFailed(?!.*vmSize)/);
        const { error } = azure.all(types.deployment)[0]!.shown;
        expect(JSON.stringify(error)).toMatch(/PropertyChangeNotAllowed.*vmSize/);
    });
});
