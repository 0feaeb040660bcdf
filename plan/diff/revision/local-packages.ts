import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

/** A package of a project that does not come from a registry or a git repository. */
interface LocalPackage {
    /** Where it is, relative to the folder of package.json. */
    place: string;
    kind: "folder" | "archive";
    /** The lockfile has the archive's hash. */
    locked: boolean;
}

type Json = Record<string, unknown>;

const ARCHIVE = /\.(tgz|tar\.gz|tar)$/i;
const PROTOCOL = /^(file|link|portal|workspace):/;

/**
 * True if two revisions that lock the same packages would still run other code: a package is a folder of the
 * repository, such as a workspace, whose link in node_modules leads to the working tree's sources; or an archive in the
 * repository that is another one. What lies outside of the repository is the same for both.
 */
export function localPackagesDiffer(mine: string, theirs: string, top: string): boolean {
    if (hasWorkspaces(mine)) return true;
    return localPackages(mine).some(({ place, kind, locked }) => {
        const inRepository = !path.relative(top, path.resolve(theirs, place)).startsWith("..");
        if (!inRepository) return false;
        return kind === "folder" || (!locked && isAnotherFile(path.resolve(mine, place), path.resolve(theirs, place)));
    });
}

function hasWorkspaces(folder: string): boolean {
    if (isList(readJson(folder, "package.json")?.["workspaces"])) return true;
    // Since version 10, pnpm keeps settings in that file, too: a project without workspaces may have it. For older ones
    // an empty file was enough.
    const settings = pnpmSettings(folder);
    return settings !== undefined && (Object.keys(settings).length === 0 || isList(settings["packages"]));
}

function pnpmSettings(folder: string): Json | undefined {
    const text = readText(path.join(folder, "pnpm-workspace.yaml"));
    if (text === undefined) return undefined;
    try {
        return toMap(parse(text)) ?? {};
    } catch {
        return {};
    }
}

function isList(value: unknown): boolean {
    // Yarn's long form: { packages: [...], nohoist: [...] }
    return Array.isArray(value) ? value.length > 0 : toMap(value) !== undefined;
}

function localPackages(folder: string): LocalPackage[] {
    const lock = readJson(folder, "package-lock.json") ?? readJson(folder, "npm-shrinkwrap.json");
    const locked = toMap(lock?.["packages"]);
    return locked === undefined ? fromManifest(folder) : fromNpm(locked);
}

/**
 * npm's lockfile names folders as links, also those that package.json calls "./folder", and has the hashes of archives.
 */
function fromNpm(packages: Json): LocalPackage[] {
    return Object.values(packages).flatMap((entry): LocalPackage[] => {
        const { resolved, link, integrity } = toMap(entry) ?? {};
        if (typeof resolved !== "string") return [];
        if (link === true) return [{ place: resolved, kind: "folder", locked: false }];
        if (!resolved.startsWith("file:")) return [];
        return [{ place: resolved.slice("file:".length), kind: "archive", locked: typeof integrity === "string" }];
    });
}

/** What package.json says, and where package managers let it be overridden. */
function fromManifest(folder: string): LocalPackage[] {
    const manifest = readJson(folder, "package.json") ?? {};
    const fields = ["dependencies", "devDependencies", "optionalDependencies", "overrides", "resolutions"];
    const { overrides, catalog, catalogs } = pnpmSettings(folder) ?? {};
    const pnpm = [toMap(manifest["pnpm"])?.["overrides"], overrides, catalog, catalogs];
    const specifiers = [...fields.map((field) => manifest[field]), ...pnpm].flatMap(textsIn);
    return specifiers.filter(isLocal).map((specifier) => {
        const place = specifier.replace(PROTOCOL, "");
        return { place, kind: ARCHIVE.test(place) ? "archive" : "folder", locked: false };
    });
}

/** "file:a", and what npm takes for it: "./a", "../a", "/a", and "a.tgz" that is no address. */
function isLocal(specifier: string): boolean {
    return PROTOCOL.test(specifier) || /^(\.|\/|[a-zA-Z]:[\\/])/.test(specifier) || isBareArchive(specifier);
}

function isBareArchive(specifier: string): boolean {
    return ARCHIVE.test(specifier) && !/^[a-z+]+:/i.test(specifier);
}

function textsIn(value: unknown): string[] {
    if (typeof value === "string") return [value];
    return Object.values(toMap(value) ?? {}).flatMap(textsIn);
}

/**
 * An archive that the revision does not have, because it is not committed, can only be the one that the working tree
 * installed.
 */
function isAnotherFile(mine: string, theirs: string): boolean {
    if (!existsSync(mine)) return false;
    return !existsSync(theirs) || !readFileSync(mine).equals(readFileSync(theirs));
}

function readJson(folder: string, name: string): Json | undefined {
    try {
        return toMap(JSON.parse(readText(path.join(folder, name)) ?? ""));
    } catch {
        return undefined;
    }
}

/** The text of a file; undefined if there is none. */
export function readText(file: string): string | undefined {
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function toMap(value: unknown): Json | undefined {
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}
