import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { preload } from "./test/support/code-cache.mjs";
import { slowestFirst } from "./test/support/slowest-first.mjs";

// Half a minute and more each; the first of them wait for timers, and others can use the processors meanwhile.
const slowest = [
    /doubles\/aesm-proxy\.test/,
    /revision\//,
    /doubles\/aesm-/,
    /plan\/(model|record)\//,
    /pull-requests/,
];

/** Files that put a double in the place of a module, which all files of a process would get. */
const mocking = readdirSync("test", { recursive: true, encoding: "utf8" })
    .map((file) => `test/${file}`)
    .filter((file) => file.endsWith(".test.ts") && readFileSync(file, "utf8").includes("vi.mock("));

const include = ["test/**/*.test.ts"];
const exclude = ["test/e2e/**"];

// An unhandled rejection anywhere fails the run: that is vitest's default, and it must stay so.
export default defineConfig({
    test: {
        projects: [
            // A process runs one file after another, and loads the packages once.
            { extends: true, test: { name: "shared", include, exclude: [...exclude, ...mocking], isolate: false } },
            { extends: true, test: { name: "mocking", include: mocking, exclude } },
        ],
        globalSetup: ["test/support/code-cache.mts"],
        setupFiles: ["test/support/remove-temp-dirs.ts"],
        execArgv: preload,
        sequence: { sequencer: slowestFirst(slowest) },
        // One less than processors by default; here one more: much here waits for processes and timers.
        maxWorkers: availableParallelism() + 1,
        // A busy machine takes its time; what does not come at all fails all the same.
        expect: { poll: { timeout: 30_000 } },
        testTimeout: 900_000,
        hookTimeout: 900_000,
    },
});
