import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { preload } from "./test/support/code-cache.mjs";

/**
 * What takes longest, or waits for the clock, is started first; otherwise a clean checkout, where nobody knows, goes by
 * the size of files.
 */
const slowest = [/engine\/killed-/, /engine\/changes/, /engine\/stacks/, /policies\/workloads/, /engine\//, /node\//];

class SlowestFirst extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
        const rank = ({ moduleId }: TestSpecification) => {
            const found = slowest.findIndex((pattern) => pattern.test(moduleId));
            return found < 0 ? slowest.length : found;
        };
        return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
    }
}

// The end-to-end tests: real programs, so they need Linux, root, and what test/e2e/tools builds or names.
// Files run beside each other, since most of their time is waiting; each starts what it needs for itself.
export default defineConfig({
    test: {
        include: ["test/e2e/**/*.{e2e,test}.ts"],
        globalSetup: ["test/e2e/support/requirements.mts", "test/support/code-cache.mts"],
        execArgv: preload,
        sequence: { sequencer: SlowestFirst },
        pool: "forks",
        maxWorkers: 4,
        testTimeout: 300_000,
        hookTimeout: 300_000,
    },
});
