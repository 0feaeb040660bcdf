import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Project } from "../engine/project.js";
import { tool, toolFolder } from "../support/tools.js";
import { modules, pythonFolder } from "../tools/toolchain.mjs";
import { made, planned, programIn, startPreviews, useInstalled, type Previews } from "./previews.js";

/*
 * Pulumi's own code generators make the SDKs from the committed schema, and the compiler or type checker of the
 * language checks them together with the examples. A copy of an example that names an argument which does not exist is
 * checked along, so that a check which sees nothing fails here. Then the real CLI installs the SDK of the packed plugin
 * into the examples, and previews them; only the language hosts, which it asks to make an SDK and to start a program,
 * are stand-ins.
 */
const work = mkdtempSync(join(tmpdir(), "confidential-aks-sdks-"));
const folder = (...names: string[]) => join(work, ...names);
const schema = resolve("provider/schema.json");
const { resources, functions } = JSON.parse(readFileSync(schema, "utf8")) as Record<
    "resources" | "functions",
    Record<string, object>
>;
const names = Object.keys({ ...resources, ...functions }).map((token) => token.split(":").at(-1) ?? "");
const programs = ["import", "dev"];
const python = join(pythonFolder(), "bin", "python");

/** As the tools are built, so that Go has compiled the packages that are not ours already. */
const goFlags = ["-mod=readonly", "-trimpath", `-tags=${modules.find(({ name }) => name === "pulumi")?.tags ?? ""}`];
const goEnvironment = { CGO_ENABLED: "0", GOFLAGS: "", GOPROXY: "off" };

/** Runs a command to its end; what it printed, without the folder of this test. */
function run(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
    const options = { cwd, env: { ...process.env, ...env }, encoding: "utf8", timeout: 280_000 } as const;
    return new Promise((done) => {
        execFile(command, args, options, (error, stdout, stderr) => {
            const printed = `${stdout}${stderr}`.replaceAll(`${work}/`, "");
            done(error === null ? printed : printed || error.message);
        });
    });
}

/** Copies a program, and its source once more with a name that does not exist. */
function copyExamples(language: string, source: string, target: (program: string) => string): void {
    for (const program of programs) {
        mkdirSync(dirname(target(program)), { recursive: true });
        cpSync(join("examples", program, language, source), target(program));
    }
    mkdirSync(dirname(target("mistaken")), { recursive: true });
    const text = readFileSync(target("import"), "utf8");
    const mistaken = text.replaceAll(/\b(vm_?s)ize\b/gi, "$1ise");
    expect(mistaken).not.toBe(text);
    writeFileSync(target("mistaken"), mistaken);
}

let previews: Previews;
beforeAll(async () => {
    previews = await startPreviews();
    expect(await run(tool("generate-sdk"), [schema, work, "go", "nodejs", "python"], work)).toBe("");
    copyExamples("go", "main.go", (program) => folder("go", program, "main.go"));
    const goMod = readFileSync("test/e2e/tools/pulumi/go.mod", "utf8");
    const [statement = ""] = readFileSync(folder("go", "go.mod"), "utf8").split("\n");
    writeFileSync(folder("go", "go.mod"), goMod.replace(/^module .*$/m, statement));
    cpSync("test/e2e/tools/pulumi/go.sum", folder("go", "go.sum"));
    copyExamples("python", "__main__.py", (program) => folder("python", `${program}_example.py`));
    expect(await run(tool("generate-csharp-sdk"), [schema, folder("csharp")], work)).toBe("");
});
afterAll(() => {
    previews.stop();
    rmSync(work, { recursive: true, force: true });
});

test("Go: vet has nothing against the SDK and the examples", async () => {
    const vet = (...packages: string[]) => run("go", ["vet", ...goFlags, ...packages], folder("go"), goEnvironment);
    expect(await vet("./confidentialaks/...", "./import", "./dev")).toBe("");
    expect(await vet("./mistaken")).toMatch(/mistaken\/main\.go:\d+:\d+: unknown field VmSise in struct literal/);
    const [, path = ""] = /^module (\S+)$/m.exec(readFileSync(folder("go", "go.mod"), "utf8")) ?? [];
    for (const program of programs)
        expect(readFileSync(`examples/${program}/go/go.mod`, "utf8")).toContain(
            `\nreplace ${path} => ./sdks/confidential-aks\n`,
        );
});

test("Python: mypy has nothing against the SDK and the examples", async () => {
    const settings = "[mypy]\n[mypy-pulumi_confidential_aks._utilities]\nignore_errors = True\n";
    // Pulumi's generator writes the faults of these two kinds into the SDK of every package.
    const assigned = "[mypy-pulumi_confidential_aks.*]\ndisable_error_code = assignment\n";
    writeFileSync(folder("python", "mypy.ini"), settings + assigned);
    const args = ["-m", "mypy", "--no-incremental", "--package", "pulumi_confidential_aks"];
    for (const program of [...programs, "mistaken"]) args.push("--module", `${program}_example`);
    const found = await run(python, args, folder("python"));
    const errors = found.split("\n").filter((line) => line.includes(" error: "));
    expect(errors, found).toEqual([
        expect.stringMatching(/^mistaken_example\.py:\d+: error: .*"vm_sise" for "EnclavePoolArgs"/),
    ]);
});

describe.each(programs)("examples/%s", (program) => {
    /** The example as a project, with the SDK that `pulumi install` makes of the packed plugin. */
    async function installed(
        language: string,
        more: { path?: string[]; env?: NodeJS.ProcessEnv } = {},
    ): Promise<Project> {
        const { path = [], env } = more;
        const source = { folder: `examples/${program}/${language}`, change: useInstalled, env };
        const project = await previews.project(programIn({ ...source, path: [toolFolder("pulumi"), ...path] }));
        await project.must("install");
        return project;
    }

    test("in Go makes what it makes in TypeScript", async () => {
        const project = await installed("go");
        const sdk = join(project.folder, "sdks/confidential-aks/confidentialaks");
        expect(await run("diff", ["--recursive", sdk, folder("go", "confidentialaks")], work)).toBe("");
        const build = ["build", ...goFlags, "-o", join(project.folder, "main"), `./${program}`];
        expect(await run("go", build, folder("go"), goEnvironment)).toBe("");
        expect(made(await project.preview())).toEqual(planned(program));
    });

    test("in Python makes what it makes in TypeScript", async () => {
        const sdk = "sdks/confidential-aks";
        const project = await installed("python", { path: [dirname(python)], env: { PYTHONPATH: sdk } });
        // As pip would: the SDK looks its own version up.
        const information = join(project.folder, sdk, "pulumi_confidential_aks.dist-info");
        mkdirSync(information);
        const metadata = "Metadata-Version: 2.1\nName: pulumi_confidential_aks\nVersion: 0.1.0\n";
        writeFileSync(join(information, "METADATA"), metadata);
        expect(made(await project.preview())).toEqual(planned(program));
    });
});

test("TypeScript: the SDK compiles", async () => {
    symlinkSync(resolve("node_modules"), folder("node_modules"));
    const tsc = resolve("node_modules/typescript/bin/tsc");
    expect(await run(process.execPath, [tsc, "--noEmit", "--rootDir", "."], folder("nodejs"))).toBe("");
});

test("C#: the SDK has a class for each component and function", () => {
    const files = readdirSync(folder("csharp"));
    expect(files).toEqual(
        expect.arrayContaining(names.map((name) => `${name[0]?.toUpperCase() ?? ""}${name.slice(1)}.cs`)),
    );
});
