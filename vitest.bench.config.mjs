import { defineConfig } from "vitest/config";

// Benchmarks that need an API server: run like the end-to-end tests, one after the other.
export default defineConfig({
    test: {
        include: ["test/bench/*.bench.ts"],
        globalSetup: ["test/e2e/support/requirements.mts"],
        pool: "forks",
        fileParallelism: false,
        testTimeout: 1_800_000,
        hookTimeout: 180_000,
    },
});
