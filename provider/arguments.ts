import * as pulumi from "@pulumi/pulumi";
import { isPlainObject } from "../components/problems";
import { schema, type Property } from "./described";
import { partsOf } from "./outputs";

/** Arguments for a component, and the resources that their values come from. */
export interface KnownArguments {
    args: pulumi.Inputs;
    dependencies: readonly pulumi.Resource[];
}

/**
 * The arguments with the values in place of the Outputs where a component takes plain values only. A program in another
 * language cannot always avoid such an Output: a property of another resource is one there, also where its value is
 * known. What is unknown or secret stays an Output, and the component refuses it.
 */
export async function knownArguments(
    inputs: pulumi.Inputs,
    properties: Readonly<Record<string, Property>>,
): Promise<KnownArguments> {
    const dependencies = new Set<pulumi.Resource>();
    const args = await valuesOf(inputs, properties, dependencies);
    return { args, dependencies: [...dependencies] };
}

async function valuesOf(
    values: Record<string, unknown>,
    properties: Readonly<Record<string, Property>>,
    dependencies: Set<pulumi.Resource>,
): Promise<Record<string, unknown>> {
    const entries = Object.entries(values).map(async ([key, value]) => {
        const property = properties[key];
        return [key, property === undefined ? value : await valueOf(value, property, dependencies)] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
}

async function valueOf(given: unknown, property: Property, dependencies: Set<pulumi.Resource>): Promise<unknown> {
    const value = property.plain === true && pulumi.Output.isInstance(given) ? await known(given, dependencies) : given;
    const { items, additionalProperties } = property;
    if (Array.isArray(value) && items !== undefined) {
        return Promise.all(value.map((item: unknown) => valueOf(item, items, dependencies)));
    }
    if (!isPlainObject(value)) return value;
    if (additionalProperties !== undefined) {
        const each = Object.keys(value).map((key) => [key, additionalProperties]);
        return valuesOf(value, Object.fromEntries(each) as Record<string, Property>, dependencies);
    }
    return valuesOf(value, typeProperties(property), dependencies);
}

function typeProperties({ $ref }: Property): Readonly<Record<string, Property>> {
    return schema.types[$ref?.replace("#/types/", "") ?? ""]?.properties ?? {};
}

/** The value of an Output that is known and not secret; all else as it is. */
async function known(output: pulumi.Output<unknown>, dependencies: Set<pulumi.Resource>): Promise<unknown> {
    const parts = partsOf(output);
    const [isKnown, isSecret] = await Promise.all([parts.isKnown, parts.isSecret]);
    if (!isKnown || isSecret) return output;
    for (const resource of await parts.allResources()) dependencies.add(resource);
    return parts.promise();
}
