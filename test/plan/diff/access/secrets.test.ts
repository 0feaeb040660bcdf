import { describe, expect, it } from "vitest";
import { planOf, compare, resource } from "../plans.js";
import { comparePlans } from "../../../../plan/diff/compare.js";
import { accessOf, key, policy, SIGNER, textOf, unknown } from "./support.js";

const conditions = [
    `[type=="x-ms-sgx-is-debuggable", value==false]`,
    `[type=="x-ms-sgx-mrsigner", value=="${SIGNER}"]`,
    `[type=="x-ms-sgx-product-id", value==7]`,
    `[type=="x-ms-sgx-svn", value>=3]`,
];
const rules = (text: string, head = "version=1.0;") => `${head}\nauthorizationrules { ${text} };`;
const permits = (...all: string[]) => `${all.join(" && ")} => permit();`;
const usual = rules(permits(...conditions));
const wide = permits(...conditions.slice(1));
const configured = (baseline: string) =>
    `version=1.1;\nconfigurationrules { => issueproperty(type="x-ms-sgx-tcbidentifier", value="${baseline}"); };\n${usual.split("\n")[1] ?? ""}`;
const provider = resource("azure-native:attestation:AttestationProvider", "provider", { providerName: "p" });
const own = (name: string) =>
    resource("azure-native:attestation:AttestationProvider", name, { providerName: `${name}attest` });
const judged = "; it cannot be judged whether this widens access";

describe("a key", () => {
    it("that is new, or goes", () => {
        expect(accessOf([], [key()])).toEqual([
            "!! a new key, released to enclaves signed by 1a1a1a1a..., product 7, SVN 3 and up, no debug; attested by https://p.weu.attest.azure.net",
        ]);
        expect(accessOf([key()], [])).toEqual(["nobody gets the key any more"]);
        expect(accessOf([key()], [key()])).toEqual([]);
        expect(accessOf([], [key({ enclaves: unknown, authority: unknown })])).toEqual([
            `!! a new key, attested by an authority that is known after the update; which enclaves get it is not known before the update${judged}`,
        ]);
    });

    it("with another authority", () => {
        const other = key({ authority: "https://q.weu.attest.azure.net" });
        const words = (now: string, old: string) =>
            `another authority: tokens of ${now} count, until now those of ${old}`;
        const [p, q] = ["https://p.weu.attest.azure.net", "https://q.weu.attest.azure.net"];
        expect(accessOf([key()], [other])).toEqual([`!! ${words(q, p)}`]);
        expect(accessOf([other], [key()])).toEqual([`!! ${words(p, q)}`]);
        const shared = "https://sharedweu.weu.attest.azure.net";
        expect(accessOf([key()], [key({ authority: shared })])).toEqual([
            `!! ${words(shared, p)}; any SGX enclave on Azure, debug ones included, gets a token there`,
        ]);
        expect(accessOf([key()], [key({ authority: unknown })])).toEqual([
            `!! ${words("an authority that is known after the update", p)}${judged}`,
        ]);
    });

    it("whose authority is unknown on both sides, and comes from another provider", () => {
        const [a, b] = [own("a"), own("b")];
        const of = ({ urn }: typeof a) => key({ authority: unknown }, { dependencies: [urn] });
        expect(accessOf([a, b, of(a)], [a, b, of(a)])).toEqual([]);
        expect(accessOf([a, b, of(a)], [a, b, of(b)])).toEqual([
            `!! another authority: tokens of the provider battest count, until now those of the provider aattest${judged}`,
        ]);
    });

    it("whose enclaves become unknown, or are so on both sides", () => {
        expect(accessOf([key()], [key({ enclaves: unknown })])).toEqual([
            `!! which enclaves get the key changes, and is not known before the update${judged}`,
        ]);
        expect(accessOf([key({ enclaves: unknown })], [key({ enclaves: unknown })])).toEqual([]);
    });

    it("in another vault, or of another name", () => {
        expect(accessOf([key()], [key({ keyVaultUrl: "https://w.vault.azure.net", keyName: "other" })])).toEqual([
            `!! it becomes another key: keyName and keyVaultUrl changes${judged}`,
        ]);
    });
});

