import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { prefixed, suggest, throwIfAny, ValidationError, type Problem } from "../../components/problems/index.js";
import { fc } from "../support/fast-check";

const problem = (path: string, value: unknown = 1): Problem => ({
    kind: "invalid",
    path,
    value,
    expected: "x",
    remedy: "y",
});
const messageOf = (...problems: Problem[]): string => new ValidationError("the cluster", problems).message;

describe("the report of a validation error", () => {
    it("counts the problems, names the subject, and shows each in the order found", () => {
        const problems: Problem[] = [
            {
                kind: "invalid",
                path: "b",
                value: "Standard_Dc2s_v3",
                expected: "an exact size",
                remedy: "did you mean Standard_DC2s_v3?",
            },
            { kind: "required", path: "a[0].c", value: undefined, expected: "a name", remedy: "add one" },
        ];
        expect(messageOf(...problems)).toBe(
            [
                "confidential-aks: 2 problems in the cluster; nothing was created.",
                '  b = "Standard_Dc2s_v3"',
                "    expected: an exact size",
                "    fix: did you mean Standard_DC2s_v3?",
                "  a[0].c = (not set)",
                "    required: a name",
                "    fix: add one",
            ].join("\n"),
        );
        expect(messageOf(problem("a"))).toContain("1 problem in");
    });

    it("hides a value that may be secret", () => {
        const message = messageOf({ ...problem("password", "hunter2"), hideValue: true });
        expect(message).toContain("password = [hidden]");
        expect(message).not.toContain("hunter2");
    });

    it("cuts a long value and keeps whole characters", () => {
        const message = messageOf(problem("a", "😀".repeat(500)));
        expect(message).toMatch(/a = "(😀)+…\n/u);
        expect(message.length).toBeLessThan(400);
    });

    it("stays the report when the SDK writes the properties that it was about to send in front of it", () => {
        const error = new ValidationError("the test", [problem("a")]);
        const report = error.message;
        error.message = `error serializing property "spec": ${report}`;
        expect(error.message).toBe(report);
    });

    it("never prints what is in an Output or a promise, at any depth", () => {
        const late = [pulumi.secret("hunter2"), { deep: [pulumi.output("hunter2")] }, Promise.resolve("hunter2")];
        for (const value of late) {
            const message = messageOf(problem("a", value));
            expect(message).toContain("(a value that is known later)");
            expect(message).not.toContain("hunter2");
        }
    });

    it("survives values that JSON cannot hold", () => {
        const cycle: Record<string, unknown> = {};
        cycle.self = cycle;
        for (const value of [cycle, 1n, Symbol("s"), () => 1, NaN, null, { a: [undefined] }]) {
            expect(messageOf(problem("a", value))).toMatch(/^ {2}a = .+$/m);
        }
        expect(messageOf(problem("a", NaN))).toContain('a = "NaN"');
    });

    it("is recognised by Pulumi as an error that explains itself", () => {
        expect(pulumi.RunError.isInstance(new ValidationError("s", []))).toBe(true);
    });

    it("is formatted as its report, without the stack that Node 20.20 takes half a minute for", () => {
        const error = new ValidationError("s", [problem("a")]);
        error.stack = "ValidationError: x\n    at Resource (/program/node_modules/@pulumi/resource.ts:1:2)";
        expect(inspect(error, { colors: true })).toBe(`ValidationError: ${error.message}`);
    });
});

describe("throwIfAny", () => {
    it("does nothing without problems and throws them all with some", () => {
        expect(() => {
            throwIfAny("s", []);
        }).not.toThrow();
        const problems = [problem("a"), problem("b")];
        try {
            throwIfAny("s", problems);
            expect.unreachable();
        } catch (error) {
            expect(error).toBeInstanceOf(ValidationError);
            expect((error as ValidationError).problems).toEqual(problems);
        }
    });
});

describe("prefixed", () => {
    it.each([
        ["a", "b", "a.b"],
        ["a", "[0].b", "a[0].b"],
        ["", "b", "b"],
        ["a", "", "a"],
    ])("joins %j and %j to %j", (path, rest, expected) => {
        const given = [problem(rest)];
        expect(prefixed(path, given)).toEqual([problem(expected)]);
        expect(given[0]?.path).toBe(rest);
    });
});

describe("suggest", () => {
    it.each([
        ["outofprocess", "outOfProcess"],
        ["inProces", "inProcess"],
        ["out-of-process", "outOfProcess"],
        ["sidecar", undefined],
        ["", undefined],
    ])("answers %j with %j", (word, expected) => {
        expect(suggest(word, ["outOfProcess", "inProcess"])).toBe(expected);
    });

    it("prefers a difference in case to any nearer candidate, and the first of equally near ones", () => {
        expect(suggest("abcdef", ["abcdeg", "ABCDEF"])).toBe("ABCDEF");
        expect(suggest("abcdex", ["abcdef", "abcdeg"])).toBe("abcdef");
    });

    it("finds a candidate again in any case, and offers only candidates", () => {
        const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
        fc.assert(
            fc.property(words, fc.string(), (candidates, other) => {
                expect(suggest(candidates[0]!.toUpperCase(), candidates)).toBe(candidates[0]);
                const offered = suggest(other, candidates);
                if (offered !== undefined) expect(candidates).toContain(offered);
            }),
        );
    });
});
