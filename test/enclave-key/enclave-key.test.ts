import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { EnclaveKey, type EnclaveKeyArgs } from "../../components";
import { vaultProblems } from "../../components/enclave-key/existing-vault";
import { enclaveKeySpec } from "../../components/enclave-key/spec";
import { construct, constructed, one } from "../support/construct";

const enclave = { signer: "1a2b".repeat(16), product: 7, minimumSvn: 3 };
const newVault = { name: "team-a-keys", resourceGroupName: "team-a", location: "westeurope" };
const principalId = "8a2d4c1e-7f60-4b7e-9d3c-2f1a5b6c7d8e";
const args: EnclaveKeyArgs = {
    attestationUrl: "https://team-a-attests.weu.attest.azure.net",
    enclave,
    newVault,
    releaseTo: { payroll: principalId },
};
const vaultId = "/subscriptions/s/resourceGroups/team-a/providers/Microsoft.KeyVault/vaults/team-a-keys";
const make = (more: object = {}) => construct("preview", () => new EnclaveKey("payroll", { ...args, ...more }));
const problemsOf = (more: object) =>
    enclaveKeySpec({ ...args, ...more }).problems.map(({ path, expected }) => `${path}: ${expected}`);

describe("a key", () => {
    test("is a vault, who makes keys in it, the key, and who may ask for it", async () => {
        const resources = await make();
        expect(resources.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
            "azure-native:authorization:RoleAssignment payroll-officer",
            "azure-native:authorization:RoleAssignment payroll-release-payroll",
            "azure-native:resources:Resource payroll-vault",
            "confidential-aks:index:EnclaveKey payroll",
            "confidential-aks:index:ExportableKey payroll",
        ]);
        const key = one(resources, ":ExportableKey");
        expect(key.inputs).toMatchObject({
            keyVaultUrl: "https://team-a-keys.vault.azure.net",
            keyName: "payroll",
            keyType: "RSA-HSM",
            keySize: 4096,
            authority: args.attestationUrl,
            enclaves: [{ ...enclave, debug: false }],
            owner: "organization/project/stack/payroll",
        });
        expect(key.options).toMatchObject({ protect: true });
        expect(key.options.dependsOn).toEqual(["payroll-officer", "payroll-vault"]);
    });

    test("belongs to the stack of an organization: another one has stacks of the same name", async () => {
        const { _setOrganization: set } = pulumi.runtime as unknown as { _setOrganization: (name: string) => void };
        const resources = await construct("preview", () => {
            set("team-a");
            return new EnclaveKey("payroll", args);
        });
        expect(one(resources, ":ExportableKey").inputs.owner).toBe("team-a/project/stack/payroll");
    });

    test("is in a vault of the tier Premium with Azure's roles and purge protection, by an API that stays", async () => {
        const { inputs, options } = one(await make(), "resources:Resource");
        expect(inputs).toMatchObject({
            apiVersion: "2026-02-01",
            resourceName: "team-a-keys",
            properties: {
                sku: { family: "A", name: "premium" },
                enableRbacAuthorization: true,
                enablePurgeProtection: true,
                softDeleteRetentionInDays: 90,
                publicNetworkAccess: "Enabled",
            },
        });
        expect(options).toMatchObject({ protect: true, deleteBeforeReplace: true });
        // Azure's own: a refresh brings them into the inputs.
        expect(options.ignoreChanges).toContain("properties.privateEndpointConnections");
        expect(inputs.properties).toMatchObject({ accessPolicies: [], networkAcls: { defaultAction: "Allow" } });
        const open = { ...newVault, purgeProtection: false, allowedIpRanges: ["198.18.7.0/24"], recover: true };
        const { properties } = one(await make({ newVault: open }), "resources:Resource").inputs;
        expect(properties).not.toHaveProperty("enablePurgeProtection");
        expect(properties).toMatchObject({
            createMode: "recover",
            networkAcls: { defaultAction: "Deny", bypass: "None", ipRules: [{ value: "198.18.7.0/24" }] },
        });
    });

    test("may be asked for by the identities named, and each has the right on this key only", async () => {
        const answered = { "azure-native:resources:Resource": () => ({}) };
        const { resources } = await constructed("up", () => new EnclaveKey("payroll", args), answered, {
            "azure-native:authorization:getClientConfig": () => ({ tenantId: "tenant", objectId: "operator" }),
        });
        const release = one(resources, ":RoleAssignment", "payroll-release-payroll").inputs;
        expect(release).toMatchObject({ principalId, principalType: "ServicePrincipal" });
        expect(String(release.scope)).toMatch(/\/keys\/payroll$/);
        expect(String(release.roleDefinitionId)).toMatch(/08bbd89e-9f13-488c-ac41-acfcb10c90ab$/);
        const officer = one(resources, ":RoleAssignment", "payroll-officer");
        expect(officer.inputs).toMatchObject({ principalId: "operator" });
        expect(officer.options.ignoreChanges).toEqual(["principalId"]);
        expect(String(officer.inputs.scope)).not.toContain("/keys/");
    });

    test("is made by the principals named, each with a role of its own, wherever it stands in the list", async () => {
        const [one, two] = ["11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"];
        const namesFor = async (...ids: string[]) =>
            (await make({ newVault: { ...newVault, keyOfficers: ids.map((principalId) => ({ principalId })) } }))
                .map(({ name }) => name)
                .filter((name) => name.includes("officer"))
                .sort();
        expect(await namesFor(one, two)).toEqual([`payroll-officer-${one}`, `payroll-officer-${two}`]);
        expect(await namesFor(two)).toEqual([`payroll-officer-${two}`]);
    });

    test("is refused under a name that Key Vault would refuse, before the vault is made", () => {
        expect(() => new EnclaveKey("pay_roll", args)).toThrow("or set keyName");
    });

    test("lets another enclave in while it takes over", async () => {
        const previousEnclave = { ...enclave, signer: "3c4d".repeat(16) };
        const { inputs } = one(await make({ previousEnclave }), ":ExportableKey");
        expect(inputs.enclaves).toEqual([enclave, previousEnclave].map((each) => ({ ...each, debug: false })));
    });

    test("is in a vault or Managed HSM that exists", async () => {
        const there = await make({ newVault: undefined, vaultId });
        expect(there.some(({ type }) => type.endsWith(":Resource"))).toBe(false);
        expect(one(there, ":ExportableKey").inputs.keyVaultUrl).toBe("https://team-a-keys.vault.azure.net");
        const hsm = { newVault: undefined, releaseTo: undefined, managedHsmName: "team-a-hsm", keyType: "oct-HSM" };
        const { inputs } = one(await make(hsm), ":ExportableKey");
        expect(inputs).toMatchObject({ keyVaultUrl: "https://team-a-hsm.managedhsm.azure.net", keySize: 256 });
    });

    test.each([
        [{ sku: { name: "standard" }, enableRbacAuthorization: true }, ["a vault of the tier Premium"]],
        [{ sku: { name: "premium" }, enableRbacAuthorization: false }, ["a vault with Azure's roles"]],
        [{ sku: { name: "premium" }, enableRbacAuthorization: true }, []],
    ])("is refused in a vault that cannot release it: %o", (properties, expected) => {
        const found = vaultProblems(vaultId, properties);
        expect(found.map((problem) => problem.expected.split(":")[0])).toEqual(expected);
    });
});

