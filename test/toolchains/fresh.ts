import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { inject } from "vitest";
import { copyPackages, lockedPackages, productionPackages } from "../package/production.mjs";

/** What `npm run toolchains` installed. */
const installed = path.resolve("test/toolchains/node_modules");
/** Tests of this folder run on Linux on x64 only. */
export const skipped = inject("archive") === "";

/** Which SDK: the one of this repository's lockfile, which runs on Node 20, or the newest, which needs Node 22. */
export type SdkChoice = "locked" | "newest";
export const nodes = [20, 22, 24, 26] as const;
export type NodeChoice = (typeof nodes)[number];

/** The interpreter of a release of Node. */
export function nodeBinary(version: NodeChoice): string {
    return path.join(installed, `node${version}/bin/node`);
}

/** npm's command of a release. */
export function npmScript(version: 10 | 11): string {
    return path.join(installed, `npm${version}/bin/npm-cli.js`);
}

export function sdkVersion(sdk: SdkChoice): string {
    const folder = sdk === "newest" ? installed : path.resolve("node_modules");
    const manifest = readFileSync(path.join(folder, "@pulumi/pulumi/package.json"), "utf8");
    return (JSON.parse(manifest) as { version: string }).version;
}

/**
 * A folder with what a program gets that depends on the package, at the versions of a lockfile, and the package itself.
 */
export function freshFolder(sdk: SdkChoice, extra: string[]): string {
    const folder = mkdtempSync(path.join(inject("work"), `${sdk}-`));
    const target = path.join(folder, "node_modules");
    const names = productionPackages().filter((name) => sdk === "locked" || name !== "@pulumi/pulumi");
    copyPackages(path.resolve("node_modules"), names, target);
    copyPackages(installed, [...(sdk === "newest" ? ["@pulumi/pulumi"] : []), ...extra], target);
    const own = path.join(target, "confidential-aks");
    mkdirSync(own);
    execFileSync("tar", ["-xzf", inject("archive"), "--strip-components=1", "-C", own]);
    return folder;
}

/**
 * A folder in which everything that the package depends on is installed already, so that npm has nothing to download.
 */
export function folderWithDependencies(): string {
    const folder = mkdtempSync(path.join(inject("work"), "install-"));
    const packages = lockedPackages();
    const top = packages.map(([place]) => /^node_modules\/((@[^/]+\/)?[^/]+)$/.exec(place)?.[1] ?? "");
    const names = top.filter((name) => name !== "");
    copyPackages(path.resolve("node_modules"), [...names, ".bin"], path.join(folder, "node_modules"));
    const root = { name: "fresh", version: "1.0.0" };
    // Without hashes npm takes what is there for what is locked.
    const bare = packages.map(([place, { resolved, integrity, ...rest }]) => [place, rest] as const);
    const lock = { ...root, lockfileVersion: 3, requires: true, packages: { "": root, ...Object.fromEntries(bare) } };
    write(folder, {
        "package.json": JSON.stringify({ ...root, private: true }),
        "package-lock.json": JSON.stringify(lock),
    });
    return folder;
}

/**
 * This repository's program, as a user of the npm package would write it, and its example, in a git
 * repository.
 */
export function programs(folder: string): void {
    for (const name of ["Pulumi.yaml", "index.ts", "tsconfig.json", "provider", "config", "stacks"])
        cpSync(path.resolve(name), path.join(folder, name), { recursive: true });
    cpSync(path.resolve("examples/import/typescript"), path.join(folder, "import"), { recursive: true });
    write(folder, {
        ".gitignore": "node_modules\n",
        "package.json":
            '{ "name": "fresh", "private": true, "main": "index.ts", "dependencies": { "confidential-aks": "file:confidential-aks.tgz" } }\n',
        "components/index.ts": 'export * from "confidential-aks";\n',
    });
    git(folder, "init", "--quiet", "--initial-branch=main");
    git(folder, "add", "--all");
    git(folder, "commit", "--quiet", "--message=base");
}

export function write(folder: string, files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        writeFileSync(path.join(folder, name), text);
    }
}

/**
 * Runs git without what the machine's own is set to, at the same second each time: the same files give the same commit.
 */
export function git(folder: string, ...args: string[]): string {
    const who = { NAME: "test", EMAIL: "test@example.org", DATE: "2026-01-01T00:00:00Z" };
    const people = ["AUTHOR", "COMMITTER"].flatMap((role) =>
        Object.entries(who).map(([key, value]) => [`GIT_${role}_${key}`, value]),
    );
    const env = {
        ...process.env,
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_CONFIG_NOSYSTEM: "1",
        ...(Object.fromEntries(people) as Record<string, string>),
    };
    return execFileSync("git", args, { cwd: folder, env, encoding: "utf8" }).trim();
}

/** What a command gave. */
export interface Ran {
    code: number;
    stdout: string;
    stderr: string;
}

/** Runs a script on a release of Node. */
export function runNode(version: NodeChoice, folder: string, script: string, args: string[], env = {}): Promise<Ran> {
    const binary = nodeBinary(version);
    const options = {
        cwd: folder,
        // The package manager's scripts, and whatever else starts "node", get the same one.
        env: {
            ...process.env,
            NO_COLOR: "1",
            NODE_OPTIONS: "",
            ...env,
            PATH: `${path.dirname(binary)}:${process.env["PATH"] ?? ""}`,
        },
        maxBuffer: 1e8,
        timeout: 280_000,
    };
    return new Promise((done) => {
        execFile(binary, [script, ...args], options, (error, stdout, stderr) => {
            done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
        });
    });
}

/** Runs the package's command in a folder that has the package. */
export function confidentialAks(version: NodeChoice, folder: string, cwd: string, ...args: string[]): Promise<Ran> {
    return runNode(version, cwd, path.join(folder, "node_modules/confidential-aks/dist/cli/index.js"), args);
}
