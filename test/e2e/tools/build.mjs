// `npm run e2e:tools [name...]`: builds what is missing of the tools into the cache, and does nothing when nothing is.
// Without a name, those that the tests need.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildDebian } from "./debian.mjs";
import { copyFixtures } from "./pod-security.mjs";
import { copyCrds } from "./prometheus.mjs";
import { buildPython } from "./python.mjs";
import {
    baseFolder,
    builtFolder,
    cacheFolder,
    crdFolder,
    modules,
    podSecurityFolder,
    pythonFolder,
} from "./toolchain.mjs";

const here = import.meta.dirname;
/**
 * Two processes that both find something missing must not both build: the kernel drops this lock when its holder dies.
 */
const lockMark = "CONFIDENTIAL_AKS_E2E_LOCKED";

/** What there is to build: a name, the folder it ends up in, and how it gets there. */
const targets = [
    ...modules.map((module) => ({
        name: module.name,
        folder: builtFolder(module),
        onlyByName: module.onlyByName,
        build: (folder) => buildModule(module, folder),
    })),
    { name: "debian", folder: baseFolder(), build: buildDebian },
    { name: "pod-security", folder: podSecurityFolder(), build: copyFixtures },
    { name: "prometheus", folder: crdFolder(), build: copyCrds },
    { name: "python", folder: pythonFolder(), build: buildPython },
];

const names = process.argv.slice(2);
const unknown = names.filter((name) => !targets.some((target) => target.name === name));
if (unknown.length > 0) fail(`unknown: ${unknown.join(", ")}; there are ${targets.map(({ name }) => name).join(", ")}`);
const wanted = targets.filter(({ name, onlyByName }) =>
    names.length === 0 ? onlyByName !== true : names.includes(name),
);
const missing = () => wanted.filter(({ folder }) => !existsSync(folder));

if (missing().length > 0) {
    if (process.env[lockMark] === undefined) buildLocked();
    else for (const target of missing()) await build(target);
}

function buildLocked() {
    mkdirSync(cacheFolder(), { recursive: true });
    const command = [join(cacheFolder(), "lock"), process.execPath, fileURLToPath(import.meta.url), ...names];
    const { status, error } = spawnSync("flock", command, {
        stdio: "inherit",
        env: { ...process.env, [lockMark]: "1" },
    });
    if (error !== undefined) fail(`flock, of the Debian package util-linux, does not start: ${error.message}`);
    process.exitCode = status ?? 1;
}

/** Builds into a folder beside and renames it when it is whole, so half a build never counts. */
async function build({ name, folder, build: into }) {
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    const started = Date.now();
    say(name, "building");
    try {
        await into(partial);
    } catch (error) {
        fail(`${name}: ${error.message}`);
    }
    renameSync(partial, folder);
    say(name, `built in ${Math.round((Date.now() - started) / 1000)} s`);
}

async function buildModule(module, folder) {
    if (spawnSync("go", ["version"]).status !== 0) throw new Error("Go is missing: install Go 1.26 or newer");
    const shared = ["-mod=readonly", "-trimpath", `-tags=${module.tags}`];
    const options = { cwd: join(here, module.name), env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "" } };
    const { programs, libraries = [] } = module;
    const listed = spawnSync("go", ["list", "-deps", ...shared, ...Object.values(programs), ...libraries], {
        ...options,
        encoding: "utf8",
        maxBuffer: 1 << 26,
    });
    if (listed.status !== 0) throw new Error(listed.stderr);
    const progress = { name: module.name, done: 0, total: new Set(listed.stdout.split("\n").filter(Boolean)).size };
    const flags = [...shared, "-v", "-buildvcs=false", `-ldflags=-s -w ${module.ldflags}`];
    for (const [program, path] of Object.entries(programs))
        await compile(["build", ...flags, "-o", join(folder, program), path], options, progress);
    // Go keeps what it compiles of them in its own cache.
    if (libraries.length > 0) await compile(["build", ...flags, ...libraries], options, progress);
}

/** Runs `go build -v`, which names every package it compiles, and says now and then how far it is. */
async function compile(args, options, progress) {
    const child = spawn("go", args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
    let tail = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
        progress.done += text.split("\n").length - 1;
        tail = (tail + text).slice(-4000);
    });
    const tell = () => say(progress.name, `compiled ${progress.done} of at most ${progress.total} packages`);
    const ticking = setInterval(tell, 15_000);
    const status = await new Promise((done, failed) => child.once("close", done).once("error", failed));
    clearInterval(ticking);
    if (status !== 0) throw new Error(`go ${args.join(" ")}\n${tail}`);
}

function say(name, text) {
    console.log(`e2e tools: ${name}: ${text}`);
}

function fail(message) {
    console.error(`e2e tools: ${message}`);
    process.exit(1);
}
