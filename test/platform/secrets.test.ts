import { describe, expect, test } from "vitest";
import { ConfidentialPlatform, type ConfidentialPlatformArgs } from "../../components";
import { checkPlatform } from "../../components/platform/spec";
import { construct, one, type Constructed } from "../support/construct";

const enclave = { signer: "1a2b".repeat(16), product: 7, minimumSvn: 3 };
const other = { signer: "3c4d".repeat(16), product: 8 };
const image = "example.azurecr.io/app:1";
const base: ConfidentialPlatformArgs = {
    location: "westeurope",
    enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
    quoting: "none",
};
const newVault = { name: "team-a-keys" };
const payroll = { name: "payroll", enclave };
const secrets = { newVault, keys: [payroll] };
const vaultId = "/subscriptions/s/resourceGroups/team-a/providers/Microsoft.KeyVault/vaults/team-a-keys";
const sharedUrl = "https://sharedweu.weu.attest.azure.net";
const job = (name: string, more: object = {}) => ({ name, image, epc: "32Mi", ...more });

const make = (more: object) => construct("preview", () => new ConfidentialPlatform("sgx", { ...base, ...more }));
const named = (resources: Constructed[], type: string) =>
    resources.filter((each) => each.type.endsWith(type)).map(({ name }) => name);
const pathsOf = (more: object) => checkPlatform({ ...base, ...more }).problems.map(({ path }) => path);

