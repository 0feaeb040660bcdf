import { symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { readPlan } from "../../../plan/model/format.js";
import { shellWords } from "../../../plan/program/runtime-options.js";
import { tempDir } from "../../support/temp-dirs.js";
import { repo, run, type Run } from "../cli.js";

/** A program in plain JavaScript with these `runtime.options`, and a module to preload beside it. */
function program(options: string): string {
    const folder = tempDir();
    symlinkSync(path.join(repo, "node_modules"), path.join(folder, "node_modules"));
    const files = {
        "Pulumi.yaml": `name: options\nruntime:\n    name: nodejs\n    options: ${options}\n`,
        "package.json": '{ "name": "options", "private": true }',
        "preload.mjs": 'globalThis.preloaded = "from ./preload.mjs";',
        "index.js":
            'require("@pulumi/pulumi");\nexports.preloaded = globalThis.preloaded ?? "not";\nexports.title = process.title;\n',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    return folder;
}

function planned(options: string): Promise<Run> {
    return run("plan", "--format", "json", "--program", program(options));
}

describe("runtime.options of Pulumi.yaml", () => {
    it("nodeargs reach Node, which looks for what they name from the program's folder", async () => {
        const { stdout, stderr } = await planned(
            `{ typescript: false, nodeargs: "--import ./preload.mjs --title='a b'" }`,
        );
        expect(stderr).toBe("");
        expect(readPlan(stdout)).toMatchObject({
            outputs: { preloaded: "from ./preload.mjs", title: "a b" },
            warnings: [],
        });
    });

    it.each([
        ["--no-such-option", /\(".*"\): .*bad option: --no-such-option/],
        [
            "--import no-such-package-anywhere",
            /: Error \[ERR_MODULE_NOT_FOUND\]: Cannot find package 'no-such-package-/,
        ],
    ])("nodeargs that Node refuses (%s) are an error in one line, with Node's reason", async (args, reason) => {
        const { code, stdout, stderr } = await planned(`{ typescript: false, nodeargs: "${args}" }`);
        expect(code).toBe(1);
        expect(JSON.parse(stdout)).toMatchObject({ format: "confidential-aks/failure", problems: [] });
        expect(stderr).toMatch(reason);
        expect(stderr).toContain("does not start with runtime.options.nodeargs");
        expect(stderr.trimEnd().split("\n")).toHaveLength(2);
    });

    it.each([
        ['{ typescript: "false" }', 'runtime.options.typescript is "false": expected true or false, without quotes'],
        ["{ nodeargs: [--import, tsx] }", 'runtime.options.nodeargs is ["--import","tsx"]: expected one text'],
        [`{ nodeargs: "--title='a b" }`, "expected a quotation mark that ends for each that begins"],
        ["{ tsconfig: 5 }", "runtime.options.tsconfig is 5: expected the path of a file"],
    ])("%s is an error", async (options, message) => {
        const { code, stderr } = await planned(options);
        expect(code).toBe(1);
        expect(stderr).toContain(message);
    });
});

describe("words of nodeargs", () => {
    it.each([
        ["", []],
        ["  --import   tsx ", ["--import", "tsx"]],
        [`--title='a "b" c' "d e"`, [`--title=a "b" c`, "d e"]],
        [String.raw`a\ b "c\"d" 'e\f' ""`, ["a b", 'c"d', String.raw`e\f`, ""]],
        ['"open', undefined],
        ["end\\", undefined],
    ])("%j", (text, words) => {
        expect(shellWords(text)).toEqual(words);
    });
});
