import { describe, expect, test } from "vitest";
import { guardExpressions, sizeRule } from "../../../components/sgx/admission/guard";
import { injectionExpressions } from "../../../components/sgx/admission/injection";
import { guardRules } from "../../../components/sgx/admission/rules";
import { Cel, celValue } from "../../../components/sgx/admission/cel";
import { socketDirSpellings } from "../../../components/sgx/admission/terms";
import { isSocketDir } from "../../../components/sgx/aesm/socket-dir";

const options = { allowInProcess: false, csiDrivers: ["secrets-store.csi.k8s.io"] };
const rules = guardRules(options);
const { matchConditions, validations } = guardExpressions(options);

describe("the guard's rules", () => {
    test("have a name each, one validation at least, and one sentence without a full stop", () => {
        const ids = [sizeRule.id, ...rules.map(({ id }) => id)];
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
        const told = validations.map(({ message }) => /^[^\n]* \(([a-z-]+)\)$/.exec(message)?.[1]);
        expect([...new Set(told)]).toEqual(ids);
        for (const { says } of rules) expect(says).not.toMatch(/\.$|\n/);
    });

    test("are all asked in the one condition that decides whether a pod is looked at further", () => {
        const [condition] = matchConditions;
        expect(matchConditions).toHaveLength(1);
        for (const { id, holds } of rules) expect(condition?.expression.includes(holds), id).toBe(true);
    });

    test("show names only in messages that fit: the API server drops longer ones", () => {
        for (const { message } of validations) expect(message.length).toBeLessThan(1000);
    });
});

test("every spelling of AESM's directory that the policies know is one", () => {
    expect(socketDirSpellings.filter((path) => !isSocketDir(path))).toEqual([]);
});

describe("a manifest in CEL", () => {
    test.each<[string, unknown, string]>([
        ["text", 'a "quote" and \\ and\nmore', String.raw`"a \"quote\" and \\ and\nmore"`],
        ["a number", 65_532, "65532"],
        ["a flag", false, "false"],
        ["a list", ["a", "b"], '["a", "b"]'],
        ["CEL itself", new Cel("c.image"), "c.image"],
        ["an object", { name: "v", uid: 1 }, '{"name": dyn("v"), "uid": dyn(1)}'],
    ])("%s", (_, value, text) => {
        expect(celValue(value)).toBe(text);
    });

    test.each([undefined, null, 1.5, new Date(0)])("is not made of %s", (value) => {
        expect(() => celValue(value)).toThrow(TypeError);
    });
});

test("what is injected is made of the parts that withAttestation writes", () => {
    const [mutation] = injectionExpressions().mutations;
    const { expression } = mutation!.jsonPatch;
    for (const part of ["SGX_AESM_ADDR", "/var/run/aesmd", "wait-for-aesm", "confidential-aks/sgx", "65532"]) {
        expect(expression).toContain(part);
    }
});
