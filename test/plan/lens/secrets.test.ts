import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { isSharedProvider } from "../../../plan/lens/secrets/types.js";
import { releasedKeys } from "../../../plan/lens/secrets/released-keys.js";
import { tokenPolicies } from "../../../plan/lens/secrets/token-policies.js";
import type { PlanResource } from "../../../plan/model/format.js";
import { accessTables, sharedNotes } from "../../../plan/render/access.js";
import { tempDir } from "../../support/temp-dirs.js";
import { assignment, credential, key, policy, RELEASE, unknown, VAULT } from "../diff/access/support.js";
import { plan, planOf as planOfFixture } from "../cli.js";
import { planOf, resource } from "../diff/plans.js";

const provider = resource("azure-native:attestation:AttestationProvider", "attestation", { providerName: "p" });
const identity = (name: string): PlanResource =>
    resource("azure-native:managedidentity:UserAssignedIdentity", name, { resourceName: name });
const usual = "signed by 1a1a1a1a..., product 7, SVN 3 and up, no debug";
const any = "any SGX enclave on Azure, debug ones included";
const byDefault = `${any} (default policy: the program sets none)`;

function tables(...resources: PlanResource[]): Record<string, string[][]> {
    const made = planOf(resources, { keys: releasedKeys(resources), tokenPolicies: tokenPolicies(resources) });
    return Object.fromEntries(accessTables(made).map(({ title, rows }) => [title, rows.slice(1)]));
}

const keys = (...resources: PlanResource[]) => tables(...resources)["Who gets which key"];
const tokens = (...resources: PlanResource[]) => tables(...resources)["Which enclaves get a token"];

