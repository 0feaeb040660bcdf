import { readFileSync } from "node:fs";
import { ComponentResource } from "@pulumi/pulumi";
import Ajv from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as library from "../../components";
import { functions } from "../../provider/functions";
import { makeSchema } from "../../provider/schema/make";
import type { ObjectSpec, PackageSpec, PropertySpec, TypeSpec } from "../../provider/schema/package-schema";
import { repositoryFile } from "../support/stacks";

// Pulumi's analyzer compiles the whole library: once is enough.
let made: PackageSpec;
beforeAll(async () => {
    made = await makeSchema();
});

const prefix = "confidential-aks:index:";
const names = (specs: object) => Object.keys(specs).map((token) => token.replace(prefix, ""));

/** Every object of the schema with its path: types, inputs and outputs of components, and of functions. */
function objects(): [path: string, ObjectSpec][] {
    const types = Object.entries(made.types).flatMap(([token, type]): [string, ObjectSpec][] =>
        type.type === "object" ? [[token, type]] : [],
    );
    const resources = Object.entries(made.resources).flatMap(([token, resource]): [string, ObjectSpec][] => [
        [token, resource],
        [`${token} (inputs)`, { properties: resource.inputProperties, required: resource.requiredInputs }],
    ]);
    const functionObjects = Object.entries(made.functions).flatMap(([token, each]): [string, ObjectSpec][] => [
        [`${token} (inputs)`, each.inputs],
        [`${token} (outputs)`, each.outputs],
    ]);
    return [...types, ...resources, ...functionObjects];
}

function properties(): [path: string, PropertySpec][] {
    return objects().flatMap(([path, object]) =>
        Object.entries(object.properties).map(([key, property]): [string, PropertySpec] => [
            `${path}.${key}`,
            property,
        ]),
    );
}

/** The type, and those of its items and values. */
function within(type: TypeSpec): TypeSpec[] {
    const inner = [type.items, type.additionalProperties].filter((each) => each !== undefined);
    return [type, ...inner.flatMap(within)];
}

