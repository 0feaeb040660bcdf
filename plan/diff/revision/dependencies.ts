import { execFile } from "node:child_process";
import { existsSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { PlanError } from "../../model/errors.js";
import { messageOf } from "../../../terminal/errors.js";
import { localPackagesDiffer, readText } from "./local-packages.js";

const run = promisify(execFile);

/**
 * Lockfiles, and how each package manager installs exactly what they say. Scripts of packages are not run: a plan needs
 * none.
 */
const MANAGERS: Record<string, [command: string, ...args: string[]]> = {
    "package-lock.json": ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    "npm-shrinkwrap.json": ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    "pnpm-lock.yaml": ["pnpm", "install", "--frozen-lockfile", "--ignore-scripts"],
    "yarn.lock": ["yarn", "install", "--frozen-lockfile", "--ignore-scripts"],
};
/** Yarn since version 2, whose lockfile begins with an entry of that name, has other flags. */
const NEWER_YARN: [string, ...string[]] = ["yarn", "install", "--immutable", "--mode=skip-build"];
const WITHOUT_LOCKFILE: [string, ...string[]] = [
    "npm",
    "install",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-package-lock",
];
const LIMIT_MS = 15 * 60_000;

/** How a revision got its dependencies. */
export type Dependencies = "none" | "shared" | "installed";

/**
 * Gives a checked out revision its dependencies. Where what it locks is what the working tree locks, it shares the
 * working tree's; else its own are installed.
 *
 * @param checkout Top folder of the revision.
 * @param top Top folder of the working tree.
 * @param inside Folder of the program below both.
 */
export async function provideDependencies(checkout: string, top: string, inside: string): Promise<Dependencies> {
    const folders = upwards(inside);
    const home =
        folders.find((folder) => lockfileOf(path.join(checkout, folder)) !== undefined) ??
        folders.find((folder) => existsSync(path.join(checkout, folder, "package.json")));
    if (home === undefined) return "none";
    if (isShareable(path.join(checkout, home), path.join(top, home), top)) {
        for (const folder of folders) share(path.join(top, folder), path.join(checkout, folder));
        return "shared";
    }
    await install(path.join(checkout, home));
    return "installed";
}

/** The folder and those above it, up to the top. */
function upwards(inside: string): string[] {
    const parts = inside === "" ? [] : inside.split(path.sep);
    return [...parts.map((_, index) => parts.slice(0, parts.length - index).join(path.sep)), ""];
}

function lockfileOf(folder: string): string | undefined {
    return Object.keys(MANAGERS).find((name) => existsSync(path.join(folder, name)));
}

/** True if both say the same about packages, and what they say means the same code. */
function isShareable(mine: string, theirs: string, top: string): boolean {
    const lockfile = lockfileOf(mine);
    const same = (name: string): boolean => readText(path.join(mine, name)) === readText(path.join(theirs, name));
    const locked = lockfile === undefined ? lockfileOf(theirs) === undefined && same("package.json") : same(lockfile);
    return locked && !localPackagesDiffer(mine, theirs, top);
}

function share(from: string, to: string): void {
    const [source, target] = [path.join(from, "node_modules"), path.join(to, "node_modules")];
    if (existsSync(source) && existsSync(to) && !existsSync(target)) symlinkSync(source, target, "junction");
}

async function install(folder: string): Promise<void> {
    const [command, ...args] = installCommand(folder);
    try {
        const options = { cwd: folder, env: environment(), timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 };
        await run(command, args, options);
    } catch (error) {
        // Where npm keeps its log says nothing elsewhere.
        const said = ((error as { stderr?: string }).stderr ?? "")
            .replace(/^.*complete log of this run.*$/gm, "")
            .trim();
        throw new PlanError(
            `its dependencies could not be installed (${command} ${args.join(" ")}): ${said === "" ? messageOf(error) : said}`,
        );
    }
}

function installCommand(folder: string): [string, ...string[]] {
    const lockfile = lockfileOf(folder);
    if (lockfile === undefined) return WITHOUT_LOCKFILE;
    const isNewerYarn = lockfile === "yarn.lock" && /^__metadata:/m.test(readText(path.join(folder, lockfile)) ?? "");
    return isNewerYarn ? NEWER_YARN : (MANAGERS[lockfile] ?? WITHOUT_LOCKFILE);
}

/**
 * Modules that Node is to load first, such as tsx, are the program's: where they are about to be installed, they are
 * not there yet.
 */
const PRELOADS = /(^|\s)(--import|--require|-r|--loader|--experimental-loader)(=|\s+)("[^"]*"|\S+)/g;

function environment(): NodeJS.ProcessEnv {
    const { NODE_OPTIONS = "", ...rest } = process.env;
    const kept = NODE_OPTIONS.replace(PRELOADS, "").trim();
    return kept === "" ? rest : { ...rest, NODE_OPTIONS: kept };
}
