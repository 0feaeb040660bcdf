import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluateReleasePolicy } from "../../components/sgx/release-policy/evaluate";
import { readReleasePolicy } from "../../components/sgx/release-policy/json";
import { releasePolicyOf } from "../../components/sgx/release-policy/of-enclave";
import type { Claims } from "../doubles/azure/jwt";
import type { EnclaveIdentity } from "../doubles/azure/stand-in-quote";
import { good, payroll, World } from "./world";

const world = new World();
beforeAll(() => world.start());
afterAll(() => world.network.close());

const unmet = "Target environment attestation does not meet key release policy requirements.";

describe("the key goes to", () => {
    test.each<[string, EnclaveIdentity]>([
        ["the oldest SVN that is enough", good],
        ["a newer SVN", { ...good, svn: 4 }],
        ["the newest SVN that there can be", { ...good, svn: 65535 }],
        ["the other build", { ...good, mrenclave: "3c".repeat(32) }],
    ])("%s, which unwraps it", async (_, enclave) => {
        const { status, secret } = await world.release({ target: await world.attest(enclave) });
        expect(status).toBe(200);
        expect(secret).toEqual(world.vault.secretOf("payroll"));
    });

    test("an enclave whose token says more than the policy asks for", async () => {
        const target = world.attestation.sign(world.claims({ more: [1, { two: 2 }], "x-ms-sgx-ehd": "AA" }));
        expect((await world.release({ target })).secret).toEqual(world.vault.secretOf("payroll"));
    });

    test("the first of several keys that may encrypt", async () => {
        const keys = [{ kty: "EC", crv: "P-256", x: "AA", y: "AA", kid: "other", key_ops: ["encrypt"] }, world.jwk];
        const target = await world.attest(good, { keys });
        expect((await world.release({ target })).secret).toEqual(world.vault.secretOf("payroll"));
    });
});

describe("an enclave that differs gets a token, and no key:", () => {
    test.each<[string, Partial<EnclaveIdentity>]>([
        ["another signer", { mrsigner: "6f".repeat(32) }],
        ["a signer that differs in one bit", { mrsigner: `1b${"1a".repeat(31)}` }],
        ["another product", { product: 8 }],
        ["product 0", { product: 0 }],
        ["the SVN before", { svn: 2 }],
        ["SVN 0", { svn: 0 }],
        ["a debug enclave", { debug: true }],
        ["a debug enclave with a newer SVN", { debug: true, svn: 9 }],
        ["another build", { mrenclave: "70".repeat(32) }],
        ["the signer in place of the build", { mrenclave: good.mrsigner }],
        ["signer and build exchanged", { mrsigner: good.mrenclave, mrenclave: good.mrsigner }],
    ])("%s", async (_, change) => {
        const outcome = await world.release({ target: await world.attest({ ...good, ...change }) });
        expect(outcome).toMatchObject({ status: 403, text: unmet, why: "claims", secret: undefined });
    });
});

