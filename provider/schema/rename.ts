import type { FunctionSpec, NamedTypeSpec, ObjectSpec, Properties, ResourceSpec, TypeSpec } from "./package-schema";
import { commentOf, type Comment } from "./sources";
import { nameInRef, refTo, tokenOf } from "./tokens";

/** Types, components and functions by name. */
export interface Specs {
    types: Record<string, NamedTypeSpec>;
    resources: Record<string, ResourceSpec>;
    functions: Record<string, FunctionSpec>;
}

/** The same by token, with the names that `names` has for TypeScript's types. */
export function renamed({ types, resources, functions }: Specs, names: ReadonlyMap<string, string>): Specs {
    const renamer = new Renamer(names);
    return {
        types: byToken(types, (type) => renamer.namedType(type), names),
        resources: byToken(resources, (resource) => renamer.resource(resource)),
        functions: byToken(functions, (each) => renamer.function(each)),
    };
}

function byToken<T>(specs: Record<string, T>, change: (spec: T) => T, names?: ReadonlyMap<string, string>) {
    return Object.fromEntries(
        Object.entries(specs).map(([name, spec]) => [tokenOf(names?.get(name) ?? name), change(spec)]),
    );
}

class Renamer {
    constructor(private readonly names: ReadonlyMap<string, string>) {}

    namedType(type: NamedTypeSpec): NamedTypeSpec {
        if (type.type === "object") return { ...type, ...this.object(type) };
        return {
            ...type,
            ...this.comment(type),
            enum: type.enum.map((value) => ({ ...value, ...this.comment(value) })),
        };
    }

    resource(resource: ResourceSpec): ResourceSpec {
        const inputProperties = this.properties(resource.inputProperties);
        return { ...resource, ...this.object(resource), inputProperties };
    }

    function(spec: FunctionSpec): FunctionSpec {
        return { ...spec, ...this.comment(spec), inputs: this.object(spec.inputs), outputs: this.object(spec.outputs) };
    }

    private object(object: ObjectSpec): ObjectSpec {
        return { ...object, ...this.comment(object), properties: this.properties(object.properties) };
    }

    private properties(properties: Properties): Properties {
        const entries = Object.entries(properties).map(([key, property]) => {
            return [key, { ...property, ...this.type(property), ...this.comment(property) }] as const;
        });
        return Object.fromEntries(entries);
    }

    private type<T extends TypeSpec>(type: T): T {
        const { $ref, items, additionalProperties } = type;
        return {
            ...type,
            ...($ref === undefined ? {} : { $ref: this.ref($ref) }),
            ...(items === undefined ? {} : { items: this.type(items) }),
            ...(additionalProperties === undefined ? {} : { additionalProperties: this.type(additionalProperties) }),
        };
    }

    private ref(ref: string): string {
        const name = nameInRef(ref);
        return name === undefined ? ref : refTo(this.names.get(name) ?? name);
    }

    /** Links become the names that they lead to, and names of types those of the schema. */
    private comment({ description, deprecationMessage }: Comment): Comment {
        return commentOf({ description: this.text(description), deprecationMessage: this.text(deprecationMessage) });
    }

    private text(text: string | undefined): string | undefined {
        return text
            ?.replace(/\{@link\s+([\w.]+)[^}]*\}/g, (_link, name: string) => `\`${name}\``)
            .replace(/`(\w+)`/g, (_code, name: string) => `\`${this.names.get(name) ?? name}\``);
    }
}
