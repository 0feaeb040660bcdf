import { describe, expect, test } from "vitest";
import { AgentTier, RegistrySku, type EnclaveImageArgs } from "../../components/image/args";
import { checkRegistry } from "../../components/image/check-registry";

const id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network";
const subnetId = `${id}/virtualNetworks/v/subnets/s`;
const privateDnsZoneId = `${id}/privateDnsZones/privatelink.azurecr.io`;
const sku = RegistrySku.premium;

const paths = (args: Partial<EnclaveImageArgs>) => checkRegistry(args).map(({ path }) => path);

describe("the arguments of a registry", () => {
    test.each<[string, Partial<EnclaveImageArgs>]>([
        ["a registry with its own agents", { newRegistry: { sku, agentPool: {} } }],
        [
            "a closed registry",
            { newRegistry: { sku, privateEndpoint: { subnetId, privateDnsZoneId }, agentPool: { subnetId } } },
        ],
        ["retention", { newRegistry: { sku, retentionDays: 0 } }],
        [
            "a login server and agents",
            { registryName: "shared", loginServer: "shared-1.azurecr.io", agentPoolName: "builds" },
        ],
    ])("pass for %s", (_title, args) => {
        expect(paths(args)).toEqual([]);
    });

    test.each<[string, Partial<EnclaveImageArgs>, string[]]>([
        [
            "retention in another tier",
            { newRegistry: { sku: "Standard", retentionDays: 7 } },
            ["newRegistry.retentionDays"],
        ],
        ["agents in the default tier", { newRegistry: { agentPool: {} } }, ["newRegistry.agentPool"]],
        [
            "an endpoint that no agents reach",
            { newRegistry: { sku, privateEndpoint: { subnetId } } },
            ["newRegistry.agentPool"],
        ],
        [
            "an endpoint with agents in a network of Azure's",
            { newRegistry: { sku, privateEndpoint: { subnetId }, agentPool: {} } },
            ["newRegistry.agentPool.subnetId"],
        ],
        [
            "a subnet by its name, and a zone of another service",
            {
                newRegistry: {
                    sku,
                    privateEndpoint: { subnetId: "s", privateDnsZoneId: `${id}/privateDnsZones/privatelink.blob` },
                    agentPool: { subnetId },
                },
            },
            ["newRegistry.privateEndpoint.subnetId", "newRegistry.privateEndpoint.privateDnsZoneId"],
        ],
        [
            "agents of no such size, too many of them",
            { newRegistry: { sku, agentPool: { name: "a", tier: "S9" as AgentTier, count: 11 } } },
            ["newRegistry.agentPool.name", "newRegistry.agentPool.tier", "newRegistry.agentPool.count"],
        ],
        [
            "retention for longer than a year",
            { newRegistry: { sku, retentionDays: 366 } },
            ["newRegistry.retentionDays"],
        ],
        ["a login server of a new registry", { loginServer: "a.azurecr.io" }, ["loginServer"]],
        [
            "an address as login server",
            { registryName: "shared", loginServer: "https://a.azurecr.io" },
            ["loginServer"],
        ],
        ["agents of a new registry by name", { agentPoolName: "builds" }, ["agentPoolName"]],
    ])("refuse %s", (_title, args, expected) => {
        expect(paths(args)).toEqual(expected);
    });
});
