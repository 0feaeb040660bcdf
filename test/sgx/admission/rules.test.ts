import { describe, expect, test } from "vitest";
import { guardRules } from "../../../components/sgx/admission/rules";
import { completePods, labelledParts } from "../../e2e/policies/honest/attesting";
import { plainPods } from "../../e2e/policies/honest/charts";
import { labelledPod } from "../../e2e/policies/pods";
import { debugged, metadataOf, otherImage } from "./fixtures";
import { fixturesOf } from "./rules";
import { ofChange, ofNew, options, served } from "./verdict";

/*
 * Each rule with its own pods, by a CEL library: milliseconds a pod. The same pods go to a real API server in
 * test/e2e/policies.
 */
const rules = guardRules(options);

test("each rule has pods or changes that it refuses, and pods that pass, and there are none of another rule", () => {
    expect(Object.keys(fixturesOf).sort()).toEqual(rules.map(({ id }) => id).sort());
    for (const [id, { refused, refusedChanges, passes }] of Object.entries(fixturesOf)) {
        expect(Object.keys({ ...refused, ...refusedChanges }).length, id).toBeGreaterThan(0);
        expect(Object.keys(passes).length, id).toBeGreaterThan(0);
    }
});

describe.each(rules)("the rule $id", ({ id }) => {
    const { refused = {}, passes = {}, refusedChanges = {}, passingChanges = {} } = fixturesOf[id] ?? {};
    const each = <T>(table: Record<string, T>, ask: (row: T) => string) =>
        Object.fromEntries(Object.entries(table).map(([title, row]) => [title, ask(row)]));
    const all = (table: object, answer: string) =>
        Object.fromEntries(Object.keys(table).map((title) => [title, answer]));

    test("refuses", () => {
        expect(each(refused, ofNew)).toEqual(all(refused, id));
        expect(each(refusedChanges, ofChange)).toEqual(all(refusedChanges, id));
    });

    test("lets pass", () => {
        expect(each(passes, ofNew)).toEqual(all(passes, "admitted"));
        expect(each(passingChanges, ofChange)).toEqual(all(passingChanges, "admitted"));
    });

    test("is asked again of a pod from before when its image changes or it is debugged, and not when it is labelled or finished", () => {
        const before = Object.fromEntries(Object.entries(refused).map(([title, pod]) => [title, served(pod)]));
        expect(each(before, (pod) => ofChange(otherImage(pod)))).toEqual(all(before, id));
        expect(each(before, (pod) => ofChange(debugged(pod)))).toEqual(all(before, id));
        const noted = { labels: { team: "a" }, annotations: { note: "b" } };
        for (const by of ["", "status", "resize"] as const) {
            expect(each(before, (pod) => ofChange(metadataOf(pod, by, noted)))).toEqual(all(before, "admitted"));
        }
    });
});

test("honest pods pass all rules, and their images may change", () => {
    const labelled = Object.entries(labelledParts).map(([title, parts]) => [title, labelledPod(parts)] as const);
    const honest = [...Object.entries(plainPods), ...Object.entries(completePods), ...labelled];
    const admitted = honest.map(([title]) => `${title}: admitted`);
    expect(honest.map(([title, pod]) => `${title}: ${ofNew(pod)}`)).toEqual(admitted);
    expect(honest.map(([title, pod]) => `${title}: ${ofChange(otherImage(served(pod)))}`)).toEqual(admitted);
});
