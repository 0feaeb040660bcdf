import ts from "typescript";
import { repositoryFile } from "./stacks";

/**
 * The type of `@kubernetes/client-node`, generated from Kubernetes' OpenAPI, for a resource type of Pulumi's provider.
 */
function typeName(type: string): string {
    const [, group = "", kind = ""] = /^kubernetes:([^:]+):(\w+)$/.exec(type) ?? [];
    // Stable since Kubernetes 1.36, with the fields of v1beta1; the published types are older.
    const version = kind.startsWith("MutatingAdmissionPolicy") ? "v1beta1" : (group.split("/").at(-1) ?? "");
    return `${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}`;
}

/** Parsed declarations, the same for every call. */
const declarations = new Map<string, ts.SourceFile | undefined>();

/**
 * What Kubernetes' published types have against objects: each is written as a literal of its type and compiled, so that
 * unknown fields, missing ones and values of the wrong type all show.
 */
export function kubernetesTypeErrors(objects: { type: string; name: string; inputs: unknown }[]): string[] {
    const fileName = repositoryFile("test/support/.manifests.ts");
    const lines = objects.map(
        ({ type, inputs }, index) => `export const m${index}: k8s.${typeName(type)} = ${JSON.stringify(inputs)};`,
    );
    const source = `import type * as k8s from "../../node_modules/@kubernetes/client-node/dist/gen/models/all.js";\n${lines.join("\n")}\n`;
    const options: ts.CompilerOptions = {
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
        types: ["node"],
    };
    const host = ts.createCompilerHost(options);
    const own = { ...host };
    host.getSourceFile = (file, ...rest) => {
        if (file === fileName) return ts.createSourceFile(file, source, rest[0]);
        const known = declarations.get(file) ?? own.getSourceFile(file, ...rest);
        declarations.set(file, known);
        return known;
    };
    host.fileExists = (file) => file === fileName || own.fileExists(file);
    host.readFile = (file) => (file === fileName ? source : own.readFile(file));
    const program = ts.createProgram([fileName], options, host);
    return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
        const line = file === undefined || start === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line;
        const which = objects[line - 1];
        return `${which?.name ?? "?"}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
}