describe("a token with a good signature is not enough:", () => {
    const { mrsigner } = good;
    test.each<[string, Claims]>([
        ["another kind of enclave", { "x-ms-attestation-type": "sevsnpvm" }],
        ["the kind in capitals", { "x-ms-attestation-type": "SGX" }],
        ["no kind", { "x-ms-attestation-type": undefined }],
        ["the signer in capitals", { "x-ms-sgx-mrsigner": mrsigner.toUpperCase() }],
        ["the signer with a space", { "x-ms-sgx-mrsigner": `${mrsigner} ` }],
        ["the signer with a prefix", { "x-ms-sgx-mrsigner": `0x${mrsigner}` }],
        ["the first half of the signer", { "x-ms-sgx-mrsigner": mrsigner.slice(0, 32) }],
        ["the signer in a list", { "x-ms-sgx-mrsigner": [mrsigner] }],
        ["the signer in an object", { "x-ms-sgx-mrsigner": { value: mrsigner } }],
        ["no signer", { "x-ms-sgx-mrsigner": undefined }],
        [
            "the signer under the name of the default policy",
            { "x-ms-sgx-mrsigner": undefined, "sgx-mrsigner": mrsigner },
        ],
        [
            "the signer in the runtime data, which the enclave writes",
            { "x-ms-sgx-mrsigner": "6f".repeat(32), "x-ms-runtime": { "x-ms-sgx-mrsigner": mrsigner } },
        ],
        ["the product as a text", { "x-ms-sgx-product-id": "7" }],
        ["no product", { "x-ms-sgx-product-id": undefined }],
        ["a product with a fraction", { "x-ms-sgx-product-id": 7.5 }],
        ["the SVN as a text", { "x-ms-sgx-svn": "3" }],
        ["a newer SVN as a text", { "x-ms-sgx-svn": "9" }],
        ["an SVN a little too small", { "x-ms-sgx-svn": 2.999 }],
        ["a negative SVN", { "x-ms-sgx-svn": -3 }],
        ["the SVN in a list", { "x-ms-sgx-svn": [3] }],
        ["true as the SVN", { "x-ms-sgx-svn": true }],
        ["null as the SVN", { "x-ms-sgx-svn": null }],
        ["no SVN", { "x-ms-sgx-svn": undefined }],
        ["debug as a text", { "x-ms-sgx-is-debuggable": "false" }],
        ["debug as a number", { "x-ms-sgx-is-debuggable": 0 }],
        ["null for debug", { "x-ms-sgx-is-debuggable": null }],
        ["nothing about debug", { "x-ms-sgx-is-debuggable": undefined }],
        ["no build", { "x-ms-sgx-mrenclave": undefined }],
        ["both builds in a list", { "x-ms-sgx-mrenclave": payroll.measurements }],
        ["nothing but a key", Object.fromEntries(Object.keys(world.claims()).map((name) => [name, undefined]))],
    ])("%s", async (_, change) => {
        const outcome = await world.release({ target: world.attestation.sign(world.claims(change)) });
        expect(outcome).toMatchObject({ status: 403, text: unmet, why: "claims", secret: undefined });
    });
});

describe("without a key to wrap for there is no release:", () => {
    const { jwk } = world;
    const ec = { kty: "EC", crv: "P-256", x: "AA", y: "AA", kid: "ec", key_ops: ["encrypt"] };
    test.each<[string, unknown, string]>([
        ["no runtime data", undefined, "no runtime keys"],
        ["no keys", {}, "no runtime keys"],
        ["an empty list", { keys: [] }, "no encryption key"],
        ["an object of keys", { keys: { enclave: jwk } }, "no runtime keys"],
        ["a key without kid", { keys: [{ ...jwk, kid: undefined }] }, "runtime key without kid"],
        ["a further key without kid", { keys: [jwk, { ...jwk, kid: undefined }] }, "runtime key without kid"],
        ["a kid that is a number", { keys: [{ ...jwk, kid: 1 }] }, "runtime key without kid"],
        ["an EC key only", { keys: [ec] }, "no encryption key"],
        ["a key to sign with", { keys: [{ ...jwk, key_ops: ["sign"] }] }, "no encryption key"],
        ["a key without a use", { keys: [{ ...jwk, key_ops: undefined }] }, "no encryption key"],
        [
            "a key marked for signatures",
            { keys: [{ ...jwk, key_ops: undefined, key_use: "sig" }] },
            "no encryption key",
        ],
        ["the keys as a text", JSON.stringify({ keys: [jwk] }), "no runtime keys"],
    ])("%s", async (_, runtime, why) => {
        const target = world.attestation.sign(world.claims({ "x-ms-runtime": runtime }));
        expect(await world.release({ target })).toMatchObject({ status: 403, why, secret: undefined });
    });

    test("what is in the binary data of the enclave only", async () => {
        const data = Buffer.from(JSON.stringify({ keys: [jwk] })).toString("base64url");
        const token = await world.attest(good, { keys: [jwk] }, { runtimeData: { data, dataType: "Binary" } });
        expect(await world.release({ target: token })).toMatchObject({ status: 403, why: "no runtime keys" });
    });
});

