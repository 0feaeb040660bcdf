import { describe, expect, it } from "vitest";
import { changesBetween, type Change } from "../../../plan/diff/changes.js";
import { formatPath, type Step } from "../../../plan/diff/path.js";
import type { PlanObject, PlanValue } from "../../../plan/model/format.js";
import { fc } from "../../support/fast-check.js";

const scalar = fc.constantFrom<PlanValue>(null, true, 1, "x", "y", { $plan: "unknown" }, { $plan: "secret" });
const keys = fc.constantFrom("a", "b", "spec", "constructor", "a.b");
const { object } = fc.letrec<{ value: PlanValue; object: PlanObject; named: PlanObject[] }>((tie) => ({
    value: fc.oneof(
        { maxDepth: 4, depthSize: "small" },
        scalar,
        tie("object"),
        tie("named"),
        fc.array(scalar, { maxLength: 3 }),
        fc.array(tie("object"), { maxLength: 2 }),
    ),
    object: fc.dictionary(keys, tie("value"), { maxKeys: 3 }),
    named: fc
        .uniqueArray(fc.constantFrom("p", "q", "r", "s", "t"), { maxLength: 5 })
        .chain((names) =>
            fc.tuple(...names.map((name) => fc.record({ name: fc.constant(name), value: tie("value") }))),
        ),
}));

/** The old object with the changes made to it. */
function applied(before: PlanObject, changes: readonly Change[]): PlanValue {
    return withChanges(
        before,
        changes.map(({ path, ...change }) => ({ ...change, path, rest: path })),
    );
}

interface Pending extends Change {
    /** What is left of the path below the value that it is applied to. */
    rest: Step[];
}

function withChanges(value: PlanValue, changes: readonly Pending[]): PlanValue {
    const whole = changes.find(({ rest, kind }) => rest.length === 0 && kind !== "reorder");
    if (whole !== undefined) return whole.after as PlanValue;
    const below = changes.filter(({ rest }) => rest.length > 0);
    if (below.length === 0) return value;
    return Array.isArray(value) ? withItems(value, below) : withFields(value as PlanObject, below);
}

/** What the changes say of each step, which is taken off their paths. */
function byStep(changes: readonly Pending[]): { step: Step | undefined; changes: Pending[] }[] {
    const groups = new Map<string, Pending[]>();
    for (const change of changes) {
        const key = JSON.stringify(change.rest[0]);
        groups.set(key, [...(groups.get(key) ?? []), change]);
    }
    return [...groups.values()].map((group) => ({
        step: group[0]?.rest[0],
        changes: group.map((change) => ({ ...change, rest: change.rest.slice(1) })),
    }));
}

function isGone(changes: readonly Pending[]): boolean {
    return changes.some(({ rest, kind }) => rest.length === 0 && kind === "remove");
}

function withFields(value: PlanObject, pending: readonly Pending[]): PlanObject {
    const fields = new Map(Object.entries(value));
    for (const { step, changes } of byStep(pending)) {
        if (isGone(changes)) fields.delete(step as string);
        else fields.set(step as string, withChanges(fields.get(step as string) ?? null, changes));
    }
    return Object.fromEntries(fields);
}

/** Items that are added or moved get their places, and those that are left fill the gaps in their old order. */
function withItems(list: readonly PlanValue[], pending: readonly Pending[]): PlanValue[] {
    const rest: (PlanValue | undefined)[] = [...list];
    const placed = new Map<number, PlanValue>();
    for (const { step, changes } of byStep(pending)) {
        const { before, after } =
            typeof step === "number" ? { before: step, after: step } : (step as { before?: number; after?: number });
        const item = withChanges((before === undefined ? undefined : list[before]) ?? null, changes);
        if (before !== undefined) rest[before] = isGone(changes) ? undefined : item;
        if (before !== undefined && !changes.some(({ kind, rest: left }) => kind === "reorder" && left.length === 0))
            continue;
        if (before !== undefined) rest[before] = undefined;
        placed.set(after ?? 0, item);
    }
    const kept = rest.filter((item) => item !== undefined);
    return Array.from({ length: kept.length + placed.size }, (_, at) => placed.get(at) ?? kept.shift() ?? null);
}

describe("differences of two objects", () => {
    it("made to the old one, give the new one", () => {
        fc.assert(
            fc.property(object, object, (before, after) => {
                expect(applied(before, changesBetween(before, after))).toEqual(after);
            }),
            { numRuns: 2000 },
        );
    });

    it("are none between two that are equal, whatever the order of their keys", () => {
        fc.assert(
            fc.property(object, (value) => {
                const other = Object.fromEntries(Object.entries(structuredClone(value)).reverse());
                expect(changesBetween(value, other)).toEqual([]);
            }),
        );
    });

    it("move as few items of a list as possible", () => {
        const list = (names: string) => ({ env: Array.from(names).map((name) => ({ name })) });
        const moves = (before: string, after: string) =>
            changesBetween(list(before), list(after)).map(({ path, kind }) => `${kind} ${formatPath(path)}`);
        expect(moves("abcde", "bcdea")).toEqual(["reorder env[a]"]);
        expect(moves("abcde", "eabcd")).toEqual(["reorder env[e]"]);
        expect(moves("abc", "xabc")).toEqual(["add env[x]"]);
        expect(moves("abc", "ac")).toEqual(["remove env[b]"]);
        expect(moves("abcd", "dxba")).toEqual(["reorder env[b]", "remove env[c]", "reorder env[d]", "add env[x]"]);
    });

    it("name items without names of their own by their places", () => {
        const list = (...values: number[]) => ({ mounts: values.map((value) => ({ name: "same", value })) });
        const paths = (before: PlanObject, after: PlanObject) =>
            changesBetween(before, after).map(({ path }) => formatPath(path));
        expect(paths(list(1, 2), list(3, 4))).toEqual(["mounts[0].value", "mounts[1].value"]);
        expect(paths(list(1, 2), list(1, 2, 3))).toEqual(["mounts"]);
    });

    it("see keys that every JavaScript object has", () => {
        const labels = (...names: string[]) => ({ labels: Object.fromEntries(names.map((name) => [name, "x"])) });
        expect(changesBetween(labels("constructor"), labels("toString"))).toEqual([
            { path: ["labels", "constructor"], kind: "remove", before: "x" },
            { path: ["labels", "toString"], kind: "add", after: "x" },
        ]);
    });

    it("do not take a secret of a saved plan, which has no digest, for another one, in a list of texts either", () => {
        const command = (digest: object): PlanObject => ({ command: ["login", { $plan: "secret", ...digest }] });
        expect(changesBetween(command({}), command({ digest: "b" }))).toEqual([]);
        expect(changesBetween(command({ digest: "a" }), command({ digest: "b" }))).toEqual([
            { path: ["command"], kind: "change", before: command({})["command"], after: command({})["command"] },
        ]);
    });
});
