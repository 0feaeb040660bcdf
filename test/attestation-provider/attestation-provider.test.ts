import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { AttestationProvider, type AttestationProviderArgs } from "../../components";
import { attestationProviderSpec } from "../../components/attestation-provider/spec";
import { evaluatePolicy } from "../../components/sgx/attestation-policy/evaluate";
import { parsePolicy } from "../../components/sgx/attestation-policy/parse";
import { policyHash } from "../../components/sgx/attestation-policy/upload";
import { signingKey, signJwt } from "../doubles/azure/jwt";
import { badQuotes, defined, goodClaims } from "../enclave/support";
import { armErrors, armSchemas } from "../support/arm";
import { construct, constructed, one, valueOf, waitsFor } from "../support/construct";

const signer = "1a2b".repeat(16);
const enclave = { signer, product: 7, minimumSvn: 3 };
const args: AttestationProviderArgs = { resourceGroupName: "team-a", name: "team-a-attests", enclaves: [enclave] };
const make = (more: Partial<AttestationProviderArgs> = {}) =>
    construct("preview", () => new AttestationProvider("attestation", { ...args, ...more }));
const problemsOf = (given: object) =>
    attestationProviderSpec(given as AttestationProviderArgs).problems.map(
        ({ path, expected }) => `${path}: ${expected}`,
    );

const folder = mkdtempSync(join(tmpdir(), "confidential-aks-signers-"));
afterAll(() => {
    rmSync(folder, { recursive: true });
});

const text = `version=1.0;
authorizationrules {
    [type=="x-ms-sgx-mrsigner", value=="${signer}"] => permit();
};
`;
const permits = (policy: string, claims: Record<string, string | number | boolean>) =>
    evaluatePolicy(
        parsePolicy(policy),
        Object.entries(claims).map(([type, value]) => ({ type, value, issuer: "AttestationService" })),
    ).permitted;

const network = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network";
const subnetId = `${network}/virtualNetworks/n/subnets/s`;
const zone = `${network}/privateDnsZones/privatelink.vaultcore.azure.net`;

const root = signingKey(folder, "root", "root");
const stranger = signingKey(folder, "stranger", "stranger");
const pem = ({ certificate }: typeof root) => certificate.toString();

/** A policy, signed by a key. */
function signed(by = root, policy = text, header: Record<string, unknown> = {}): string {
    const x5c = [by.certificate.raw.toString("base64")];
    return signJwt(by, { AttestationPolicy: Buffer.from(policy).toString("base64url") }, { x5c, ...header });
}

/** The same JWT with the policy of somebody else. */
function tampered(jwt: string): string {
    const [header = "", , signature = ""] = jwt.split(".");
    const payload = { AttestationPolicy: Buffer.from("version=1.0;").toString("base64url") };
    return [header, Buffer.from(JSON.stringify(payload)).toString("base64url"), signature].join(".");
}

