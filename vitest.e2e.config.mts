import { defineConfig } from "vitest/config";
import { preload } from "./test/support/code-cache.mjs";
import { slowestFirst } from "./test/support/slowest-first.mjs";

const slowest = [
    /node\/alerts/,
    /engine\/killed-/,
    /engine\/changes/,
    /engine\/stacks/,
    /languages\/yaml-(stacks|killed)/,
    /policies\/workloads/,
    /doctor\/(pairs|helper|nodes|healthy)/,
    /engine\//,
    /node\//,
];

// The end-to-end tests: real programs, so they need Linux, root, and what test/e2e/tools builds or names.
// Files run beside each other, since most of their time is waiting; each starts what it needs for itself.
export default defineConfig({
    test: {
        include: ["test/e2e/**/*.{e2e,test}.ts"],
        globalSetup: [
            "test/e2e/support/requirements.mts",
            "test/support/code-cache.mts",
            "test/e2e/languages/work-folder.mts",
        ],
        execArgv: preload,
        sequence: { sequencer: slowestFirst(slowest) },
        pool: "forks",
        // A process runs one file after another, and loads the packages once.
        isolate: false,
        maxWorkers: 3,
        testTimeout: 600_000,
        hookTimeout: 600_000,
    },
});
