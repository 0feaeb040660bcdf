import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluatePolicy, type Claim } from "../../components/sgx/attestation-policy/evaluate";
import { attestationPolicyOf } from "../../components/sgx/attestation-policy/of-enclave";
import { parsePolicy } from "../../components/sgx/attestation-policy/parse";
import { printPolicy } from "../../components/sgx/attestation-policy/print";
import { policyHash, policyIn, unsignedPolicy } from "../../components/sgx/attestation-policy/upload";
import { anyEnclave, badQuotes, defined, goodClaims } from "../enclave/support";
import { anyPolicy } from "./generated";
import { published } from "./published";

const service = (claims: Record<string, string | number | boolean>): Claim[] =>
    Object.entries(claims).map(([type, value]) => ({ type, value, issuer: "AttestationService" }));

const of = (text: string, claims: Record<string, string | number | boolean>) =>
    evaluatePolicy(parsePolicy(text), service(claims));

describe("the policy of an enclave", () => {
    test("permits that enclave and none that differs in anything", () => {
        fc.assert(
            fc.property(anyEnclave, (enclave) => {
                const policy = parsePolicy(printPolicy(attestationPolicyOf([enclave])));
                const good = goodClaims(enclave);
                expect(evaluatePolicy(policy, service(good)).permitted).toBe(true);
                for (const [what, change] of Object.entries(badQuotes(enclave)))
                    expect(evaluatePolicy(policy, service(defined({ ...good, ...change }))).permitted, what).toBe(
                        false,
                    );
            }),
        );
    });

    test("without any one of its conditions permits one that is not meant", () => {
        fc.assert(
            fc.property(anyEnclave, (enclave) => {
                const policy = attestationPolicyOf([enclave]);
                const changes = Object.values(badQuotes(enclave)).map((change) =>
                    service(defined({ ...goodClaims(enclave), ...change })),
                );
                const [rule] = policy.authorizationrules;
                for (const left of rule?.conditions ?? []) {
                    const conditions = rule?.conditions.filter((each) => each !== left) ?? [];
                    const weaker = {
                        ...policy,
                        authorizationrules: [{ conditions, action: { verb: "permit" as const } }],
                    };
                    expect(changes.some((claims) => evaluatePolicy(weaker, claims).permitted)).toBe(true);
                }
            }),
        );
    });

    test("of two enclaves permits both", () => {
        const [one, other] = ["1a", "2b"].map((byte) => ({
            measurements: [byte.repeat(32)],
            minimumSvn: 0,
            debug: false,
        }));
        const policy = attestationPolicyOf([one!, other!], { tcbBaseline: "15" });
        for (const each of [one!, other!])
            expect(evaluatePolicy(policy, service(goodClaims(each))).permitted).toBe(true);
        expect(printPolicy(policy)).toContain('issueproperty(type="x-ms-sgx-tcbidentifier", value="15");');
    });
});

test("the default permits a debug enclave, and issues the names of before", () => {
    const { permitted, issued } = of(published["the default for SGX"], {
        "x-ms-sgx-is-debuggable": true,
        "x-ms-sgx-svn": 2,
    });
    expect(permitted).toBe(true);
    expect(issued).toEqual([
        { type: "is-debuggable", value: true, issuer: "AttestationPolicy" },
        { type: "svn", value: 2, issuer: "AttestationPolicy" },
    ]);
});

test("of a refusal says which condition of each rule fails", () => {
    const claims = { "x-ms-sgx-is-debuggable": false, "x-ms-sgx-product-id": 8, "x-ms-sgx-svn": 0 };
    const { permitted, failing } = of(published["one enclave"], claims);
    expect(permitted).toBe(false);
    expect(failing.map(({ condition }) => condition.tests[0]?.operand)).toEqual([
        { kind: "literal", value: "x-ms-sgx-product-id" },
    ]);
});

test("a rule that denies wins over one that permits, wherever it stands", () => {
    const rules = ["=> permit();", '[type=="x"] => deny();'];
    for (const order of [rules, [...rules].reverse()]) {
        const text = `version=1.0;authorizationrules { ${order.join(" ")} };`;
        expect(of(text, { x: 1 }).permitted).toBe(false);
        expect(of(text, { y: 1 }).permitted).toBe(true);
    }
});

test("names stand for every claim that passes, and later conditions may ask for them", () => {
    const text = published["claims that refer to each other"];
    const claims: Claim[] = [
        { type: "OSName", value: "a", issuer: "CustomClaim" },
        { type: "OSName", value: "b", issuer: "CustomClaim" },
        { type: "OSName", value: "b", issuer: "AttestationService" },
    ];
    expect(evaluatePolicy(parsePolicy(text), claims).issued).toEqual([claims[2]]);
    expect(evaluatePolicy(parsePolicy(text), claims.slice(0, 1)).issued).toEqual([]);
});

test("a negated condition holds where no claim passes", () => {
    const text = 'version=1.2;authorizationrules { ![type=="x"] => permit(); };';
    expect(of(text, { y: 1 }).permitted).toBe(true);
    expect(of(text, { x: 1 }).permitted).toBe(false);
});

test("what is not evaluated here is no verdict", () => {
    const text =
        'version=1.2;authorizationrules { c:[type=="x"] && [value==AppendString(c.value, "b")] => permit(); };';
    expect(of(text, { x: "a" })).toMatchObject({
        permitted: undefined,
        unknown: "AppendString() is not evaluated here",
    });
});

test("judging ends with a verdict for any policy and claims", () => {
    fc.assert(
        fc.property(
            anyPolicy,
            fc.dictionary(fc.string({ maxLength: 3 }), fc.oneof(fc.string(), fc.integer())),
            (policy, claims) => {
                expect([true, false]).toContain(evaluatePolicy(policy, service(claims)).permitted);
            },
        ),
    );
});

describe("the body that sets a policy", () => {
    test("is a JWT without a signature that holds the text", () => {
        fc.assert(
            fc.property(fc.string({ unit: "grapheme" }), (text) => {
                const jwt = unsignedPolicy(text);
                expect(jwt).toMatch(/^eyJhbGciOiJub25lIn0\.[\w-]+\.$/);
                expect(policyIn(jwt)).toBe(text);
            }),
        );
        expect(policyIn("no.jwt")).toBeUndefined();
    });

    test("has the hash that tokens have", () => {
        // sha256sum of `dmVyc2lvbj0xLjA7`, in base64url.
        expect(policyHash("version=1.0;")).toBe("19i83kYUJrNjFhofbXgekndgH4nqXEkpmebWlG5krvs");
    });
});
