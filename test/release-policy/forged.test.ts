import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { releasePolicyOf } from "../../components/sgx/release-policy/of-enclave";
import { AttestationServiceDouble } from "../doubles/azure/attestation-service";
import { base64url, publicJwk, readJwt, signJwt, unsigned, type Claims } from "../doubles/azure/jwt";
import { KeyVaultDouble } from "../doubles/azure/key-vault";
import { good, payroll, World, type Attempt } from "./world";

const world = new World();
let other: AttestationServiceDouble;
let otherVault: KeyVaultDouble;
let fine: string;

beforeAll(async () => {
    await world.start();
    other = await AttestationServiceDouble.start(world.network, world.entra, { name: "other" });
    otherVault = await KeyVaultDouble.start(world.network, world.entra, { name: "othervault" });
    otherVault.officers.add(world.operator.objectId);
    const [mine, others] = [world.attestation.url, other.url].map((url) => releasePolicyOf([payroll], url));
    await world.makeKey("payroll", others, otherVault);
    await world.makeKey("others", others);
    await world.makeKey("unreleasable", undefined);
    await world.makeKey("disabled", mine);
    await world.makeKey("deleted", mine);
    await world.makeKey("raised", mine);
    await world.asOperator(world.vault, "PATCH", "/keys/disabled", { attributes: { enabled: false } });
    await world.asOperator(world.vault, "DELETE", "/keys/deleted");
    const raised = releasePolicyOf([{ ...payroll, minimumSvn: 4 }], world.attestation.url);
    await world.setReleasePolicy("raised", raised);
    for (const key of ["others", "unreleasable", "disabled", "deleted", "raised"])
        world.vault.letRelease(key, world.pod.objectId);
    otherVault.letRelease("payroll", world.pod.objectId);
    fine = await world.attest(good);
});
afterAll(() => world.network.close());

const unverified = "Target environment attestation statement cannot be verified.";
const parts = () => fine.split(".") as [string, string, string];
const changed = (change: Claims) => base64url(JSON.stringify(world.claims({ iss: world.attestation.url, ...change })));
const now = () => Math.floor(Date.now() / 1000);
const mine = (change: Claims, header: Claims = {}) => world.attestation.sign(world.claims(change), header);
const iss = () => ({ iss: world.attestation.url });

