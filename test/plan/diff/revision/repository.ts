import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "vitest";
import type { PlanDiff, StackDiff } from "../../../../plan/diff/format.js";
import { tempDir } from "../../../support/temp-dirs.js";
import { fixture, repo, run, type Run } from "../../cli.js";

/** What one comparison gave, in all three renderings. */
export interface Comparison extends Run {
    diff: PlanDiff;
    markdown: string;
    /** Everything that was printed or written, for what must be nowhere. */
    everything: string;
}

/** A git repository in a folder of its own, with a program in its working tree. */
export interface TestRepository {
    dir: string;
    git(...args: string[]): string;
    /** Writes files into the working tree. */
    write(files: Record<string, string>): void;
    /** Replaces texts in a file of the working tree; each must be there. */
    edit(file: string, ...replacements: [from: string, to: string][]): void;
    remove(...files: string[]): void;
    /** Commits the working tree, and gives the commit. */
    commit(message?: string): string;
    /** The working tree as in a commit. */
    reset(commit: string): void;
    /** Runs `confidential-aks diff` on the program. */
    diff(...args: string[]): Promise<Comparison>;
}

/** The values that the fixture program holds as secrets, before and after. */
const SECRETS = ["first-token-value", "second-token-value", "AAAA:BBBB", "CCCC:DDDD"];

const IDENTITY = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
/** Without what the machine's own git is set to. */
const GIT_ENV = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };

/** A repository whose first commit, tagged `base`, is a fixture program; it uses the packages of this project. */
export function repositoryOf(name: string, folder = tempDir()): TestRepository {
    const repository = emptyRepository(folder);
    cpSync(fixture(name), repository.dir, { recursive: true });
    writeFileSync(path.join(repository.dir, ".gitignore"), "node_modules\n");
    symlinkSync(path.join(repo, "node_modules"), path.join(repository.dir, "node_modules"));
    repository.git("tag", "base", repository.commit());
    return repository;
}

/** What the program of this project is made of. */
const OWN_PARTS = ["index.ts", "provider", "Pulumi.yaml", "package.json", "package-lock.json", "tsconfig.json"];
const OWN_FOLDERS = ["components", "config", "images", "stacks"];

/**
 * The program of this project as the first commit of a repository of its own, tagged `base`, and more files beside it.
 */
export function ownProgram(files: Record<string, string> = {}): TestRepository {
    const repository = emptyRepository();
    for (const part of [...OWN_PARTS, ...OWN_FOLDERS])
        cpSync(path.join(repo, part), path.join(repository.dir, part), { recursive: true });
    repository.write({ ".gitignore": "node_modules\n", ...files });
    symlinkSync(path.join(repo, "node_modules"), path.join(repository.dir, "node_modules"));
    repository.git("tag", "base", repository.commit());
    return repository;
}

/** A repository without a commit. */
export function emptyRepository(folder = tempDir()): TestRepository {
    const dir = path.join(folder, "program");
    mkdirSync(dir);
    const git = (...args: string[]): string =>
        execFileSync("git", [...IDENTITY, ...args], { cwd: dir, env: GIT_ENV, encoding: "utf8" }).trim();
    git("init", "--quiet", "--initial-branch", "main");
    const write = (files: Record<string, string>): void => {
        for (const [name, text] of Object.entries(files)) {
            mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
            writeFileSync(path.join(dir, name), text);
        }
    };
    return {
        dir,
        git,
        write,
        edit: (file, ...replacements) => {
            const text = readFileSync(path.join(dir, file), "utf8");
            for (const [from] of replacements) expect(text).toContain(from);
            write({ [file]: replacements.reduce((now, [from, to]) => now.split(from).join(to), text) });
        },
        remove: (...files) => {
            for (const file of files) rmSync(path.join(dir, file), { recursive: true });
        },
        commit: (message = "a change") => {
            git("add", "--all");
            git("commit", "--quiet", "--message", message);
            return git("rev-parse", "HEAD");
        },
        reset: (commit) => {
            git("reset", "--quiet", "--hard", commit);
            git("clean", "--quiet", "--force", "-d");
        },
        diff: (...args) => compareIn(dir, args),
    };
}

let runs = 0;

/** One run gives all renderings; what it keeps secret must be in none of them. */
async function compareIn(dir: string, args: string[]): Promise<Comparison> {
    const out = path.join(path.dirname(dir), `out-${runs++}`);
    mkdirSync(out);
    const files = { markdown: path.join(out, "comment.md"), json: path.join(out, "diff.json") };
    const result = await run("diff", "-C", dir, "--out", files.markdown, "--out", files.json, ...args);
    const read = (file: string): string => {
        try {
            return readFileSync(file, "utf8");
        } catch {
            return "";
        }
    };
    const [markdown, json] = [read(files.markdown), read(files.json)];
    const everything = [result.stdout, result.stderr, markdown, json].join("\n");
    for (const secret of SECRETS) expect(everything).not.toContain(secret);
    if (json === "" && result.code !== 2 && !result.stderr.includes("Nothing was compared"))
        throw new Error(`exit code ${result.code}, and no diff: ${result.stderr}`);
    return { ...result, markdown, everything, diff: (json === "" ? {} : JSON.parse(json)) as PlanDiff };
}

/** The stack of a name. */
export function stackOf({ diff }: Comparison, name = "dev"): StackDiff {
    const found = diff.stacks.find(({ stack }) => stack === name);
    if (found === undefined) throw new Error(`no stack ${name} in the diff`);
    return found;
}

/** What happens to the resources of a stack, one line each: `replace pool (vmSize)`. */
export function actionsOf(comparison: Comparison, stack = "dev"): string[] {
    return stackOf(comparison, stack).resources.map(({ action, name, forcedBy, cascade }) => {
        const why = [...forcedBy.map(({ path }) => path), ...(cascade === undefined ? [] : [cascade.by])];
        return `${action} ${name}${why.length === 0 ? "" : ` (${why.join(", ")})`}`;
    });
}

/** All consequences that a stack's resources and remarks name. */
export function wordsOf(comparison: Comparison, stack = "dev"): string {
    const { resources, epc } = stackOf(comparison, stack);
    return [...resources.flatMap(({ consequences }) => consequences), ...epc].join("\n");
}
