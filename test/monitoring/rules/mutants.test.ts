import { expect, describe, test } from "vitest";
import { quotingCases } from "./cases-quoting.js";
import { resourceCases, retirementCases } from "./cases-resources.js";
import { mutantsOf } from "./mutants.js";
import { failuresOf, promtool, shipped, type Case } from "./promtool.js";

/*
 * That the cases see a wrong expression. A mutant that means the same as the expression is named here, with the reason.
 */
const equivalent: Record<string, RegExp[]> = {
    // What is unknown, 0, is in the past, and left out by the lower bound.
    SgxCollateralExpiresSoon: [/without the comparison > 0$/],
};

/** The cases about what an alert is about. */
function casesOf(alert: string) {
    const fires = ({ at }: Case) => Object.values(at).some((firing) => alert in firing);
    return [quotingCases, resourceCases].find((cases) => cases.some(fires)) ?? [];
}

describe.skipIf(promtool === undefined)("a wrong version of an alert is seen (skipped without promtool)", () => {
    test.each(shipped.rules.map((rule) => [rule.alert, rule] as const))("%s", async (alert, rule) => {
        const all = alert === "SgxSizeRetires" ? retirementCases : casesOf(alert);
        const mutants = mutantsOf(rule.expr);
        // All in one run, each under a name of its own: promtool says which of them failed.
        const nameOf = (index: number) => `${alert}_${index}_`;
        const rules = mutants.map(({ expression }, index) => ({ ...rule, alert: nameOf(index), expr: expression }));
        const cases = all.map((each) => ({
            ...each,
            at: Object.fromEntries(
                Object.entries(each.at).map(([time, firing]) => [
                    time,
                    Object.fromEntries(mutants.map((_, index) => [nameOf(index), firing[alert] ?? []])),
                ]),
            ),
        }));
        const said = await failuresOf(rules, cases);
        const survivors = mutants.filter((_, index) => !said.includes(`${nameOf(index)},`)).map(({ name }) => name);
        const isKnown = (name: string) => (equivalent[alert] ?? []).some((pattern) => pattern.test(name));
        expect(survivors.filter((name) => !isKnown(name))).toEqual([]);
        expect((equivalent[alert] ?? []).filter((pattern) => !survivors.some((name) => pattern.test(name)))).toEqual(
            [],
        );
    });
});
