// npm run bench:languages: what a program in another language waits for, beside the SDK alone and beside a plugin whose
// schema Pulumi infers from the sources. Needs what `npm run e2e:tools pulumi yaml` builds.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { builtFolder, modules } from "../test/e2e/tools/toolchain.mjs";
import { measure } from "./measure.mjs";
import { root } from "./programs.mjs";
import { print, ratioOf } from "./report.mjs";

const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const generated = join(root, "bench/generated/languages");
const runPlugin = createRequire(join(root, "package.json")).resolve("@pulumi/pulumi/cmd/run-plugin");

/** A folder with a package.json, and links to what else of this repository is named. */
function packageFolder(name, main, links) {
    const folder = join(generated, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const { version, dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    writeFileSync(
        join(folder, "package.json"),
        JSON.stringify({ name: "confidential-aks", version, main, dependencies }),
    );
    for (const link of links) symlinkSync(join(root, link), join(folder, link));
    return folder;
}

const bare = packageFolder("bare", "index.js", ["node_modules"]);
writeFileSync(join(bare, "index.js"), "module.exports = () => console.log(1);\n");
// The package without an entry for other languages: `main` is the library, and the analyzer reads the sources.
const inferred = packageFolder("inferred", "dist/components/index.js", ["node_modules", "dist"]);
for (const source of ["index.ts", "tsconfig.json", "components", "config", "provider", "images"])
    cpSync(join(root, source), join(inferred, source), { recursive: true });
writeFileSync(join(inferred, "PulumiPlugin.yaml"), "runtime: nodejs\n");

const node = process.execPath;
const asking = (name, ask, ...args) => ({
    name,
    prepare: async () => ({
        command: { args: [join(root, "bench/programs/schema.cjs"), ask, ...args], cwd: generated },
    }),
});
const engine = "127.0.0.1:9";
const cases = [
    asking("a SDK", "start", node, "-e", 'require("@pulumi/pulumi"); console.log(1)'),
    asking("b executable", "schema", join(root, "pulumi-resource-confidential-aks"), engine),
    asking("c SDK, run-plugin", "start", node, runPlugin, bare, engine),
    asking("d run-plugin", "schema", node, runPlugin, root, engine),
    asking("e inferred", "schema", node, runPlugin, inferred, engine),
    preview("f preview", root),
    preview("g preview, inferred", inferred),
];

/** A preview of a program in YAML with one cluster, on a plugin in a folder. */
function preview(name, plugin) {
    const built = (module) => builtFolder(modules.find((one) => one.name === module));
    const pulumi = join(built("pulumi"), "pulumi");
    if (!existsSync(pulumi) || !existsSync(built("yaml")))
        throw new Error("Pulumi's CLI or its host for YAML is not built: npm run e2e:tools pulumi yaml");
    const folder = join(generated, name.replaceAll(/\W+/g, "-"));
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, "backend"), { recursive: true });
    cpSync(join(root, "bench/programs/cluster.yaml"), join(folder, "Pulumi.yaml"));
    const text = readFileSync(join(folder, "Pulumi.yaml"), "utf8");
    writeFileSync(join(folder, "Pulumi.yaml"), text.replace("PLUGIN", JSON.stringify(plugin)));
    const env = {
        PATH: [built("yaml"), join(root, "test/e2e/doubles/bin"), process.env.PATH].join(delimiter),
        PULUMI_HOME: join(folder, "home"),
        PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
        PULUMI_CONFIG_PASSPHRASE: "bench",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    const made = spawnSync(pulumi, ["stack", "init", "bench"], { cwd: folder, env: { ...process.env, ...env } });
    if (made.status !== 0) throw new Error(String(made.stderr));
    return {
        name,
        prepare: async () => {
            const standIn = spawn(node, [join(root, "bench/programs/stand-in.cjs")], {
                stdio: ["ignore", "pipe", "inherit"],
            });
            const port = await new Promise((done) => standIn.stdout.once("data", (line) => done(String(line).trim())));
            const providers = ["azure-native", "kubernetes"].map((one) => `${one}:${port}`).join(",");
            return {
                command: {
                    args: [join(root, "bench/programs/preview.cjs"), pulumi],
                    cwd: folder,
                    env: { ...env, PULUMI_DEBUG_PROVIDERS: providers },
                },
                after: () => standIn.kill("SIGKILL"),
            };
        },
    };
}

const only = new RegExp(process.env.BENCH_ONLY ?? "");
const results = await measure(
    cases.filter(({ name }) => only.test(name)),
    rounds,
    (text) => process.stderr.write(`${text}\n`),
);
const ratio = ratioOf(results);
print("languages", rounds, results, [
    ["b / a, time", ratio("b executable", "a SDK", "seconds"), "at most 1.3"],
    ["b / a, memory", ratio("b executable", "a SDK", "mebibytes"), "at most 1.2"],
    ["d / c, time", ratio("d run-plugin", "c SDK, run-plugin", "seconds"), "at most 1.3"],
    ["d / e, time", ratio("d run-plugin", "e inferred", "seconds"), "at most 0.33"],
    ["f / g, time", ratio("f preview", "g preview, inferred", "seconds"), "at most 0.33"],
    ["f / g, memory", ratio("f preview", "g preview, inferred", "mebibytes"), "at most 0.33"],
]);
