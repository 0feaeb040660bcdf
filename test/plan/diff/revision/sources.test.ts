import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { PLAN_FORMAT, PLAN_VERSION } from "../../../../plan/model/format.js";
import { tempDir } from "../../../support/temp-dirs.js";
import { run } from "../../cli.js";
import { actionsOf, repositoryOf, stackOf } from "./repository.js";

const repository = repositoryOf("revisions");
const size = '"Standard_DC4s_v3"';

beforeEach(() => {
    repository.git("checkout", "--quiet", "main");
    repository.reset("base");
});

describe("what is compared", () => {
    it("the working tree with a revision, both named; nothing of the repository is touched", async () => {
        repository.edit("index.ts", [size, '"Standard_DC8s_v3"']);
        repository.write({ "untracked.txt": "x" });
        const state = () => [
            repository.git("status", "--porcelain=v2", "--branch"),
            repository.git("worktree", "list"),
        ];
        const before = state();
        const found = await repository.diff("--base", "base", "--stack", "dev");
        const commit = repository.git("rev-parse", "HEAD");
        expect(found.diff.base).toEqual({ name: "base", commit });
        expect(found.diff.head).toEqual({ name: "working tree", commit });
        expect(actionsOf(found)).toEqual(["replace pool (vmSize)"]);
        expect(state()).toEqual(before);
    });

    it("what is committed in the base, not what lies around there", async () => {
        repository.edit("Pulumi.dev.yaml", ["nodes: 2", "nodes: 7"]);
        repository.commit();
        repository.edit("Pulumi.dev.yaml", ["nodes: 7", "nodes: 8"]);
        const found = await repository.diff("--base", "HEAD", "--stack", "dev");
        expect(stackOf(found).resources[0]?.changes).toEqual([{ path: "count", kind: "change", before: 7, after: 8 }]);
    });

    it("--merge-base: only what the branch changed, wherever the base went", async () => {
        repository.git("checkout", "--quiet", "-B", "branch", "base");
        repository.edit("Pulumi.dev.yaml", ["nodes: 2", "nodes: 4"]);
        repository.commit();
        repository.git("checkout", "--quiet", "-B", "trunk", "base");
        repository.edit("index.ts", [size, '"Standard_DC8s_v3"']);
        repository.commit();
        repository.git("checkout", "--quiet", "branch");
        const direct = await repository.diff("--base", "trunk", "--stack", "dev");
        expect(actionsOf(direct)).toEqual(["replace pool (vmSize)"]);
        const own = await repository.diff("--base", "trunk", "--merge-base", "--stack", "dev");
        expect(actionsOf(own)).toEqual(["update pool"]);
        expect(own.diff.base).toEqual({ name: "trunk", commit: repository.git("rev-parse", "base") });
    });

    it("a program below the top of the repository", async () => {
        const files = repository.git("ls-files").split("\n");
        mkdirSync(path.join(repository.dir, "infra"));
        for (const file of files) if (file !== ".gitignore") repository.git("mv", file, `infra/${file}`);
        repository.commit();
        repository.edit("infra/Pulumi.dev.yaml", ["nodes: 2", "nodes: 4"]);
        const { code, stdout } = await run(
            "diff",
            "-C",
            path.join(repository.dir, "infra"),
            "--base",
            "HEAD",
            "--stack",
            "dev",
        );
        expect({ code, stdout }).toMatchObject({
            code: 0,
            stdout: expect.stringContaining("from 2 to 4 nodes") as string,
        });
        const moved = await run("diff", "-C", path.join(repository.dir, "infra"), "--base", "base", "--stack", "dev");
        expect(moved.stdout).toMatch(/^dev\s+0\s+0\s+0\s+10\s+0\s+0\s+new stack, 1 change widens access$/m);
    });
});

/** A saved plan without resources. */
function emptyPlan(fields: object): string {
    const plan = {
        format: PLAN_FORMAT,
        version: PLAN_VERSION,
        project: "fixture-revisions",
        stack: "dev",
        mode: "preview",
    };
    const rest = { resources: [], invokes: [], warnings: [], epc: [], outputs: {}, counts: {} };
    return JSON.stringify({ ...plan, ...rest, ...fields });
}

