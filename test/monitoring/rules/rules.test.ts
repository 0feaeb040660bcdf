import { describe, expect, test } from "vitest";
import { emittedMetrics } from "../emitted.js";
import { quotingCases } from "./cases-quoting.js";
import { resourceCases, retirementCases } from "./cases-resources.js";
import { checkRules, failuresOf, promtool, shipped } from "./promtool.js";

/*
 * The alerts over time, by `promtool test rules`: each fires where it has to, and nowhere else. Without promtool, of
 * the Debian package prometheus, these tests are skipped.
 */
const cases = [...quotingCases, ...resourceCases];

test("the alerts ask for metrics that this package or kube-state-metrics gives", () => {
    const given = emittedMetrics();
    const names = shipped.rules.flatMap(({ expr }) => expr.match(/\b(sgx|kube)_[a-z_]+(?=[{)[ ])/g) ?? []);
    expect(names.length).toBeGreaterThan(40);
    expect([...new Set(names)].filter((name) => !given.has(name))).toEqual([]);
});

describe.skipIf(promtool === undefined)("the alerts, by promtool (skipped where it is not installed)", () => {
    test("are rules without a finding", async () => {
        expect(await checkRules({ groups: [shipped] })).toBe("");
    });

    test.each(cases.map((each) => [each.name, each] as const))("%s", async (_, each) => {
        expect(await failuresOf(shipped.rules, [each])).toBe("");
    });

    const retirement = shipped.rules.filter(({ alert }) => alert === "SgxSizeRetires");
    test.each(retirementCases.map((each) => [each.name, each] as const))("%s", async (_, each) => {
        expect(await failuresOf(retirement, [each])).toBe("");
    });

    test("each fires in a case, and is quiet in another one", () => {
        const named = [...cases, ...retirementCases].flatMap(({ at }) => Object.values(at).flatMap(Object.keys));
        expect([...new Set(named)].sort()).toEqual(shipped.rules.map(({ alert }) => alert).sort());
    });
});
