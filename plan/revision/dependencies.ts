import { execFile } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { messageOf, PlanError } from "../errors.js";

const run = promisify(execFile);

/** Lockfiles, and how each package manager installs exactly what they say. Scripts of packages are not run: a plan needs none. */
const MANAGERS: Record<string, [command: string, ...args: string[]]> = {
    "package-lock.json": ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    "npm-shrinkwrap.json": ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    "pnpm-lock.yaml": ["pnpm", "install", "--frozen-lockfile", "--ignore-scripts"],
    "yarn.lock": ["yarn", "install", "--frozen-lockfile", "--ignore-scripts"],
};
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
 * Gives a checked out revision its dependencies. Where what it locks is what the working tree locks, it shares the working tree's; else its own are installed.
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
    if (isShareable(path.join(checkout, home), path.join(top, home))) {
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

/**
 * True if both say the same about packages. Packages that are folders of the repository, such as workspaces, are never shared: their links in node_modules
 * lead to the working tree's sources, and the revision would run the code it is compared with.
 */
function isShareable(mine: string, theirs: string): boolean {
    const lockfile = lockfileOf(mine);
    const manifest = read(path.join(mine, "package.json"));
    if (existsSync(path.join(mine, "pnpm-workspace.yaml")) || LINKED.test(manifest ?? "")) return false;
    if (lockfile === undefined)
        return manifest === read(path.join(theirs, "package.json")) && lockfileOf(theirs) === undefined;
    return read(path.join(mine, lockfile)) === read(path.join(theirs, lockfile));
}

/** What a package.json says of packages that are folders nearby. */
const LINKED = /"workspaces"\s*:|:\s*"(file|link|portal|workspace):/;

function read(file: string): string | undefined {
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function share(from: string, to: string): void {
    const [source, target] = [path.join(from, "node_modules"), path.join(to, "node_modules")];
    if (existsSync(source) && existsSync(to) && !existsSync(target)) symlinkSync(source, target, "junction");
}

async function install(folder: string): Promise<void> {
    const [command, ...args] = MANAGERS[lockfileOf(folder) ?? ""] ?? WITHOUT_LOCKFILE;
    try {
        await run(command, args, { cwd: folder, timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 });
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