describe("--from", () => {
    const saved = path.join(tempDir(), "saved");
    const save = async (stack: string): Promise<string> => {
        const { stdout } = await run("plan", "-C", repository.dir, "--stack", stack, "--format", "json");
        mkdirSync(saved, { recursive: true });
        const file = path.join(saved, `${stack}.json`);
        writeFileSync(file, stdout);
        return file;
    };

    it("saved plans, one for each stack; those stacks are what is compared", async () => {
        const [dev, prod] = [await save("dev"), await save("prod")];
        repository.edit("index.ts", [size, '"Standard_DC8s_v3"'], ["first-token-value", "second-token-value"]);
        const both = await repository.diff("--from", dev, "--from", prod);
        expect(both.diff.stacks.map(({ stack }) => stack)).toEqual(["dev", "prod"]);
        expect(both.diff.base).toEqual({ name: "dev.json, prod.json" });
        for (const stack of ["dev", "prod"]) expect(actionsOf(both, stack)).toEqual(["replace pool (vmSize)"]);
        // A saved plan tells nothing of its secrets, not even whether they are others: that has to be said.
        for (const text of [both.stdout, both.markdown]) expect(text).toContain("whether a secret has another value");
        const one = await repository.diff("--from", dev);
        expect(one.diff.stacks.map(({ stack }) => stack)).toEqual(["dev"]);
        const other = await repository.diff("--from", dev, "--stack", "prod");
        expect({ code: other.code, stderr: other.stderr }).toMatchObject({
            code: 2,
            stderr: expect.stringContaining('--from has no plan of stack "prod"') as string,
        });
    });

    it.each([
        ["no such file", "missing.json", undefined, 2, "cannot be read"],
        ["no plan", "text.json", "hello", 1, "not a plan"],
        ["of another project", "other.json", emptyPlan({ project: "other" }), 2, 'the plan is of project "other"'],
        ["made in another mode", "update.json", emptyPlan({ mode: "update" }), 1, 'plan of mode "update" is not'],
    ])("%s", async (_, name, text, code, message) => {
        mkdirSync(saved, { recursive: true });
        const file = path.join(saved, name);
        if (text !== undefined) writeFileSync(file, text);
        const found = await run("diff", "-C", repository.dir, "--from", file);
        expect({ code: found.code, stdout: found.stdout }).toEqual({ code, stdout: "" });
        expect(found.stderr).toContain(message);
    });
});

describe("--stack", () => {
    it("all by default, several by name, with an organization and a project in front", async () => {
        repository.edit("index.ts", [size, '"Standard_DC8s_v3"']);
        repository.write({ "Pulumi.test.yaml": "config:\n  fixture-revisions:nodes: 1\n" });
        const all = await repository.diff("--base", "base");
        expect(all.diff.stacks.map(({ stack }) => stack)).toEqual(["dev", "prod", "test"]);
        const two = await repository.diff("--base", "base", "--stack", "test", "acme/fixture-revisions/prod");
        expect(two.diff.stacks.map(({ stack }) => stack)).toEqual(["prod", "test"]);
        const none = await repository.diff("--base", "base", "--stack", "prud");
        expect({ code: none.code, stderr: none.stderr }).toMatchObject({
            code: 2,
            stderr: expect.stringContaining('unknown stack "prud". Stacks: dev, prod, test') as string,
        });
    });
});

describe("exit codes", () => {
    const tempFolder = tempDir();

    it("--fail-on looks for what it names, and nothing else", async () => {
        // A saved plan spares planning the old revision each time.
        const before = path.join(tempFolder, "before.json");
        writeFileSync(before, (await run("plan", "-C", repository.dir, "--stack", "dev", "--format", "json")).stdout);
        const codeOf = async (...args: string[]): Promise<number> =>
            (await repository.diff("--from", before, ...args)).code;
        expect(await codeOf("--fail-on", "change")).toBe(0);
        repository.edit("Pulumi.dev.yaml", ["nodes: 2", "nodes: 5"]);
        expect(await codeOf()).toBe(0);
        expect(await codeOf("--fail-on", "replace", "delete")).toBe(0);
        expect(await codeOf("--fail-on", "change")).toBe(3);
        repository.edit("index.ts", [size, '"Standard_DC8s_v3"']);
        expect(await codeOf()).toBe(0);
        expect(await codeOf("--fail-on", "replace")).toBe(3);
        expect(await codeOf("--fail-on", "delete")).toBe(0);
        repository.edit("index.ts", ['"report",', '"summary",']);
        expect(await codeOf("--fail-on", "delete")).toBe(3);
    });

    it("a stack that cannot be planned fails every guard", async () => {
        repository.edit("index.ts", ["const config =", "const config = ;"]);
        const { code } = await repository.diff("--base", "base", "--stack", "dev", "--fail-on", "replace");
        expect(code).toBe(1);
    });

    it.each([
        ["no base", [], "say what to compare with"],
        ["two bases", ["--base", "base", "--from", "x.json"], "say what to compare with"],
        ["a revision git does not know", ["--base", "nowhere"], "git knows no such commit"],
        ["an option in place of a revision", ["--base=--output=x"], "git knows no such commit"],
        ["--merge-base alone", ["--from", "x.json", "--merge-base"], "--merge-base needs --base"],
        ["a guard for something else", ["--base", "base", "--fail-on", "rain"], "Allowed choices are"],
    ])("%s is wrong usage", async (_, args, message) => {
        const found = await run("diff", "-C", repository.dir, ...args);
        expect({ code: found.code, stdout: found.stdout }).toEqual({ code: 2, stdout: "" });
        expect(found.stderr).toContain(message);
    });

    it("a folder that is in no repository is wrong usage", async () => {
        const folder = tempDir();
        writeFileSync(path.join(folder, "Pulumi.yaml"), "name: x\nruntime: nodejs\n");
        const found = await run("diff", "-C", folder, "--base", "main");
        expect(found.code).toBe(2);
        expect(found.stderr).toContain("--base needs a git repository");
    });
});
