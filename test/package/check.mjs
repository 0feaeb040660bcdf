// The package as its users get it: packed, linted, installed in an empty TypeScript project, type-checked, imported.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack, root } from "./pack.mjs";

const work = mkdtempSync(join(tmpdir(), "confidential-aks-package-"));
let passed = 0;

function run(cwd, command, ...args) {
    return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 300_000 });
}

function check(title, body) {
    try {
        body();
    } catch (error) {
        console.log(`✗ ${title}\n${error.stdout ?? ""}${error.stderr ?? ""}${error.stack}`);
        console.log(`package: ${passed} passed, 1 failed`);
        rmSync(work, { recursive: true, force: true });
        process.exit(1);
    }
    passed += 1;
    console.log(`✓ ${title}`);
}

function assert(condition, message) {
    if (!condition) throw new Error(message);
}

const { archive: tarball, files } = pack(work);

check("holds compiled JavaScript, types, source maps and sources, and no test, stack or configuration", () => {
    for (const needed of [
        "dist/components/index.js",
        "dist/components/index.d.ts",
        "dist/components/index.js.map",
        "dist/cli/index.js",
        "dist/doctor/index.js",
        "dist/doctor/index.d.ts",
        "dist/plan/index.js",
        "dist/plan/index.d.ts",
        "dist/plan/diff/replacement/azure-native.json",
        "dist/plan/diff/replacement/kubernetes.json",
        "components/index.ts",
        "README.md",
        "LICENSE",
        "docs/doctor-role.yaml",
        "images/versions.json",
        "images/aesm/Dockerfile",
        "images/attestation-sample/prove.pl",
        "images/tcb/Dockerfile",
        "images/tcb/package-lock.json",
        "dist/tcb/run.js",
        "PulumiPlugin.yaml",
        "pulumi-resource-confidential-aks",
        "dist/provider/index.js",
        "dist/provider/schema.json",
    ]) {
        assert(files.includes(needed), `${needed} is not in the package`);
    }
    const strays = files.filter((path) =>
        /(^|\/)(test|stacks|config|bench)\/|tsbuildinfo|^index\.ts$|provider\/schema\//.test(path),
    );
    assert(strays.length === 0, `not for users: ${strays.join(", ")}`);
});

check("has no script that npm would run, or ask about, when it is installed", () => {
    const { scripts } = JSON.parse(run(work, "tar", "-xzOf", tarball, "package/package.json"));
    const found = ["preinstall", "install", "postinstall", "prepare"].filter((name) => name in scripts);
    assert(found.length === 0, `package.json has the scripts ${found.join(", ")}`);
});

check("publint finds nothing", () => run(root, "npx", "publint", "run", tarball, "--strict"));

check("the types resolve for every kind of consumer (attw)", () => {
    run(root, "npx", "attw", tarball, "--no-definitely-typed", "--format", "ascii");
});

const project = join(work, "project");
execFileSync("mkdir", [project]);
writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ name: "consumer", private: true, dependencies: { "confidential-aks": `file:${tarball}` } }),
);
writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({
        compilerOptions: {
            strict: true,
            target: "ES2022",
            module: "nodenext",
            noEmit: true,
            skipLibCheck: true,
            types: [],
        },
        files: ["consumer.ts"],
    }),
);
writeFileSync(
    join(project, "consumer.ts"),
    `import * as sgx from "confidential-aks";
import { readReport, type CheckCode } from "confidential-aks/doctor";
import { isSpecial, readDiff, readPlan, valueAt, type PlanDiff } from "confidential-aks/plan";
const args: sgx.ConfidentialPlatformArgs = {
    enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3", osSku: "Ubuntu2204" }],
    quoteHelper: { image: "r.example/aesm:1" },
};
export const make = () => new sgx.ConfidentialPlatform("platform", args);
export function replaced(diff: string, plan: string): string[] {
    const secrets = readPlan(plan).resources.filter(({ inputs }) => isSpecial(valueAt(inputs, "data")));
    const diffs: PlanDiff["stacks"][number]["resources"] = readDiff(diff).stacks.flatMap(({ resources }) => resources);
    return [...diffs.filter(({ action }) => action === "replace"), ...secrets].map(({ name }) => name);
}
export const first = (report: string): CheckCode | undefined => readReport(report).first?.code;
// @ts-expect-error a size is text
export const wrong: sgx.EnclavePoolArgs = { name: "enclave", vmSize: 2 };
`,
);

check("installs in an empty project", () => {
    run(project, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts");
});

check("type-checks there", () => {
    run(project, process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-p", ".");
});

check("creates nothing when imported", () => {
    const script = `
        const { runtime, Resource } = require("@pulumi/pulumi");
        let registered = 0;
        const original = runtime.registerResource;
        require("@pulumi/pulumi/runtime/resource").registerResource = (...all) => { registered += 1; return original(...all); };
        const handles = process.getActiveResourcesInfo().length;
        const before = new Set(Object.keys(globalThis));
        require("confidential-aks");
        if (registered !== 0) throw new Error("registered " + registered);
        if (process.getActiveResourcesInfo().length > handles) throw new Error("left handles open");
        // Pulumi's own SDK keeps its table of resource modules there.
        const added = Object.keys(globalThis).filter((key) => !before.has(key) && key !== "globalStore");
        if (added.length > 0) throw new Error("globals: " + added);`;
    run(project, process.execPath, "-e", script);
});

check("reads plans without loading Pulumi", () => {
    const script = `
        const { readPlan, PLAN_VERSION } = require("confidential-aks/plan");
        const loaded = Object.keys(require.cache).filter((file) => file.includes("@pulumi"));
        if (loaded.length > 0) throw new Error("loaded " + loaded);
        const head = { format: "confidential-aks/plan", version: PLAN_VERSION, project: "p", stack: "s", mode: "preview" };
        const rest = { resources: [], invokes: [], warnings: [], epc: [], outputs: {}, counts: {} };
        if (readPlan(JSON.stringify({ ...head, ...rest })).project !== "p") throw new Error("not read");`;
    run(project, process.execPath, "-e", script);
});

check("brings its command", () => {
    const help = run(project, "npx", "--no-install", "confidential-aks", "--help");
    assert(help.includes("plan"), help);
});

check("prints the role that the doctor needs", () => {
    const role = run(project, "npx", "--no-install", "confidential-aks", "doctor", "--print-role");
    assert(role === readFileSync(join(root, "docs/doctor-role.yaml"), "utf8"), role);
});

check("brings the plugin as a command, which starts without a compiler", () => {
    const plugin = join(project, "node_modules/.bin/pulumi-resource-confidential-aks");
    // It serves until it is ended; the first that it prints is its port.
    const script = `
        const child = require("node:child_process").spawn(${JSON.stringify(plugin)}, ["127.0.0.1:9"]);
        child.stdout.once("data", (port) => { console.log(String(port).trim()); child.kill(); });
        child.stderr.pipe(process.stderr);`;
    const port = run(project, process.execPath, "-e", script);
    assert(/^\d+\n$/.test(port), port);
    const compilers = ["typescript", "ts-node"].filter((name) => existsSync(join(project, "node_modules", name)));
    assert(compilers.length === 0, `installed: ${compilers.join(", ")}`);
});

rmSync(work, { recursive: true, force: true });
console.log(`package: ${passed} passed, 0 failed`);