describe("who gets which key", () => {
    const payroll = identity("payroll");
    const linked = { dependencies: [payroll.urn] };
    const role = (inputs = {}, options = linked) =>
        assignment(
            { principalId: unknown, roleDefinitionId: RELEASE, scope: `${VAULT}/keys/payroll`, ...inputs },
            options,
        );
    const url = "https://p.weu.attest.azure.net";

    it("with the ServiceAccount that may ask for it", () => {
        const account = "ServiceAccount payroll/payroll (identity payroll)";
        expect(keys(payroll, credential({}, linked), role(), key())).toEqual([["payroll", usual, url, account]]);
        expect(keys(payroll, credential(), role(), key())).toEqual([["payroll", usual, url, account]]);
        expect(keys(payroll, role(), key())).toEqual([["payroll", usual, url, "identity payroll"]]);
        expect(keys(key())).toEqual([["payroll", usual, url, "nobody in this plan"]]);
        expect(keys(role({ principalId: "p-1" }), key())?.[0]?.[3]).toBe("principal p-1");
        expect(keys(role({}, { dependencies: [] }), key())?.[0]?.[3]).toBe(
            "an identity that is known after the update",
        );
    });

    it("by a role on the key, its vault or above; not by one elsewhere, nor by another role", () => {
        const asked = (scope: string, more = {}) => keys(payroll, role({ scope, ...more }), key())?.[0]?.[3];
        for (const scope of [VAULT, "/subscriptions/s", `${VAULT}/keys/PAYROLL`])
            expect(asked(scope)).toBe("identity payroll");
        const hsm = { roleDefinitionId: "/roleDefinitions/21dbd100-6940-42c2-9190-5d6cb909625c" };
        const inHsm = key({ keyVaultUrl: "https://hsm.managedhsm.azure.net" });
        const ofHsm = (scope: string) => keys(payroll, role({ scope, ...hsm }), inHsm)?.[0]?.[3];
        expect(ofHsm("https://hsm.managedhsm.azure.net/keys/payroll")).toBe("identity payroll");
        expect(ofHsm("https://hsm.managedhsm.azure.net/keys/other")).toBe("nobody in this plan");
        expect(ofHsm("https://other.managedhsm.azure.net/keys/payroll")).toBe("nobody in this plan");
        for (const scope of [`${VAULT}/keys/other`, `${VAULT}2`, `${VAULT}2/keys/payroll`])
            expect(asked(scope)).toBe("nobody in this plan");
        expect(asked(VAULT, { roleDefinitionId: "/roleDefinitions/other" })).toBe("nobody in this plan");
    });

    it("by a role that is not known before the update, where it is made for the key", () => {
        const group = resource("confidential-aks:index:EnclaveKey", "group", {});
        const ofGroup = (one: PlanResource): PlanResource => ({ ...one, parent: group.urn });
        const hidden = role({ roleDefinitionId: unknown, scope: unknown });
        expect(keys(payroll, group, ofGroup(hidden), ofGroup(key()))?.[0]?.[3]).toBe("identity payroll");
        expect(keys(payroll, group, hidden, ofGroup(key()))?.[0]?.[3]).toBe("nobody in this plan");
        const depends = role({ roleDefinitionId: unknown, scope: unknown }, { dependencies: [key().urn, payroll.urn] });
        expect(keys(payroll, depends, key())?.[0]?.[3]).toBe("identity payroll");
        const described = (description: string) =>
            keys(
                payroll,
                group,
                ofGroup({ ...hidden, inputs: { ...hidden.inputs, description } }),
                ofGroup(key()),
            )?.[0]?.[3];
        expect(described("Key Vault Crypto Service Release User: asks for the key")).toBe("identity payroll");
        expect(described("Key Vault Crypto Officer: makes keys")).toBe("nobody in this plan");
        // The right to ask for keys, of nobody knows what, is one to this key, too.
        expect(keys(payroll, role({ scope: unknown }), key())?.[0]?.[3]).toBe("identity payroll");
    });

    it("one line for each enclave and each who asks", () => {
        const both = key({
            enclaves: [
                { measurements: ["9b".repeat(32), "8a".repeat(32)], minimumSvn: 0, debug: false },
                { signer: "2b".repeat(32), product: 1, minimumSvn: 2, debug: true },
            ],
        });
        const second = { ...role({ principalId: "p-1" }), urn: `${role().urn}-2` };
        expect(keys(payroll, role(), second, both)).toEqual([
            ["payroll", "any SVN, measurement 8a8a8a8a... or 9b9b9b9b..., no debug", url, "identity payroll"],
            ["", "signed by 2b2b2b2b..., product 1, SVN 2 and up, DEBUG ENCLAVES INCLUDED", "", "principal p-1"],
        ]);
    });

    it("by a provider whose URL is known after the update, and with enclaves that are", () => {
        const unclear = key({ authority: unknown, enclaves: unknown }, { dependencies: [provider.urn] });
        expect(keys(provider, unclear)).toEqual([["payroll", "unknown", "the provider p", "nobody in this plan"]]);
        const ofPolicy = policy(unknown, {}, { dependencies: [provider.urn] });
        const later = key({ authority: unknown }, { dependencies: [ofPolicy.urn] });
        expect(keys(provider, ofPolicy, later)?.[0]?.[2]).toBe("the provider p");
        expect(keys(key({ authority: unknown }))?.[0]?.[2]).toBe("unknown");
        const half = key({ enclaves: [{ signer: unknown, product: 1, minimumSvn: 0, debug: false }] });
        expect(keys(half)?.[0]?.[1]).toBe("unknown");
    });

    it("by a shared provider, and what that means", () => {
        const shared = key({ authority: "https://sharedweu.weu.attest.azure.net" });
        const made = planOf([shared], { keys: releasedKeys([shared, key()]) });
        expect(sharedNotes(made)).toEqual([
            `https://sharedweu.weu.attest.azure.net is a shared provider: ${any}, gets a token of it, so the release policy pins everything.`,
        ]);
        for (const url of [
            "https://sharedweu.neu.attest.azure.net",
            "https://myshared.weu.attest.azure.net",
            "http://sharedweu.weu.attest.azure.net",
        ])
            expect(isSharedProvider(url)).toBe(false);
    });
});

