import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateReleasePolicy } from "../../components/sgx/release-policy/evaluate";
import { readReleasePolicy, ReleasePolicyError, writeReleasePolicy } from "../../components/sgx/release-policy/json";
import { releasePolicyOf } from "../../components/sgx/release-policy/of-enclave";
import type { ClaimCondition, Conditions, ReleasePolicy } from "../../components/sgx/release-policy/policy";
import { anyEnclave, badClaims, defined, goodClaims } from "../enclave/support";

const authority = "https://mine.weu.attest.azure.net";

const condition: fc.Arbitrary<ClaimCondition> = fc.oneof(
    fc.record({
        claim: fc.string({ minLength: 1 }),
        comparison: fc.constantFrom("equals" as const, "notEquals" as const),
        value: fc.oneof(
            fc.string(),
            fc.boolean(),
            fc.maxSafeInteger().map((value) => value || 0),
        ),
    }),
    fc.record({
        claim: fc.string({ minLength: 1 }),
        comparison: fc.constantFrom(
            "less" as const,
            "lessOrEquals" as const,
            "greater" as const,
            "greaterOrEquals" as const,
        ),
        value: fc.integer().map((value) => value || 0),
    }),
    fc.record({ claim: fc.string({ minLength: 1 }), comparison: fc.constant("exists" as const), value: fc.boolean() }),
);
const list = (inner: fc.Arbitrary<ClaimCondition | Conditions>) =>
    fc.oneof(
        fc.array(inner, { minLength: 1, maxLength: 3 }).map((allOf): Conditions => ({ allOf })),
        fc.array(inner, { minLength: 1, maxLength: 3 }).map((anyOf): Conditions => ({ anyOf })),
    );
const conditions = list(fc.oneof({ weight: 3, arbitrary: condition }, list(condition)));
const anyPolicy: fc.Arbitrary<ReleasePolicy> = fc
    .array(
        conditions.map((each) => ({ authority, ...each })),
        { minLength: 1, maxLength: 2 },
    )
    .map((anyOf) => ({ version: "1.0.0", anyOf }));

test("any policy is read as it was written", () => {
    fc.assert(
        fc.property(anyPolicy, (policy) => {
            expect(readReleasePolicy(writeReleasePolicy(policy))).toEqual(policy);
        }),
    );
});

describe("the policy of an enclave", () => {
    test("gives the key to that enclave, and to none that differs in anything, nor to another authority", () => {
        fc.assert(
            fc.property(anyEnclave, (enclave) => {
                const policy = releasePolicyOf([enclave], authority);
                const good = { ...goodClaims(enclave), iss: authority };
                expect(evaluateReleasePolicy(policy, good).released).toBe(true);
                for (const [what, change] of Object.entries(badClaims(enclave)))
                    expect(evaluateReleasePolicy(policy, defined({ ...good, ...change })).released, what).toBe(false);
                for (const iss of ["https://other.weu.attest.azure.net", `${authority}.example.org`, ""])
                    expect(evaluateReleasePolicy(policy, { ...good, iss }).released, iss).toBe(false);
            }),
        );
    });

    test("without any one of its conditions gives it to one that is not meant", () => {
        fc.assert(
            fc.property(anyEnclave, (enclave) => {
                const [part] = releasePolicyOf([enclave], authority).anyOf;
                if (part === undefined || !("allOf" in part)) throw new Error("a list of all conditions is meant");
                for (const left of part.allOf) {
                    const weaker = { ...part, allOf: part.allOf.filter((each) => each !== left) };
                    const released = Object.values(badClaims(enclave)).some((change) => {
                        const token = defined({ ...goodClaims(enclave), iss: authority, ...change });
                        return evaluateReleasePolicy({ version: "1.0.0", anyOf: [weaker] }, token).released;
                    });
                    expect(released).toBe(true);
                }
            }),
        );
    });
});

test.each<[string, ClaimCondition, Record<string, unknown>, boolean]>([
    ["a claim in an object", { claim: "a.b", comparison: "equals", value: 1 }, { a: { b: 1 } }, true],
    ["a claim whose name has a dot", { claim: "a.b", comparison: "equals", value: 1 }, { "a.b": 1 }, true],
    [
        "a place in a list, which the language does not have",
        { claim: "a.0", comparison: "equals", value: 1 },
        { a: [1] },
        false,
    ],
    ["a claim that is not there", { claim: "a", comparison: "notEquals", value: 1 }, {}, false],
    ["a claim of every object", { claim: "constructor", comparison: "exists", value: true }, {}, false],
    ["true as a text", { claim: "a", comparison: "equals", value: true }, { a: "true" }, false],
    ["a number as a text", { claim: "a", comparison: "greaterOrEquals", value: 2 }, { a: "3" }, false],
    ["a claim that has to be absent", { claim: "a", comparison: "exists", value: false }, {}, true],
    ["less", { claim: "a", comparison: "less", value: 2 }, { a: 2 }, false],
    ["less or equal", { claim: "a", comparison: "lessOrEquals", value: 2 }, { a: 2 }, true],
    ["greater", { claim: "a", comparison: "greater", value: 2 }, { a: 2 }, false],
])("%s", (_, one, token, released) => {
    const policy: ReleasePolicy = { version: "1.0.0", anyOf: [{ authority, allOf: [one] }] };
    expect(evaluateReleasePolicy(policy, { iss: authority, ...token })).toMatchObject({
        released,
        failing: released ? [] : [{ otherAuthority: false, conditions: [one] }],
    });
});

test.each([
    ["no JSON", "{", "not JSON"],
    ["no version", '{"anyOf":[]}', "version"],
    ["no authority at all", '{"version":"1.0.0","anyOf":[]}', "anyOf"],
    ["no conditions", `{"version":"1.0.0","anyOf":[{"authority":"${authority}","allOf":[]}]}`, "anyOf[0].allOf"],
    [
        "both kinds of lists",
        `{"version":"1.0.0","anyOf":[{"authority":"${authority}","allOf":[1],"anyOf":[1]}]}`,
        "anyOf[0]",
    ],
    [
        "an authority that is no address",
        '{"version":"1.0.0","anyOf":[{"authority":"mine","allOf":[1]}]}',
        "anyOf[0].authority",
    ],
    [
        "a word that is not there",
        `{"version":"1.0.0","anyOf":[{"authority":"${authority}","allOf":[{"claim":"a","like":"b"}]}]}`,
        "allOf[0].like",
    ],
    [
        "two comparisons",
        `{"version":"1.0.0","anyOf":[{"authority":"${authority}","allOf":[{"claim":"a","equals":1,"less":2}]}]}`,
        "allOf[0]",
    ],
    ["no comparison", `{"version":"1.0.0","anyOf":[{"authority":"${authority}","allOf":[{"claim":"a"}]}]}`, "allOf[0]"],
    [
        "an object as a value",
        `{"version":"1.0.0","anyOf":[{"authority":"${authority}","allOf":[{"claim":"a","equals":{}}]}]}`,
        "equals",
    ],
    [
        "an order of texts",
        `{"version":"1.0.0","anyOf":[{"authority":"${authority}","allOf":[{"claim":"a","less":"b"}]}]}`,
        "less",
    ],
])("%s is refused by its path", (_, text, path) => {
    expect(() => readReleasePolicy(text)).toThrow(ReleasePolicyError);
    expect(() => readReleasePolicy(text)).toThrow(path);
});
