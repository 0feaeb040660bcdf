import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { closed, isLate, isPlainObject, isWireValue, opened } from "../../components/problems/index.js";

const { specialSigKey, specialSecretSig, specialAssetSig } = pulumi.runtime;
const secret = (value: unknown) => ({ [specialSigKey]: specialSecretSig, value });
class Thing {
    public readonly a = 1;
}

describe("isPlainObject", () => {
    it.each([[{}], [{ a: 1 }], [Object.create(null) as object]])("takes %o", (value) => {
        expect(isPlainObject(value)).toBe(true);
    });
    it.each([null, undefined, "a", 1, [], new Thing(), new Date(0), pulumi.output(1), () => 1])(
        "does not take %o",
        (value) => {
            expect(isPlainObject(value)).toBe(false);
        },
    );
});

describe("isLate", () => {
    it.each([
        [pulumi.output(1)],
        [pulumi.secret(1)],
        [pulumi.unknown],
        [Promise.resolve(1)],
        [{ then: () => 1 }],
        [secret("x")],
    ])("takes %o", (value) => {
        expect(isLate(value)).toBe(true);
    });
    it.each([[null], [undefined], ["x"], [{}], [{ then: 1 }], [{ __pulumiOutput: false }], [[]]])(
        "does not take %o",
        (value) => {
            expect(isLate(value)).toBe(false);
        },
    );
});

it("a wire value is an object with a signature", () => {
    expect(isWireValue(secret(1))).toBe(true);
    expect(isWireValue({ value: 1 })).toBe(false);
});

describe("opened", () => {
    it("takes the marks off lists and objects and keeps their places", () => {
        const given = {
            spec: secret({ list: secret([1]) }),
            labels: { "a.b/c": secret({ x: 1 }) },
            items: [secret({ y: 2 })],
        };
        const { value, secrets, paths } = opened(given);
        expect(value).toEqual({ spec: { list: [1] }, labels: { "a.b/c": { x: 1 } }, items: [{ y: 2 }] });
        expect(paths).toEqual(["spec.list", "spec", 'labels["a.b/c"]', "items[0]"]);
        expect(secrets.size).toBe(4);
        expect(closed(value, secrets)).toEqual(given);
    });

    it("takes the mark off the value itself", () => {
        const { value, secrets, paths } = opened<object>(secret({ a: 1 }));
        expect(value).toEqual({ a: 1 });
        expect(paths).toEqual([""]);
        expect(closed(value, secrets)).toEqual(secret({ a: 1 }));
    });

    it("leaves secret texts, secrets of secrets, assets, outputs and instances as they are", () => {
        const asset = { [specialSigKey]: specialAssetSig, value: { text: "x" } };
        const given = { text: secret("x"), twice: secret(secret([1])), asset, late: pulumi.output(1), at: new Date(0) };
        const { value, secrets, paths } = opened(given);
        expect(Object.entries(value)).toEqual(Object.entries(given));
        for (const key of ["text", "twice", "asset", "late", "at"] as const) expect(value[key]).toBe(given[key]);
        expect([secrets.size, paths.length]).toEqual([0, 0]);
    });

    it("copies: the given object does not change when the copy does", () => {
        const given = { list: [{ a: 1 }], map: { b: 1 } };
        const { value } = opened(given);
        value.list[0]!.a = 2;
        value.map.b = 2;
        expect(given).toEqual({ list: [{ a: 1 }], map: { b: 1 } });
    });
});

describe("closed", () => {
    it("marks only what was marked, also in lists, and gives back what holds no secret", () => {
        const { value, secrets } = opened({ open: [{ a: 1 }], list: [secret({ b: 1 }), { c: 1 }, null, "d"] });
        expect(closed(value, secrets)).toEqual({
            open: [{ a: 1 }],
            list: [secret({ b: 1 }), { c: 1 }, null, "d"],
        });
        const plain = { a: [1] };
        expect(closed(plain, new Set())).toBe(plain);
    });
});
