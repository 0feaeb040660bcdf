import ts from "typescript";
import type { NamedTypeSpec, ObjectSpec, Properties, TypeSpec } from "./package-schema";
import { commentOf, declarationOf, lastName, propertiesOf, type Sources } from "./sources";
import { refTo } from "./tokens";

const scalars: Partial<Record<ts.SyntaxKind, TypeSpec>> = {
    [ts.SyntaxKind.StringKeyword]: { type: "string" },
    [ts.SyntaxKind.NumberKeyword]: { type: "number" },
    [ts.SyntaxKind.BooleanKeyword]: { type: "boolean" },
    [ts.SyntaxKind.ObjectKeyword]: { $ref: "pulumi.json#/Any" },
};

/** Types read out of their declarations, with all that they refer to. */
export class DeclaredTypes {
    /** The types that were referred to, by their names in TypeScript. */
    readonly types: Record<string, NamedTypeSpec> = {};

    constructor(private readonly sources: Sources) {}

    /** The properties of an interface. */
    object(name: string): ObjectSpec {
        const all = [...propertiesOf(this.sources, name)];
        const properties: Properties = Object.fromEntries(
            all.map(([key, property]) => [
                key,
                { ...numbersIn(key, this.type(property.type, `${name}.${key}`)), ...commentOf(property) },
            ]),
        );
        const required = all.filter(([, { isOptional }]) => !isOptional).map(([key]) => key);
        return { ...commentOf(declarationOf(this.sources, name)), properties, required: required.sort() };
    }

    private type(node: ts.TypeNode | undefined, path: string): TypeSpec {
        if (node === undefined) throw new Error(`${path} has no type`);
        const scalar = scalars[node.kind];
        if (scalar !== undefined) return scalar;
        if (ts.isTypeOperatorNode(node)) return this.type(node.type, path);
        if (ts.isArrayTypeNode(node)) return { type: "array", items: this.type(node.elementType, path) };
        if (ts.isTypeReferenceNode(node)) return this.reference(lastName(node.typeName.getText()));
        throw new Error(`${path}: not every language has the type ${node.getText()}`);
    }

    private reference(name: string): TypeSpec {
        if (!(name in this.types)) {
            const isClosedSet = declarationOf(this.sources, name).values.length > 0;
            this.types[name] = isClosedSet ? closedSet(this.sources, name) : { type: "object", ...this.object(name) };
        }
        return { $ref: refTo(name) };
    }
}

/** The closed set of a name: its values in the order of the sources. */
export function closedSet(sources: Sources, name: string): NamedTypeSpec {
    const { values, ...declaration } = declarationOf(sources, name);
    return { type: "string", ...commentOf(declaration), enum: [...values] };
}

/**
 * The type with numbers as whole ones, which TypeScript has no type for; all of this package's are. Bytes stay
 * `number`: C# and Java have 32 bits in their integers.
 */
export function numbersIn(property: string, type: TypeSpec): TypeSpec {
    if (type.type === "number") return { ...type, type: /(^b|B)ytes$/.test(property) ? "number" : "integer" };
    const { items, additionalProperties } = type;
    return {
        ...type,
        ...(items === undefined ? {} : { items: numbersIn(property, items) }),
        ...(additionalProperties === undefined
            ? {}
            : { additionalProperties: numbersIn(property, additionalProperties) }),
    };
}
