import { defineConfig } from "vitest/config";

// The packed package on the versions of Node, npm and Pulumi's SDK that people have; `npm run toolchains` installs them
// first.
export default defineConfig({
    test: {
        include: ["test/toolchains/*.toolchain.ts"],
        globalSetup: ["test/toolchains/pack-once.mts"],
        pool: "forks",
        maxWorkers: 2,
        // A test runs up to six commands, each of which has the limit of fresh.ts.
        testTimeout: 900_000,
        hookTimeout: 900_000,
    },
});
