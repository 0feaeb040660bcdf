import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as library from "../../../components/index.js";
import { ProblemKind, ValidationError } from "../../../components/problems/index.js";
import { badPolicies } from "../../config/bad-policies.js";
import { badPools } from "../../config/bad-pools.js";
import { badWorkloads } from "../../config/bad-workloads.js";
import { good, goodJob } from "../../config/good-config.js";
import { lateCases } from "../../provider/late-cases.js";
import { YamlProject, type Outcome, type YamlResource } from "./preview.js";

/** A component with bad arguments, and what its constructor says in TypeScript. */
interface BadComponent extends YamlResource {
    component: string;
    report: ValidationError | undefined;
}

/** The bad configurations of the program, as arguments of a platform; each has pools, which the schema requires. */
const badConfigs = [...badPools, ...badWorkloads, ...badPolicies].filter(
    ({ change = {} }) => !("enclavePools" in change && change.enclavePools === undefined),
);
const badPlatforms = badConfigs.map(({ change = {}, enclavePool, job }) => ({
    component: "ConfidentialPlatform",
    properties: {
        ...good,
        ...(enclavePool === undefined ? {} : { enclavePools: [{ ...good.enclavePools[0], ...enclavePool }] }),
        ...(job === undefined ? {} : { jobs: [{ ...goodJob, ...job }] }),
        ...("existing" in change ? { location: undefined } : {}),
        ...change,
    },
}));

const otherComponents = Object.keys(library).filter(
    (name) => name !== "ConfidentialPlatform" && Object.keys(lateCases(name)).length > 0,
);
/** A wrong value of each argument that may be an output, of all other components. */
const badOthers = otherComponents.flatMap((component) =>
    Object.values(lateCases(component)).map(({ args, bad }) => ({ component, properties: args(bad) })),
);

// Constructors that take their arguments make resources, and in a preview some arguments are only warned of.
void pulumi.runtime.setMocks(
    { newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) },
    "errors",
    "test",
    true,
);

/** All of them, by a name. */
const corpus = Object.fromEntries(
    [...badPlatforms, ...badOthers].map(({ component, properties }, at): [string, BadComponent] => {
        const name = `${component.toLowerCase()}-${at}`;
        const args = JSON.parse(JSON.stringify(properties)) as object;
        const type = `confidential-aks:${component}`;
        return [name, { component, type, properties: args, report: reportOf(component, name, args) }];
    }),
);

/**
 * What a constructor says of bad arguments. Undefined: it takes them, since only the reader of a configuration refuses
 * them, or it crashes on a type that the compiler and the schema refuse.
 */
function reportOf(component: string, name: string, args: object): ValidationError | undefined {
    const Component = library[component as keyof typeof library] as unknown as new (
        name: string,
        args: object,
    ) => object;
    try {
        new Component(name, args);
    } catch (error) {
        return error instanceof ValidationError ? error : undefined;
    }
    return undefined;
}

const resources = (cases: Record<string, BadComponent>): Record<string, YamlResource> =>
    Object.fromEntries(Object.entries(cases).map(([name, { type, properties }]) => [name, { type, properties }]));
let yaml: YamlProject;
beforeAll(async () => {
    yaml = await YamlProject.start(resolve("pulumi-resource-confidential-aks"));
});
afterAll(() => {
    yaml.stop();
});

describe("bad arguments in YAML", () => {
    let bySchema: Outcome;
    let refused: Map<string, string>;
    /** What the schema takes, and TypeScript's constructors do not. */
    let accepted: Record<string, BadComponent>;
    const byPlugin: Outcome[] = [];
    /** The engine's error of each of them. */
    const errors = new Map<string, string>();
    beforeAll(async () => {
        bySchema = await yaml.preview(resources(corpus));
        refused = yaml.typeErrors(bySchema);
        accepted = Object.fromEntries(
            Object.entries(corpus).filter(([name, { report }]) => report !== undefined && !refused.has(name)),
        );
        // The first error ends a preview, and those that come too late say only that.
        for (let open = accepted; Object.keys(open).length > 0;) {
            const outcome = await yaml.preview(resources(open));
            const before = errors.size;
            for (const { severity, message } of outcome.diagnostics) {
                const [, name = ""] =
                    /^confidential-aks:index:\w+ resource '([\w-]+)' has a problem: /.exec(message) ?? [];
                if (severity !== "error" || message.includes("grpc: the client connection is closing")) continue;
                if (errors.has(name)) throw new Error(`two errors of ${name}: ${errors.get(name)!} and ${message}`);
                errors.set(name, message);
            }
            byPlugin.push(outcome);
            if (errors.size === before)
                throw new Error(`no error of ${Object.keys(open).join(", ")}: ${outcome.printed}`);
            open = Object.fromEntries(Object.entries(open).filter(([name]) => !errors.has(name)));
        }
    });

    test("of a wrong type or none of the accepted words are refused by the schema before anything runs", () => {
        expect(bySchema.code).not.toBe(0);
        expect(bySchema.made).toEqual([]);
        const both = [...refused].flatMap(([name, error]) =>
            (corpus[name]?.report?.problems ?? []).map((problem) => ({ ...problem, error })),
        );
        for (const { path, error } of both) expect(error).toContain(path.replace(/\[.*/, "").split(".").at(-1));
        const words = both.filter(({ kind }) => kind === ProblemKind.unsupported);
        expect(words.length).toBeGreaterThanOrEqual(10);
        for (const { expected, error } of words) {
            expect(error).toContain("Allowed values are");
            for (const word of expected.split(", ")) expect(error).toContain(`(${word})`);
        }
    });

    test("are reported as in TypeScript: the same problems at the same paths, in one message each", () => {
        const expected = Object.entries(accepted).map(([name, { component, report }]) => [
            name,
            `confidential-aks:index:${component} resource '${name}' has a problem: ${report?.message ?? ""}\n`,
        ]);
        expect(Object.fromEntries(errors)).toEqual(Object.fromEntries(expected));
        for (const { printed } of byPlugin) expect(printed).not.toMatch(/^\s+at |node_modules|\bdist\//m);
    });

    test("register nothing", () => {
        for (const { code, made } of byPlugin) {
            expect(code).not.toBe(0);
            expect(made.filter((each) => !each.startsWith("pulumi:providers:"))).toEqual([]);
        }
    });

    test("are of every component and of every kind", () => {
        const cases = Object.values(accepted);
        expect(cases.length).toBeGreaterThanOrEqual(100);
        expect(new Set(cases.map(({ component }) => component))).toEqual(
            new Set([...otherComponents, "ConfidentialPlatform"]),
        );
        const kinds = cases.flatMap(({ report }) => report?.problems.map(({ kind }) => kind) ?? []);
        expect(new Set(kinds)).toEqual(new Set(Object.values(ProblemKind)));
    });
});