describe("the schema for other languages", () => {
    test("is the one in provider/schema.json: a change of it is a change for users", async () => {
        await expect(`${JSON.stringify(made, null, 2)}\n`).toMatchFileSnapshot(repositoryFile("provider/schema.json"));
    });

    test("has the version of the package", () => {
        const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
        expect(made.version).toBe(version);
    });

    test("has every component and every function of the package", () => {
        const components = Object.entries(library)
            .filter(([, value]) => typeof value === "function" && value.prototype instanceof ComponentResource)
            .map(([name]) => name);
        expect(names(made.resources).sort()).toEqual(components.sort());
        expect(names(made.functions).sort()).toEqual(Object.keys(functions).sort());
    });

    test("describes every component, function, type, value, property and argument", () => {
        const named = Object.entries({ ...made.resources, ...made.functions, ...made.types });
        const values = Object.entries(made.types).flatMap(([token, type]) =>
            "enum" in type ? type.enum.map((value) => [`${token} ${value.value}`, value] as const) : [],
        );
        const bare = [...named, ...values, ...properties()].filter(([, { description = "" }]) => description === "");
        expect(bare.map(([path]) => path)).toEqual([]);
    });

    test("says nothing that only TypeScript has", () => {
        const texts = JSON.stringify(made).matchAll(
            /[^."]*(\{@|\bundefined\b|workloadOptions|kubernetesProvider|pulumi\.Input|\w+Args`)[^."]*/g,
        );
        const ownArguments = /^Arguments of|^Result of/;
        expect([...texts].map(([text]) => text).filter((text) => !ownArguments.test(text))).toEqual([]);
    });

    test("names no type with the suffix that SDKs append", () => {
        expect(names(made.types).filter((name) => name.endsWith("Args"))).toEqual([]);
    });

    test("refers to types that it has, and to Pulumi's own, and has no type that nothing refers to", () => {
        const refs = properties().flatMap(([, property]) => within(property).flatMap(({ $ref }) => $ref ?? []));
        const own = refs.filter((ref) => ref !== "pulumi.json#/Any").map((ref) => ref.replace("#/types/", ""));
        expect([...new Set(own)].sort()).toEqual(Object.keys(made.types).sort());
    });

    test("requires only properties that it has", () => {
        const missing = objects().flatMap(([path, object]) =>
            (object.required ?? []).filter((key) => !(key in object.properties)).map((key) => `${path}.${key}`),
        );
        expect(missing).toEqual([]);
    });

    test("marks every kubeconfig as a secret, and nothing else", () => {
        const outputs = Object.entries(made.resources).flatMap(([token, resource]) =>
            Object.entries(resource.properties).map(([key, property]) => [`${token}.${key}`, property] as const),
        );
        const secret = outputs.filter(([, property]) => property.secret === true).map(([path]) => path);
        expect(secret).toEqual(outputs.map(([path]) => path).filter((path) => path.endsWith(".kubeconfig")));
        expect(secret).toHaveLength(3);
    });

    test("has whole numbers, except for bytes, which 32 bits cannot hold", () => {
        const fractions = properties().filter(([, property]) => within(property).some(({ type }) => type === "number"));
        const bytes = properties().filter(([path]) => /(\.b|B)ytes$/.test(path));
        expect(fractions.map(([path]) => path)).toEqual(bytes.map(([path]) => path));
    });

    test("gives an output to every argument that takes one", () => {
        const { resourceGroupName, enclavePools, tags } =
            made.resources[`${prefix}ConfidentialCluster`]!.inputProperties;
        expect([resourceGroupName, tags].map((property) => property?.plain)).toEqual([undefined, undefined]);
        expect(enclavePools).toMatchObject({ plain: true, items: { plain: true } });
        const { env } = made.resources[`${prefix}AttestedJob`]!.inputProperties;
        expect(env).toMatchObject({ plain: true, additionalProperties: { type: "string" } });
        expect(env?.additionalProperties).not.toHaveProperty("plain");
    });

    test("lists the values of a closed set in the order of the sources, under the names of the sources", () => {
        const tier = made.types[`${prefix}ClusterTier`];
        expect(tier).toMatchObject({
            enum: Object.entries(library.ClusterTier).map(([name, value]) => ({ name, value })),
        });
    });

    test("has no default: the components apply them, and an SDK that did so would pass them as given", () => {
        expect(properties().filter(([, property]) => "default" in property)).toEqual([]);
    });

    test("is what Pulumi's schema of schemas allows, without a key that is unknown there", () => {
        const formats = { regex: true, "uri-reference": true } as const;
        const validate = new Ajv({ strict: false, allErrors: true, formats }).compile(strictMetaschema());
        validate(JSON.parse(JSON.stringify(made)));
        expect(validate.errors ?? []).toEqual([]);
        const unknown = JSON.parse(JSON.stringify(made)) as PackageSpec;
        Object.assign(unknown.resources[`${prefix}AttestedJob`]!.inputProperties.image!, { optional: true });
        expect(validate(unknown)).toBe(false);
    });
});

/**
 * Pulumi's schema of package schemas (https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/codegen/schema/pulumi.json),
 * made to refuse keys that it does not know.
 */
function strictMetaschema(): object {
    const schema = JSON.parse(readFileSync("test/fixtures/pulumi-metaschema.json", "utf8")) as {
        $defs: Record<string, object>;
    };
    for (const name of ["propertySpec", "complexTypeSpec", "resourceSpec", "functionSpec"]) {
        Object.assign(schema.$defs[name]!, { unevaluatedProperties: false });
    }
    return schema;
}

describe("the configuration", () => {
    const { config } = parse(readFileSync("Pulumi.yaml", "utf8")) as {
        config: Record<string, { description?: string }>;
    };
    const platformArguments = () => made.resources[`${prefix}ConfidentialPlatform`]!.inputProperties;

    test("is declared key by key in Pulumi.yaml, each with a description", () => {
        expect(Object.keys(config).sort()).toEqual(Object.keys(platformArguments()).sort());
        expect(Object.entries(config).filter(([, { description }]) => !description)).toEqual([]);
    });

    test("names in each description the keys that an object may have", () => {
        const missing = Object.entries(config).flatMap(([key, { description = "" }]) =>
            keysOf(platformArguments()[key]!)
                .filter((nested) => !description.includes(nested))
                .map((nested) => `${key}.${nested}`),
        );
        expect(missing).toEqual([]);
    });
});

/** The keys of an object, or of the objects in a list; none of a scalar. */
function keysOf(property: PropertySpec): string[] {
    const type = made.types[(property.$ref ?? property.items?.$ref)?.replace("#/types/", "") ?? ""];
    return type?.type === "object" ? Object.keys(type.properties) : [];
}
