import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PlanError } from "../../../plan/model/errors.js";
import { readClaims } from "../../../plan/release/claims.js";

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const token = (payload: unknown) => `${encoded({ alg: "RS256" })}.${encoded(payload)}.c2lnbmF0dXJl`;
const read = (value: unknown) => readClaims(typeof value === "string" ? value : JSON.stringify(value), "claims.json");
const unsigned = "The claims come from a whole token: its signature was not checked.";

describe("claims", () => {
    it("are the payload of a token, a list, a whole token, or the answer of Azure Attestation", () => {
        fc.assert(
            fc.property(
                fc.dictionary(
                    fc.string({ minLength: 1 }).filter((name) => name !== "__proto__"),
                    fc.oneof(fc.string(), fc.integer(), fc.boolean()),
                    { minKeys: 2 },
                ),
                (claims) => {
                    const list = Object.entries(claims).map(([type, value]) => ({ type, value }));
                    expect(read(claims)).toEqual({ claims: { ...claims }, remarks: [] });
                    expect(read(list)).toEqual({ claims: { ...claims }, remarks: [] });
                    expect(read(`\n${token(claims)}\n`)).toEqual({ claims: { ...claims }, remarks: [unsigned] });
                    expect(read({ token: token(claims) })).toEqual({ claims: { ...claims }, remarks: [unsigned] });
                },
            ),
        );
    });

    it("of a payload may be objects, as x-ms-runtime is", () => {
        const payload = { "x-ms-runtime": { keys: [] }, "x-ms-sgx-svn": 3 };
        expect(read(payload).claims).toEqual(payload);
    });

    it.each([
        ["nothing", "", "this is neither JSON nor a token; give the payload"],
        ["half an object", "{", "this is neither JSON nor a token; give the payload"],
        ["a number", 3, "give the payload of a token as a JSON object"],
        ["no claim", {}, "there is no claim; give"],
        ["an empty list", [], "there is no claim; give"],
        ["a list of names", ["a"], '[0]: an object with "type" and "value" is wanted'],
        ["a claim without a name", [{ type: "a", value: 1 }, { value: 1 }], "[1].type: the name of a claim is wanted"],
        ["a claim without a value", [{ type: "a" }], "[0].value: a text, a number, true or false is wanted"],
        ["a claim twice", [1, 2].map((value) => ({ type: "a", value })), "[1].type: a is there twice: remove one"],
        ["a token that is none", { token: "a" }, "token: this is no token: three parts in base64url"],
        ["a token without a payload", `${encoded({})}.YQ.YQ`, "the second part of the token is no JSON object"],
    ])("refuses %s, with the file, the path and what to do", (_, value, message) => {
        const reading = () => read(value);
        expect(reading).toThrow(PlanError);
        expect(reading).toThrow(`--claims claims.json: ${message}`);
    });

    it("says nothing of a file that holds something else", () => {
        expect(() => read("hunter2 hunter2")).toThrow(/^(?!.*hunter2)/);
    });
});
