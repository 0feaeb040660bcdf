import { EnvironmentCredential } from "@azure/identity";
import { KeyClient } from "@azure/keyvault-keys";
import { constants, createDecipheriv, generateKeyPairSync, privateDecrypt } from "node:crypto";
import { spawn } from "node:child_process";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { policyHash, policyIn, unsignedPolicy } from "../../../components/sgx/attestation-policy/upload";
import { AttestationServiceDouble } from "./attestation-service";
import { EntraDouble } from "./entra";
import { base64url, readJwt, signedBy, signingKey, signJwt } from "./jwt";
import { KeyVaultDouble } from "./key-vault";
import { AzureNetwork } from "./network";
import { standInQuote } from "./stand-in-quote";

const network = new AzureNetwork();
let entra: EntraDouble;
let attestation: AttestationServiceDouble;
let vault: KeyVaultDouble;
let operator: ReturnType<EntraDouble["principal"]>;

beforeAll(async () => {
    entra = await EntraDouble.start(network);
    attestation = await AttestationServiceDouble.start(network, entra);
    vault = await KeyVaultDouble.start(network, entra, { purgeProtection: false });
    operator = entra.principal();
    attestation.writers.add(operator.objectId);
    vault.officers.add(operator.objectId);
});

afterAll(() => network.close());

const signer = "1a".repeat(32);
const policy = `version=1.0;
authorizationrules {
    [type=="x-ms-sgx-is-debuggable", value==false] && [type=="x-ms-sgx-mrsigner", value=="${signer}"] => permit();
};`;
const enclave = { mrsigner: signer, mrenclave: "2b".repeat(32), product: 7, svn: 3, debug: false };

interface Reply {
    token?: string;
    error?: { code: string; message: string };
}

async function maa(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
    const token = entra.token(operator, "https://attest.azure.net");
    const response = await fetch(`${attestation.url}${path}?api-version=2022-08-01`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "text/plain", ...headers },
        ...(body === undefined ? {} : { body }),
    });
    const reply = (await response.json()) as Reply;
    const jwt = readJwt(reply.token ?? "");
    return { status: response.status, code: reply.error?.code, token: reply.token ?? "", claims: jwt?.payload };
}

const attest = (of: Parameters<typeof standInQuote>[0], data = "{}", more: object = {}) => {
    const runtimeData = { data: base64url(data), dataType: "JSON" };
    return maa("POST", "/attest/SgxEnclave", JSON.stringify({ quote: standInQuote(of, data), runtimeData, ...more }));
};

test("a policy is set, read and reset, for each attestation type apart", async () => {
    const jwt = unsignedPolicy(policy);
    expect((await maa("PUT", "/policies/SgxEnclave", jwt)).claims).toMatchObject({ "x-ms-policy-result": "Updated" });
    expect(attestation.policy("SgxEnclave")).toBe(policy);
    expect(attestation.policy("OpenEnclave")).toBeUndefined();
    expect((await maa("GET", "/policies/SgxEnclave")).claims).toMatchObject({ "x-ms-policy": jwt });
    const other = await maa("GET", "/policies/OpenEnclave");
    expect(policyIn(String(other.claims?.["x-ms-policy"]))).toContain("=> permit();");
    const reset = await maa("POST", "/policies/SgxEnclave:reset", "eyJhbGciOiJub25lIn0..");
    expect(reset.claims).toMatchObject({ "x-ms-policy-result": "Removed" });
    expect(attestation.policy("SgxEnclave")).toBeUndefined();
});

test("an enclave that the policy permits gets a token with its claims, another none", async () => {
    await maa("PUT", "/policies/SgxEnclave", unsignedPolicy(policy));
    const { token, claims } = await attest(enclave, '{"keys":[]}');
    expect(claims).toMatchObject({
        iss: attestation.url,
        "x-ms-sgx-mrsigner": signer,
        "x-ms-sgx-svn": 3,
        "x-ms-policy-hash": policyHash(policy),
        "x-ms-runtime": { keys: [] },
    });
    expect(Number(claims?.["exp"]) - Number(claims?.["iat"])).toBe(28800);
    expect(signedBy(readJwt(token)!, attestation.key.certificate.publicKey)).toBe(true);
    expect(await attest({ ...enclave, debug: true })).toMatchObject({ status: 400, code: "PolicyEvaluationError" });
    const otherData = { runtimeData: { data: base64url("other"), dataType: "JSON" } };
    expect(await attest(enclave, "{}", otherData)).toMatchObject({ status: 400, code: "InvalidParameter" });
    await maa("POST", "/policies/SgxEnclave:reset", "eyJhbGciOiJub25lIn0..");
    expect(await attest({ ...enclave, debug: true })).toMatchObject({ status: 200 });
});

