import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { checkedLater, checkedListLater } from "../../components/shared/checked-later";
import { expectRejected, theTest } from "../support/failure";

const isGood = (path: string, value: unknown) =>
    value === "good" ? [] : [{ path, value, expected: '"good"', remedy: "write it", kind: "invalid" as const }];
const later = (value: unknown) => checkedLater(theTest, value, (known) => isGood("value", known));
const items = (list: pulumi.Input<pulumi.Input<string>[]> | undefined) =>
    checkedListLater(theTest, "list", list, (all) =>
        all.flatMap((item, at) => (pulumi.Output.isInstance(item) ? [] : isGood(`list[${at}]`, item))),
    );
const valueOf = <T>(output: pulumi.Input<T>) => new Promise((done) => pulumi.output(output).apply(done));

describe("an input that is checked when it is known", () => {
    test("is the same value where it is plain: that was checked before", () => {
        expect(later("bad")).toBe("bad");
        expect(later(undefined)).toBeUndefined();
    });

    test.each([
        ["an output", (value: string) => pulumi.output(value)],
        ["a promise", (value: string) => Promise.resolve(value)],
    ])("may be %s, which passes when it is good and fails when it is not", async (_what, wrap) => {
        expect(await valueOf(later(wrap("good")))).toBe("good");
        const error = await expectRejected(later(wrap("bad")));
        // Other resources may have been created by then.
        expect(String(error)).toContain("1 problem in the test; the update stops here.");
    });
});

test("the value of a secret is not shown, nor is a remedy that may tell it", async () => {
    const check = (value: unknown) => [
        { path: "pin", value, expected: "text", remedy: `write "${String(value)}"`, kind: "invalid" as const },
    ];
    const error = await expectRejected(checkedLater(theTest, pulumi.secret(73519264), check));
    expect(String(error)).toContain("pin = [hidden]");
    expect(String(error)).not.toContain("73519264");
    expect(String(await expectRejected(checkedLater(theTest, pulumi.output(73519264), check)))).toContain("73519264");
});

describe("a list that is checked when it is known", () => {
    test("is the same list where all is plain, and nothing where there is none", () => {
        expect(items(["bad"])).toEqual(["bad"]);
        expect(items(undefined)).toBeUndefined();
    });

    test("may be an output as a whole", async () => {
        expect(await valueOf(items(pulumi.output(["good", "good"]))!)).toEqual(["good", "good"]);
        await expectRejected(items(pulumi.output(["good", "bad"])));
    });

    test("may turn out to be nothing, or no list", async () => {
        const nothing = pulumi.output(undefined) as unknown as pulumi.Output<string[]>;
        expect(await valueOf(items(nothing)!)).toBeUndefined();
        const text = pulumi.output("good") as unknown as pulumi.Output<string[]>;
        expect(String(await expectRejected(items(text)))).toContain("expected: a list");
    });

    test("may hold outputs, each of which fails alone", async () => {
        const [plain, good, bad] = items(["good", pulumi.output("good"), pulumi.output("bad")]) as unknown[];
        expect(plain).toBe("good");
        expect(await valueOf(good)).toBe("good");
        await expectRejected(bad);
    });
});
