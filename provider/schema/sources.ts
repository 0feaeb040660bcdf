import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** What the comment above something says. */
export interface Comment {
    description?: string | undefined;
    deprecationMessage?: string | undefined;
}

/** A property of an interface or a class. */
export interface SourceProperty extends Comment {
    type: ts.TypeNode | undefined;
    isOptional: boolean;
}

/** A value of a closed set. */
interface SourceValue extends Comment {
    name: string;
    value: string;
}

/** An interface, a class, a closed set (`as const`), or a function of one argument. */
export interface Declaration extends Comment {
    file: string;
    /** The interfaces that it extends. */
    parents: string[];
    properties: ReadonlyMap<string, SourceProperty>;
    values: readonly SourceValue[];
    /** The types of a function's argument and result. */
    argument?: ts.TypeNode | undefined;
    result?: ts.TypeNode | undefined;
}

/** The declarations of the sources by name, with all that have it. */
export type Sources = ReadonlyMap<string, readonly Declaration[]>;

/** Reads the declarations of a file, or of all files below a folder, by syntax alone. */
export function readSources(place: string): Sources {
    const paths = place.endsWith(".ts")
        ? [place]
        : readdirSync(place, { recursive: true, encoding: "utf8" })
              .filter((path) => path.endsWith(".ts"))
              .map((path) => join(place, path));
    const byName = new Map<string, Declaration[]>();
    for (const path of paths) {
        for (const [name, declaration] of declarationsOf(readFileSync(path, "utf8"), path)) {
            byName.set(name, [...(byName.get(name) ?? []), declaration]);
        }
    }
    return byName;
}

/** The declaration with a name. Fails where there is none, and where a name stands for several. */
export function declarationOf(sources: Sources, name: string): Declaration {
    const [found, ...others] = sources.get(name) ?? [];
    if (found === undefined) throw new Error(`${name} is not declared in the sources`);
    if (others.length === 0) return found;
    throw new Error(
        `${name} is declared in ${[found, ...others].map(({ file }) => file).join(", ")}: rename all but one`,
    );
}

/** The properties of an interface or class with those that it inherits; its own come first. */
export function propertiesOf(sources: Sources, name: string): ReadonlyMap<string, SourceProperty> {
    const { properties, parents } = declarationOf(sources, name);
    const inherited = parents.flatMap((parent) => [...propertiesOf(sources, parent)]);
    return new Map([...properties, ...inherited.filter(([key]) => !properties.has(key))]);
}

type Named = [name: string, Declaration];

/** The declarations of one file. */
export function declarationsOf(text: string, file: string): Named[] {
    const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
    return statements.flatMap((statement) => declarationsIn(statement, file));
}

function declarationsIn(statement: ts.Statement, file: string): Named[] {
    const empty = { ...commentAbove(statement), file, parents: [], properties: new Map<never, never>(), values: [] };
    if (ts.isInterfaceDeclaration(statement)) {
        const { name, members } = statement;
        return [[name.text, { ...empty, parents: parentsOf(statement), properties: propertiesIn(members) }]];
    }
    if (ts.isClassDeclaration(statement) && statement.name !== undefined) {
        return [[statement.name.text, { ...empty, properties: propertiesIn(statement.members) }]];
    }
    if (ts.isFunctionDeclaration(statement) && statement.name !== undefined) {
        const [parameter] = statement.parameters;
        return [[statement.name.text, { ...empty, argument: parameter?.type, result: statement.type }]];
    }
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap(({ name, initializer }): Named[] => {
        const values = closedSet(initializer);
        return ts.isIdentifier(name) && values.length > 0 ? [[name.text, { ...empty, values }]] : [];
    });
}

function parentsOf({ heritageClauses }: ts.InterfaceDeclaration): string[] {
    return (heritageClauses ?? []).flatMap(({ types }) => types.map((type) => lastName(type.getText())));
}

/** "EpcShare" of "sgx.EpcShare". */
export function lastName(text: string): string {
    return text.split(".").at(-1) ?? text;
}

function propertiesIn(members: ts.NodeArray<ts.TypeElement | ts.ClassElement>): Map<string, SourceProperty> {
    return new Map(
        members.flatMap((member) => {
            if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) return [];
            const isOptional = member.questionToken !== undefined;
            return [[member.name.getText(), { ...commentAbove(member), type: member.type, isOptional }] as const];
        }),
    );
}

/** The values of `{ a: "A", b: "B" } as const`. */
function closedSet(initializer: ts.Expression | undefined): SourceValue[] {
    if (initializer === undefined || !ts.isAsExpression(initializer)) return [];
    if (!ts.isObjectLiteralExpression(initializer.expression)) return [];
    return initializer.expression.properties.flatMap((property) => {
        if (!ts.isPropertyAssignment(property) || !ts.isStringLiteral(property.initializer)) return [];
        return [{ ...commentAbove(property), name: property.name.getText(), value: property.initializer.text }];
    });
}

function commentAbove(node: ts.Node): Comment {
    const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
    const deprecated = ts.getJSDocDeprecatedTag(node);
    return commentOf({
        description: textOf(comments.at(-1)?.comment),
        deprecationMessage: deprecated === undefined ? undefined : (textOf(deprecated.comment) ?? "Deprecated."),
    });
}

/** What a comment says, without the keys that have no text. */
export function commentOf({ description, deprecationMessage }: Comment): Comment {
    return {
        ...(description === undefined ? {} : { description }),
        ...(deprecationMessage === undefined ? {} : { deprecationMessage }),
    };
}

function textOf(comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string | undefined {
    const text = ts.getTextOfJSDocComment(comment)?.trim();
    return text === "" ? undefined : text;
}
