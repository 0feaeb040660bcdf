import { execFile } from "node:child_process";
import { realpathSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { PlanError, UsageError } from "../../model/errors.js";
import { messageOf } from "../../../terminal/errors.js";

const run = promisify(execFile);

/** A git repository and the place of a program in it. */
export interface Repository {
    /** Top folder of the working tree. */
    top: string;
    /** Folder of the program below it; empty: the top itself. */
    inside: string;
}

/**
 * Variables that would point these commands at another repository, index or attributes, such as those of a git hook
 * (`git rev-parse --local-env-vars`). Those with configuration stay: how a machine says which folders are safe, and the
 * options below win over them.
 */
const LOCAL_VARIABLES = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_GRAFT_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_NAMESPACE",
    "GIT_ATTR_SOURCE",
    "GIT_EXTERNAL_DIFF",
];

/**
 * What keeps the repository as it is, whatever its own configuration says: no hook runs, no monitor of files, nothing
 * is written beside the index that these commands bring, and all files are checked out. Filters of files do run: what
 * git-lfs and git-crypt keep elsewhere or encrypted has to be in the old revision as it is in the working tree.
 */
const SETTINGS = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.splitIndex=false",
    "core.sparseCheckout=false",
    "gc.auto=0",
].flatMap((setting) => ["-c", setting]);

async function git(cwd: string, args: string[], env: Record<string, string> = {}): Promise<string> {
    const rest = Object.entries(process.env).filter(([key]) => !LOCAL_VARIABLES.includes(key));
    const options = {
        cwd,
        env: { ...Object.fromEntries(rest), GIT_OPTIONAL_LOCKS: "0", ...env },
        maxBuffer: 64 * 1024 * 1024,
    };
    const { stdout } = await run("git", [...SETTINGS, ...args], options);
    return stdout.trim();
}

/** The repository of a folder. */
export async function openRepository(folder: string): Promise<Repository> {
    try {
        const top = await git(folder, ["rev-parse", "--show-toplevel"]);
        return { top, inside: path.relative(realpathSync(top), realpathSync(folder)) };
    } catch (error) {
        throw new UsageError(`--base needs a git repository, and ${folder} is in none (${firstLine(error)})`);
    }
}

/** The commit of a reference; with `mergeBase`, the commit where the working tree's branch left it. */
export async function findCommit({ top }: Repository, reference: string, mergeBase: boolean): Promise<string> {
    let commit: string;
    try {
        commit = await git(top, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`]);
    } catch {
        throw new UsageError(
            `--base ${reference}: git knows no such commit. In a shallow clone fetch it first ("git fetch origin ${reference}"; with actions/checkout: fetch-depth)`,
        );
    }
    if (!mergeBase) return commit;
    try {
        return await git(top, ["merge-base", commit, "HEAD"]);
    } catch {
        throw new UsageError(`--merge-base: HEAD and ${reference} have no common commit here (a shallow clone?)`);
    }
}

/** The commit that is checked out; undefined in a repository without commits. */
export async function headCommit({ top }: Repository): Promise<string | undefined> {
    return git(top, ["rev-parse", "--verify", "--quiet", "HEAD"]).catch(() => undefined);
}

/**
 * Writes the files of a commit into a folder, with an index of its own: the repository, its index and its list of
 * working trees stay as they are. Submodules stay empty.
 */
export async function checkOut({ top }: Repository, commit: string, folder: string, index: string): Promise<void> {
    const env = { GIT_INDEX_FILE: index };
    try {
        await git(top, ["read-tree", commit], env);
        await git(top, ["checkout-index", "--all", `--prefix=${folder}${path.sep}`], env);
    } catch (error) {
        throw new PlanError(`cannot check out ${commit}: ${firstLine(error)}`);
    }
}

function firstLine(error: unknown): string {
    const text = (error as { stderr?: string }).stderr ?? messageOf(error);
    return text.trim().split("\n")[0] ?? "";
}
