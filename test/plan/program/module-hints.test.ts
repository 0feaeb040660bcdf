import { symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { moduleHints } from "../../../plan/program/module-hints.js";
import { tempDir } from "../../support/temp-dirs.js";
import { repo, run } from "../cli.js";

/** A program that is an ES module, beside the packages of this project, which have neither ts-node 10 nor tsx. */
function moduleProgram(files: Record<string, string>): string {
    const folder = tempDir();
    symlinkSync(path.join(repo, "node_modules"), path.join(folder, "node_modules"));
    const all = {
        "Pulumi.yaml": "name: fixture-module\nruntime: nodejs\n",
        "package.json": '{ "name": "fixture-module", "private": true, "type": "module", "main": "index.ts" }',
        ...files,
    };
    for (const [name, text] of Object.entries(all)) writeFileSync(path.join(folder, name), text);
    return folder;
}

describe("a program whose modules cannot be loaded gets a sentence on what to do", () => {
    it("TypeScript as an ES module, without a loader", async () => {
        // Node 20 loads no TypeScript; later ones remove types, and enums are more than types.
        const folder = moduleProgram({ "index.ts": "enum Size { small = 1 }\nexport const size = Size.small;\n" });
        const { code, stdout, stderr } = await run("plan", "--program", folder);
        expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
        expect(stderr).toContain("install ts-node (");
        expect(stderr).toContain('nodeargs: "--import tsx"');
        expect(stderr).toMatch(/No plan was made\.\n$/);
    });

    it("a folder of a package, imported by an ES module", async () => {
        const folder = moduleProgram({
            "package.json": '{ "name": "fixture-module", "type": "module", "main": "index.js" }',
            "index.js": 'import { Deployment } from "@pulumi/kubernetes/apps/v1";\nexport const made = Deployment;\n',
        });
        const { code, stderr } = await run("plan", "--program", folder);
        expect(code).toBe(1);
        expect(stderr).toContain('write "@pulumi/kubernetes/apps/v1/index.js", which works in CommonJS as well');
    });

    it.each([
        ["Node 20", 'TypeError: Unknown file extension ".ts" for /p/index.ts\n    at load (node:internal)'],
        [
            "Node 22",
            "file:///p/index.ts:1\nenum A {}\nSyntaxError: TypeScript enum is not supported in strip-only mode",
        ],
        [
            "Node 22, a file that TypeScript names by what it is compiled to",
            `Error: Cannot find module '${repo}/index.js' imported from /p/index.ts\n    at resolve (node:internal)`,
        ],
    ])("a missing loader, in the words of %s", (_, failure) => {
        expect(moduleHints([failure, failure])).toEqual([expect.stringContaining("install ts-node (") as string]);
    });

    it.each([
        ["of a package", "/p/node_modules/@pulumi/kubernetes/apps/v1", "@pulumi/kubernetes/apps/v1/index.js"],
        ["of a package that pnpm links", "/p/node_modules/.pnpm/a@1/node_modules/a/b", "a/b/index.js"],
        ["of the program", "/p/lib", "/p/lib/index.js"],
    ])("a folder %s, in the words of Node and of ts-node", (_, folder, file) => {
        const said = [
            `Error: Directory import '${folder}' is not supported resolving ES modules imported from /p/index.ts`,
            `Error: ERR_UNSUPPORTED_DIR_IMPORT ${folder} /p/index.ts\n    at finalizeResolution (x.js:1:1)`,
        ];
        for (const failure of said)
            expect(moduleHints([failure])).toEqual([expect.stringContaining(`write "${file}"`) as string]);
    });

    it.each([
        [
            "a missing module that nothing compiles to",
            "Error: Cannot find module '/p/nowhere.js' imported from /p/index.ts",
        ],
        ["a missing package", "Error: Cannot find package 'left-pad' imported from /p/index.ts"],
        ["an error of the program", "Error: thrown at once\n    at file:///p/index.ts:1:1"],
    ])("%s needs no hint", (_, failure) => {
        expect(moduleHints([failure])).toEqual([]);
    });
});
