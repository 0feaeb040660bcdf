import { defineConfig } from "vitest/config";
import { preload } from "./test/support/code-cache.mjs";

// An unhandled rejection anywhere fails the run: that is vitest's default, and it must stay so.
export default defineConfig({
    test: {
        include: ["test/**/*.test.ts"],
        exclude: ["test/e2e/**"],
        globalSetup: ["test/support/code-cache.mts"],
        execArgv: preload,
        // One less by default, which on two processors is one: much here waits for processes and timers.
        maxWorkers: "100%",
        // A busy machine takes its time; what does not come at all fails all the same.
        expect: { poll: { timeout: 30_000 } },
        testTimeout: 300_000,
        hookTimeout: 300_000,
    },
});
