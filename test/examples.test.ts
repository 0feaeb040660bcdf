import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

/*
 * Every TypeScript block of the pages, and every `@example` of the library, compiles against the package's own types as
 * a module of its own. A comment `<!-- given: ... -->` before a block declares what the block takes from its reader.
 */
const list = (folder: string, ending: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(ending) && !name.startsWith("reference"))
        .map((name) => join(folder, name));

const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "images/README.md", ...list("docs", ".md")];
const block = /(?:<!-- given: ([\s\S]*?) -->\n+)?```ts\n([\s\S]*?)```/g;

function blocks(text: string): string[] {
    return [...text.matchAll(block)].map(([, given = "", code = ""]) => `${given}\n${code}`);
}

/** The text of each `@example` in a source, without the asterisks of its comment. */
function examples(text: string): string[] {
    const comments = text.match(/\/\*\*[\s\S]*?\*\//g) ?? [];
    return comments
        .filter((comment) => comment.includes("@example"))
        .map((comment) => comment.replace(/^ *\* ?/gm, ""));
}

/** Sources by the path of a file that does not exist, beside package.json, so that the package's own name resolves. */
const sources = new Map<string, string>();
for (const [path, texts] of [
    ...pages.map((path): [string, string[]] => [path, blocks(readFileSync(path, "utf8"))]),
    ...list("components", ".ts").map((path): [string, string[]] => [
        path,
        examples(readFileSync(path, "utf8")).flatMap(blocks),
    ]),
]) {
    texts.forEach((text, index) =>
        sources.set(resolve(`${path.replaceAll(/[/.]/g, "-")}-${index + 1}.ts`), `${text}\nexport {};\n`),
    );
}

/** Programs in folders of their own. */
const programs = list("examples", ".ts").map((path) => resolve(path));

function complaints(): string[] {
    const options: ts.CompilerOptions = {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
        strict: true,
        skipLibCheck: true,
        noEmit: true,
        types: ["node"],
    };
    const host = ts.createCompilerHost(options);
    const real = { ...host };
    host.fileExists = (name) => sources.has(name) || real.fileExists(name);
    host.readFile = (name) => sources.get(name) ?? real.readFile(name);
    host.getSourceFile = (name, target, ...rest) => {
        const text = sources.get(name);
        return text === undefined ? real.getSourceFile(name, target, ...rest) : ts.createSourceFile(name, text, target);
    };
    const program = ts.createProgram([...sources.keys(), ...programs], options, host);
    return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
        const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
        return `${file?.fileName.replace(resolve("."), "") ?? ""}:${line} ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
}

test("the TypeScript of the pages, of every @example and of the examples compiles", () => {
    expect(complaints()).toEqual([]);
}, 120_000);

test("every component and withAttestation has an @example that uses it", () => {
    const described = list("components", ".ts").map((path) => readFileSync(path, "utf8"));
    const names = described.flatMap((text) => {
        const name = /^export class (\w+) extends pulumi\.ComponentResource/m.exec(text)?.[1];
        return name === undefined ? [] : [{ name, text }];
    });
    names.push({
        name: "withAttestation",
        text: readFileSync("components/sgx/attestation/with-attestation.ts", "utf8"),
    });
    const without = names.filter(({ name, text }) => !examples(text).some((each) => each.includes(name)));
    expect(without.map(({ name }) => name)).toEqual([]);
});

test("every component has a page, which the README links", () => {
    const readme = readFileSync("README.md", "utf8");
    const rooms = list("components", ".ts")
        .filter((path) => readFileSync(path, "utf8").includes("extends pulumi.ComponentResource"))
        // A page has the name of the class's file, or of its room.
        .map((path) => [path.split("/").at(-1)?.replace(/\.ts$/, "") ?? "", path.split("/")[1] ?? ""])
        .map(([file = "", room = ""]) => (existsSync(`docs/components/${file}.md`) ? file : room));
    const linked = [...readme.matchAll(/\(docs\/components\/([\w-]+)\.md\)/g)].map(([, room]) => room ?? "");
    expect(linked.sort()).toEqual(rooms.sort());
});

test("the page for Pulumi's registry lists the components as the README does", () => {
    const listed = (text: string) =>
        [...text.matchAll(/^ *\| \[?`([A-Z]\w+)`[^|]*\| +(.*?) +\|$/gm)].map(([, ...row]) => row);
    const rows = listed(readFileSync("README.md", "utf8"));
    expect(rows.length).toBeGreaterThan(10);
    expect(listed(readFileSync("docs/_index.md", "utf8"))).toEqual(rows);
});

test("the examples and the templates name the version of the package", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    const files = ["examples", "templates"].flatMap((folder) => [
        ...list(folder, "Pulumi.yaml"),
        ...list(folder, "package.json"),
        ...list(folder, "go.mod"),
    ]);
    const named = files.flatMap((file) => [
        ...readFileSync(file, "utf8").matchAll(/OWNER\/confidential-aks\S*(?:@| |#)v(\d+\.\d+\.\d+)/g),
    ]);
    expect(new Set(named.map(([, found]) => found))).toEqual(new Set([version]));
});