/** Values that matter to the policy, and some that do not. */
const anyClaims = fc
    .record(
        {
            "x-ms-attestation-type": fc.constantFrom("sgx", "sgx", "tpm", 1),
            "x-ms-sgx-is-debuggable": fc.constantFrom<unknown[]>(false, false, true, "false", null),
            "x-ms-sgx-mrsigner": fc.constantFrom<unknown[]>(good.mrsigner, good.mrsigner, "6f".repeat(32), 7),
            "x-ms-sgx-mrenclave": fc.constantFrom<unknown[]>(...(payroll.measurements ?? []), "70".repeat(32)),
            "x-ms-sgx-product-id": fc.constantFrom<unknown[]>(7, 7, 8, "7"),
            "x-ms-sgx-svn": fc.constantFrom<unknown[]>(2, 3, 4, "3", null, 3.5),
        },
        { requiredKeys: [] },
    )
    .map((some) => ({ ...some, iss: world.attestation.url }));

test("of any claims the vault and this package say the same", async () => {
    const policy = releasePolicyOf([payroll], world.attestation.url);
    const seen = { true: 0, false: 0 };
    const near = fc
        .record({ change: anyClaims, keep: fc.boolean() })
        .map(({ change, keep }) =>
            keep ? { ...world.claims(), ...change } : { ...change, "x-ms-runtime": { keys: [world.jwk] } },
        );
    await fc.assert(
        fc.asyncProperty(near, async (claims) => {
            const { released } = evaluateReleasePolicy(policy, claims);
            const { status } = await world.release({ target: world.attestation.sign(claims) });
            seen[`${released}`]++;
            expect(status).toBe(released ? 200 : 403);
        }),
        { numRuns: 300 },
    );
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(0);
});

const names = ["a", "b", "a.b", "a.0", "a.length", "a.b.c", "constructor", "__proto__"];
const scalar = fc.constantFrom<(string | number | boolean)[]>(0, 1, 2, -1, "1", "a", "", true, false);
const condition = fc
    .record({
        claim: fc.constantFrom(...names),
        kind: fc.nat(2),
        value: scalar,
        number: fc.integer({ min: -1, max: 3 }),
    })
    .chain(({ claim, kind, value, number }) => {
        if (kind === 0) return fc.boolean().map((exists) => ({ claim, exists }));
        const orders = ["less", "lessOrEquals", "greater", "greaterOrEquals"];
        if (kind === 1) return fc.constantFrom(...orders).map((order) => ({ claim, [order]: number }));
        return fc.constantFrom("equals", "notEquals").map((each) => ({ claim, [each]: value }));
    });
const some = <T>(inner: fc.Arbitrary<T>) => fc.array(inner, { minLength: 1, maxLength: 3 });
const listOf = (inner: fc.Arbitrary<object>): fc.Arbitrary<object> =>
    fc.oneof(
        some(inner).map((allOf) => ({ allOf })),
        some(inner).map((anyOf) => ({ anyOf })),
    );
const conditions = listOf(fc.oneof(condition, listOf(condition)));
const inner = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.oneof(scalar, fc.constantFrom([1], null)));
const token = fc.dictionary(
    fc.constantFrom(...names),
    fc.oneof(
        scalar,
        fc.constantFrom([1], null),
        inner,
        inner.map((b) => ({ b })),
    ),
);

test("of any policy and any claims the vault and this package say the same", async () => {
    const seen = { true: 0, false: 0 };
    const given = fc.record({ parts: some(fc.tuple(fc.boolean(), conditions)), token });
    await fc.assert(
        fc.asyncProperty(given, async ({ parts, token }) => {
            const anyOf = parts.map(([ours, each]) => ({
                authority: ours ? world.attestation.url : "https://other.weu.attest.azure.net",
                ...each,
            }));
            const text = JSON.stringify({ version: "1.0.0", anyOf });
            const data = Buffer.from(text).toString("base64url");
            const created = { kty: "oct-HSM", attributes: { exportable: true }, release_policy: { data } };
            await world.asOperator(world.vault, "POST", "/keys/any/create", created);
            world.vault.letRelease("any", world.pod.objectId);
            const claims = { ...token, iss: world.attestation.url, "x-ms-runtime": { keys: [world.jwk] } };
            const { released } = evaluateReleasePolicy(readReleasePolicy(text), claims);
            const { status } = await world.release({ key: "any", target: world.attestation.sign(claims) });
            seen[`${released}`]++;
            expect(status).toBe(released ? 200 : 403);
        }),
        { numRuns: 300 },
    );
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(0);
});
