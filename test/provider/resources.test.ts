import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { UNKNOWN } from "../../plan/model/wire";
import { ownResources } from "../../provider/resources";
import { AttestationServiceDouble } from "../doubles/azure/attestation-service";
import { EntraDouble } from "../doubles/azure/entra";
import { KeyVaultDouble } from "../doubles/azure/key-vault";
import { AzureNetwork } from "../doubles/azure/network";

/*
 * What the plugin answers to the engine for its own resources; the engine itself is in test/e2e/secrets. Azure's data
 * planes are doubles, its SDKs are not.
 */
const policyUrn = "urn:pulumi:dev::p::confidential-aks:index:AttestationProvider$confidential-aks:index:SgxPolicy::a";
const keyUrn = "urn:pulumi:dev::p::confidential-aks:index:EnclaveKey$confidential-aks:index:ExportableKey::k";
const enclave = { signer: "1a".repeat(32), product: 7, minimumSvn: 2, debug: false };
const text = "version=1.0;\nauthorizationrules {\n    => permit();\n};\n";

const network = new AzureNetwork();
let attestation: AttestationServiceDouble;
let vault: KeyVaultDouble;
beforeAll(async () => {
    const entra = await EntraDouble.start(network);
    attestation = await AttestationServiceDouble.start(network, entra);
    vault = await KeyVaultDouble.start(network, entra);
    const operator = entra.principal();
    attestation.writers.add(operator.objectId);
    vault.officers.add(operator.objectId);
    for (const [name, value] of Object.entries(entra.env(operator))) vi.stubEnv(name, value);
});
afterAll(async () => {
    vi.unstubAllEnvs();
    await network.close();
});

let policy: Record<string, unknown>;
let key: Record<string, unknown>;
let count = 0;
beforeEach(() => {
    policy = { attestationUrl: attestation.url, attestationType: "SgxEnclave", providerId: "provider", policy: text };
    const [keyVaultUrl, authority, keyName] = [vault.url, attestation.url, `key-${count++}`];
    const inputs = { keyVaultUrl, vaultId: "vault", keyName, keyType: "RSA-HSM", keySize: 2048, owner: "p/dev/k" };
    key = checked({ ...inputs, authority, enclaves: [enclave] });
});

const checked = (inputs: Record<string, unknown>) =>
    ownResources.check(keyUrn, inputs).inputs as Record<string, unknown>;

describe("a preview of a policy", () => {
    const diff = (inputs: object) => ownResources.diff(policyUrn, policy, { ...policy, ...inputs });

    test("finds nothing to do where nothing differs", () => {
        expect(diff({})).toEqual({ changes: false, replaces: [] });
    });

    test.each([
        ["another text", { policy: "other" }, []],
        ["a signature", { signedPolicy: "a.b.c" }, []],
        ["another type", { attestationType: "OpenEnclave" }, ["attestationType"]],
        ["another provider", { attestationUrl: "https://other.weu.attest.azure.net" }, ["attestationUrl"]],
        ["a provider that is replaced", { attestationUrl: UNKNOWN, providerId: UNKNOWN }, ["attestationUrl"]],
    ])("says what %s is", (_, inputs, replaces) => {
        expect(diff(inputs)).toEqual({ changes: true, replaces });
    });

    test("leaves it alone where only tags of its provider change, and its URL is not known for that", () => {
        expect(diff({ attestationUrl: UNKNOWN })).toEqual({ changes: false, replaces: [] });
    });
});

describe("a preview of a key", () => {
    const diff = (inputs: object) => ownResources.diff(keyUrn, key, checked({ ...key, ...inputs }));

    test("finds nothing to do where nothing differs, and where only its vault's URL is not known", () => {
        expect(diff({})).toEqual({ changes: false, replaces: [] });
        expect(diff({ keyVaultUrl: UNKNOWN })).toEqual({ changes: false, replaces: [] });
    });

    test.each([
        ["another SVN", { enclaves: [{ ...enclave, minimumSvn: 3 }] }, []],
        ["another enclave beside", { enclaves: [enclave, { ...enclave, signer: "2b".repeat(32) }] }, []],
        ["another authority", { authority: "https://other.weu.attest.azure.net" }, []],
        ["another name", { keyName: "other" }, ["keyName"]],
        ["another name and type", { keyName: "other", keyType: "EC-HSM" }, ["keyName", "keyType"]],
        ["a vault that is replaced", { keyVaultUrl: UNKNOWN, vaultId: UNKNOWN }, ["keyVaultUrl"]],
    ])("says what %s is", (_, inputs, replaces) => {
        expect(diff(inputs)).toEqual({ changes: true, replaces });
    });

    test("refuses another type under the same name", () => {
        expect(() => diff({ keyType: "EC-HSM" })).toThrow("set keyName to another name");
    });

    test("has no release policy as long as the authority is not known", () => {
        const { releasePolicy: _, ...inputs } = key;
        expect(checked({ ...inputs, authority: UNKNOWN })).not.toHaveProperty("releasePolicy");
        expect(checked(inputs)).toHaveProperty("releasePolicy");
    });

    test("refuses a secret, which would be in clear in the state", () => {
        const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "a" };
        const { failures } = ownResources.check(keyUrn, { ...key, enclaves: [{ signer: secret }] });
        expect(failures).toMatchObject([{ property: "enclaves" }]);
    });
});