test.each([
    ["padding", "eyJhbGciOiJub25lIn0=.e30.", "InvalidOperation"],
    ["no dot at the end", unsignedPolicy(policy).slice(0, -1), "InvalidOperation"],
    ["the text itself", policy, "InvalidOperation"],
    ["no policy in it", `${base64url('{"alg":"none"}')}.${base64url("{}")}.`, "InvalidOperation"],
    ["a rule without its semicolon", unsignedPolicy(policy.replace("permit();", "permit()")), "PolicyParsingError"],
])("a policy with %s is refused", async (_, body, code) => {
    expect(await maa("PUT", "/policies/SgxEnclave", body)).toMatchObject({ status: 400, code });
});

test("policies are for those with a role, and for a token of the audience", async () => {
    const path = "/policies/OpenEnclave";
    const with_ = (token: string) => maa("PUT", path, unsignedPolicy(policy), { authorization: `Bearer ${token}` });
    expect(await with_(entra.token(operator, "https://vault.azure.net"))).toMatchObject({ status: 401 });
    expect(await with_(entra.token(entra.principal(), "https://attest.azure.net"))).toMatchObject({ status: 401 });
    expect(await with_("nothing")).toMatchObject({ status: 401, code: "Unauthorized" });
    attestation.spreading.set(2);
    const statuses = [1, 2, 3].map(() => maa("PUT", path, unsignedPolicy(policy)));
    expect((await Promise.all(statuses)).map(({ status }) => status).sort()).toEqual([200, 401, 401]);
});

test("an isolated provider takes policies of its signers only", async () => {
    const mine = signingKey(network.folder, "signer", "signer");
    const other = signingKey(network.folder, "other", "other");
    const isolated = await AttestationServiceDouble.start(network, entra, {
        name: "isolated",
        policySigningCertificates: [mine.certificate],
    });
    isolated.writers.add(operator.objectId);
    const signedWith = (by: typeof mine) =>
        signJwt(by, { AttestationPolicy: base64url(policy) }, { x5c: [by.certificate.raw.toString("base64")] });
    const put = async (body: string) => {
        const authorization = `Bearer ${entra.token(operator, "https://attest.azure.net")}`;
        const url = `${isolated.url}/policies/SgxEnclave?api-version=2022-08-01`;
        const headers = { authorization, "content-type": "text/plain" };
        return (await fetch(url, { method: "PUT", headers, body })).status;
    };
    expect(await put(unsignedPolicy(policy))).toBe(400);
    expect(await put(signedWith(other))).toBe(400);
    expect(await put(signedWith(mine))).toBe(200);
});

test.each([
    ["before", undefined],
    ["after", policy],
] as const)("a connection that ends %s the policy is written", async (when, kept) => {
    await maa("POST", "/policies/OpenEnclave:reset", "eyJhbGciOiJub25lIn0..");
    const reached = attestation.service.fault({ method: "PUT", path: /OpenEnclave/, when, how: "cut" });
    await expect(maa("PUT", "/policies/OpenEnclave", unsignedPolicy(policy))).rejects.toThrow();
    await reached;
    expect(attestation.policy("OpenEnclave")).toBe(kept);
});

const releasePolicy = (svn: number) => ({
    encodedPolicy: Buffer.from(
        JSON.stringify({
            version: "1.0.0",
            anyOf: [{ authority: attestation.url, allOf: [{ claim: "x-ms-sgx-svn", greaterOrEquals: svn }] }],
        }),
    ),
});

/** The SDK with the credentials of the environment, both as they are. */
function client() {
    for (const [name, value] of Object.entries(entra.env(operator))) vi.stubEnv(name, value);
    return new KeyClient(vault.url, new EnvironmentCredential(), { retryOptions: { maxRetries: 0 } });
}

test("Azure's SDK makes, reads, updates, deletes, recovers and purges a key", async () => {
    const keys = client();
    const options = { keySize: 2048, exportable: true, hsm: true, tags: { owner: "me" } };
    const made = await keys.createRsaKey("life", { ...options, releasePolicy: releasePolicy(3) });
    expect((await keys.getKey("life")).properties).toMatchObject({ exportable: true, tags: { owner: "me" } });
    await keys.updateKeyProperties("life", { releasePolicy: releasePolicy(4) });
    expect(vault.policyOf("life")).toContain('"greaterOrEquals":4');
    const versioned = keys.updateKeyProperties("life", made.properties.version!, { releasePolicy: releasePolicy(5) });
    await expect(versioned).rejects.toThrow("AKV.SKR.1016");
    const second = await keys.createRsaKey("life", { ...options, releasePolicy: releasePolicy(5) });
    expect(second.properties.version).not.toBe(made.properties.version);
    vault.deleting.set(2);
    const deleted = await (await keys.beginDeleteKey("life", { intervalInMs: 10 })).pollUntilDone();
    expect(deleted.properties.scheduledPurgeDate?.getTime()).toBeGreaterThan(Date.now() + 89 * 24 * 3600_000);
    await expect(keys.createRsaKey("life", options)).rejects.toMatchObject({ statusCode: 409 });
    await (await keys.beginRecoverDeletedKey("life", { intervalInMs: 10 })).pollUntilDone();
    expect((await keys.getKey("life")).properties.version).toBe(second.properties.version);
    await (await keys.beginDeleteKey("life", { intervalInMs: 10 })).pollUntilDone();
    await keys.purgeDeletedKey("life");
    await expect(keys.getDeletedKey("life")).rejects.toMatchObject({ statusCode: 404 });
});

