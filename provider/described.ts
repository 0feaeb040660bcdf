import file from "./schema.json";

/** A property in the schema, as far as the provider reads it. */
export interface Property {
    $ref?: string;
    /** Whether the component takes a value only, and no Output. */
    plain?: boolean;
    items?: Property;
    additionalProperties?: Property;
}

type Properties = Readonly<Record<string, Property>>;

/** The schema that other languages get, as far as the provider reads it. */
interface Schema {
    version: string;
    resources: Readonly<Record<string, { inputProperties: Properties; properties: Properties }>>;
    types: Readonly<Record<string, { properties?: Properties }>>;
}

/** The package's schema (schema.json). */
export const schema = file as unknown as Schema;
