import { describe, expect, it } from "vitest";
import {
    didYouMean,
    duplicate,
    invalid,
    joinPaths,
    missing,
    notAllowed,
    ProblemKind,
    propertyPath,
    redacted,
    ValidationError,
    when,
    type Problem,
} from "../../components/problems/index.js";
import { unsupported } from "../../components/problems/kinds.js";

const reportOf = (problem: Problem): string[] => new ValidationError("s", [problem]).message.split("\n").slice(1);

describe("a problem of each kind", () => {
    it.each<[ProblemKind, Problem, unknown, string[]]>([
        [
            "required",
            missing("name", "the name of the registry", "set it"),
            undefined,
            ["  name = (not set)", "    required: the name of the registry", "    fix: set it"],
        ],
        [
            "required",
            missing("image", "an image", "set it", ""),
            "",
            ['  image = ""', "    required: an image", "    fix: set it"],
        ],
        [
            "notAllowed",
            notAllowed("network", { mode: "own" }, "with `existing`: it configures a new cluster", "remove it"),
            { mode: "own" },
            [
                '  network = {"mode":"own"}',
                "    not allowed: with `existing`: it configures a new cluster",
                "    fix: remove it",
            ],
        ],
        [
            "duplicate",
            duplicate("pools[1].name", "sgx", "by pools[0].name", "choose another name"),
            "sgx",
            ['  pools[1].name = "sgx"', "    already taken: by pools[0].name", "    fix: choose another name"],
        ],
        [
            "unsupported",
            unsupported("tier", "Standart", ["Free", "Standard"]),
            "Standart",
            ['  tier = "Standart"', '    one of: "Free", "Standard"', '    fix: did you mean "Standard"?'],
        ],
        [
            "unsupported",
            unsupported("tier", 3, ["Free", "Standard"]),
            3,
            ["  tier = 3", '    one of: "Free", "Standard"', "    fix: use one of these values"],
        ],
        [
            "invalid",
            invalid("count", 0, "a whole number from 1 to 5", "use a number in that range"),
            0,
            ["  count = 0", "    expected: a whole number from 1 to 5", "    fix: use a number in that range"],
        ],
    ])("%s: %o", (kind, problem, value, lines) => {
        expect(problem).toMatchObject({ kind, value });
        expect(reportOf(problem)).toEqual(lines);
    });

    it("keeps its kind in the error, and its value out of the report when it is redacted", () => {
        const problem = redacted(invalid("password", "hunter2", "text", "quote it"));
        const error = new ValidationError("s", [problem]);
        expect(error.problems).toMatchObject([{ kind: "invalid", hideValue: true }]);
        expect(error.message).not.toContain("hunter2");
    });

    it("has a name that programs may depend on", () => {
        expect(ProblemKind).toEqual({
            required: "required",
            notAllowed: "notAllowed",
            duplicate: "duplicate",
            unsupported: "unsupported",
            invalid: "invalid",
        });
    });
});

it("when gives its problems if the condition holds, and none if it does not", () => {
    const [a, b] = [missing("a", "x", "y"), missing("b", "x", "y")];
    expect(when(true, a, b)).toEqual([a, b]);
    expect(when(false, a, b)).toEqual([]);
    expect(when(true)).toEqual([]);
});

it("didYouMean names the nearest word, and gives the other advice where none is near or the value is no text", () => {
    expect(didYouMean("inProces", ["outOfProcess", "inProcess"], "use one of the two")).toBe(
        'did you mean "inProcess"?',
    );
    expect(didYouMean("sidecar", ["outOfProcess", "inProcess"], "use one of the two")).toBe("use one of the two");
    expect(didYouMean(undefined, ["undefined"], "set it")).toBe("set it");
});

describe("a property path", () => {
    it.each<[(string | number)[], string]>([
        [[], ""],
        [["spec"], "spec"],
        [["spec", "containers", 0, "image"], "spec.containers[0].image"],
        [[0, "name"], "[0].name"],
        [["metadata", "labels", "app.kubernetes.io/name"], 'metadata.labels["app.kubernetes.io/name"]'],
        [["tags", "1st"], 'tags["1st"]'],
        [["tags", "a-b"], 'tags["a-b"]'],
        [["tags", ""], 'tags[""]'],
        [["$ref", "_x", "a1"], "$ref._x.a1"],
    ])("of %j is %s", (steps, path) => {
        expect(propertyPath(...steps)).toBe(path);
    });

    it.each([
        ["a", "b", "a.b"],
        ["a", "[0].b", "a[0].b"],
        ["", "b", "b"],
        ["a", "", "a"],
        ["", "", ""],
    ])("joins %j and %j to %j", (parent, rest, path) => {
        expect(joinPaths(parent, rest)).toBe(path);
    });
});
