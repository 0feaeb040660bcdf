import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import {
    flag,
    groupIds,
    imageReference,
    integerIn,
    kubernetesName,
    matches,
    oneOf,
    required,
    requiredImage,
} from "../../components/problems/index.js";

const late = [pulumi.output("x"), Promise.resolve("x")];

describe("oneOf", () => {
    const modes = { own: "own", shared: "shared" };
    it.each([undefined, "own", "shared"])("accepts %j", (value) => {
        expect(oneOf("mode", value, modes)).toEqual([]);
    });
    it.each([
        ["Own", 'did you mean "own"?'],
        ["other things", "use one of these values"],
        [null, "use one of these values"],
        [["own"], "use one of these values"],
    ])("refuses %j", (value, remedy) => {
        expect(oneOf("mode", value, modes)).toEqual([
            { kind: "unsupported", path: "mode", value, expected: '"own", "shared"', remedy },
        ]);
    });
});

describe("flag", () => {
    it.each([undefined, true, false])("accepts %j", (value) => {
        expect(flag("protect", value)).toEqual([]);
    });
    it.each(["false", 0, null])("refuses %j", (value) => {
        expect(flag("protect", value)).toEqual([
            {
                kind: "invalid",
                path: "protect",
                value,
                expected: "true or false",
                remedy: "use one of the two, without quotes",
            },
        ]);
    });
});

describe("integerIn", () => {
    it.each([undefined, 1, 3, 5])("accepts %j from 1 to 5", (value) => {
        expect(integerIn("count", value, 1, 5)).toEqual([]);
    });
    it.each([0, 6, 1.5, NaN, "3", null])("refuses %j", (value) => {
        expect(integerIn("count", value, 1, 5)).toEqual([
            {
                kind: "invalid",
                path: "count",
                value,
                expected: "a whole number from 1 to 5",
                remedy: "use a number in that range",
            },
        ]);
    });
});

it("groupIds names the place of each id that is none", () => {
    expect(groupIds("groups", undefined)).toEqual([]);
    expect(groupIds("groups", [0, 2 ** 31 - 1])).toEqual([]);
    expect(groupIds("groups", [1, -1, "2", 2 ** 31])).toMatchObject([
        { path: "groups[1]", value: -1 },
        { path: "groups[2]", value: "2" },
        { path: "groups[3]", value: 2 ** 31 },
    ]);
});

it("matches wants text of the form, and nothing where nothing is set", () => {
    expect(matches("a", undefined, /^x$/, "an x", "write x")).toEqual([]);
    expect(matches("a", "x", /^x$/, "an x", "write x")).toEqual([]);
    for (const value of ["y", null, ["x"]]) {
        expect(matches("a", value, /^x$/, "an x", "write x")).toEqual([
            { kind: "invalid", path: "a", value, expected: "an x", remedy: "write x" },
        ]);
    }
});

it("required wants a value, and takes an output for one", () => {
    for (const value of [undefined, null, ""]) {
        expect(required("a", value, "an a", "set it")).toEqual([
            { kind: "required", path: "a", value, expected: "an a", remedy: "set it" },
        ]);
    }
    for (const value of ["a", 0, false, ...late]) expect(required("a", value, "an a", "set it")).toEqual([]);
});

describe("kubernetesName", () => {
    it.each([undefined, "a", "0", "a-b", "a".repeat(63), ...late])("accepts %j", (value) => {
        expect(kubernetesName("name", value)).toEqual([]);
    });
    it.each(["", "A", "-a", "a-", "a_b", "a.b", "a".repeat(64), "a\nb", 1, null])("refuses %j", (value) => {
        expect(kubernetesName("name", value)).toMatchObject([
            { kind: "invalid", path: "name", value, remedy: "choose a name of that form" },
        ]);
    });
    it("says the whole form", () => {
        expect(kubernetesName("name", "A")[0]?.expected).toBe(
            "1-63 lower-case letters, digits and dashes, starting and ending with a letter or digit",
        );
    });
});

describe("imageReference", () => {
    const digest = `@sha256:${"0a".repeat(32)}`;
    it.each([
        undefined,
        "a:1",
        `a${digest}`,
        `a:1${digest}`,
        "a/b/c:1",
        "r.azurecr.io/sgx/aesm:2.29",
        "localhost:5000/a:1",
        "MyRegistry.io/a:1",
        "a.b_c__d--e:1",
        `a:${"t".repeat(128)}`,
        ...late,
    ])("accepts %j", (value) => {
        expect(imageReference("image", value)).toEqual([]);
    });
    it.each([
        "a",
        "",
        "a:",
        "A:1",
        "a/B:1",
        "a:-1",
        "a b:1",
        "a:1\n",
        " a:1",
        "a..b:1",
        `a:${"t".repeat(129)}`,
        "a@sha256:0a",
        `a${digest}:1`,
        "a@sha512:0a",
        "/a:1",
        "a//b:1",
        "r:port/a:1",
        1,
    ])("refuses %j", (value) => {
        expect(imageReference("image", value)).toMatchObject([{ kind: "invalid", path: "image", value }]);
    });
    it("says what a reference is", () => {
        expect(imageReference("image", "a")).toMatchObject([
            {
                expected: "an image reference with a tag or a digest, such as myregistry.azurecr.io/sgx/aesm:2.29",
                remedy: expect.stringContaining("without either means :latest") as string,
            },
        ]);
    });
    it("has to be there where it is required, and has one problem", () => {
        expect(requiredImage("image", "", "an image", "set it")).toMatchObject([{ kind: "required" }]);
        expect(requiredImage("image", "a", "an image", "set it")).toMatchObject([{ kind: "invalid" }]);
        expect(requiredImage("image", "a:1", "an image", "set it")).toEqual([]);
    });
});
