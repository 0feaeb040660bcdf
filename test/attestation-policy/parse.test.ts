import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PolicySyntaxError } from "../../components/sgx/attestation-policy/lex";
import { parsePolicy } from "../../components/sgx/attestation-policy/parse";
import { printPolicy } from "../../components/sgx/attestation-policy/print";
import { anyPolicy } from "./generated";
import { published } from "./published";

describe("the text of a policy", () => {
    test.each(Object.entries(published))("%s is read, and printed so that it reads the same", (_, text) => {
        const policy = parsePolicy(text);
        expect(parsePolicy(printPolicy(policy))).toEqual(policy);
    });

    test("of any policy reads as that policy", () => {
        fc.assert(
            fc.property(anyPolicy, (policy) => {
                expect(parsePolicy(printPolicy(policy))).toEqual(policy);
            }),
        );
    });

    test("that is cut off anywhere, or has a character too many, is refused with a place or reads as another policy", () => {
        const text = printPolicy(parsePolicy(published["several enclaves"]));
        for (let at = 0; at < text.trimEnd().length; at++) {
            expect(() => parsePolicy(text.slice(0, at)), text.slice(0, at)).toThrow(PolicySyntaxError);
        }
    });
});

const valid = "authorizationrules { => permit(); };";
test.each([
    ["a rule without its semicolon", "version=1.0;\nauthorizationrules {\n=> permit()\n};", 4, 'a rule ends with ";"'],
    ["a section without its semicolon", "version=1.0;\nauthorizationrules { => permit(); }", 2, 'ends with ";"'],
    ["one equals sign in a condition", 'version=1.0;\nauthorizationrules { [type="x"] => permit(); };', 2, '"=="'],
    ["no version", valid, 1, "starts with version"],
    ["a version that is not there", `version=2.0;${valid}`, 1, "there are 1.0, 1.1, 1.2"],
    ["configuration rules in version 1.0", `version=1.0;configurationrules { };${valid}`, 1, "needs version=1.1"],
    [
        "a negation in version 1.1",
        'version=1.1;authorizationrules { ![type=="x"] => permit(); };',
        1,
        "needs version=1.2",
    ],
    ["a function in version 1.1", 'version=1.1;authorizationrules { [value==F("x")] => permit(); };', 1, "version=1.2"],
    ["no authorization rules", "version=1.0;issuancerules { };", 1, "authorizationrules"],
    ["a section twice", `version=1.0;${valid}${valid}`, 1, "twice"],
    ["a section that is not there", "version=1.0;rules { };", 1, "authorizationrules"],
    [
        "issue among the authorization rules",
        'version=1.0;authorizationrules { => issue(type="a", value=1); };',
        1,
        "not issue()",
    ],
    ["permit among the issuance rules", `version=1.0;${valid}issuancerules { => permit(); };`, 1, "not permit()"],
    ["a name that no condition has", `version=1.0;${valid}issuancerules { => issue(claim=c); };`, 1, "named c"],
    [
        "a value of a name that no condition has",
        `version=1.0;${valid}issuancerules { => issue(type="a", value=c.value); };`,
        1,
        "named c",
    ],
    [
        "a text without quotation marks",
        "version=1.0;authorizationrules { [type==sgx] => permit(); };",
        1,
        "quotation marks",
    ],
    ["an order of texts", 'version=1.0;authorizationrules { [value>="1"] => permit(); };', 1, "compares integers"],
    [
        "a property that claims do not have",
        'version=1.0;authorizationrules { [name=="x"] => permit(); };',
        1,
        "valueType",
    ],
    ["a claim without a value", `version=1.0;${valid}issuancerules { => issue(type="a"); };`, 1, "needs value"],
    ["an argument of permit", 'version=1.0;authorizationrules { => permit(type="x"); };', 1, "takes nothing"],
    [
        "two conditions of one name",
        'version=1.0;authorizationrules { c:[type=="a"] && c:[type=="b"] => permit(); };',
        1,
        "two conditions",
    ],
    ["a comment", `version=1.0; // all\n${valid}`, 1, "no comments"],
    ["a text that does not end", 'version=1.0;\nauthorizationrules { [type=="x] => permit(); };', 2, "does not end"],
    [
        "a number that is too large",
        "version=1.0;authorizationrules { [value==99999999999999999999] => permit(); };",
        1,
        "too large",
    ],
])("%s is refused, with its place", (_, text, line, what) => {
    const refused = (() => {
        try {
            parsePolicy(text);
        } catch (error) {
            return error;
        }
        return undefined;
    })();
    expect(refused).toBeInstanceOf(PolicySyntaxError);
    expect(refused).toMatchObject({ line, message: expect.stringContaining(what) as string });
});
