import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SIGNATURE_KEY, UNKNOWN } from "../../plan/model/wire";
import { lateCases, type LateCase } from "./late-cases";
import { Plugin } from "./plugin";

/*
 * An argument that may be an output is checked when its value is known, with the sentence of a plain value. The
 * arguments come from the schema, so that each one has a case.
 */

interface Property {
    plain?: boolean;
    $ref?: string;
    items?: Property;
    additionalProperties?: Property;
}
type Properties = Record<string, Property>;
const schema = JSON.parse(readFileSync("provider/schema.json", "utf8")) as {
    resources: Record<string, { inputProperties: Properties }>;
    types: Record<string, { properties?: Properties }>;
};

/** The arguments below a property that may be outputs. */
function outputsOf(path: string, property: Property): string[] {
    const { items, additionalProperties: values, $ref = "" } = property;
    const own = property.plain === true || values?.plain === true ? [] : [path];
    if (items !== undefined) return [...own, ...outputsOf(`${path}[]`, items)];
    if (values !== undefined) return [...own, ...outputsOf(`${path}{}`, values)];
    const inner = schema.types[$ref.replace("#/types/", "")]?.properties;
    if (inner === undefined) return own;
    return [...own, ...Object.entries(inner).flatMap(([key, each]) => outputsOf(`${path}.${key}`, each))];
}

const components = Object.entries(schema.resources).map(([token, { inputProperties }]) => ({
    token,
    component: token.split(":")[2]!,
    outputs: Object.entries(inputProperties).flatMap(([key, property]) => outputsOf(key, property)),
}));

/** The form in which the engine sends an output. */
const output = { [SIGNATURE_KEY]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" };
const known = (value: unknown) => ({ ...output, value });
const secret = (value: unknown) => ({ ...output, value, secret: true });

let plugin: Plugin;
let count = 0;

/** What the plugin says of a component with the arguments; empty when it makes it. */
async function refusal(token: string, args: object): Promise<string> {
    count += 1;
    try {
        await plugin.construct(token, `c${count}`, JSON.parse(JSON.stringify(args)) as object);
        return "";
    } catch (error) {
        return (error as { details?: string }).details ?? String(error);
    }
}

/** The lines of one problem: the value, what is accepted, what to do. */
const linesAt = (report: string, path: string) => {
    const lines = report.split("\n");
    const at = lines.findIndex((line) => line.startsWith(`  ${path} = `));
    return lines.slice(at, at + 3);
};

describe.each(components)("$component", ({ token, component, outputs }) => {
    const cases = lateCases(component);
    // One for all would keep everything of all these components in memory.
    beforeAll(async () => {
        plugin = await Plugin.start("as an executable");
    });
    afterAll(() => {
        plugin.stop();
    });

    test("each argument that may be an output has a case", () => {
        expect(Object.keys(cases).sort()).toEqual([...outputs].sort());
    });

    test.each(Object.entries(cases))("%s", async (_argument, { args, path, bad }: LateCase) => {
        const both = (...values: [unknown, unknown]) =>
            Promise.all([refusal(token, args(values[0])), refusal(token, args(values[1]))]);
        // Beside each other: each has its own errors.
        const [ofPlain, report] = await both(bad, known(bad));
        const plain = linesAt(ofPlain, path);
        expect(plain).toHaveLength(3);
        // Some are refused whatever their value is.
        const isShown = !plain[1]!.startsWith("    not allowed");
        expect(linesAt(report, path).slice(isShown ? 0 : 1)).toEqual(plain.slice(isShown ? 0 : 1));
        expect(report).toContain("confidential-aks: 1 problem in");
        expect(report).not.toMatch(/^ +at /m);

        if (!Array.isArray(bad)) expect(plugin.hasSent(JSON.stringify(bad))).toBe(false);

        // The parts of a platform are components, which have their own cases.
        if (component === "ConfidentialPlatform") return;
        const [hidden, ofUnknown] = await both(secret(bad), UNKNOWN);
        expect(linesAt(hidden, path)[1]).toBe(plain[1]);
        if (!Array.isArray(bad)) {
            expect(hidden).not.toContain(String(bad));
            expect(plugin.hasSent(JSON.stringify(bad))).toBe(false);
        }
        expect(ofUnknown === "").toBe(isShown);
    });
});
