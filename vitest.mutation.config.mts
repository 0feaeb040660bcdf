import { defineConfig } from "vitest/config";

// The domain's own tests, for `npm run mutation`: what kills a mutant is a test of the room, not the whole suite.
export default defineConfig({
    test: {
        include: ["test/{problems,sgx}/**/*.test.ts"],
        exclude: ["test/sgx/admission/**"],
        // One process that keeps the SDK loaded: a mutant is two seconds, not ten.
        isolate: false,
        testTimeout: 60_000,
    },
});