test.each([
    ["no enclave", { enclave: undefined }, "enclave: the enclave that gets the key"],
    ["every enclave on Azure", { enclave: {} }, "enclave.signer: MRSIGNER"],
    ["a debug enclave", { enclave: { ...enclave, debug: true } }, "enclave.debug: a debug enclave"],
    ["a debug enclave before", { previousEnclave: { ...enclave, debug: true } }, "previousEnclave.debug: a debug"],
    ["no authority", { attestationUrl: "" }, "attestationUrl: the URL whose tokens count"],
    ["an unknown authority", { attestationUrl: "https://attest.example" }, "attestationUrl: the URL of a provider"],
    ["a slash at the end", { attestationUrl: `${args.attestationUrl as string}/` }, "attestationUrl: the URL of a"],
    ["no place", { newVault: undefined }, "newVault: the vault of the key, or vaultId or managedHsmName"],
    ["two places", { vaultId }, "vaultId: with newVault: a key is in one place"],
    ["an id of something else", { newVault: undefined, vaultId: "/subscriptions/s" }, "vaultId: the id of a vault"],
    ["a name of a vault that Azure refuses", { newVault: { ...newVault, name: "a--b" } }, "newVault.name: 3-24"],
    ["no name of a vault", { newVault: { ...newVault, name: undefined } }, "newVault.name: the name of the vault"],
    ["too few days", { newVault: { ...newVault, retentionDays: 3 } }, "newVault.retentionDays: a whole number from 7"],
    ["no way in", { newVault: { ...newVault, publicNetworkAccess: false } }, "newVault.privateEndpoint: a way"],
    ["no principal", { newVault: { ...newVault, keyOfficers: [{}] } }, "newVault.keyOfficers[0].principalId: the"],
    ["an officer by name", { newVault: { ...newVault, keyOfficers: [{ principalId: "me" }] } }, "newVault.keyOfficers"],
    ["a symmetric key in a vault", { keyType: "oct-HSM" }, "keyType: in a vault: only a Managed HSM"],
    ["a software key", { keyType: "RSA" }, 'keyType: "RSA-HSM", "EC-HSM", "oct-HSM"'],
    ["a size that is none", { keySize: 1024 }, "keySize: a whole number of bits: one of 2048, 3072, 4096"],
    ["a size of a curve", { keyType: "EC-HSM", keySize: 256 }, "keySize: with an elliptic curve"],
    ["a curve of RSA", { curve: "P-256" }, "curve: with RSA-HSM"],
    ["a name with an underscore", { keyName: "pay_roll" }, "keyName: 1-127 letters, digits and dashes"],
    ["a client id that is none", { releaseTo: { payroll: "payroll" } }, "releaseTo.payroll: the principal id"],
    [
        "Azure's roles of a Managed HSM",
        { newVault: undefined, managedHsmName: "team-a-hsm" },
        "releaseTo: with managedHsmName: its roles are not Azure's",
    ],
])("refused: %s", (_, more, start) => {
    const found = problemsOf(more);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(start);
});
