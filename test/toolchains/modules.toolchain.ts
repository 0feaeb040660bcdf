import { cpSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readPlan } from "../../plan/model/format.js";
import { confidentialAks, freshFolder, runNode, skipped, write, type NodeChoice, type SdkChoice } from "./fresh.js";

/** TypeScript as strict as it gets, and no declaration file of a package left out. */
const STRICT = {
    strict: true,
    target: "ES2022",
    module: "nodenext",
    moduleResolution: "nodenext",
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    rootDir: ".",
    types: ["node"],
};
const TSX = 'name: team-b\nruntime: { name: nodejs, options: { typescript: false, nodeargs: "--import tsx" } }\n';

/** The example of docs/your-program.md as a program of its own. */
function example(folder: string, type: "module" | "commonjs", pulumiYaml = "name: team-b\nruntime: nodejs\n"): void {
    cpSync(path.resolve("examples/import/typescript/index.ts"), path.join(folder, "index.ts"));
    const compilerOptions = { ...STRICT, ...(type === "module" ? { verbatimModuleSyntax: true } : {}) };
    write(folder, {
        "package.json": JSON.stringify({ name: "team-b", private: true, type }),
        "tsconfig.json": JSON.stringify({ compilerOptions, files: ["index.ts"] }),
        "Pulumi.yaml": pulumiYaml,
    });
}

describe.skipIf(skipped)("the example of docs/your-program.md, as an ES module and in CommonJS", () => {
    const folders = {} as Record<SdkChoice, string>;
    const plain = {} as { folder: string };
    beforeAll(() => {
        const extra = ["typescript", "ts-node", "tsx", "@types/node"];
        for (const sdk of ["locked", "newest"] as const) {
            folders[sdk] = freshFolder(sdk, extra);
            for (const type of ["module", "commonjs"] as const) example(path.join(folders[sdk], type), type);
            example(path.join(folders[sdk], "tsx"), "module", TSX);
        }
        plain.folder = freshFolder("newest", ["typescript"]);
        example(path.join(plain.folder, "module"), "module");
    });

    it.each([
        ["module", "locked"],
        ["commonjs", "locked"],
        ["module", "newest"],
    ] as const)("type-checks: %s, %s SDK", async (type, sdk) => {
        const folder = folders[sdk];
        const tsc = path.join(folder, "node_modules/typescript/bin/tsc");
        const checked = await runNode(sdk === "newest" ? 24 : 20, path.join(folder, type), tsc, ["--noEmit"]);
        expect(checked).toEqual({ code: 0, stdout: "", stderr: "" });
    });

    it.each<[string, NodeChoice, SdkChoice, string]>([
        ["CommonJS", 20, "locked", "commonjs"],
        ["an ES module with ts-node 10", 20, "locked", "module"],
        ["an ES module with ts-node 10", 22, "newest", "module"],
        ["an ES module with ts-node 10", 26, "newest", "module"],
        ["an ES module with tsx", 20, "locked", "tsx"],
        ["an ES module with tsx", 26, "newest", "tsx"],
    ])("plans: %s, on Node %i with the %s SDK", async (_, version, sdk, program) => {
        const folder = folders[sdk];
        const ran = await confidentialAks(version, folder, path.join(folder, program), "plan", "--format", "json");
        expectDeployment(ran);
    });

    it.each([22, 26] as const)("plans: an ES module of which Node %i itself removes the types", async (version) => {
        const { folder } = plain;
        expectDeployment(await confidentialAks(version, folder, path.join(folder, "module"), "plan", "-f", "json"));
    });

    it("is the program that docs/your-program.md shows", () => {
        expect(readFileSync("docs/your-program.md", "utf8")).toContain(
            readFileSync("examples/import/typescript/index.ts", "utf8"),
        );
    });
});

/** Node's own words on what ts-node 10 still uses. */
const DEPRECATED = /^\(node:\d+\) \[DEP\d+\].*\n|^\(Use `node --trace-deprecation.*\n/gm;

function expectDeployment({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }): void {
    expect({ code, stderr: stderr.replace(DEPRECATED, "") }).toEqual({ code: 0, stderr: "" });
    const made = readPlan(stdout);
    const deployment = made.resources.find(({ type }) => type === "kubernetes:apps/v1:Deployment");
    expect(JSON.stringify(deployment?.inputs)).toMatch(/"name":"SGX_AESM_ADDR","value":"1"/);
    // Of the SDK or of Node, such as for an entry that does not exist.
    expect(made.warnings.filter(({ code: kind }) => kind === "program-warning")).toEqual([]);
}
