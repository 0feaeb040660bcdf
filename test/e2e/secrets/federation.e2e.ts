import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { WorkloadIdentityCredential } from "@azure/identity";
import { KeyClient } from "@azure/keyvault-keys";
import { CoreV1Api, OpenidApi, WellKnownApi } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EnclaveIdentity } from "../../../components";
import { EntraDouble } from "../../doubles/azure/entra";
import { federates, type FederatedCredential, type KeySet } from "../../doubles/azure/federation";
import { base64url, readJwt } from "../../doubles/azure/jwt";
import { World, good } from "../../release-policy/world";
import { construct, one } from "../../support/construct";
import { Api } from "../support/api";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { makeNamespace, mustCreate } from "../support/policies";

/** In the form of AKS, whose issuers end with a slash. */
const issuer =
    "https://westeurope.oic.prod-aks.azure.com/11111111-2222-3333-4444-555555555555/66666666-7777-8888-9999-000000000000/";
const audience = "api://AzureADTokenExchange";
/** The one that the component's program makes. */
let credential: FederatedCredential;

let plane: ControlPlane;
let api: Api;
let keys: KeySet;
let token: string;

beforeAll(async () => {
    const made = await construct("up", () => {
        const args = { resourceGroupName: "team-a", oidcIssuerUrl: issuer, namespace: "team" };
        return new EnclaveIdentity("payroll", args);
    });
    credential = one(made, ":FederatedIdentityCredential").inputs as unknown as FederatedCredential;
    plane = await startControlPlane({ serviceAccountIssuer: issuer });
    api = new Api(plane.admin);
    for (const namespace of ["team", "other"]) {
        await makeNamespace(api, namespace);
        await mustCreate(api, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "payroll", namespace } });
    }
    // The client says that it is a text, and reads it.
    keys = (await plane.api(OpenidApi).getServiceAccountIssuerOpenIDKeyset()) as unknown as KeySet;
    token = await projected("team", "payroll");
});
afterAll(() => plane.stop());

/** A token as the kubelet asks for it, for the projected volume of a pod. */
async function projected(namespace: string, account: string, audiences = [audience]): Promise<string> {
    const spec = { serviceAccountName: account, containers: [{ name: "app", image: "example.org/app:1" }] };
    const manifest = { apiVersion: "v1", kind: "Pod", metadata: { generateName: "pod-", namespace }, spec };
    const { body } = await api.create(manifest);
    const { name, uid } = body["metadata"] as { name: string; uid: string };
    const boundObjectRef = { apiVersion: "v1", kind: "Pod", name, uid };
    const { status } = await plane.api(CoreV1Api).createNamespacedServiceAccountToken({
        name: account,
        namespace,
        body: { spec: { audiences, expirationSeconds: 3600, boundObjectRef } },
    });
    if (status === undefined) throw new Error("no token");
    return status.token;
}

test("the issuer of the cluster is the one in its metadata, with the slash at its end", async () => {
    const metadata = await plane.api(WellKnownApi).getServiceAccountIssuerOpenIDConfiguration();
    expect(metadata).toMatchObject({ issuer });
    expect(keys.keys.length).toBeGreaterThan(0);
});

test("a projected token of the ServiceAccount matches its credential", () => {
    expect(readJwt(token)?.payload).toMatchObject({ iss: issuer, sub: credential.subject, aud: [audience] });
    expect(federates(credential, token, keys)).toBe(true);
});

test.each<[string, Partial<FederatedCredential>]>([
    ["the issuer without its slash", { issuer: issuer.slice(0, -1) }],
    ["the issuer of another cluster", { issuer: issuer.replace("66666666", "76666666") }],
    ["another namespace", { subject: "system:serviceaccount:other:payroll" }],
    ["another ServiceAccount", { subject: "system:serviceaccount:team:default" }],
    ["a ServiceAccount whose name only starts so", { subject: "system:serviceaccount:team:payroll-2" }],
    ["other letters of its name", { subject: "system:serviceaccount:team:Payroll" }],
    ["another audience", { audiences: ["https://vault.azure.net"] }],
    ["no audience", { audiences: [] }],
])("a credential with %s does not match", (_, change) => {
    expect(federates({ ...credential, ...change }, token, keys)).toBe(false);
});

describe("the credential does not match", () => {
    test("the token of the ServiceAccount of that name in another namespace", async () => {
        expect(federates(credential, await projected("other", "payroll"), keys)).toBe(false);
    });

    test("the token of another ServiceAccount", async () => {
        expect(federates(credential, await projected("team", "default"), keys)).toBe(false);
    });

    test("a token for the API server", async () => {
        expect(federates(credential, await projected("team", "payroll", [issuer]), keys)).toBe(false);
    });

    test("a token that has expired, or was changed, or whose cluster has other keys", () => {
        expect(federates(credential, token, keys, Date.now() + 3 * 3600_000)).toBe(false);
        const [header = "", , signature = ""] = token.split(".");
        const claims = { ...readJwt(token)?.payload, exp: 99999999999 };
        expect(federates(credential, [header, base64url(JSON.stringify(claims)), signature].join("."), keys)).toBe(
            false,
        );
        expect(federates(credential, token, { keys: [] })).toBe(false);
    });
});

describe("with Azure's own SDKs", () => {
    const world = new World();
    beforeAll(() => world.start());
    afterAll(() => world.network.close());

    /** The credential of a pod: a file with its token, and what the identity webhook says. */
    function credentialOf(clientId: string, own: string): WorkloadIdentityCredential {
        const tokenFilePath = join(world.network.folder, "token");
        writeFileSync(tokenFilePath, own);
        return new WorkloadIdentityCredential({ tenantId: world.entra.tenantId, clientId, tokenFilePath });
    }

    test("a pod of the ServiceAccount gets the key with its token and its quote, one of another does not", async () => {
        world.entra.trust(issuer, keys);
        const identity = world.entra.principal([credential]);
        world.vault.letRelease("payroll", identity.objectId);
        const target = await world.attest(good);
        const clientFor = (own: string) => new KeyClient(world.vault.url, credentialOf(identity.clientId, own));
        const { value } = await clientFor(token).releaseKey("payroll", target, { algorithm: "RSA_AES_KEY_WRAP_384" });
        expect(world.unwrap(value)).toEqual(world.vault.secretOf("payroll"));
        const neighbour = clientFor(await projected("team", "default"));
        await expect(neighbour.releaseKey("payroll", target)).rejects.toThrow("AADSTS70021");
    });

    test("the double of Microsoft Entra knows no issuer that it was not told of", async () => {
        const entra: EntraDouble = world.entra;
        const identity = entra.principal([{ ...credential, issuer: issuer.slice(0, -1) }]);
        const asked = credentialOf(identity.clientId, token).getToken("https://vault.azure.net/.default");
        await expect(asked).rejects.toThrow("AADSTS70021");
    });
});
