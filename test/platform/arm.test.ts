import { describe, expect, test } from "vitest";
import { armErrors, armSchemas, withoutSchema } from "../support/arm";
import { constructStack, stacks } from "../support/stacks";

/*
 * Bodies against Azure's own schemas, which are not part of this repository: set ARM_SCHEMAS to a folder with them
 * (<api version>/<provider>.json as Azure publishes them). Without it these tests are skipped, and their titles say so.
 */
const missing = armSchemas === undefined;
const why = missing ? " (skipped: ARM_SCHEMAS names no folder with Azure's schemas)" : "";

const inNetwork = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network";
const publicIp = `${inNetwork}/publicIPAddresses/one`;

describe.skipIf(missing)(`Azure's schema accepts every body${why}`, () => {
    test.each(stacks)("of stack %s", async (stack) => {
        const azure = (await constructStack(stack, "update")).filter(
            ({ type }) => type.startsWith("azure-native:") && !withoutSchema.includes(type),
        );
        expect(azure.length).toBeGreaterThan(0);
        const errors = azure.flatMap(({ type, name, inputs }) => armErrors(type, inputs).map((e) => `${name}: ${e}`));
        expect(errors).toEqual([]);
    });

    test.each([
        ["add-on", { quoting: "addon", quoteHelper: {} }],
        ["private API server", { apiServer: { privateCluster: true } }],
        [
            "NAT gateway in a VNet of its own",
            {
                network: {
                    vnetCidr: "10.60.0.0/16",
                    outbound: { type: "natGateway", ipCount: 2, idleTimeoutMinutes: 8 },
                },
            },
        ],
        ["monitoring", { monitoring: { prometheus: true } }],
        [
            "every security setting",
            {
                security: {
                    keyVaultKms: {
                        keyId: `https://v.vault.azure.net/keys/etcd/${"0".repeat(32)}`,
                        keyVaultId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v",
                    },
                    diskEncryptionSetId:
                        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/diskEncryptionSets/d",
                    encryptionAtHost: true,
                    nodeSsh: false,
                    azurePolicy: true,
                    defenderWorkspaceId:
                        "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w",
                    keyVaultSecretsProvider: true,
                    imageCleanerHours: 48,
                },
            },
        ],
        ["NAT gateway of AKS", { network: { outbound: { type: "natGateway", ipCount: 2 } } }],
        ["load balancer with addresses of its own", { network: { outbound: { publicIpIds: [publicIp] } } }],
        [
            "user-defined routes and a DNS zone of the user's",
            {
                network: { outbound: { type: "userDefinedRouting", routeTableId: `${inNetwork}/routeTables/r` } },
                apiServer: {
                    privateCluster: true,
                    privateDnsZoneId: `${inNetwork}/privateDnsZones/privatelink.westeurope.azmk8s.io`,
                },
            },
        ],
        [
            "spot pool",
            {
                enclavePools: [{ name: "spot", vmSize: "Standard_DC4s_v3", priority: "Spot" }],
                sample: { tolerateSpot: true },
            },
        ],
    ])("of a stack with %s", async (_title, change) => {
        const azure = (await constructStack("dev", "update", change)).filter(
            ({ type }) => type.startsWith("azure-native:") && !withoutSchema.includes(type),
        );
        expect(azure.flatMap(({ type, inputs }) => armErrors(type, inputs))).toEqual([]);
    });
});

describe.skipIf(missing)(`Azure's schema finds${why}`, () => {
    const pool = { resourceGroupName: "rg", resourceName: "aks", agentPoolName: "enclave", vmSize: "Standard_DC2s_v3" };

    test("a misspelt key", () => {
        const errors = armErrors("azure-native:containerservice:AgentPool", { ...pool, vmsize: "x" });
        expect(errors.join("\n")).toContain("vmsize");
    });

    test("a value of the wrong type", () => {
        expect(armErrors("azure-native:containerservice:AgentPool", { ...pool, count: "two" })).not.toEqual([]);
    });
});
