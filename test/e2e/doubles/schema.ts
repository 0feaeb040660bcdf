import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";

/*
 * The schema that a double answers with, for the language hosts that ask a provider for one. It has the types that the
 * programs of the tests name, made from the declarations of the provider's SDK for Node; what is no text, number, flag,
 * map of texts or metadata of a Kubernetes object is `Any` in it.
 */

/** A type of a package: its token without the package's name, and the SDK's file with its class. */
type SchemaTypes = Readonly<Record<string, string>>;

interface PropertySpec {
    type?: string;
    const?: string;
    additionalProperties?: PropertySpec;
    $ref?: string;
}

/** What programs read and write of the metadata of Kubernetes objects. */
const objectMeta = "kubernetes:meta/v1:ObjectMeta";
const texts = { type: "object", additionalProperties: { type: "string" } };
const metadata = { name: { type: "string" }, namespace: { type: "string" }, labels: texts, annotations: texts };

/** The schema of `@pulumi/NAME` with these types and its provider. */
export function schemaOf(name: string, version: string, types: SchemaTypes): string {
    const resources = Object.entries(types).map(([token, file]) => {
        const properties = argumentsOf(`@pulumi/${name}/${file}.d.ts`, `${token.split(":").at(-1) ?? ""}Args`);
        return [`${name}:${token}`, { inputProperties: properties, properties }] as const;
    });
    const inputProperties = argumentsOf(`@pulumi/${name}/provider.d.ts`, "ProviderArgs");
    return JSON.stringify({
        name,
        version,
        provider: { inputProperties },
        resources: Object.fromEntries(resources),
        types: name === "kubernetes" ? { [objectMeta]: { type: "object", properties: metadata } } : {},
    });
}

/** The properties of an interface in a package's declarations. */
function argumentsOf(file: string, interfaceName: string): Record<string, PropertySpec> {
    const text = readFileSync(resolve("node_modules", file), "utf8");
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
    const found = source.statements
        .filter((statement) => ts.isInterfaceDeclaration(statement))
        .find((declaration) => declaration.name.text === interfaceName);
    if (found === undefined) throw new Error(`${file} has no ${interfaceName}`);
    const properties = found.members.filter((member) => ts.isPropertySignature(member));
    return Object.fromEntries(
        properties.map((property) => [property.name.getText(source), specOf(property.type, source)] as const),
    );
}

/** What a type such as `pulumi.Input<string | undefined>` is in a schema. */
function specOf(type: ts.TypeNode | undefined, source: ts.SourceFile): PropertySpec {
    const text = (type?.getText(source) ?? "").replaceAll(/pulumi\.Input<(.*)>/gs, "$1").replace(/ \| undefined$/, "");
    const literal = /^"([^"]*)"$/.exec(text)?.[1];
    if (literal !== undefined) return { type: "string", const: literal };
    if (["string", "number", "boolean"].includes(text)) return { type: text };
    if (/^\{\s*\[key: string\]: (pulumi\.Input<)?string>?;\s*\}$/.test(text)) return texts;
    if (text === "inputs.meta.v1.ObjectMeta") return { $ref: `#/types/${objectMeta}` };
    return { $ref: "pulumi.json#/Any" };
}
