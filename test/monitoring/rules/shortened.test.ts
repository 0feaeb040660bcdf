import { expect, test } from "vitest";
import { shortened } from "../../e2e/support/shortened.js";
import { shipped } from "./promtool.js";

/*
 * End-to-end tests do not wait for minutes: they have the rules that ship with seconds in the place of minutes, and
 * with nothing else changed.
 */
test("rules with shorter durations are those that ship, with seconds in the place of minutes", () => {
    const short = shortened(shipped);
    const back = short.rules.map((rule) => ({
        ...rule,
        for: rule.for.replace(/s$/, "m"),
        expr: rule.expr.replace(/\[(\d+)s\]/g, "[$1m]"),
    }));
    expect({ ...short, rules: back }).toEqual(shipped);
    const text = short.rules.map((rule) => `${rule.for} ${rule.expr}`).join("\n");
    expect(text.match(/\b\d+s\b/g)?.length).toBeGreaterThan(short.rules.length);
    expect(text).not.toMatch(/\b\d+(ms|m|h|d|w)\b/);
});

test("a duration that is not in minutes is no rule that can be shortened", () => {
    const [rule] = shipped.rules;
    expect(() => shortened({ name: "one", rules: [{ ...rule!, for: "1h" }] })).toThrow("1h is not in whole minutes");
    expect(() => shortened({ name: "one", rules: [{ ...rule!, expr: "x[30s]" }] })).toThrow("30s is not");
});
