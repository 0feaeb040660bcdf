import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { subscription } from "../doubles/azure/azure.js";
import { at, type Properties } from "../doubles/values.js";
import { waitFor } from "../support/wait.js";
import type { Project } from "./project.js";
import { changes, words } from "./steps.js";
import { startWorld, type World } from "./world.js";

/*
 * Groups of arguments that no stack of the repository has: ways out of the network, a private cluster, encryption with
 * the user's keys, a registry in a network, monitoring to workspaces that exist. Roles work only after a while.
 */
const hub = `${subscription}/resourceGroups/hub/providers`;
const vnet = `${hub}/Microsoft.Network/virtualNetworks/hub`;
const zone = (name: string) => `${hub}/Microsoft.Network/privateDnsZones/privatelink.${name}`;
const routes = `${hub}/Microsoft.Network/routeTables/to-firewall`;
const vault = `${hub}/Microsoft.KeyVault/vaults/hub`;
const disks = `${hub}/Microsoft.Compute/diskEncryptionSets/hub`;
const logs = `${hub}/Microsoft.OperationalInsights/workspaces/hub`;
const metrics = `${hub}/Microsoft.Monitor/accounts/hub`;

/** What exists in Azure beforehand, with what it shows. */
const given: Record<string, Properties> = {
    [vnet]: {},
    [`${vnet}/subnets/nodes`]: { routeTable: { id: routes } },
    [`${vnet}/subnets/endpoints`]: {},
    [`${vnet}/subnets/agents`]: {},
    [routes]: {},
    [zone("westeurope.azmk8s.io")]: {},
    [zone("azurecr.io")]: {},
    [vault]: {},
    [disks]: {},
    [logs]: { location: "westeurope" },
    [metrics]: { location: "westeurope" },
};

/** The type of what the program asks about. */
const types: Record<string, string> = {
    [logs]: "azure-native:operationalinsights:Workspace",
    [metrics]: "azure-native:monitor:AzureMonitorWorkspace",
};
const typeOf = (id: string) => types[id] ?? "given";

const key = `https://hub.vault.azure.net/keys/etcd/${"0".repeat(32)}`;
const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3", minCount: 1, maxCount: 2, taint: true }];
const nodePools = [{ name: "general", minCount: 1, maxCount: 2, taints: ["team=a:NoSchedule"] }];

type Config = Record<string, unknown>;

const inNetworkOfTheUser: Config = {
    enclavePools,
    nodePools,
    systemPool: { criticalAddonsOnly: true },
    network: {
        mode: "overlay",
        subnetId: `${vnet}/subnets/nodes`,
        outbound: { type: "userDefinedRouting" },
    },
    apiServer: { privateCluster: true, privateDnsZoneId: zone("westeurope.azmk8s.io") },
    security: {
        keyVaultKms: { keyId: key, keyVaultId: vault },
        diskEncryptionSetId: disks,
        encryptionAtHost: true,
        nodeSsh: false,
        azurePolicy: true,
        defenderWorkspaceId: logs,
        keyVaultSecretsProvider: true,
        imageCleanerHours: 48,
    },
    images: {
        newRegistry: {
            name: "groupsuser",
            sku: "Premium",
            retentionDays: 30,
            privateEndpoint: { subnetId: `${vnet}/subnets/endpoints`, privateDnsZoneId: zone("azurecr.io") },
            agentPool: { name: "builders", tier: "S1", count: 1, subnetId: `${vnet}/subnets/agents` },
        },
    },
    monitoring: {
        prometheus: true,
        prometheusWorkspaceId: metrics,
        containerInsights: true,
        auditLogs: true,
        logsWorkspaceId: logs,
    },
};

const inNetworkOfTheStack: Config = {
    enclavePools,
    nodePools,
    network: {
        mode: "overlay",
        vnetCidr: "10.60.0.0/16",
        outbound: { type: "natGateway", ipCount: 2, idleTimeoutMinutes: 8 },
    },
    apiServer: { privateCluster: true },
    images: { newRegistry: { sku: "Premium", agentPool: { count: 2 } } },
    monitoring: { prometheus: true, auditLogs: true },
    autoscaler: { scaleDownUnneededMinutes: 20 },
    maintenance: { kubernetes: {}, nodeImages: {} },
};