/** HS256 with something public as its key: what a verifier that believes the header falls for. */
function hmac(secret: string | Buffer): string {
    const signed = unsigned(
        { alg: "HS256", kid: world.attestation.key.kid },
        world.claims({ ...iss(), exp: now() + 60 }),
    );
    return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

function flipped(text: string, at: number): string {
    const bytes = Buffer.from(text, "base64url");
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes.toString("base64url");
}

describe("a statement that cannot be verified:", () => {
    const forgeries: Record<string, [() => unknown, string]> = {
        nothing: [() => undefined, "no token"],
        "an empty text": [() => "", "no token"],
        "a word": [() => "token", "no token"],
        "two parts": [() => parts().slice(0, 2).join("."), "no token"],
        "four parts": [() => `${fine}.AA`, "no token"],
        "a part that is no JSON": [() => `${parts()[0]}.AAAA.${parts()[2]}`, "no token"],
        padding: [() => `${fine}==`, "no token"],
        "other letters of base64": [() => fine.replace(".", ".+/"), "no token"],
        "alg none": [() => `${unsigned({ alg: "none" }, world.claims({ ...iss(), exp: now() + 60 }))}.`, "algorithm"],
        "alg none with the signature of another": [
            () => `${base64url('{"alg":"none"}')}.${parts()[1]}.${parts()[2]}`,
            "algorithm",
        ],
        "no alg": [() => `${base64url("{}")}.${parts()[1]}.${parts()[2]}`, "algorithm"],
        "alg in other letters": [() => mine({}, { alg: "rs256" }), "algorithm"],
        "alg RS384": [() => mine({}, { alg: "RS384" }), "algorithm"],
        "HS256 with the public key in PEM": [
            () => hmac(world.attestation.key.certificate.publicKey.export({ format: "pem", type: "spki" })),
            "algorithm",
        ],
        "HS256 with the public key in DER": [
            () => hmac(world.attestation.key.certificate.publicKey.export({ format: "der", type: "spki" })),
            "algorithm",
        ],
        "HS256 with the certificate": [() => hmac(world.attestation.key.certificate.raw), "algorithm"],
        "another kid": [() => mine({}, { kid: "another" }), "signing key"],
        "no kid": [() => mine({}, { kid: undefined }), "signing key"],
        "the kid of another provider": [() => mine({}, { kid: other.key.kid }), "signing key"],
        "the signature of another provider over the same claims": [
            () =>
                signJwt({ ...other.key, kid: world.attestation.key.kid }, world.claims({ ...iss(), exp: now() + 60 })),
            "signature",
        ],
        "a key of the attacker in the header": [
            () => {
                const own = { ...other.key, kid: world.attestation.key.kid };
                const header = { jwk: publicJwk(own), x5c: publicJwk(own)["x5c"] };
                return signJwt(own, world.claims({ ...iss(), exp: now() + 60 }), header);
            },
            "signature",
        ],
        "the address of other keys in the header": [
            () => signJwt(other.key, world.claims({ ...iss(), exp: now() + 60 }), { jku: `${other.url}/certs` }),
            "signing key",
        ],
        "a newer SVN written in": [
            () => [parts()[0], changed({ "x-ms-sgx-svn": 9 }), parts()[2]].join("."),
            "signature",
        ],
        "a longer life written in": [
            () => [parts()[0], changed({ exp: now() + 99999 }), parts()[2]].join("."),
            "signature",
        ],
        "another wrapping key written in": [
            () => {
                const thief = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ format: "jwk" });
                const keys = [{ ...thief, kid: "thief", key_ops: ["encrypt"] }];
                return [parts()[0], changed({ "x-ms-runtime": { keys } }), parts()[2]].join(".");
            },
            "signature",
        ],
        "a header with more in it": [
            () =>
                [
                    base64url(JSON.stringify({ alg: "RS256", kid: world.attestation.key.kid, more: 1 })),
                    ...parts().slice(1),
                ].join("."),
            "signature",
        ],
        "one bit of the signature": [() => [parts()[0], parts()[1], flipped(parts()[2], 0)].join("."), "signature"],
        "the last byte of the signature": [
            () => [parts()[0], parts()[1], flipped(parts()[2], 255)].join("."),
            "signature",
        ],
        "half of the signature": [() => [parts()[0], parts()[1], parts()[2].slice(0, 170)].join("."), "signature"],
        "no signature": [() => [parts()[0], parts()[1], ""].join("."), "signature"],
        "the signature of another token": [
            () => [parts()[0], parts()[1], mine({ "x-ms-sgx-svn": 8 }).split(".")[2]].join("."),
            "signature",
        ],
        "a signature of an EC key": [
            () => {
                const signed = unsigned(
                    { alg: "RS256", kid: world.attestation.key.kid },
                    world.claims({ ...iss(), exp: now() + 60 }),
                );
                const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
                return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
            },
            "signature",
        ],
        "a token of another provider": [() => other.sign(world.claims()), "authority"],
        "no issuer": [() => mine({ iss: undefined }), "authority"],
        "the issuer in a list": [() => mine({ iss: [world.attestation.url] }), "authority"],
        "the issuer with a slash": [() => mine({ iss: `${world.attestation.url}/` }), "authority"],
        "the issuer over http": [() => mine({ iss: world.attestation.url.replace("https", "http") }), "authority"],
        "the issuer as part of another name": [
            () => mine({ iss: `${world.attestation.url}.example.org` }),
            "authority",
        ],
        "the issuer before an at sign": [
            () => mine({ iss: `${world.attestation.url}@other.weu.attest.azure.net` }),
            "authority",
        ],
        "expired a second ago": [() => mine({ exp: now() - 1 }), "expired"],
        "expired yesterday": [() => mine({ iat: now() - 99999, nbf: now() - 99999, exp: now() - 71199 }), "expired"],
        "no end of its life": [() => mine({ exp: undefined }), "expired"],
        "a text as the end of its life": [() => mine({ exp: String(now() + 60) }), "expired"],
        "not yet valid": [() => mine({ nbf: now() + 600 }), "not yet valid"],
        "the answer to a draft of a policy": [
            () => {
                const draft = `${unsigned({ alg: "none" }, { AttestationPolicy: base64url("version=1.0; authorizationrules { => permit(); };") })}.`;
                return world.attest(good, { keys: [world.jwk] }, { draftPolicyForAttestation: draft });
            },
            "algorithm",
        ],
        "an access token": [() => world.entra.token(world.pod, world.attestation.url), "authority"],
        "the quote itself": [() => base64url(JSON.stringify(good)), "no token"],
    };
    test.each(Object.entries(forgeries))("%s", async (_, [forge, why]) => {
        const outcome = await world.release({ target: await forge() });
        expect(outcome).toMatchObject({ status: 403, text: unverified, why, secret: undefined });
    });
});