describe("an update of a policy", () => {
    test("sets it, reads it back, and finds it changed or gone", async () => {
        const { id, outs } = (await ownResources.create(policyUrn, policy)) as { id: string; outs: object };
        expect(id).toBe(`${attestation.url}/policies/SgxEnclave`);
        expect(outs).toMatchObject({ policy: text });
        expect(await ownResources.read(policyUrn, id, { ...outs })).toEqual({ id, props: outs, inputs: policy });
        const gone = "https://gone.weu.attest.azure.net/policies/SgxEnclave";
        await expect(ownResources.read(policyUrn, gone, { ...outs })).resolves.toMatchObject({ id: "" });
    });

    test("says what the service has against it", async () => {
        const made = ownResources.create(policyUrn, { ...policy, policy: "permit" });
        await expect(made).rejects.toThrow("HTTP 400 PolicyParsingError");
    });
});

describe("an update of a key", () => {
    const create = () => ownResources.create(keyUrn, key) as Promise<{ id: string; outs: Record<string, unknown> }>;
    const name = () => String(key["keyName"]);

    test("makes it once: what a killed update has made is taken over, with the policy that is wanted now", async () => {
        await create();
        key = checked({ ...key, enclaves: [{ ...enclave, minimumSvn: 3 }] });
        await create();
        expect(vault.versionsOf(name())).toBe(1);
        expect(vault.policyOf(name())).toBe(key["releasePolicy"]);
    });

    test("leaves a key of another stack alone, also a deleted one", async () => {
        const { id, outs } = await create();
        key = { ...key, owner: "p/prod/k" };
        await expect(create()).rejects.toThrow('a key that "p/dev/k" made has that name');
        await ownResources.delete(keyUrn, id, outs);
        await expect(create()).rejects.toThrow('a deleted key that "p/dev/k" made has that name until');
    });

    test("recovers its own deleted key, with its material", async () => {
        const { id, outs } = await create();
        const secret = vault.secretOf(name());
        await ownResources.delete(keyUrn, id, outs);
        expect(vault.secretOf(name())).toBeUndefined();
        await create();
        expect(vault.secretOf(name())).toEqual(secret);
        await ownResources.delete(keyUrn, id, outs);
        // One that is gone already.
        await ownResources.delete(keyUrn, id, outs);
    });

    test("lets the vault itself open nothing that the key has sealed, and keeps the tags of others", async () => {
        const { id, outs } = await create();
        expect(vault.newest(name()).keyOps).toEqual(["encrypt", "wrapKey", "verify"]);
        const version = vault.newest(name());
        version.tags = { ...version.tags, team: "a" };
        await ownResources.update(keyUrn, id, outs, checked({ ...key, enclaves: [{ ...enclave, minimumSvn: 9 }] }));
        expect(vault.newest(name()).tags).toEqual({ team: "a", "confidential-aks-owner": "p/dev/k" });
    });

    test("says at once what no wait can mend", async () => {
        vault.refusing = "ForbiddenByFirewall";
        await expect(create()).rejects.toThrow("does not let this machine in");
        vault.refusing = undefined;
    });

    test("reads a key that is gone as gone, and another policy as it is", async () => {
        const { id, outs } = await create();
        vault.overwrite(name(), '{"version":"1.0.0","anyOf":[]}');
        expect(await ownResources.read(keyUrn, id, outs)).toMatchObject({
            id,
            inputs: { releasePolicy: '{"version":"1.0.0","anyOf":[]}' },
        });
        await ownResources.delete(keyUrn, id, outs);
        expect(await ownResources.read(keyUrn, id, outs)).toMatchObject({ id: "" });
    });
});

test("there is no other resource", async () => {
    await expect(ownResources.create("urn:pulumi:dev::p::confidential-aks:index:Other::o", {})).rejects.toThrow(
        "there is no resource confidential-aks:index:Other",
    );
});
