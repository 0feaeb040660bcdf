import {
    chmodSync,
    existsSync,
    mkdirSync,
    readFileSync,
    readlinkSync,
    realpathSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { provideDependencies } from "../../../../plan/diff/revision/dependencies.js";
import { tempDir } from "../../../support/temp-dirs.js";
import { repo } from "../../cli.js";
import { actionsOf, emptyRepository, stackOf, type TestRepository } from "./repository.js";

afterEach(() => {
    vi.unstubAllEnvs();
});

const json = (value: unknown): string => JSON.stringify(value);

/** A provider's package, of which the program has the sources in its own repository. */
function providerFiles(version: string, defaults: object): Record<string, string> {
    return {
        "package-lock.json": json({
            name: "fixture-upgrade",
            lockfileVersion: 3,
            requires: true,
            packages: {
                "": { name: "fixture-upgrade", dependencies: { "fixture-provider": "file:provider" } },
                "node_modules/fixture-provider": { resolved: "provider", link: true },
                provider: { name: "fixture-provider", version },
            },
        }),
        "provider/package.json": json({ name: "fixture-provider", version, main: "index.js" }),
        "provider/index.js": `
            const { CustomResource } = require("@pulumi/pulumi");
            const { version } = require("./package.json");
            exports.Thing = class extends CustomResource {
                constructor(name, args, opts) {
                    super("fixture-provider:index:Thing", name, { ...${json(defaults)}, ...args }, { version, ...opts });
                }
            };`,
    };
}

/** A program with a dependency of its own, in the repository; npm, for real, has nowhere to download from. */
function programWithProvider(): TestRepository {
    const folder = realpathSync(tempDir());
    const repository = emptyRepository(folder);
    // Pulumi's SDK is found above the program and above what is checked out, so that npm has only the repository's own
    // package to install.
    symlinkSync(path.join(repo, "node_modules"), path.join(folder, "node_modules"));
    mkdirSync(path.join(folder, "tmp"));
    vi.stubEnv("TMPDIR", path.join(folder, "tmp"));
    vi.stubEnv("npm_config_offline", "true");
    vi.stubEnv("npm_config_cache", path.join(folder, "npm-cache"));
    vi.stubEnv("npm_config_update_notifier", "false");
    repository.write({
        ".gitignore": "node_modules\n",
        "Pulumi.yaml": "name: fixture-upgrade\nruntime: { name: nodejs, options: { typescript: false } }\n",
        "Pulumi.dev.yaml": "config: {}\n",
        "package.json": json({
            name: "fixture-upgrade",
            private: true,
            dependencies: { "fixture-provider": "file:provider" },
        }),
        "index.js": 'const { Thing } = require("fixture-provider");\nnew Thing("thing", { size: 1 });\n',
        ...providerFiles("1.0.0", {}),
    });
    repository.git("tag", "base", repository.commit());
    mkdirSync(path.join(repository.dir, "node_modules"));
    symlinkSync("../provider", path.join(repository.dir, "node_modules/fixture-provider"));
    return repository;
}

describe("the old revision runs with its own dependencies", () => {
    it("a provider upgrade: the version once, and what the new package asks for", async () => {
        const repository = programWithProvider();
        repository.write(providerFiles("2.0.0", { encrypted: true }));
        const found = await repository.diff("--base", "base");
        expect(found.code).toBe(0);
        expect(actionsOf(found)).toEqual(["update thing"]);
        expect(stackOf(found).resources[0]?.changes).toEqual([{ path: "encrypted", kind: "add", after: true }]);
        expect(stackOf(found).versions).toEqual([
            { provider: "fixture-provider", before: "1.0.0", after: "2.0.0", resources: 1 },
        ]);
        for (const text of [found.stdout, found.markdown])
            expect(text).toMatch(/provider fixture\\?-provider 1\.0\.0 (->|→) 2\.0\.0, used by 1 resource/);
    });

    it("sources that change below the same lockfile are its own, too", async () => {
        const repository = programWithProvider();
        repository.write({
            "provider/index.js": providerFiles("1.0.0", { encrypted: true })["provider/index.js"] ?? "",
        });
        expect(actionsOf(await repository.diff("--base", "base"))).toEqual(["update thing"]);
    });

    it("where they cannot be installed, that is why no stack of it can be planned", async () => {
        const repository = programWithProvider();
        const locked = JSON.parse(readFileSync(path.join(repository.dir, "package-lock.json"), "utf8")) as object;
        repository.write({ "package-lock.json": json({ ...locked, packages: { "": { name: "fixture-upgrade" } } }) });
        const broken = repository.commit();
        repository.reset("base");
        const found = await repository.diff("--base", broken);
        expect(found.code).toBe(1);
        const [failure] = stackOf(found).failures;
        expect(failure?.side).toBe("base");
        expect(failure?.message).toMatch(/^its dependencies could not be installed \(npm ci --ignore-scripts/);
        expect(failure?.message).toContain("in sync");
        expect(failure?.message).not.toContain("complete log");
    });
});

/** Two folders, and package managers that only note how they were called: doubles, so that nothing is installed. */
function twoRevisions(mine: Record<string, string>, theirs: Record<string, string>, exit = 0) {
    const folder = realpathSync(tempDir());
    const [checkout, top, bin, log] = ["checkout", "top", "bin", "log"].map((name) => path.join(folder, name)) as [
        string,
        string,
        string,
        string,
    ];
    for (const [where, files] of [
        [checkout, mine],
        [top, theirs],
    ] as const) {
        for (const [name, text] of Object.entries(files)) {
            mkdirSync(path.dirname(path.join(where, name)), { recursive: true });
            writeFileSync(path.join(where, name), text);
        }
    }
    mkdirSync(path.join(top, "node_modules"), { recursive: true });
    mkdirSync(bin);
    for (const name of ["npm", "pnpm", "yarn"]) {
        const script = `#!/bin/sh\necho "$(basename "$0") $* in \${PWD##*/}" >> ${log}\nprintf %s "$NODE_OPTIONS" > ${log}.options\necho "npm error no such package" >&2\nexit ${exit}\n`;
        writeFileSync(path.join(bin, name), script);
        chmodSync(path.join(bin, name), 0o755);
    }
    vi.stubEnv("PATH", `${bin}${path.delimiter}${process.env["PATH"] ?? ""}`);
    return {
        checkout,
        top,
        calls: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
        options: () => readFileSync(`${log}.options`, "utf8"),
    };
}

const ARCHIVE_LOCKED = json({
    lockfileVersion: 3,
    packages: { "node_modules/a": { resolved: "file:a.tgz", integrity: "sha512-DeDvaquC+TuOdzM228Ys+El==" } },
});

describe("where the dependencies come from", () => {
    const manifest = json({ dependencies: { a: "^1.0.0" } });
    const ci = "npm ci --ignore-scripts --no-audit --no-fund";

    it.each<[string, Record<string, string>, Record<string, string>]>([
        ["the same lockfile", { "package.json": manifest, "package-lock.json": "a" }, { "package-lock.json": "a" }],
        [
            "no lockfile on either side, the same package.json",
            { "package.json": manifest },
            { "package.json": manifest },
        ],
        [
            "a package that is an archive, locked by its hash",
            { "package.json": json({ dependencies: { a: "file:a.tgz" } }), "package-lock.json": ARCHIVE_LOCKED },
            { "package-lock.json": ARCHIVE_LOCKED },
        ],
    ])("shared with the working tree: %s", async (_, mine, theirs) => {
        const { checkout, top, calls } = twoRevisions(mine, theirs);
        expect(await provideDependencies(checkout, top, "")).toBe("shared");
        expect(readlinkSync(path.join(checkout, "node_modules"))).toBe(path.join(top, "node_modules"));
        expect(calls()).toEqual([]);
    });

    it("shared at every level up to the top", async () => {
        const files = { "package.json": manifest, "package-lock.json": "a", "infra/dev/index.ts": "" };
        const { checkout, top } = twoRevisions(files, { ...files, "infra/dev/node_modules/x": "" });
        expect(await provideDependencies(checkout, top, path.join("infra", "dev"))).toBe("shared");
        expect(existsSync(path.join(checkout, "infra/dev/node_modules/x"))).toBe(true);
        expect(existsSync(path.join(checkout, "node_modules"))).toBe(true);
    });

    it.each<[string, Record<string, string>, Record<string, string>, string]>([
        ["another lockfile", { "package-lock.json": "a" }, { "package-lock.json": "b" }, ci],
        ["a lockfile that the working tree has not", { "npm-shrinkwrap.json": "a" }, {}, ci],
        [
            "pnpm",
            { "pnpm-lock.yaml": "a" },
            { "pnpm-lock.yaml": "b" },
            "pnpm install --frozen-lockfile --ignore-scripts",
        ],
        ["yarn", { "yarn.lock": "a" }, { "yarn.lock": "b" }, "yarn install --frozen-lockfile --ignore-scripts"],
        [
            "no lockfile, another package.json",
            {},
            { "package.json": json({}) },
            "npm install --ignore-scripts --no-audit --no-fund --no-package-lock",
        ],
        [
            "workspaces, whose links lead to the working tree",
            { "package.json": json({ workspaces: ["a"] }), "package-lock.json": "a" },
            { "package-lock.json": "a" },
            ci,
        ],
        [
            "a package that is a folder",
            { "package.json": json({ dependencies: { a: "file:a" } }), "package-lock.json": "a" },
            { "package-lock.json": "a" },
            ci,
        ],
    ])("installed for the old revision: %s", async (_, mine, theirs, command) => {
        const { checkout, top, calls } = twoRevisions({ "package.json": manifest, ...mine }, theirs);
        expect(await provideDependencies(checkout, top, "")).toBe("installed");
        expect(calls()).toEqual([`${command} in checkout`]);
        expect(existsSync(path.join(checkout, "node_modules"))).toBe(false);
    });

    it("installed with the flags of Yarn 2 and newer, where the lockfile is theirs", async () => {
        const lock = "# This file is generated\n\n__metadata:\n  version: 10\n";
        const { checkout, top, calls } = twoRevisions({ "package.json": manifest, "yarn.lock": lock }, {});
        expect(await provideDependencies(checkout, top, "")).toBe("installed");
        expect(calls()).toEqual(["yarn install --immutable --mode=skip-build in checkout"]);
    });

    it("installed without the modules that Node loads first, which are about to be installed", async () => {
        vi.stubEnv("NODE_OPTIONS", '--use-openssl-ca --import tsx --max-old-space-size=4096 -r "./a b.js" --loader=x');
        const { checkout, top, options } = twoRevisions({ "package-lock.json": "a" }, {});
        await provideDependencies(checkout, top, "");
        expect(options()).toBe("--use-openssl-ca --max-old-space-size=4096");
    });

    it("installed where the lockfile is: beside the program, or above it", async () => {
        const below = { "infra/package.json": manifest, "infra/package-lock.json": "a" };
        const own = twoRevisions({ ...below, "package-lock.json": "a" }, { "package-lock.json": "a" });
        expect(await provideDependencies(own.checkout, own.top, "infra")).toBe("installed");
        expect(own.calls()).toEqual([`${ci} in infra`]);
        const above = twoRevisions({ "package-lock.json": "a", "infra/package.json": manifest }, {});
        expect(await provideDependencies(above.checkout, above.top, "infra")).toBe("installed");
        expect(above.calls()).toEqual([`${ci} in checkout`]);
    });

    it("none where nothing asks for any", async () => {
        const { checkout, top, calls } = twoRevisions({ "index.js": "" }, {});
        expect(await provideDependencies(checkout, top, "")).toBe("none");
        expect(calls()).toEqual([]);
    });

    it("a failing package manager is quoted", async () => {
        const { checkout, top } = twoRevisions({ "package-lock.json": "a" }, {}, 1);
        await expect(provideDependencies(checkout, top, "")).rejects.toThrow(
            `its dependencies could not be installed (${ci}): npm error no such package`,
        );
    });
});
