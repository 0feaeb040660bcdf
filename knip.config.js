// What nothing imports is dead. `npm run knip` looks twice: at everything, and at what is shipped without the tests (there,
// an export that its own file uses may be one for a test; one that only tests use is dead).
const production = process.argv.includes("--production");

/** @type {import("knip").KnipConfig} */
module.exports = {
    entry: [
        "index.ts!",
        "components/index.ts!",
        "cli/index.ts!",
        "doctor/index.ts!",
        "plan/index.ts!",
        "plan/record/child-main.ts!",
        "provider/index.ts!",
        "test/**/*.{test,e2e,toolchain,bench,fixture}.ts",
        "test/**/*.mjs",
        "test/e2e/node/interrupted/vitest.config.ts",
        "bench/**/*.{mjs,ts}",
    ],
    // What makes the schema is no part of what is shipped.
    project: [
        "{cli,components,doctor,plan,config,provider,tcb,terminal}/**/*.ts!",
        "!provider/schema/**!",
        "*.ts!",
        "{test,bench,dashboards}/**/*.{ts,mts,mjs}",
    ],
    ignore: ["test/fixtures/**", "bench/programs/**", "**/*.d.mts"],
    // google-protobuf is what the Pulumi SDK brings; the other two are called by their commands.
    ignoreDependencies: ["google-protobuf", "@arethetypeswrong/cli", "publint", "@types/netmask"],
    ignoreExportsUsedInFile: production,
};