test("a key that cannot be as it is asked for is refused with the code of Key Vault", async () => {
    const keys = client();
    const make = (name: string, options: object) => keys.createRsaKey(name, { keySize: 2048, ...options });
    await expect(make("none", { exportable: true, hsm: true })).rejects.toThrow("AKV.SKR.1004");
    const given = { releasePolicy: releasePolicy(1) };
    await expect(make("not-exportable", { hsm: true, ...given })).rejects.toThrow("AKV.SKR.1005");
    await expect(make("software", { exportable: true, ...given })).rejects.toThrow("AKV.SKR.1006");
    const empty = { encodedPolicy: Buffer.from('{"version":"1.0.0","anyOf":[]}') };
    await expect(make("empty", { exportable: true, hsm: true, releasePolicy: empty })).rejects.toThrow("grammar");
    const immutable = { ...releasePolicy(1), immutable: true };
    await make("fixed", { exportable: true, hsm: true, releasePolicy: immutable });
    await expect(keys.updateKeyProperties("fixed", given)).rejects.toThrow("AKV.SKR.1020");
    await make("inside", { hsm: true });
    await expect(keys.updateKeyProperties("inside", given)).rejects.toThrow("AKV.SKR.1005");
    const authorization = `Bearer ${entra.token(operator, "https://vault.azure.net")}`;
    const response = await fetch(`${vault.url}/keys/inside?api-version=7.4`, {
        method: "PATCH",
        headers: { authorization },
        body: '{"attributes":{"exportable":true}}',
    });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("AKV.SKR.1014")]);
    vault.spreading.set(1);
    await expect(keys.getKey("fixed")).rejects.toMatchObject({ statusCode: 403, code: "Forbidden" });
    expect((await keys.getKey("fixed")).properties.releasePolicy?.immutable).toBe(true);
});

test.each([
    ["CKM_RSA_AES_KEY_WRAP", "sha1"],
    ["RSA_AES_KEY_WRAP_256", "sha256"],
    ["RSA_AES_KEY_WRAP_384", "sha384"],
] as const)("a key is released to an enclave, which unwraps it: %s", async (algorithm, oaepHash) => {
    const name = algorithm.toLowerCase().replaceAll("_", "-");
    const keys = client();
    await keys.createOctKey(name, { hsm: true, keySize: 256, exportable: true, releasePolicy: releasePolicy(3) });
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const jwk = { ...publicKey.export({ format: "jwk" }), kid: "mine", key_ops: ["encrypt"] };
    const { token } = await attest(enclave, JSON.stringify({ keys: [jwk] }));
    const answer = await keys.releaseKey(name, token, { algorithm });
    const jws = readJwt(answer.value)!;
    const { key_hsm } = (jws.payload["response"] as { key: { key: { key_hsm: string } } }).key.key;
    const inside = JSON.parse(Buffer.from(key_hsm, "base64url").toString()) as { ciphertext: string };
    const ciphertext = Buffer.from(inside.ciphertext, "base64url");
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const kek = privateDecrypt({ key: privateKey, padding, oaepHash }, ciphertext.subarray(0, 256));
    const cipher = createDecipheriv("id-aes256-wrap-pad", kek, Buffer.from("a65959a6", "hex"));
    const secret = Buffer.concat([cipher.update(ciphertext.subarray(256)), cipher.final()]);
    expect(secret).toEqual(vault.secretOf(name));
    const older = await attest({ ...enclave, svn: 2 }, JSON.stringify({ keys: [jwk] }));
    await expect(keys.releaseKey(name, older.token, { algorithm })).rejects.toThrow("does not meet");
});

test("another process reaches the doubles under their real names", async () => {
    const script = `fetch("${attestation.url}/certs").then((r) => r.json()).then((b) => console.log(b.keys[0].kid))`;
    const child = spawn(process.execPath, ["-e", script], { env: { PATH: process.env["PATH"], ...network.env } });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    await new Promise((resolve) => child.once("close", resolve));
    expect(Buffer.concat(chunks).toString().trim()).toBe("maa-mine");
});