describe("a platform with secrets", () => {
    test("has a name that its attestation provider can have, or names that", async () => {
        const platform = (attestation: object) =>
            new ConfidentialPlatform("platform-of-team-a", { ...base, attestation, secrets });
        expect(() => platform({})).toThrow(/name = "platform-of-team-a".*1-16 .*attestation\.name/s);
        const resources = await construct("preview", () => platform({ name: "team-a-attests" }));
        expect(named(resources, ":AttestationProvider")).toContain("platform-of-team-a");
    });

    test("makes a provider, a vault, an identity and a key with its role, in the cluster's group", async () => {
        const resources = await make({ secrets, tags: { team: "a" } });
        expect(named(resources, ":AttestationProvider")).toContain("sgx");
        expect(named(resources, ":SgxPolicy")).toEqual(["sgx-sgx-enclave", "sgx-open-enclave"]);
        expect(named(resources, "resources:Resource")).toEqual(["sgx-vault"]);
        expect(named(resources, "index:EnclaveIdentity")).toEqual(["sgx-default_payroll"]);
        expect(named(resources, ":ExportableKey")).toEqual(["sgx-payroll"]);
        const role = one(resources, ":RoleAssignment", "sgx-payroll-release-payroll");
        expect(role.options.dependsOn).toContain("sgx-payroll");
        const vault = one(resources, "resources:Resource");
        expect(vault.inputs).toMatchObject({
            resourceName: newVault.name,
            location: "westeurope",
            tags: { team: "a" },
        });
        expect(vault.options.protect).toBe(true);
        expect(one(resources, ":ExportableKey").inputs).toMatchObject({ keyName: "payroll" });
        expect(one(resources, ":ServiceAccount", "sgx-default_payroll").inputs).toMatchObject({
            metadata: { name: "payroll", namespace: "default" },
        });
    });

    test("lets the enclaves of all keys have a token, beside those of the provider, each once", async () => {
        const keys = [payroll, { name: "audit", enclave, previousEnclave: other }];
        const own = { signer: "5e6f".repeat(16), product: 9 };
        const resources = await make({ secrets: { newVault, keys }, attestation: { enclaves: [own] } });
        const { policy } = one(resources, ":SgxPolicy", "sgx-sgx-enclave").inputs as { policy: string };
        for (const { signer } of [enclave, other, own]) expect(policy.split(signer)).toHaveLength(2);
    });

    test("leaves a policy that is text as it is", async () => {
        const policy = 'version=1.0;authorizationrules{[type=="x-ms-sgx-svn",value>=2]=>permit();};issuancerules{};';
        const resources = await make({ secrets, attestation: { policy } });
        expect(one(resources, ":SgxPolicy", "sgx-sgx-enclave").inputs).toMatchObject({ policy });
    });

    test("has one identity for keys with the same namespace and ServiceAccount, and another for each other pair", async () => {
        const key = (name: string, namespace: string, serviceAccountName: string) => ({
            ...{ name, enclave, namespace, serviceAccountName },
        });
        const keys = [key("one", "a", "b-c"), key("two", "a", "b-c"), key("three", "a-b", "c")];
        const resources = await make({ secrets: { newVault, keys } });
        expect(named(resources, "index:EnclaveIdentity")).toEqual(["sgx-a_b-c", "sgx-a-b_c"]);
        expect(named(resources, ":ExportableKey")).toEqual(["sgx-one", "sgx-two", "sgx-three"]);
    });

    test("gives a job its key, and the job waits for key, role, credential and both policies", async () => {
        const resources = await make({ secrets, jobs: [job("report", { key: "payroll" })] });
        const made = one(resources, "batch/v1:Job");
        const { spec } = made.inputs as { spec: { template: { metadata: object; spec: { containers: object[] } } } };
        expect(spec.template).toMatchObject({
            metadata: { labels: { "azure.workload.identity/use": "true" } },
            spec: { serviceAccountName: "payroll" },
        });
        expect(spec.template.spec.containers[0]).toMatchObject({
            env: expect.arrayContaining([
                { name: "KEY_NAME", value: "payroll" },
                { name: "KEY_VAULT_URL", value: "https://team-a-keys.vault.azure.net" },
                expect.objectContaining({ name: "ATTESTATION_URL" }),
            ]) as unknown,
        });
        const credentials = named(resources, ":FederatedIdentityCredential");
        expect(credentials).toHaveLength(1);
        expect(made.options.dependsOn).toEqual(
            expect.arrayContaining([
                ...["sgx-payroll", "sgx-payroll-release-payroll", "sgx-sgx-enclave", "sgx-open-enclave"],
                ...["sgx-default_payroll", ...credentials],
            ]),
        );
    });

    test("uses a provider that Azure shares, and makes none", async () => {
        const resources = await make({ secrets, attestation: { sharedUrl } });
        expect(named(resources, ":AttestationProvider")).toEqual([]);
        expect(one(resources, ":ExportableKey").inputs).toMatchObject({ authority: sharedUrl });
    });

    test("uses a vault that exists, and makes none", async () => {
        const resources = await make({ secrets: { vaultId, keys: [payroll], protect: false } });
        expect(named(resources, "resources:Resource")).toEqual([]);
        const key = one(resources, ":ExportableKey");
        expect(key.inputs).toMatchObject({ keyVaultUrl: "https://team-a-keys.vault.azure.net", vaultId });
        expect(key.options.protect).toBeUndefined();
        expect(named(resources, ":RoleAssignment")).toContain("sgx-payroll-release-payroll");
    });

    test("uses a Managed HSM that exists, whose roles are given there", async () => {
        const symmetric = { ...payroll, keyType: "oct-HSM" };
        const resources = await make({ secrets: { managedHsmName: "team-a-hsm", keys: [symmetric] } });
        expect(one(resources, ":ExportableKey").inputs).toMatchObject({
            keyVaultUrl: "https://team-a-hsm.managedhsm.azure.net",
        });
        expect(named(resources, ":RoleAssignment").filter((name) => name.includes("release"))).toEqual([]);
    });

    test("goes to the group of a cluster that exists", async () => {
        const existing = { resourceGroupName: "team-a", clusterName: "aks" };
        const resources = await make({ location: undefined, existing, secrets });
        expect(one(resources, "attestation:AttestationProvider").inputs).toMatchObject({ resourceGroupName: "team-a" });
        expect(one(resources, "resources:Resource").inputs).toMatchObject({ resourceGroupName: "team-a" });
        expect(named(resources, "index:EnclaveIdentity")).toEqual(["sgx-default_payroll"]);
    });
});