describe("an attestation provider", () => {
    test("without a name is called as the component, which Azure takes only short and in lower case", async () => {
        const named = (name: string) => new AttestationProvider(name, { ...args, name: undefined });
        for (const name of ["attestation-of-team-a", "Attestation", "team_a"]) {
            expect(() => named(name), name).toThrow(/name = .*1-16 lower-case letters/s);
        }
        expect(await construct("preview", () => named("of-sixteen-chars"))).not.toEqual([]);
        expect(problemsOf({ ...args, name: "Team-A" })).toEqual(["name: 3-24 lower-case letters, digits and dashes"]);
    });

    test("is the provider, and a policy for quotes and one for reports of Open Enclave", async () => {
        const resources = await make();
        expect(resources.map(({ type, name, parent }) => `${type} ${name} < ${parent}`).sort()).toEqual([
            "azure-native:attestation:AttestationProvider attestation < attestation",
            "confidential-aks:index:AttestationProvider attestation < project-stack",
            "confidential-aks:index:SgxPolicy attestation-open-enclave < attestation",
            "confidential-aks:index:SgxPolicy attestation-sgx-enclave < attestation",
        ]);
        const policies = resources.filter(({ type }) => type.endsWith(":SgxPolicy"));
        expect(policies.map(({ inputs }) => inputs.attestationType).sort()).toEqual(["OpenEnclave", "SgxEnclave"]);
        for (const { options } of policies) expect(options.deletedWith).toBe("attestation");
    });

    test("permits the enclave that is described, and no other", async () => {
        const policy = String(one(await make(), ":SgxPolicy", "attestation-sgx-enclave").inputs.policy);
        const described = { ...enclave, debug: false };
        expect(permits(policy, goodClaims(described))).toBe(true);
        for (const [what, change] of Object.entries(badQuotes(described)))
            expect([what, permits(policy, defined({ ...goodClaims(described), ...change }))]).toEqual([what, false]);
    });

    test("closes what is not wanted, which Azure leaves open", async () => {
        const policyFor = async (name: string) =>
            String(one(await make({ attestationTypes: ["SgxEnclave"] }), ":SgxPolicy", name).inputs.policy);
        const described = goodClaims({ ...enclave, debug: false });
        expect(permits(await policyFor("attestation-sgx-enclave"), described)).toBe(true);
        expect(permits(await policyFor("attestation-open-enclave"), described)).toBe(false);
    });

    test.skipIf(armSchemas === undefined)("has a body that Azure's schema takes", async () => {
        const isolated = { enclaves: undefined, policySigningCertificates: [pem(root)], signedPolicy: signed() };
        for (const more of [{}, { tags: { team: "a" } }, isolated]) {
            // azure-native fills in a region that is left out.
            const made = await make({ ...more, location: "westeurope" });
            const { type, inputs } = one(made, "attestation:AttestationProvider");
            expect(armErrors(type, inputs)).toEqual([]);
        }
    });

    test("has outputs that are known once the policy is", async () => {
        const url = "https://team-a-attests.weu.attest.azure.net";
        const answered = { "confidential-aks:index:SgxPolicy": () => ({ attestationUrl: url }) };
        const { result } = await constructed("update", () => new AttestationProvider("attestation", args), answered);
        expect(await valueOf(result.attestationUrl)).toBe(url);
        // Not before all policies are set.
        expect(await waitsFor(result.attestationUrl)).toEqual(
            expect.arrayContaining(["attestation-open-enclave", "attestation-sgx-enclave"]),
        );
        const { policy } = attestationProviderSpec(args).spec;
        expect(await valueOf(result.policyHash)).toBe(policyHash(policy));
    });
});

describe("a policy as a text", () => {
    const withText = { resourceGroupName: "team-a", policy: text };

    test("is set as it is", () => {
        const { spec, problems, warnings } = attestationProviderSpec(withText);
        expect({ problems, policy: spec.policy, warnings }).toEqual({ problems: [], policy: text, warnings: [] });
    });

    test.each([
        ["a rule without its semicolon", text.replace("permit();", "permit()"), /line 4/],
        ["the published form without && and ;", text.replace("};\n", "}\n"), /line/],
        ["no rule that permits", "version=1.0;\nauthorizationrules {\n};\n", /no enclave gets a token/],
    ])("is refused: %s", (_, policy, why) => {
        const [problem, ...more] = problemsOf({ ...withText, policy });
        expect(problem).toMatch(why);
        expect(more).toEqual([]);
    });

    test.each([
        ["that lets everybody in", "=> permit();", "open-policy"],
        [
            "with a function",
            'c:[type=="a"] => add(type="b", value=JmesPath(c.value, "d"));\n    [type=="b"] => permit();',
            "policy-not-evaluated",
        ],
    ])("%s comes with a warning", (_, rule, code) => {
        const version = rule.startsWith("c:") ? "1.2" : "1.0";
        const policy = `version=${version};\nauthorizationrules {\n    ${rule}\n};\n`;
        const { problems, warnings } = attestationProviderSpec({ ...withText, policy });
        expect({ problems, codes: warnings.map((each) => each.code) }).toEqual({ problems: [], codes: [code] });
    });
});

