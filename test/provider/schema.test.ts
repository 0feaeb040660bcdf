import { createRequire } from "node:module";
import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import * as library from "../../components";
import { repositoryFile } from "../support/stacks";
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
    library.ExistingCluster,
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
    test("is the one in provider/schema.json: a change of it is a change for users", async () => {
        await expect(`${JSON.stringify(made, null, 2)}\n`).toMatchFileSnapshot(repositoryFile("provider/schema.json"));
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
    test("is declared key by key in Pulumi.yaml, each with a description", () => {
        const { config } = parse(readFileSync("Pulumi.yaml", "utf8")) as {
            config: Record<string, { description?: string }>;
        };
        expect(Object.keys(config).sort()).toEqual(Object.keys(platformArguments()).sort());
        expect(Object.entries(config).filter(([, { description }]) => !description)).toEqual([]);
    });

    test("names in each description the keys that an object may have", () => {
        const { config } = parse(readFileSync("Pulumi.yaml", "utf8")) as {
            config: Record<string, { description: string }>;
        };
        const missing = Object.entries(config).flatMap(([key, { description }]) =>
            Object.keys(propertiesOf(platformArguments()[key]!))
                .filter((nested) => !description.includes(nested))
                .map((nested) => `${key}.${nested}`),
        );
        expect(missing).toEqual([]);
    });
});

function platformArguments(): Record<string, Property> {
    return made.resources["confidential-aks:index:ConfidentialPlatform"]!.inputProperties;
}

/** The properties of an object, or of the objects in a list; none of a scalar. */
function propertiesOf(property: Property): Record<string, Property> {
    const type = (property.$ref ?? property.items?.$ref)?.replace("#/types/", "") ?? "";
    return made.types[type]?.properties ?? {};
}
