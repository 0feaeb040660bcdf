/*
 * The parts of Pulumi's package schema that this package uses
 * (https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/).
 */

/** What a value looks like. */
export interface TypeSpec {
    type?: "string" | "number" | "integer" | "boolean" | "array" | "object";
    $ref?: string;
    items?: TypeSpec;
    additionalProperties?: TypeSpec;
    plain?: boolean;
}

/** A property of an object, a component or a function. */
export interface PropertySpec extends TypeSpec {
    description?: string;
    deprecationMessage?: string;
    secret?: boolean;
}

export type Properties = Record<string, PropertySpec>;

/** Properties, with the names of those that are always there. */
export interface ObjectSpec {
    description?: string;
    properties: Properties;
    required?: string[];
}

/** A value of a closed set. */
interface EnumValueSpec {
    name: string;
    value: string;
    description?: string;
    deprecationMessage?: string;
}

/** A type with a name. */
export type NamedTypeSpec =
    ({ type: "object" } & ObjectSpec) | { type: "string"; description?: string; enum: EnumValueSpec[] };

/** A component. */
export interface ResourceSpec extends ObjectSpec {
    deprecationMessage?: string;
    isComponent: true;
    inputProperties: Properties;
    requiredInputs: string[];
}

/** A function. */
export interface FunctionSpec {
    description?: string;
    deprecationMessage?: string;
    inputs: ObjectSpec;
    outputs: ObjectSpec;
}

/** What a package is called, and by whom. */
export interface PackageMetadata {
    name: string;
    displayName: string;
    version: string;
    description: string;
    keywords: string[];
    homepage: string;
    license: string;
    repository: string;
    publisher: string;
    language: Record<string, object>;
}

/** The schema of a package. */
export interface PackageSpec extends PackageMetadata {
    types: Record<string, NamedTypeSpec>;
    resources: Record<string, ResourceSpec>;
    functions: Record<string, FunctionSpec>;
}