describe("a signed policy", () => {
    const isolated = { resourceGroupName: "team-a", policySigningCertificates: [pem(root)], signedPolicy: signed() };

    test("is taken with the certificate of its key, and its text is known", async () => {
        const { problems, spec } = attestationProviderSpec(isolated);
        expect({ problems, policy: spec.policy }).toEqual({ problems: [], policy: text });
        const resources = await construct("preview", () => new AttestationProvider("attestation", isolated));
        const { inputs, options } = one(resources, "attestation:AttestationProvider");
        const keys = [{ kty: "RSA", x5c: [root.certificate.raw.toString("base64")] }];
        expect(inputs.properties).toMatchObject({ policySigningCertificates: { keys } });
        expect(options.replaceOnChanges).toEqual(["properties.policySigningCertificates"]);
        expect(one(resources, ":SgxPolicy", "attestation-sgx-enclave").inputs.signedPolicy).toBe(isolated.signedPolicy);
    });

    test.each([
        ["signed by another key", { signedPolicy: signed(stranger) }, /policySigningCertificates/],
        ["of another alg", { signedPolicy: signed(root, text, { alg: "none" }) }, /RS256/],
        ["without its certificate", { signedPolicy: signed(root, text, { x5c: undefined }) }, /x5c/],
        ["with another payload", { signedPolicy: tampered(signed()) }, /has signed/],
        ["that is none", { signedPolicy: "a.b.c" }, /AttestationPolicy/],
        ["of a text that is no policy", { signedPolicy: signed(root, "permit") }, /line 1/],
        ["for one type only", { attestationTypes: ["SgxEnclave"] }, /has to be signed/],
        ["beside enclaves", { enclaves: [enclave] }, /has to be signed/],
        ["without certificates", { policySigningCertificates: undefined }, /the certificates/],
        ["with a key in the place of a certificate", { policySigningCertificates: ["key"] }, /certificates in PEM/],
    ])("is refused: %s", (_, more, why) => {
        expect(problemsOf({ ...isolated, ...more }).join("\n")).toMatch(why);
    });
});

describe("arguments are refused", () => {
    test.each([
        ["nothing that says who gets a token", { enclaves: undefined }, "enclaves: the enclaves that get a token"],
        ["no enclave", { enclaves: [] }, "enclaves: a list of descriptions, at least one"],
        ["every enclave on Azure", { enclaves: [{}] }, "enclaves[0].signer: MRSIGNER, or `measurements`"],
        ["a text and enclaves", { policy: text }, "enclaves: with `policy`: one of both says it"],
        ["a name with a dot", { name: "team.a" }, "name: 3-24 lower-case letters, digits and dashes"],
        ["an unknown type", { attestationTypes: ["Tpm"] }, 'attestationTypes[0]: "SgxEnclave", "OpenEnclave"'],
        ["no type", { attestationTypes: [] }, "attestationTypes: a list of SgxEnclave, OpenEnclave, at least one"],
        [
            "a baseline that is none",
            { tcbBaseline: "newest" },
            "tcbBaseline: azuredefault, or the number of a baseline",
        ],
        ["no way in", { publicNetworkAccess: false }, "privateEndpoint: an address of the provider"],
        ["the zone of another service", { privateEndpoint: { subnetId, privateDnsZoneId: zone } }, "privateEndpoint."],
    ])("%s", (_, more, start) => {
        const found = problemsOf({ ...args, ...more });
        expect(found).toHaveLength(1);
        expect(found[0]?.startsWith(start)).toBe(true);
    });

    test("debug enclaves come with a warning", () => {
        const { problems, warnings } = attestationProviderSpec({ ...args, enclaves: [{ ...enclave, debug: true }] });
        expect({ problems, codes: warnings.map(({ code }) => code) }).toEqual({
            problems: [],
            codes: ["debug-enclaves"],
        });
    });
});
