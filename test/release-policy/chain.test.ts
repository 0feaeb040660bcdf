import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attestationPolicyOf } from "../../components/sgx/attestation-policy/of-enclave";
import { printPolicy } from "../../components/sgx/attestation-policy/print";
import { policyHash, unsignedPolicy } from "../../components/sgx/attestation-policy/upload";
import { releasePolicyOf } from "../../components/sgx/release-policy/of-enclave";
import type { Enclave } from "../../components/sgx/enclave/enclave";
import { readJwt } from "../doubles/azure/jwt";
import type { EnclaveIdentity } from "../doubles/azure/stand-in-quote";
import { anyEnclave } from "../enclave/support";
import { World } from "./world";

const world = new World();
beforeAll(async () => {
    await world.start();
    world.attestation.writers.add(world.operator.objectId);
    world.vault.letRelease("any", world.pod.objectId);
});
afterAll(() => world.network.close());

async function setPolicy(text: string): Promise<void> {
    const token = world.entra.token(world.operator, "https://attest.azure.net");
    const response = await fetch(`${world.attestation.url}/policies/SgxEnclave?api-version=2022-08-01`, {
        method: "PUT",
        headers: { authorization: `Bearer ${token}`, "content-type": "text/plain" },
        body: unsignedPolicy(text),
    });
    expect(response.status).toBe(200);
}

/** An enclave that is meant. */
function meant({ signer, product, minimumSvn, measurements }: Enclave): EnclaveIdentity {
    return {
        mrsigner: signer ?? "4d".repeat(32),
        mrenclave: measurements?.at(-1) ?? "5e".repeat(32),
        product: product ?? 5,
        svn: minimumSvn,
        debug: false,
    };
}

/** Others, each of which differs from it in one thing that the description names. */
function notMeant(enclave: Enclave): Partial<EnclaveIdentity>[] {
    const { signer, product, minimumSvn, measurements, debug } = enclave;
    return [
        ...(signer === undefined ? [] : [{ mrsigner: "6f".repeat(32) }]),
        ...(product === undefined ? [] : [{ product: product === 0 ? 1 : product - 1 }]),
        ...(minimumSvn === 0 ? [] : [{ svn: minimumSvn - 1 }]),
        ...(measurements === undefined ? [] : [{ mrenclave: "70".repeat(32) }]),
        ...(debug ? [] : [{ debug: true }]),
    ];
}

const permitAll = "version=1.0; authorizationrules { => permit(); };";

test("of one description, each gate alone lets that enclave pass and holds back every other", async () => {
    await fc.assert(
        fc.asyncProperty(anyEnclave, async (enclave) => {
            const policy = printPolicy(attestationPolicyOf([enclave]));
            await world.makeKey("any", releasePolicyOf([enclave], world.attestation.url));
            await setPolicy(policy);
            const target = await world.attest(meant(enclave));
            expect(readJwt(target)?.payload["x-ms-policy-hash"]).toBe(policyHash(policy));
            const { secret } = await world.release({ key: "any", target });
            expect(secret).toEqual(world.vault.secretOf("any"));
            for (const change of notMeant(enclave))
                await expect(world.attest({ ...meant(enclave), ...change })).rejects.toThrow("HTTP 400");
            // The default policy, and that of a shared provider, gives every enclave a token.
            await setPolicy(permitAll);
            for (const change of notMeant(enclave)) {
                const other = await world.attest({ ...meant(enclave), ...change });
                expect(await world.release({ key: "any", target: other })).toMatchObject({
                    status: 403,
                    why: "claims",
                });
            }
        }),
        { numRuns: 60 },
    );
});

test("while two descriptions count both enclaves get the key, and afterwards the new one alone", async () => {
    const [before, after]: Enclave[] = ["8a", "9b"].map((byte) => ({
        measurements: [byte.repeat(32)],
        minimumSvn: 0,
        debug: false,
    }));
    if (before === undefined || after === undefined) throw new Error("two are meant");
    await setPolicy(permitAll);
    const asked = async () => {
        const outcomes = [before, after].map(async (each) =>
            world.release({ key: "any", target: await world.attest(meant(each)) }),
        );
        return (await Promise.all(outcomes)).map(({ status }) => status);
    };
    await world.makeKey("any", releasePolicyOf([before], world.attestation.url));
    expect(await asked()).toEqual([200, 403]);
    await world.setReleasePolicy("any", releasePolicyOf([before, after], world.attestation.url));
    expect(await asked()).toEqual([200, 200]);
    await world.setReleasePolicy("any", releasePolicyOf([after], world.attestation.url));
    expect(await asked()).toEqual([403, 200]);
});
