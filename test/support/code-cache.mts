import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

/** Preloads the caches of V8's and TypeScript's work, for NODE_OPTIONS and for the workers of Vitest. */
export const preload = ["code-cache", "transpiled"].flatMap((name) => [
    "--require",
    resolve(`test/support/${name}.cjs`),
]);

/**
 * Runs before all tests: names the cache of these packages to all processes of the tests, and fills it where it is
 * missing, by plans of the project's own program and of a program in one file.
 */
export default function setup(): void {
    const packages = createHash("sha256").update(readFileSync("node_modules/.package-lock.json"));
    const name = packages.update(`${process.version} ${process.arch}`).digest("hex").slice(0, 16);
    process.env.CODE_CACHE = resolve(`node_modules/.cache/code/${name}`);
    if (existsSync(process.env.CODE_CACHE)) return;
    const env = { ...process.env, CODE_CACHE_WRITE: "1", NODE_OPTIONS: preload.join(" ") };
    for (const args of [
        ["--stack", "prod"],
        ["--program", "test/fixtures/plan/full"],
    ])
        try {
            execFileSync(process.execPath, ["dist/cli/index.js", "plan", ...args], { env, stdio: "ignore" });
        } catch {
            console.warn("No plan could be made to fill the code cache: the tests take longer, and one says why.");
        }
}
