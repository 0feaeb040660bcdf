import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attestationPolicyOf } from "../../../components/sgx/attestation-policy/of-enclave.js";
import { printPolicy } from "../../../components/sgx/attestation-policy/print.js";
import type { Enclave } from "../../../components/sgx/enclave/enclave.js";
import { releasedKeys } from "../../../plan/lens/secrets/released-keys.js";
import { tokenPolicies } from "../../../plan/lens/secrets/token-policies.js";
import type { Plan, PlanResource } from "../../../plan/model/format.js";
import { judgeRelease } from "../../../plan/release/judge.js";
import { renderRelease } from "../../../plan/render/release.js";
import { anyEnclave, badClaims, badQuotes, defined, goodClaims } from "../../enclave/support.js";
import { key, policy, SIGNER, unknown } from "../diff/access/support.js";
import { planOf, resource } from "../diff/plans.js";

const authority = "https://p.weu.attest.azure.net";
const enclave = { signer: SIGNER, product: 7, minimumSvn: 3, debug: false };
const good = { iss: authority, ...goodClaims(enclave) };
const text = (...enclaves: Enclave[]) => printPolicy(attestationPolicyOf(enclaves));
const keyOf = ({ measurements, ...one }: Enclave) =>
    key({ enclaves: [{ ...one, ...(measurements === undefined ? {} : { measurements: [...measurements] }) }] });

function plan(...resources: PlanResource[]): Plan {
    return planOf(resources, { keys: releasedKeys(resources), tokenPolicies: tokenPolicies(resources) });
}

function judged(resources: PlanResource[], claims: Record<string, unknown>, names: string[] = []) {
    return judgeRelease(plan(...resources), { claims, remarks: [] }, names);
}

const provider = resource("azure-native:attestation:AttestationProvider", "attestation", { providerName: "p" });
const ofProvider = { dependencies: [provider.urn] };
/** A provider with one policy for both types of evidence. */
const own = (policyText: string) => {
    const sgx = policy(policyText, { attestationUrl: unknown }, ofProvider);
    const openEnclave = { ...sgx, urn: `${sgx.urn}-oe`, inputs: { ...sgx.inputs, attestationType: "OpenEnclave" } };
    return [provider, sgx, openEnclave];
};

