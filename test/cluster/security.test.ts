import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { ConfidentialCluster, type ConfidentialClusterArgs, type SecurityArgs } from "../../components";
import { checkedInputs } from "../../components/cluster/checked-inputs";
import { clusterSpec, type NewClusterSpec } from "../../components/cluster/spec";
import { construct, one, type Constructed } from "../support/construct";
import { expectRejected, theTest } from "../support/failure";

const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3" }];
const inGroup = "/subscriptions/s/resourceGroups/g/providers";
const keyVaultId = `${inGroup}/Microsoft.KeyVault/vaults/v`;
const keyId = `https://v.vault.azure.net/keys/etcd/${"0".repeat(32)}`;
const diskEncryptionSetId = `${inGroup}/Microsoft.Compute/diskEncryptionSets/d`;
const workspaceId = `${inGroup}/Microsoft.OperationalInsights/workspaces/w`;

const make = (security?: SecurityArgs) =>
    construct("update", () => new ConfidentialCluster("c", { location: "westeurope", enclavePools, security }));
const cluster = (resources: Constructed[]) => one(resources, "ManagedCluster");
const problems = (security: unknown) =>
    clusterSpec({ enclavePools, security } as ConfidentialClusterArgs).problems.map(({ path }) => path);

describe("the security settings", () => {
    test("by default cost nothing: the resource group of the nodes is locked, all else is sent as off", async () => {
        const resources = await make();
        expect(cluster(resources).inputs).toMatchObject({
            securityProfile: {
                workloadIdentity: { enabled: true },
                defender: { securityMonitoring: { enabled: false } },
                imageCleaner: { enabled: false },
            },
            nodeResourceGroupProfile: { restrictionLevel: "ReadOnly" },
            addonProfiles: { azurepolicy: { enabled: false }, azureKeyvaultSecretsProvider: { enabled: false } },
        });
        expect(cluster(resources).inputs).not.toHaveProperty("securityProfile.azureKeyVaultKms");
        expect(cluster(resources).inputs).not.toHaveProperty("diskEncryptionSetID");
        expect(one(resources, "AgentPool").inputs).not.toHaveProperty("securityProfile");
        expect(one(resources, "AgentPool").inputs).not.toHaveProperty("enableEncryptionAtHost");
    });

    test("reach the cluster's body", async () => {
        const resources = await make({
            nodeResourceGroupLockdown: false,
            azurePolicy: true,
            defenderWorkspaceId: workspaceId,
            keyVaultSecretsProvider: true,
            imageCleanerHours: 48,
        });
        expect(cluster(resources).inputs).toMatchObject({
            securityProfile: {
                defender: { logAnalyticsWorkspaceResourceId: workspaceId, securityMonitoring: { enabled: true } },
                imageCleaner: { enabled: true, intervalHours: 48 },
            },
            nodeResourceGroupProfile: { restrictionLevel: "Unrestricted" },
            addonProfiles: {
                azurepolicy: { enabled: true },
                azureKeyvaultSecretsProvider: { enabled: true, config: { enableSecretRotation: "true" } },
            },
        });
    });

    test("that name a key or a disk encryption set come with the roles that AKS needs before", async () => {
        const resources = await make({ keyVaultKms: { keyId, keyVaultId }, diskEncryptionSetId });
        expect(cluster(resources).inputs).toMatchObject({
            securityProfile: { azureKeyVaultKms: { enabled: true, keyId, keyVaultNetworkAccess: "Public" } },
            diskEncryptionSetID: diskEncryptionSetId,
        });
        const role = (name: string) => one(resources, "RoleAssignment", name).inputs;
        expect(role("c-kms")).toMatchObject({ scope: keyVaultId });
        expect(role("c-kms").roleDefinitionId).toContain("12338af0-0e69-4776-bea7-57ae8d297424");
        expect(role("c-disks")).toMatchObject({ scope: diskEncryptionSetId });
        expect(role("c-disks").roleDefinitionId).toContain("acdd72a7-3385-48ef-bd42-f606fba81ae7");
        expect(cluster(resources).options.dependsOn).toEqual(expect.arrayContaining(["c-kms", "c-disks"]));
    });

    test("of nodes reach every pool; encryption at host is another pool", async () => {
        const resources = await make({ encryptionAtHost: true, nodeSsh: false });
        const expected = { enableEncryptionAtHost: true, securityProfile: { sshAccess: "Disabled" } };
        const pool = one(resources, "AgentPool");
        expect(pool.inputs).toMatchObject(expected);
        expect(cluster(resources).inputs.agentPoolProfiles).toMatchObject([expected]);
        expect(pool.options.replaceOnChanges).toContain("enableEncryptionAtHost");
        expect(pool.inputs.agentPoolName).not.toEqual(one(await make(), "AgentPool").inputs.agentPoolName);
    });

    test.each<[what: string, security: object, paths: string[]]>([
        ["a key without its vault", { keyVaultKms: { keyId } }, ["security.keyVaultKms.keyVaultId"]],
        [
            "a key without a version",
            { keyVaultKms: { keyId: "https://v.vault.azure.net/keys/etcd", keyVaultId } },
            ["security.keyVaultKms.keyId"],
        ],
        ["a text for a flag", { azurePolicy: "yes" }, ["security.azurePolicy"]],
        ["a workspace by its name", { defenderWorkspaceId: "w" }, ["security.defenderWorkspaceId"]],
        ["a cleaner that runs every hour", { imageCleanerHours: 1 }, ["security.imageCleanerHours"]],
        ["a disk encryption set by its name", { diskEncryptionSetId: "d" }, ["security.diskEncryptionSetId"]],
    ])("do not accept %s", (_what, security, paths) => {
        expect(problems(security)).toEqual(paths);
    });

    test.each<[path: string, security: SecurityArgs, read: (spec: NewClusterSpec["security"]) => unknown]>([
        ["diskEncryptionSetId", { diskEncryptionSetId: pulumi.output("d") }, (s) => s.diskEncryptionSetId],
        ["defenderWorkspaceId", { defenderWorkspaceId: pulumi.output("w") }, (s) => s.defenderWorkspaceId],
        ["keyVaultKms.keyId", { keyVaultKms: { keyId: pulumi.output("k"), keyVaultId } }, (s) => s.keyVaultKms?.keyId],
        [
            "keyVaultKms.keyVaultId",
            { keyVaultKms: { keyId, keyVaultId: pulumi.output("v") } },
            (s) => s.keyVaultKms?.keyVaultId,
        ],
    ])("check %s as an output when it is known", async (path, security, read) => {
        const { spec, problems: found } = clusterSpec({ enclavePools, security });
        expect(found).toEqual([]);
        const { security: checked } = checkedInputs(theTest, spec).cluster;
        await expectRejected(read(checked), `security.${path}`);
    });
});
