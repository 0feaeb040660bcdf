import { createRequire } from "node:module";
import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import * as library from "../components";
import { platformConfig } from "../config";
import { repositoryFile } from "./support/stacks";
import { readFileSync } from "node:fs";
import { parse } from "yaml";

const require = createRequire(resolve("package.json"));

interface Property {
    description?: string;
    type?: string;
    $ref?: string;
    items?: Property;
}
interface Schema {
    name: string;
    resources: Record<
        string,
        { description?: string; inputProperties: Record<string, Property>; properties: Record<string, Property> }
    >;
    types: Record<string, { properties?: Record<string, Property> }>;
}

const components = [
    library.AttestationPolicies,
    library.AttestedJob,
    library.ConfidentialCluster,
    library.ConfidentialPlatform,
    library.EnclaveImage,
    library.OpenEnclaveSample,
    library.SgxDevicePlugin,
    library.SgxQuoteHelper,
];

/** The schema other languages get, made by Pulumi's own analyzer as `pulumi package get-schema` does. */
async function schema(): Promise<Schema> {
    const { ComponentProvider } = require("@pulumi/pulumi/provider/experimental/provider.js") as {
        ComponentProvider: new (options: object) => { getSchema: () => Promise<string> };
    };
    const provider = new ComponentProvider({ dirname: resolve("."), name: "confidential-aks", components });
    return JSON.parse(await provider.getSchema()) as Schema;
}

// Pulumi's analyzer compiles the whole library: once is enough.
let made: Schema;
beforeAll(async () => {
    made = await schema();
});

describe("the schema for other languages", () => {
    test("is the one in schema.json: a change of it is a change for users", async () => {
        await expect(`${JSON.stringify(made, null, 2)}\n`).toMatchFileSnapshot(repositoryFile("schema.json"));
    });

    test("has every component under its token", () => {
        const tokens = components.map(({ name }) => `confidential-aks:index:${name}`).sort();
        expect(Object.keys(made.resources).sort()).toEqual(tokens);
    });

    test("describes every component, argument and output", () => {
        const bare = Object.entries(made.resources).flatMap(([token, { description, inputProperties, properties }]) => [
            ...(description === undefined ? [token] : []),
            ...Object.entries({ ...inputProperties, ...properties })
                .filter(([, property]) => property.description === undefined)
                .map(([name]) => `${token}.${name}`),
        ]);
        expect(bare).toEqual([]);
    });
});

describe("the configuration", () => {
    test("has the keys that the platform's arguments have, on every level", () => {
        const { resources, types } = made;
        const platform = resources["confidential-aks:index:ConfidentialPlatform"]!;
        const refs = (property: Property) => (property.$ref ?? property.items?.$ref)?.replace("#/types/", "");
        const compare = (fields: Record<string, Property>, shape: Record<string, unknown>, path: string): void => {
            expect(Object.keys(shape).sort(), path).toEqual(Object.keys(fields).sort());
            for (const [name, field] of Object.entries(fields)) {
                const nested = types[refs(field) ?? ""]?.properties;
                if (nested !== undefined) compare(nested, shapeOf(shape[name]), `${path}.${name}`);
            }
        };
        compare(platform.inputProperties, platformConfig.shape, "");
    });

    test("is declared key by key in Pulumi.yaml, each with a description", () => {
        const { config } = parse(readFileSync("Pulumi.yaml", "utf8")) as {
            config: Record<string, { description?: string }>;
        };
        expect(Object.keys(config).sort()).toEqual(Object.keys(platformConfig.shape).sort());
        expect(Object.entries(config).filter(([, { description }]) => !description)).toEqual([]);
    });

    test("names in each description the keys that an object may have", () => {
        const { config } = parse(readFileSync("Pulumi.yaml", "utf8")) as {
            config: Record<string, { description: string }>;
        };
        const shape: Record<string, unknown> = platformConfig.shape;
        const missing = Object.entries(config).flatMap(([key, { description }]) =>
            Object.keys(shapeOf(shape[key]))
                .filter((nested) => !description.includes(nested))
                .map((nested) => `${key}.${nested}`),
        );
        expect(missing).toEqual([]);
    });
});

/** The shape below optional and array; empty for a scalar. */
function shapeOf(schema: unknown): Record<string, unknown> {
    const { type, unwrap, element, shape } = schema as {
        type: string;
        unwrap?: () => unknown;
        element?: unknown;
        shape?: Record<string, unknown>;
    };
    if (type === "optional") return shapeOf(unwrap?.call(schema));
    if (type === "array") return shapeOf(element);
    return shape ?? {};
}