describe("a key by its release policy", () => {
    it("is released to every enclave that is meant, and to none that is not, and says which claim", () => {
        fc.assert(
            fc.property(anyEnclave, (one) => {
                const claims = { iss: authority, ...goodClaims(one) };
                expect(judged([keyOf(one)], claims).keys[0]?.verdict).toBe("released");
                for (const bad of Object.values(badClaims(one))) {
                    const [verdict] = judged([keyOf(one)], defined({ ...claims, ...bad })).keys;
                    expect(verdict?.verdict).toBe("not released");
                    const [name = ""] = Object.keys(bad);
                    for (const { conditions } of verdict?.failing ?? [])
                        expect(conditions.some((condition) => condition.startsWith(name))).toBe(true);
                }
            }),
        );
    });

    it("says of each condition that fails what the claims say", () => {
        const claims = { ...good, "x-ms-sgx-is-debuggable": true, "x-ms-sgx-svn": 2, "x-ms-sgx-product-id": "7" };
        expect(judged([key()], claims).keys[0]).toEqual({
            key: "payroll",
            urn: key().urn,
            verdict: "not released",
            failing: [
                {
                    part: "signed by 1a1a1a1a..., product 7, SVN 3 and up, no debug",
                    conditions: [
                        "x-ms-sgx-is-debuggable has to be false, the claims say true",
                        'x-ms-sgx-product-id has to be 7, the claims say "7"',
                        "x-ms-sgx-svn has to be at least 3, the claims say 2",
                    ],
                },
            ],
            remarks: [],
        });
        expect(judged([key()], { iss: authority }).keys[0]?.failing[0]?.conditions[0]).toBe(
            'x-ms-attestation-type has to be "sgx", the claims have none',
        );
    });

    it("says that the authority is another one, and where only a slash differs", () => {
        const conditions = (iss: unknown) => judged([key()], { ...good, iss }).keys[0]?.failing[0]?.conditions;
        expect(conditions("https://q.weu.attest.azure.net")).toEqual([
            `iss has to be ${authority}, the claims say "https://q.weu.attest.azure.net"`,
        ]);
        expect(conditions(`${authority}/`)).toEqual([
            `iss has to be ${authority}, the claims say "${authority}/", which differs by the slash at its end`,
        ]);
        const { iss, ...without } = good;
        expect(iss).toBe(authority);
        expect(judged([key()], without).keys[0]?.failing[0]?.conditions).toEqual([
            `iss has to be ${authority}, the claims have none`,
        ]);
    });

    it("compares no issuer where the authority is known after the update, and says whose URL it is", () => {
        const [verdict] = judged([provider, key({ authority: unknown }, ofProvider)], {
            ...good,
            iss: "https://anything.example",
        }).keys;
        expect(verdict?.verdict).toBe("released");
        expect(verdict?.remarks).toEqual(["the URL of provider p is known after the update; iss is not compared"]);
        expect(judged([key({ authority: unknown })], good).keys[0]?.remarks).toEqual([
            "the URL of the attestation service is known after the update; iss is not compared",
        ]);
    });

    it("cannot be judged where its enclaves are not known", () => {
        for (const enclaves of [unknown, []]) {
            const [verdict] = judged([key({ enclaves })], good).keys;
            expect([verdict?.verdict, verdict?.remarks]).toEqual([
                "unknown",
                ["which enclaves get the key is known after the update"],
            ]);
        }
    });
});

describe("a key by the policy of its provider", () => {
    const both = (policyText: string) => [...own(policyText), key({ authority: unknown }, ofProvider)];

    it("is not released where the policy gives no token", () => {
        const { keys, policies } = judged(both(text({ ...enclave, minimumSvn: 4 })), good);
        expect(keys[0]?.verdict).toBe("not released");
        expect(keys[0]?.remarks.at(-1)).toBe("the release policy holds, but p gives no token for these claims");
        expect(policies.map(({ verdict }) => verdict)).toEqual(["no token", "no token"]);
        expect(policies[0]?.failing[0]?.conditions).toEqual([`[type=="x-ms-sgx-svn", value>=4], the claims say 3`]);
    });

    it("is released where it gives one for one type of evidence, or by the default policy", () => {
        expect(judged(both(text(enclave)), good).keys[0]?.verdict).toBe("released");
        const [made, sgx] = own(text({ ...enclave, minimumSvn: 4 }));
        const resources = [made, sgx, key({ authority: unknown }, ofProvider)] as PlanResource[];
        const { keys, policies } = judged(resources, good);
        expect(keys[0]?.verdict).toBe("released");
        expect(policies.map(({ verdict, attestationType }) => [attestationType, verdict])).toEqual([
            ["SgxEnclave", "no token"],
            ["OpenEnclave", "token"],
        ]);
    });

    it("cannot be judged where the policy cannot be evaluated, read or known", () => {
        const calls = `version=1.2;\nauthorizationrules { [type=="a", value==JmesPath("b", "c")] => permit(); };`;
        for (const policyText of [calls, "nothing"]) {
            const { keys, policies } = judged(both(policyText), { ...good, a: "b" });
            expect(policies[0]?.verdict).toBe("unknown");
            expect(policies[0]?.unknown).toMatch(policyText === calls ? /JmesPath\(\)/ : /cannot be read: line 1/);
            expect(keys[0]?.verdict).toBe("unknown");
        }
    });

    it("finds the provider by a URL that the program knows, and no other provider", () => {
        const strict = own(text({ ...enclave, minimumSvn: 4 }));
        expect(judged([...strict, key()], good).keys[0]?.verdict).toBe("not released");
        const elsewhere = key({ authority: "https://pp.weu.attest.azure.net" });
        expect(
            judged([...strict, elsewhere], { ...good, iss: "https://pp.weu.attest.azure.net" }).keys[0]?.verdict,
        ).toBe("released");
    });

    it("gives a token to exactly the enclaves that it was made for", () => {
        fc.assert(
            fc.property(anyEnclave, (one) => {
                const verdicts = (claims: Record<string, unknown>) =>
                    judged([...own(text(one)), keyOf(one)], claims).policies.map(({ verdict }) => verdict);
                expect(verdicts(goodClaims(one))).toEqual(["token", "token"]);
                for (const bad of Object.values(badQuotes(one)))
                    expect(verdicts(defined({ ...goodClaims(one), ...bad }))).toEqual(["no token", "no token"]);
            }),
        );
    });

    it("names every condition of a rule that fails, and the rule that denies", () => {
        const claims = { ...good, "x-ms-sgx-is-debuggable": true, "x-ms-sgx-svn": 2 };
        expect(judged(both(text(enclave)), claims).policies[0]?.failing[0]?.conditions).toEqual([
            `[type=="x-ms-sgx-is-debuggable", value==false], the claims say true`,
            `[type=="x-ms-sgx-svn", value>=3], the claims say 2`,
        ]);
        const deny = `version=1.0;\nauthorizationrules { [type=="x-ms-sgx-svn", value==3] => deny(); => permit(); };`;
        expect(judged(both(deny), good).policies[0]).toMatchObject({
            verdict: "no token",
            decidedBy: `[type=="x-ms-sgx-svn", value==3] => deny();`,
        });
    });
});