test.each<[string, object, string[]]>([
    ["an attestation that is no object", { attestation: "x" }, ["attestation"]],
    ["an attestation that is null", { attestation: null }, ["attestation"]],
    ["an attestation for no enclave", { attestation: {} }, ["attestation.enclaves"]],
    ["enclaves that are no list", { attestation: { enclaves: 5 }, secrets }, ["attestation.enclaves"]],
    ["enclaves that are text", { attestation: { enclaves: "x" }, secrets }, ["attestation.enclaves"]],
    ["an enclave that is null", { attestation: { enclaves: [null] } }, ["attestation.enclaves[0]"]],
    ["a provider's own enclave", { attestation: { enclaves: [{}] }, secrets }, ["attestation.enclaves[0].signer"]],
    ["a shared URL of another service", { attestation: { sharedUrl: "x" }, secrets }, ["attestation.sharedUrl"]],
    ["a shared URL without secrets", { attestation: { sharedUrl } }, ["attestation.sharedUrl"]],
    ["settings beside a shared URL", { attestation: { sharedUrl, name: "own" }, secrets }, ["attestation.name"]],
    ["secrets that are no object", { secrets: "x" }, ["secrets"]],
    ["secrets that are null", { secrets: null }, ["secrets"]],
    ["secrets of nothing", { secrets: {} }, ["secrets.newVault", "secrets.keys"]],
    ["two places", { secrets: { ...secrets, vaultId } }, ["secrets.vaultId"]],
    ["a vault that is no object", { secrets: { ...secrets, newVault: "x" } }, ["secrets.newVault"]],
    ["a vault without a name", { secrets: { ...secrets, newVault: {} } }, ["secrets.newVault.name"]],
    [
        "ranges and subnets that are no lists",
        { secrets: { ...secrets, newVault: { ...newVault, allowedIpRanges: 5, allowedSubnetIds: "x" } } },
        ["secrets.newVault.allowedIpRanges", "secrets.newVault.allowedSubnetIds"],
    ],
    ["an id of another thing", { secrets: { keys: [payroll], vaultId: "x" } }, ["secrets.vaultId"]],
    ["an HSM by its URL", { secrets: { keys: [payroll], managedHsmName: "https://x" } }, ["secrets.managedHsmName"]],
    ["keys that are text", { secrets: { newVault, keys: "x" } }, ["secrets.keys"]],
    ["keys that are null", { secrets: { newVault, keys: null } }, ["secrets.keys"]],
    ["no key", { secrets: { newVault, keys: [] } }, ["secrets.keys"]],
    ["a key that is null", { secrets: { newVault, keys: [null] } }, ["secrets.keys[0]"]],
    [
        "a key after one that is null",
        { secrets: { newVault, keys: [null, { ...payroll, keySize: 5 }] } },
        ["secrets.keys[0]", "secrets.keys[1].keySize"],
    ],
    ["keys without names", { secrets: { newVault, keys: [{ enclave }, { enclave }] } }, twice("name")],
    ["a name with capitals", { secrets: { newVault, keys: [{ ...payroll, name: "Pay" }] } }, ["secrets.keys[0].name"]],
    ["a name twice", { secrets: { newVault, keys: [payroll, payroll] } }, ["secrets.keys[1].name"]],
    [
        "a name in the vault twice",
        { secrets: { newVault, keys: [payroll, { name: "audit", keyName: "Payroll", enclave }] } },
        ["secrets.keys[1].keyName"],
    ],
    ["no enclave", { secrets: { newVault, keys: [{ name: "payroll" }] } }, ["secrets.keys[0].enclave"]],
    [
        "an enclave that is null",
        { secrets: { newVault, keys: [{ ...payroll, enclave: null }] } },
        ["secrets.keys[0].enclave"],
    ],
    [
        "an enclave that is text",
        { secrets: { newVault, keys: [{ ...payroll, enclave: "x" }] } },
        ["secrets.keys[0].enclave"],
    ],
    [
        "measurements that are text",
        { secrets: { newVault, keys: [{ ...payroll, enclave: { measurements: "x" } }] } },
        ["secrets.keys[0].enclave.measurements"],
    ],
    [
        "a debug enclave",
        { secrets: { newVault, keys: [{ ...payroll, enclave: { ...enclave, debug: true } }] } },
        ["secrets.keys[0].enclave.debug"],
    ],
    [
        "a name in the vault that Azure refuses",
        { secrets: { newVault, keys: [{ ...payroll, keyName: "pay_roll" }] } },
        ["secrets.keys[0].keyName"],
    ],
    [
        "a symmetric key in a vault",
        { secrets: { newVault, keys: [{ ...payroll, keyType: "oct-HSM" }] } },
        ["secrets.keys[0].keyType"],
    ],
    [
        "the webhook's blind spot",
        { secrets: { newVault, keys: [{ ...payroll, namespace: "kube-system" }] } },
        ["secrets.keys[0].namespace"],
    ],
    [
        "a ServiceAccount of Kubernetes' own",
        { secrets: { newVault, keys: [{ ...payroll, serviceAccountName: "default" }] } },
        ["secrets.keys[0].serviceAccountName"],
    ],
    ["issuers that are text", { secrets: { ...secrets, otherIssuerUrls: "x" } }, ["secrets.otherIssuerUrls"]],
    ["an issuer that is none", { secrets: { ...secrets, otherIssuerUrls: ["x"] } }, ["secrets.otherIssuerUrls[0]"]],
    ["protection in words", { secrets: { ...secrets, protect: "yes" } }, ["secrets.protect"]],
    ["a job's key without keys", { jobs: [job("report", { key: "payroll" })] }, ["jobs[0].key"]],
    ["a job's key that is not there", { secrets, jobs: [job("report", { key: "x" })] }, ["jobs[0].key"]],
    [
        "a job in another namespace",
        { secrets, jobs: [job("report", { key: "payroll", namespace: "team-b" })] },
        ["jobs[0].namespace"],
    ],
    [
        "a job without the key's namespace",
        {
            secrets: { newVault, keys: [{ ...payroll, namespace: "team-b" }] },
            jobs: [job("report", { key: "payroll" })],
        },
        ["jobs[0].namespace"],
    ],
    [
        "a job with both",
        {
            secrets,
            jobs: [
                job("report", {
                    key: "payroll",
                    keyRelease: {
                        serviceAccountName: "payroll",
                        attestationUrl: sharedUrl,
                        keyVaultUrl: "https://team-a-keys.vault.azure.net",
                        keyName: "payroll",
                    },
                }),
            ],
        },
        ["jobs[0].keyRelease"],
    ],
])("refused, where it is and once: %s", (_, more, paths) => {
    expect(pathsOf(more)).toEqual(paths);
});

function twice(name: string): string[] {
    return [`secrets.keys[0].${name}`, `secrets.keys[1].${name}`];
}

test.each([
    ["10 jobs", 10, { newVault }, []],
    ["11 jobs", 11, { newVault }, ["jobs"]],
    ["11 jobs of a Managed HSM", 11, { managedHsmName: "team-a-hsm" }, []],
])("a vault releases 10 keys in 10 seconds: %s", (_, count, place, paths) => {
    const jobs = Array.from({ length: count }, (__, index) => job(`report-${index}`, { key: "payroll" }));
    const more = { secrets: { ...place, keys: [payroll] }, jobs: [...jobs, job("without")] };
    const { problems, warnings } = checkPlatform({ ...base, ...more });
    expect(problems).toEqual([]);
    expect(warnings.filter(({ code }) => code === "release-limit").map(({ path }) => path)).toEqual(paths);
});
