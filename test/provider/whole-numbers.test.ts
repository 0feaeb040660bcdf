import { expect, test } from "vitest";
import { checkPlatform, type ConfidentialPlatformArgs } from "../../components";
import schema from "../../provider/schema.json";

/*
 * TypeScript has no type of whole numbers, so the schema says `integer` for every number of an argument. The components
 * have to see it the same way: a platform has all their arguments.
 */
interface Property {
    type?: string;
    $ref?: string;
    items?: Property;
}

const types = schema.types as unknown as Record<string, { properties?: Record<string, Property> }>;
const platform = schema.resources["confidential-aks:index:ConfidentialPlatform"].inputProperties;

/** Arguments with 1.5 in the place of one whole number each, by its path. */
function fractions(property: Property, path: string): [path: string, value: unknown][] {
    if (property.type === "integer") return [[path, 1.5]];
    if (property.items !== undefined) {
        return fractions(property.items, `${path}[0]`).map(([at, value]) => [at, [value]]);
    }
    const nested = types[property.$ref?.replace("#/types/", "") ?? ""]?.properties ?? {};
    return Object.entries(nested).flatMap(([key, each]) =>
        fractions(each, `${path}.${key}`).map(([at, value]): [string, unknown] => [at, { [key]: value }]),
    );
}

const all = Object.entries(platform).flatMap(([key, property]) =>
    fractions(property, key).map(([path, value]): [string, object] => [path, { [key]: value }]),
);

const smallest: ConfidentialPlatformArgs = { enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }] };

test.each(all)("%s is a whole number for the components, too", (path, args) => {
    const { problems } = checkPlatform({ ...smallest, ...args });
    expect(problems).toContainEqual(
        expect.objectContaining({ path, value: 1.5, expected: expect.stringContaining("a whole number") as string }),
    );
});
