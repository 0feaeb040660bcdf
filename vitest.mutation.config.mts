import { defineConfig } from "vitest/config";

// The domain's own tests, for `npm run mutation`: what kills a mutant is a test of the room, not the whole suite.
export default defineConfig({
    test: {
        include: ["test/{problems,sgx}/**/*.test.ts"],
        exclude: ["test/sgx/admission/**"],
        testTimeout: 60_000,
    },
});