describe("a good token in other hands, or for another key:", () => {
    const stranger = () => world.bearer(world.entra.principal());
    const attempts: Record<string, [() => Attempt, number, object]> = {
        "no access token": [() => ({ authorization: "" }), 401, {}],
        "a word as access token": [() => ({ authorization: "Bearer word" }), 401, {}],
        "the attestation token as access token": [() => ({ authorization: `Bearer ${fine}` }), 401, {}],
        "an access token for Azure Attestation": [
            () => ({ authorization: `Bearer ${world.entra.token(world.pod, "https://attest.azure.net")}` }),
            401,
            {},
        ],
        "an access token that has expired": [
            () => ({ authorization: `Bearer ${world.entra.token(world.pod, "https://vault.azure.net", -1)}` }),
            401,
            {},
        ],
        "an access token that another key signs": [
            () => {
                const claims = readJwt(world.entra.token(world.pod, "https://vault.azure.net"))?.payload ?? {};
                return { authorization: `Bearer ${signJwt(other.key, claims)}` };
            },
            401,
            {},
        ],
        "an identity without the role": [stranger, 403, { inner: "ForbiddenByRbac" }],
        "an identity with the role for another key": [
            () => {
                const neighbour = world.entra.principal();
                world.vault.letRelease("others", neighbour.objectId);
                return world.bearer(neighbour);
            },
            403,
            { inner: "ForbiddenByRbac" },
        ],
        "an identity with the role in another vault": [
            () => {
                const neighbour = world.entra.principal();
                otherVault.letRelease("payroll", neighbour.objectId);
                return world.bearer(neighbour);
            },
            403,
            { inner: "ForbiddenByRbac" },
        ],
        "a key whose policy names another provider": [() => ({ key: "others" }), 403, { why: "authority" }],
        "the key of the same name in another vault": [() => ({ vault: otherVault }), 403, { why: "authority" }],
        "a key that cannot leave": [() => ({ key: "unreleasable" }), 403, { inner: "KeyOperationForbidden" }],
        "a key that is disabled": [() => ({ key: "disabled" }), 403, { inner: "KeyOperationForbidden" }],
        "a key that is deleted": [() => ({ key: "deleted" }), 404, {}],
        "a version that is not there": [() => ({ version: "0".repeat(32) }), 404, {}],
        "a key whose policy asks for a newer SVN by now": [() => ({ key: "raised" }), 403, { why: "claims" }],
    };
    test.each(Object.entries(attempts))("%s", async (_, [attempt, status, more]) => {
        const outcome = await world.release({ target: fine, ...attempt() });
        expect(outcome).toMatchObject({ status, secret: undefined, ...more });
    });

    test("in the right ones it is good all the same", async () => {
        expect((await world.release({ target: fine })).secret).toEqual(world.vault.secretOf("payroll"));
    });
});
