import { describe, expect, test } from "vitest";
import { schemaNames } from "../../provider/schema/names";
import type { NamedTypeSpec } from "../../provider/schema/package-schema";
import { renamed } from "../../provider/schema/rename";
import { declarationOf, declarationsOf, propertiesOf, type Sources } from "../../provider/schema/sources";
import { closedSet, DeclaredTypes } from "../../provider/schema/declared-types";

/** Declarations of one file, by name. */
function sourcesOf(text: string): Sources {
    const byName = new Map<string, ReturnType<typeof declarationsOf>[number][1][]>();
    for (const [name, declaration] of declarationsOf(text, "a.ts")) {
        byName.set(name, [...(byName.get(name) ?? []), declaration]);
    }
    return byName;
}

describe("the reader of sources", () => {
    test("takes the comment next to a property, in paragraphs, and what makes it deprecated", () => {
        const sources = sourcesOf(`
            /** Not this one. */

            /**
             * A pool.
             *
             * With {@link Other} nodes.
             */
            export interface PoolArgs {
                /**
                 * Old name.
                 * @deprecated Use \`name\`.
                 */
                title?: string;
                name: string;
            }`);
        expect(declarationOf(sources, "PoolArgs").description).toBe("A pool.\n\nWith {@link Other} nodes.");
        expect(propertiesOf(sources, "PoolArgs").get("title")).toMatchObject({
            description: "Old name.",
            deprecationMessage: "Use `name`.",
            isOptional: true,
        });
        expect(propertiesOf(sources, "PoolArgs").get("name")).not.toHaveProperty("description");
    });

    test("takes inherited properties, unless the interface has its own", () => {
        const sources = sourcesOf(`
            interface Base {
                /** Of the base. */
                count?: number;
                /** Of the base. */
                zones?: string[];
            }
            interface Pool extends Base {
                /** Its own. */
                count: number;
            }`);
        expect([...propertiesOf(sources, "Pool")].map(([key, { description }]) => [key, description])).toEqual([
            ["count", "Its own."],
            ["zones", "Of the base."],
        ]);
    });

    test("refuses a name that two declarations have, and one that none has", () => {
        const sources = sourcesOf("interface Pool { a: string } export class Pool { b = 1 }");
        expect(() => declarationOf(sources, "Pool")).toThrow("Pool is declared in a.ts, a.ts: rename all but one");
        expect(() => declarationOf(sources, "Node")).toThrow("Node is not declared in the sources");
    });

    test("takes the values of a closed set", () => {
        const sources = sourcesOf(`
            /** How. */
            export const Mode = {
                /** By hand. */
                byHand: "by-hand",
                none: "none",
            } as const;
            export type Mode = (typeof Mode)[keyof typeof Mode];`);
        expect(closedSet(sources, "Mode")).toEqual({
            type: "string",
            description: "How.",
            enum: [
                { name: "byHand", value: "by-hand", description: "By hand." },
                { name: "none", value: "none" },
            ],
        });
    });
});

describe("types of a function", () => {
    test("are read with all that they refer to", () => {
        const types = new DeclaredTypes(
            sourcesOf(`
                const Mode = { a: "A" } as const;
                interface Share {
                    bytes: number;
                    /** How many. */
                    count?: number;
                }
                interface Args { workload: object; shares?: readonly here.Share[]; mode: Mode }`),
        );
        expect(types.object("Args")).toEqual({
            properties: {
                workload: { $ref: "pulumi.json#/Any" },
                shares: { type: "array", items: { $ref: "#/types/confidential-aks:index:Share" } },
                mode: { $ref: "#/types/confidential-aks:index:Mode" },
            },
            required: ["mode", "workload"],
        });
        expect(types.types).toEqual({
            Share: {
                type: "object",
                properties: { bytes: { type: "number" }, count: { type: "integer", description: "How many." } },
                required: ["bytes"],
            },
            Mode: { type: "string", enum: [{ name: "a", value: "A" }] },
        });
    });

    test("cannot be those that other languages lack", () => {
        const types = new DeclaredTypes(sourcesOf("interface Args { wait: string | boolean }"));
        expect(() => types.object("Args")).toThrow("Args.wait: not every language has the type string | boolean");
    });
});

describe("names of types", () => {
    test("lose the suffix that SDKs append, in references and descriptions as well", () => {
        const pool: NamedTypeSpec = {
            type: "object",
            description: "As `PoolArgs`, see {@link PoolArgs | pools}.",
            properties: { next: { type: "array", items: { $ref: "#/types/confidential-aks:index:PoolArgs" } } },
        };
        const names = schemaNames(["PoolArgs", "Mode"], ["Cluster"]);
        expect(renamed({ types: { PoolArgs: pool }, resources: {}, functions: {} }, names).types).toEqual({
            "confidential-aks:index:Pool": {
                type: "object",
                description: "As `Pool`, see `Pool`.",
                properties: { next: { type: "array", items: { $ref: "#/types/confidential-aks:index:Pool" } } },
            },
        });
    });

    test.each([
        ["another type", ["PoolArgs", "Pool"], []],
        ["a component", ["ClusterArgs"], ["Cluster"]],
        ["a function, whose arguments SDKs call the same", ["Budget"], ["budget"]],
    ])("must not become that of %s", (_, types, others) => {
        expect(() => schemaNames(types, others)).toThrow("declare another name for the type");
    });
});
