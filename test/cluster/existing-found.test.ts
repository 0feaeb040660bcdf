import { describe, expect, test } from "vitest";
import type { ExistingClusterArgs } from "../../components";
import { checkFound, type FoundCluster } from "../../components/cluster/existing-found";
import { existingClusterSpec } from "../../components/cluster/existing-spec";

const args: ExistingClusterArgs = {
    resourceGroupName: "g",
    clusterName: "team",
    enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
};
/** A cluster on which nothing stands in the way, as Azure answers. */
const fine = {
    id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/team",
    name: "team",
    sku: { name: "Base", tier: "Free" },
    powerState: { code: "Running" },
    provisioningState: "Succeeded",
    kubernetesVersion: "1.33",
    currentKubernetesVersion: "1.33.5",
    addonProfiles: { azurepolicy: { enabled: true } },
    networkProfile: { networkPlugin: "azure", networkPluginMode: "overlay" },
    disableLocalAccounts: false,
} as unknown as FoundCluster;
const subnet = (vnet: string, name: string) =>
    `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/${vnet}/subnets/${name}`;
const entra = { aadProfile: { managed: true, tenantID: "t" }, disableLocalAccounts: true } as FoundCluster;

const found = (cluster: unknown, more: Partial<ExistingClusterArgs> = {}, namesUnder = "") =>
    checkFound(cluster as FoundCluster, existingClusterSpec({ ...args, ...more }, namesUnder).spec).map(
        ({ path, kind }) => `${kind} ${path}`,
    );

describe("a cluster that is found", () => {
    test.each([
        ["has managed Prometheus", { azureMonitorProfile: { metrics: { enabled: true } } }, []],
        ["has it switched off", { azureMonitorProfile: { metrics: { enabled: false } } }, ["notAllowed monitoring"]],
        ["has never had it", {}, ["notAllowed monitoring"]],
        ["is one of mocks, which say nothing of it", { id: undefined }, []],
    ])("where something needs managed Prometheus: %s", (_, cluster, problems) => {
        const { spec } = existingClusterSpec(args);
        const needsPrometheus = { path: "monitoring", value: "azureManaged" };
        const said = checkFound({ ...fine, ...cluster }, { ...spec, needsPrometheus });
        expect(said.map(({ path, kind }) => `${kind} ${path}`)).toEqual(problems);
    });

    test("may take the pools", () => {
        expect(found(fine)).toEqual([]);
        expect(found({ ...fine, ...entra }, { kubeLogin: "azurecli" })).toEqual([]);
    });

    test.each<[what: string, cluster: object, more: Partial<ExistingClusterArgs>, problems: string[]]>([
        ["is stopped", { powerState: { code: "Stopped" } }, {}, ["notAllowed clusterName"]],
        ["is being deleted", { provisioningState: "Deleting" }, {}, ["notAllowed clusterName"]],
        ["is AKS Automatic", { sku: { name: "Automatic", tier: "Standard" } }, {}, ["notAllowed clusterName"]],
        ["is in Azure Government", { location: "usgovvirginia" }, {}, ["notAllowed clusterName"]],
        ["has Entra ID, and kubeLogin is not set", entra, {}, ["required kubeLogin"]],
        ["has no local accounts", { disableLocalAccounts: true }, {}, ["required kubeLogin"]],
        ["has no Entra ID for kubelogin", {}, { kubeLogin: "msi" }, ["notAllowed kubeLogin"]],
        [
            "has the SGX add-on beside our DaemonSets",
            { addonProfiles: { accSGXDevicePlugin: { enabled: true } } },
            {},
            ["notAllowed quoting"],
        ],
        [
            "has the add-on, which is used",
            { addonProfiles: { ACCSGXDevicePlugin: { enabled: true } } },
            { quoting: "none" },
            [],
        ],
        ["has the add-on switched off", { addonProfiles: { ACCSGXDevicePlugin: { enabled: false } } }, {}, []],
        ["is older than admission policies", { currentKubernetesVersion: "1.29.14" }, {}, ["notAllowed quoting"]],
        ["is old, and quotes by itself", { currentKubernetesVersion: "1.29.14" }, { quoting: "none" }, []],
        [
            "is too old for an operating system",
            { currentKubernetesVersion: "1.31.9" },
            {
                enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3", osSku: "Ubuntu2404" }],
                nodePools: [{ name: "web", osSku: "Ubuntu2404" }],
            },
            ["notAllowed enclavePools[0].osSku", "notAllowed nodePools[0].osSku"],
        ],
        [
            "has its pools in another VNet",
            { agentPoolProfiles: [{ name: "agentpool", vnetSubnetID: subnet("team", "nodes") }] },
            {
                enclavePools: [{ ...args.enclavePools[0]!, subnetId: subnet("other", "enclaves") }],
                nodePools: [{ name: "web", subnetId: subnet("other", "web") }],
            },
            ["notAllowed enclavePools[0].subnetId", "notAllowed nodePools[0].subnetId"],
        ],
        [
            "has its pools in another subnet of the same VNet",
            { agentPoolProfiles: [{ name: "agentpool", vnetSubnetID: subnet("TEAM", "nodes") }, { name: "gpu" }] },
            { enclavePools: [{ ...args.enclavePools[0]!, subnetId: subnet("team", "enclaves") }] },
            [],
        ],
        [
            "has Azure CNI Overlay, and a pool DCsv2",
            {},
            { enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v2" }], allowRetiredSizes: true },
            ["notAllowed enclavePools[0].vmSize"],
        ],
    ])("and %s", (_what, cluster, more, problems) => {
        expect(found({ ...fine, ...cluster }, more)).toEqual(problems);
    });

    test("all that is wrong with it is said at once, at the paths of the platform's arguments", () => {
        const worst = {
            ...fine,
            ...entra,
            powerState: { code: "Stopped" },
            addonProfiles: { ACCSGXDevicePlugin: { enabled: true } },
        };
        expect(found(worst, {}, "existing")).toEqual([
            "notAllowed existing.clusterName",
            "required kubeLogin",
            "notAllowed quoting",
        ]);
    });

    test("of which a unit test's mock says nothing, or little, is no problem by that", () => {
        expect(found({})).toEqual([]);
        expect(found({}, { kubeLogin: "azurecli" })).toEqual([]);
        expect(found({ aadProfile: { managed: true }, disableLocalAccounts: true })).toEqual(["required kubeLogin"]);
    });
});
