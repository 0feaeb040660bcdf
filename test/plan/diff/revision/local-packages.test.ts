import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "vitest";
import { localPackagesDiffer } from "../../../../plan/diff/revision/local-packages.js";
import { tempDir } from "../../../support/temp-dirs.js";

type Files = Record<string, string>;

/** Two folders that lock the same: a revision that is checked out, and the working tree. */
function differ(common: Files, mine: Files = {}, theirs: Files = {}): boolean {
    const folder = tempDir();
    const [checkout, top] = [path.join(folder, "checkout"), path.join(folder, "top")] as const;
    for (const [where, files] of [
        [checkout, { ...common, ...mine }],
        [top, { ...common, ...theirs }],
    ] as const) {
        for (const [name, text] of Object.entries(files)) {
            mkdirSync(path.dirname(path.join(where, name)), { recursive: true });
            writeFileSync(path.join(where, name), text);
        }
    }
    return localPackagesDiffer(checkout, top, top);
}

/** A lockfile as npm 11 writes it. */
const npm = (packages: Record<string, object>): Files => ({
    "package-lock.json": JSON.stringify({ name: "p", lockfileVersion: 3, requires: true, packages }),
});
const manifest = (content: object): Files => ({ "package.json": JSON.stringify({ name: "p", ...content }) });
const depends = (specifier: string): Files => manifest({ dependencies: { a: specifier } });
const archive = { resolved: "file:vendor/a-1.0.0.tgz", integrity: "sha512-DeDvaquC+TuOdzM228Ys+El==" };

it.each<[string, Files, Files?, Files?]>([
    [
        "an archive of which npm's lockfile has the hash",
        { ...depends("file:vendor/a-1.0.0.tgz"), ...npm({ "node_modules/a": archive }) },
    ],
    [
        "the same, not committed",
        { ...depends("file:vendor/a-1.0.0.tgz"), ...npm({ "node_modules/a": archive }) },
        {},
        { "vendor/a-1.0.0.tgz": "a" },
    ],
    [
        "an archive outside of the repository",
        { ...depends("file:../a-1.0.0.tgz"), "yarn.lock": 'a@file:../a-1.0.0.tgz":\n' },
    ],
    ["an archive with the same bytes", { ...depends("file:a.tgz"), "pnpm-lock.yaml": "a", "a.tgz": "a" }],
    ["an archive named without file:", { ...depends("./a.tar.gz"), "yarn.lock": "a", "a.tar.gz": "a" }],
    ["a folder outside of the repository", { ...npm({ "node_modules/o": { resolved: "../o", link: true } }) }],
    ["a link that leads out of the repository", { ...depends("link:../o"), "yarn.lock": "a" }],
    [
        "a git dependency, locked by its commit",
        {
            ...depends("git+file:///somewhere/a.git#v1"),
            ...npm({ "node_modules/a": { resolved: "git+file:///somewhere/a.git#0123456789abcdef" } }),
        },
    ],
    ["a git dependency in short", { ...depends("github:team/a#v1"), "yarn.lock": "a" }],
    [
        "an alias",
        { ...depends("npm:ms@2.1.3"), ...npm({ "node_modules/a": { name: "ms", integrity: "sha512-6FlzubTL==" } }) },
    ],
    ["an address of an archive", { ...depends("https://example.org/a.tgz"), "yarn.lock": "a" }],
    ["paths in package.json that are no dependencies", manifest({ main: "./dist/index.js", exports: "./dist/a.tgz" })],
    ["no workspaces after all", manifest({ workspaces: [] })],
    [
        "pnpm's settings without workspaces",
        { ...depends("1.0.0"), "pnpm-workspace.yaml": "onlyBuiltDependencies: [a]" },
    ],
    ["a package.json that cannot be read", { "package.json": "{" }],
])("the same code: %s", (_, common, mine, theirs) => {
    expect(differ(common, mine, theirs)).toBe(false);
});

it.each<[string, Files, Files?, Files?]>([
    ["a folder in npm's lockfile", npm({ "node_modules/a": { resolved: "a", link: true } })],
    [
        "a folder that package.json names without file:",
        { ...depends("./a"), ...npm({ "node_modules/a": { resolved: "a", link: true } }) },
    ],
    ["the same without a lockfile", depends("./a")],
    ["a folder", { ...depends("file:a"), "yarn.lock": "a" }],
    ["a link", { ...depends("link:a"), "yarn.lock": "a" }],
    ["a portal", { ...depends("portal:./a"), "yarn.lock": "a" }],
    ["a workspace's package", { ...depends("workspace:*"), "pnpm-lock.yaml": "a" }],
    ["a folder that overrides a package", manifest({ overrides: { b: { a: "file:a" } } })],
    ["a folder in Yarn's overrides", { ...manifest({ resolutions: { a: "file:a" } }), "yarn.lock": "a" }],
    ["a folder in pnpm's overrides", { ...manifest({ pnpm: { overrides: { a: "link:a" } } }), "pnpm-lock.yaml": "a" }],
    ["the same in pnpm's settings", { "pnpm-workspace.yaml": "overrides: { a: link:a }", "pnpm-lock.yaml": "a" }],
    ["workspaces", manifest({ workspaces: ["a"] })],
    ["workspaces in Yarn's long form", manifest({ workspaces: { packages: ["a"] } })],
    ["workspaces of pnpm", { "pnpm-workspace.yaml": "packages: [a]" }],
    ["workspaces of older pnpm", { "pnpm-workspace.yaml": "" }],
    [
        "an archive with other bytes, without a hash in the lockfile",
        { ...depends("file:a.tgz"), "yarn.lock": "a" },
        { "a.tgz": "old" },
        { "a.tgz": "new" },
    ],
    ["an archive that only the revision has", { ...depends("file:a.tgz"), "yarn.lock": "a" }, { "a.tgz": "old" }],
])("other code: %s", (_, common, mine, theirs) => {
    expect(differ(common, mine, theirs)).toBe(true);
});
