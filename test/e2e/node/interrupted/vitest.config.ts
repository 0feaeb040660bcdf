import type { ViteUserConfig } from "vitest/config";

// The test that clean-up.e2e.ts starts and interrupts.
const config: ViteUserConfig = {
    test: { include: ["test/e2e/node/interrupted/node.fixture.ts"], pool: "forks", testTimeout: 600_000 },
};
export default config;