describe("keys", () => {
    const two = [key(), key({ enclaves: [{ ...enclave, minimumSvn: 9 }] }, {}, "ledger")];

    it("are all judged, or those that are named", () => {
        const names = (...asked: string[]) =>
            judged(two, good, asked).keys.map(({ key: name, verdict }) => [name, verdict]);
        const [payroll, ledger] = [
            ["payroll", "released"],
            ["ledger", "not released"],
        ];
        expect(names()).toEqual([payroll, ledger]);
        expect(names("ledger")).toEqual([ledger]);
        expect(() => names("x")).toThrow('--key x: stack "dev" has no such key. Keys: payroll, ledger');
        expect(() => judged([], good)).toThrow(
            'stack "dev" has no key for enclaves: make one with EnclaveKey, or name another stack by --stack',
        );
    });

    it("are rendered with what decides", () => {
        const report = judged([...own(text(enclave)), ...two], good);
        expect(renderRelease(report, "text")).toBe(`fixture/dev
Not judged: the token's signature and time (exp, nbf), its runtime data, and whether the caller has the role for the key.

key payroll: released
  the release policy holds for: signed by 1a1a1a1a..., product 7, SVN 3 and up, no debug

key ledger: not released
  does not hold: signed by 1a1a1a1a..., product 7, SVN 9 and up, no debug
    x-ms-sgx-svn has to be at least 9, the claims say 3

attestation policy of p for SgxEnclave: gives a token
  by ${text(enclave).split("\n").slice(2, -2).join(" ").replace(/\s+/g, " ").trim()}

attestation policy of p for OpenEnclave: gives a token
  by ${text(enclave).split("\n").slice(2, -2).join(" ").replace(/\s+/g, " ").trim()}
`);
        expect(JSON.parse(renderRelease(report, "json"))).toEqual(report);
    });

    it("are rendered without what a terminal would obey", () => {
        const report = judged([key()], { ...good, "x-ms-sgx-svn": "\u001b[2J\u202e" });
        expect(renderRelease(report, "text")).not.toMatch(/[\u001b\u202e]/);
    });
});