const clusterType = "azure-native:containerservice:ManagedCluster";

let world: World;
beforeAll(async () => {
    world = await startWorld();
    for (const [id, shown] of Object.entries(given)) {
        const known = { id, type: typeOf(id), body: shown, shown, madeAt: 0 };
        world.azure.resources.set(id.toLowerCase(), { ...known, state: "Succeeded" });
    }
});
afterAll(() => world.stop());

/** What the cluster's body has at some paths. */
const clusterHas = (...paths: string[]) => {
    const [cluster] = world.azure.all(clusterType);
    return paths.map((path) => at(cluster?.body ?? {}, path));
};

describe.each([
    ["in a network of the user's, out by its routes, with the user's keys, zones and workspaces", inNetworkOfTheUser],
    ["in a network of the stack's, out by a NAT gateway", inNetworkOfTheStack],
])("a private cluster %s", (_, groups) => {
    let project: Project;
    const before = () =>
        Object.keys(given).map((id) => `${typeOf(id).split(":").at(-1) ?? ""} ${id.split("/").at(-1) ?? ""}`);
    beforeAll(async () => {
        world.azure.requests.length = 0;
        project = await world.project("dev");
        project.configure((config) => {
            Object.assign(config, groups);
        });
    });

    test("comes up by one update", async () => {
        world.azure.conditions.rolesWorkAfter = 3_600_000;
        const refused = () => world.azure.requests.filter(({ outcome }) => outcome === "refused");
        const running = project.update("up");
        await waitFor("AKS to refuse the cluster for its roles", () => refused().length > 0, {
            seconds: 150,
            every: 50,
        });
        // They work from now on.
        world.azure.conditions.rolesWorkAfter = 0;
        const { code, stdout, stderr } = await running;
        expect(code, stdout + stderr).toBe(0);
        // Only the cluster had to wait for them.
        expect(new Set(refused().map(({ type }) => type))).toEqual(new Set([clusterType]));
        expect(clusterHas("apiServerAccessProfile.enablePrivateCluster")).toEqual([true]);
        if (groups !== inNetworkOfTheUser) return;
        expect(
            clusterHas("networkProfile.outboundType", "diskEncryptionSetID", "securityProfile.azureKeyVaultKms.keyId"),
        ).toEqual(["userDefinedRouting", disks, key]);
        const [run] = world.azure.all("azure-native:containerregistry:TaskRun");
        expect(at(run?.body ?? {}, "runRequest.agentPoolName")).toBe("builders");
    });

    test("the next update changes nothing, also after a refresh", async () => {
        const requests = world.azure.requests.length;
        expect(words(changes(await project.preview()))).toEqual([]);
        await project.refresh();
        expect(words(changes(await project.up()))).toEqual([]);
        expect(world.azure.requests).toHaveLength(requests);
    });

    test("a tag is changed in place, and no object of Kubernetes is touched", async () => {
        const writes = world.writes.length;
        project.configure((config) => (config.tags = { costs: "4711" }));
        const done = words(changes(await project.up()));
        expect(done).toContain("update ManagedCluster confidential-aks");
        expect(done.filter((text) => !text.startsWith("update "))).toEqual([]);
        expect(world.writes).toHaveLength(writes);
    });

    test.runIf(groups === inNetworkOfTheUser)("another subnet is another cluster: the preview says so", async () => {
        const { network } = inNetworkOfTheUser;
        const subnetId = `${vnet}/subnets/endpoints`;
        project.configure((config) => (config.network = { ...(network as Config), subnetId }));
        const cluster = (await project.preview()).find(({ type }) => type === clusterType);
        expect(cluster?.op).toBe("replace");
        expect(cluster?.inputs.agentPoolProfiles).toMatchObject([{ vnetSubnetID: subnetId }]);
        project.configure((config) => (config.network = network));
    });

    test("a destroy leaves what was there before", async () => {
        await project.destroy();
        expect((await project.state()).resources ?? []).toEqual([]);
        expect(world.azureResources()).toEqual(before());
        expect(await world.objects()).toEqual([]);
    });
});