describe("which enclaves get a token", () => {
    const rules = (text: string) => `version=1.0;\nauthorizationrules { ${text} };`;
    const of = (text: string) => tokens(provider, policy(rules(text), {}, { dependencies: [provider.urn] }));
    const openEnclave = ["p", "OpenEnclave", byDefault];

    it("by each rule of the policy, and by the default policy for the other type", () => {
        expect(of("=> permit();")).toEqual([["p", "SgxEnclave", any], openEnclave]);
        expect(of(`[type=="x-ms-sgx-is-debuggable", value==false] => permit();`)).toEqual([
            ["p", "SgxEnclave", "any SGX enclave on Azure, any SVN, no debug"],
            openEnclave,
        ]);
        const two = `[type=="x-ms-sgx-mrsigner", value=="${"1a".repeat(32)}"] => permit(); [type=="a", value=="b"] => permit();`;
        expect(of(`${two} [type=="c", value=="d"] => deny();`)).toEqual([
            ["p", "SgxEnclave", "signed by 1a1a1a1a..., any SVN, DEBUG ENCLAVES INCLUDED"],
            ["", "", `enclaves with [type=="a", value=="b"]`],
            ["", "", `but: [type=="c", value=="d"] => deny();`],
            openEnclave,
        ]);
        expect(of("")).toEqual([["p", "SgxEnclave", "none: no rule permits"], openEnclave]);
    });

    it("of a condition that only looks like one of an enclave nothing is made up", () => {
        for (const test of [
            `[type=="x-ms-sgx-is-debuggable", value==true]`,
            `[type=="x-ms-sgx-svn", value==3]`,
            `[type=="x-ms-sgx-svn", value<=3]`,
            `[type=="x-ms-sgx-mrsigner", value!="a"]`,
            `[type=="x-ms-sgx-product-id", value=="7"]`,
            `[type=="x-ms-sgx-is-debuggable", value==false, issuer=="CustomClaim"]`,
        ])
            expect(of(`${test} => permit();`)?.[0]?.[2]).toBe(`enclaves with ${test}`);
    });

    it("of one that cannot be read or known", () => {
        expect(tokens(policy("nothing"))?.[0]?.[2]).toMatch(/^the policy cannot be read: line 1, column 1/);
        expect(tokens(policy(unknown))).toEqual([["https://p.weu.attest.azure.net", "SgxEnclave", "unknown"]]);
    });
});

describe("a plan with such keys", () => {
    it("has the tables as text, Markdown, JSON and in the index of its files", async () => {
        const shown = (text: string) => {
            for (const words of [
                "Who gets which key",
                "ServiceAccount payroll/payroll (identity payroll)",
                "the provider payrollattest",
                "Which enclaves get a token",
                "is a shared provider: any SGX enclave on Azure, debug ones included, gets a token of it",
            ])
                expect(text.replaceAll("\\", "").replaceAll("\u200b", "")).toContain(words);
        };
        const out = path.join(tempDir(), "out");
        const text = await plan("secrets-of-enclaves", "-c", "shared=true", "--out", out);
        shown(text.stdout);
        shown(readFileSync(path.join(out, "index.md"), "utf8"));
        shown((await plan("secrets-of-enclaves", "-c", "shared=true", "--format", "markdown")).stdout);
        const made = await planOfFixture("secrets-of-enclaves", "-c", "shared=true");
        expect(made.keys?.map((one) => [one.key, one.authority, one.providers, one.shared])).toEqual([
            ["ledger", "https://sharedweu.weu.attest.azure.net", undefined, true],
            ["payroll", undefined, ["payrollattest"], undefined],
        ]);
        expect(made.keys?.[1]?.holders).toEqual([{ identity: "payroll", serviceAccounts: ["payroll/payroll"] }]);
        expect(made.tokenPolicies?.map(({ attestationType, permits }) => [attestationType, permits])).toEqual([
            ["SgxEnclave", [usual]],
            ["OpenEnclave", [any]],
        ]);
    });

    it("of the package's own components: the role to make keys is not one to ask for them", async () => {
        const made = await planOfFixture("enclave-keys");
        expect(made.keys).toEqual([
            expect.objectContaining({
                key: "payroll",
                providers: ["payrollattest"],
                enclaves: [{ signer: "1a".repeat(32), product: 7, minimumSvn: 3, debug: false }],
                holders: [{ identity: "payroll-identity", serviceAccounts: ["payroll/payroll"] }],
            }),
        ]);
        expect(made.tokenPolicies?.map(({ attestationType, permits }) => [attestationType, permits])).toEqual([
            ["OpenEnclave", [usual]],
            ["SgxEnclave", [usual]],
        ]);
    });

    it("and one without them has neither", async () => {
        const made = await planOfFixture("late");
        expect([made.keys, made.tokenPolicies]).toEqual([undefined, undefined]);
    });
});
