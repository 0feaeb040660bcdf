// Mutation tests of the domain by its own tests: `npm run mutation`, or for one file
// `npm run mutation -- --mutate components/sgx/epc/epc.ts`. It takes long, so it is no part of the checks of a change.
export default {
    testRunner: "vitest",
    vitest: { configFile: "vitest.mutation.config.mts", related: false },
    plugins: ["@stryker-mutator/vitest-runner"],
    mutate: [
        "components/problems/*.ts",
        "components/sgx/{epc,attestation}/*.ts",
        "components/sgx/{aks-node,node-fit,pod-requests,pod-spec,quantity,vm-sizes}.ts",
        "!**/index.ts",
    ],
    coverageAnalysis: "perTest",
    ignoreStatic: true,
    concurrency: 2,
    timeoutMS: 60_000,
    ignorePatterns: ["dist", "docs", "images", "bench", "test/snapshots", "test/e2e"],
    reporters: ["clear-text", "progress"],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
    thresholds: { break: 93, low: 93, high: 97 },
};