describe("an attestation policy, by what it means:", () => {
    const all: [string, string, string, string[]][] = [
        [
            "other spaces",
            usual,
            usual.replaceAll(" && ", "  &&\n"),
            ["only the text of the policy changes, not what it says"],
        ],
        [
            "another order of conditions",
            usual,
            rules(permits(...[...conditions].reverse())),
            ["the policy says the same in other words"],
        ],
        ["debug enclaves", usual, rules(wide), ["!! debug enclaves are allowed: refuse this"]],
        ["no debug enclaves", rules(wide), usual, ["debug enclaves are refused from now on"]],
        ["a newer SVN", usual, usual.replace(">=3", ">=4"), ["SVN 3 is no longer enough"]],
        [
            "an older SVN",
            usual,
            usual.replace(">=3", ">=1"),
            ["!! SVN 1 to 2 is enough from now on: older enclaves get a token"],
        ],
        [
            "everybody",
            usual,
            rules("=> permit();"),
            [
                "!! debug enclaves are allowed: refuse this",
                "!! the signer is no longer compared: any SGX enclave on Azure, debug ones included",
            ],
        ],
        [
            "a rule that denies",
            usual,
            rules(`[type=="a", value=="b"] => deny(); ${permits(...conditions)}`),
            [`a rule denies from now on: [type=="a", value=="b"] => deny();`],
        ],
        [
            "a rule that denies goes",
            rules(`[type=="a", value=="b"] => deny(); ${permits(...conditions)}`),
            usual,
            [`!! this rule no longer denies: [type=="a", value=="b"] => deny();`],
        ],
        [
            "a condition of another claim",
            usual,
            rules(permits(...conditions, `[type=="a", value=="b"]`)),
            [`more has to hold: [type=="a", value=="b"]`],
        ],
        [
            "a condition of another claim goes",
            rules(permits(...conditions, `[type=="a", value=="b"]`)),
            usual,
            [`!! this no longer has to hold: [type=="a", value=="b"]`],
        ],
        [
            "a condition of another claim changes",
            rules(permits(...conditions, `[type=="a", value=="b"]`)),
            rules(permits(...conditions, `[type=="a", value=="c"]`)),
            [
                `!! [type=="a", value=="b"] becomes [type=="a", value=="c"]${judged}`,
                `more has to hold: [type=="a", value=="c"]`,
            ],
        ],
        [
            "a condition that refers to another one",
            usual,
            rules(`c:[type=="x-ms-sgx-svn"] && [type=="x", value==c.value] => permit();`),
            [
                "!! debug enclaves are allowed: refuse this",
                `!! the signer is no longer compared: enclaves with c:[type=="x-ms-sgx-svn"] && [type=="x", value==c.value] => permit();`,
                `more has to hold: c:[type=="x-ms-sgx-svn"] && [type=="x", value==c.value] => permit();`,
            ],
        ],
        [
            "claims that are added for later rules",
            usual,
            rules(`=> add(type="a", value="b"); ${permits(...conditions)}`),
            [`!! claims that the policy adds change: => add(type="a", value="b");${judged}`],
        ],
        [
            "claims in the token",
            usual,
            `${usual}\nissuancerules { => issue(type="a", value="b"); };`,
            [`!! claims that the policy puts into tokens change: => issue(type="a", value="b");${judged}`],
        ],
        [
            "a newer TCB baseline",
            configured("11"),
            configured("15"),
            ["TCB baseline 11 becomes 15: older nodes get no token"],
        ],
        [
            "an older TCB baseline",
            configured("15"),
            configured("11"),
            ["!! TCB baseline 15 becomes 11: older nodes get one"],
        ],
        [
            "Azure's TCB baseline",
            configured("15"),
            configured("azuredefault"),
            [`!! TCB baseline 15 becomes azuredefault${judged}`],
        ],
    ];
    it.each(all)("%s", (_, before, after, expected) => {
        expect(accessOf([policy(before)], [policy(after)])).toEqual(expected);
    });

    it("one that cannot be read or known", () => {
        const missing =
            /^!! the new policy cannot be read: line 2, column \d+: authorizationrules { ... } ends with ";"/;
        expect(accessOf([policy(usual)], [policy(usual.replace("};", "}"))])).toEqual([expect.stringMatching(missing)]);
        expect(accessOf([policy("nothing")], [policy(usual)])[0]).toMatch(/^!! the old policy cannot be read: /);
        expect(accessOf([policy(usual)], [policy(unknown)])).toEqual([
            `!! the policy changes, and is not known before the update${judged}`,
        ]);
    });

    it("one that is new, goes, or goes with its provider", () => {
        const words =
            "the policy stays in force, and is no longer watched: a refresh does not find another one; it cannot be judged whether this widens access";
        const made = policy(usual, {}, { dependencies: [provider.urn] });
        expect(accessOf([provider], [provider, made])).toEqual(["the policy takes the place of the default one"]);
        expect(accessOf([provider, made], [provider])).toEqual([`!! ${words}`]);
        expect(accessOf([made], [])).toEqual([`!! ${words}`]);
        expect(accessOf([provider, made], [])).toEqual(["no enclave gets a token any more: the provider goes as well"]);
    });

    it("one for another type of evidence, or at another provider", () => {
        const words = `!! the policy is set in another place, and the old place may have the default policy again${judged}`;
        expect(accessOf([policy(usual)], [policy(usual, { attestationType: "OpenEnclave" })])).toEqual([words]);
        expect(
            accessOf([policy(usual)], [policy(usual, { attestationUrl: "https://q.weu.attest.azure.net" })]),
        ).toEqual([words]);
    });
});

describe("what widens access", () => {
    it("comes first, whatever happens to the resources, and is in a new stack as well", () => {
        const before = [policy(usual), key()];
        const after = [
            policy(usual.replace(">=3", ">=4")),
            key({ enclaves: [{ measurements: [SIGNER], minimumSvn: 0 }] }),
        ];
        const { access = [] } = compare(before, after);
        expect(access.map(({ widens, name }) => `${widens ? "!! " : ""}${name}`)).toEqual([
            "!! payroll",
            "payroll",
            "policy",
        ]);
        expect(comparePlans(undefined, planOf([key()])).access?.map(textOf)).toEqual([
            expect.stringMatching(/^!! a new key/),
        ]);
    });
});
