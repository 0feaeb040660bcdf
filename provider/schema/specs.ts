import type ts from "typescript";
import type { AnalyzedResource, AnalyzedType } from "./analyzed";
import { closedSet, numbersIn, type DeclaredTypes } from "./declared-types";
import type { FunctionSpec, NamedTypeSpec, Properties, PropertySpec, ResourceSpec, TypeSpec } from "./package-schema";
import { commentOf, declarationOf, lastName, propertiesOf, type SourceProperty, type Sources } from "./sources";

/** Outputs that are secrets, by component: the analyzer cannot know. */
const secrets: Readonly<Record<string, readonly string[]>> = {
    ConfidentialCluster: ["kubeconfig"],
    ConfidentialPlatform: ["kubeconfig"],
    ExistingCluster: ["kubeconfig"],
};

/** A component as the analyzer found it, with what the sources say of it. */
export function componentSpec(sources: Sources, name: string, found: AnalyzedResource): ResourceSpec {
    const outputs = described(name, found.properties, propertiesOf(sources, name));
    for (const output of secrets[name] ?? []) {
        if (outputs[output] === undefined) throw new Error(`${name} has no output ${output} that could be secret`);
        outputs[output] = { ...outputs[output], secret: true };
    }
    return {
        ...commentOf(declarationOf(sources, name)),
        isComponent: true,
        inputProperties: described(`${name}Args`, found.inputProperties, propertiesOf(sources, `${name}Args`)),
        requiredInputs: found.requiredInputs,
        properties: outputs,
        required: found.required,
    };
}

/** A type as the analyzer found it, with what the sources say of it. */
export function typeSpec(sources: Sources, name: string, found: AnalyzedType): NamedTypeSpec {
    const { properties, required = [] } = found;
    if (properties === undefined) return closedSet(sources, name);
    const all = described(name, properties, propertiesOf(sources, name));
    return { type: "object", ...commentOf(declarationOf(sources, name)), properties: all, required };
}

/** A function, as it is declared. */
export function functionSpec(sources: Sources, types: DeclaredTypes, name: string): FunctionSpec {
    const { argument, result, ...declaration } = declarationOf(sources, name);
    if (argument === undefined || result === undefined) {
        throw new Error(`${name} has to declare the types of its argument and of its result`);
    }
    const objectOf = (type: ts.TypeNode) => types.object(lastName(type.getText()));
    return { ...commentOf(declaration), inputs: objectOf(argument), outputs: objectOf(result) };
}

function described(
    owner: string,
    found: Properties,
    declared: ReadonlyMap<string, SourceProperty>,
): Record<string, PropertySpec> {
    const entries = Object.entries(found).map(([key, property]) => {
        const source = declared.get(key);
        if (source === undefined) throw new Error(`${owner} has no declaration of ${key}`);
        return [key, { ...numbersIn(key, typeOf(property)), ...commentOf(source) }] as const;
    });
    return Object.fromEntries(entries);
}

/** The keys of Pulumi's schema; the analyzer writes others as well. */
function typeOf({ type, $ref, items, additionalProperties, plain }: TypeSpec): TypeSpec {
    return {
        ...(type === undefined ? {} : { type }),
        ...($ref === undefined ? {} : { $ref }),
        ...(items === undefined ? {} : { items: typeOf(items) }),
        ...(additionalProperties === undefined ? {} : { additionalProperties: typeOf(additionalProperties) }),
        ...(plain === undefined ? {} : { plain }),
    };
}
