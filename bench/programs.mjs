// The programs that are compared. Those that stand for other ways of writing the same are generated from the plan of
// the real one.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const generated = join(root, "bench/generated");

const compilerOptions = {
    target: "ES2022",
    module: "nodenext",
    moduleResolution: "nodenext",
    rootDir: ".",
    strict: true,
    skipLibCheck: true,
    types: ["node"],
};

/** The plan of a stack as the command makes it. */
export function planOf(stack, program = root, env = {}) {
    const args = [join(root, "dist/cli/index.js"), "plan", "--program", program, "--stack", stack, "--format", "json"];
    return JSON.parse(
        execFileSync(process.execPath, args, { cwd: root, encoding: "utf8", env: { ...process.env, ...env } }),
    );
}

/** `azure-native:containerservice:AgentPool` as module and class. */
function classOf(type) {
    if (type === "pulumi:providers:kubernetes") return { provider: "kubernetes", module: "provider", name: "Provider" };
    const [provider, module, name] = type.split(":");
    return { provider, module: module.replace(".authorization.k8s.io", ""), name };
}

/** A value as source; what is unknown comes from the first resource, whose outputs are unknown too. */
function source(value) {
    if (Array.isArray(value)) return `[${value.map(source).join(", ")}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    if (value.$plan !== undefined) return "first.id";
    return `{ ${Object.entries(value)
        .map(([key, item]) => `${JSON.stringify(key)}: ${source(item)}`)
        .join(", ")} }`;
}

/**
 * A program without components that registers the raw resources of a plan. `conventional` imports package roots and is
 * type-checked at run time, as Pulumi does by default.
 */
export function writeBareProgram(plan, { name, conventional }) {
    const folder = join(generated, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const custom = plan.resources.filter((resource) => resource.custom);
    const first = custom.findIndex(({ type }) => type.endsWith(":ResourceGroup"));
    const ordered = [custom[first], ...custom.filter((_, index) => index !== first)];
    const imports = new Map();
    const bodies = ordered.map(({ type, name: resource, inputs }, index) => {
        const { provider, module, name: className } = classOf(type);
        const alias = `${provider}_${module}`.replace(/\W/g, "_");
        imports.set(alias, `import * as ${alias} from "@pulumi/${provider}/${module}";`);
        const path = conventional ? rootPath(provider, module, className) : `${alias}.${className}`;
        const inputText = source(inputs);
        return `${index === 0 ? "const first = " : ""}new ${path}(${JSON.stringify(resource)}, ${inputText} as any${index === 0 ? "" : ", { dependsOn: [first] }"});`;
    });
    const header = conventional
        ? ['import * as azure from "@pulumi/azure-native";', 'import * as k8s from "@pulumi/kubernetes";']
        : [...imports.values()];
    writeFileSync(join(folder, "index.ts"), `${[...header, ...bodies].join("\n")}\n`);
    const options = conventional ? compilerOptions : { ...compilerOptions, noCheck: true };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["index.ts"] }));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, private: true }));
    return folder;
}

function rootPath(provider, module, className) {
    if (provider === "azure-native") return `azure.${module}.${className}`;
    return module === "provider" ? `k8s.${className}` : `k8s.${module.replace(/\//g, ".")}.${className}`;
}

/** The program with many workloads, in a folder of its own; how many and of which kind is said by variables. */
export function writeWorkloadsProgram() {
    const folder = join(generated, "workloads");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    cpSync(join(root, "bench/programs/workloads.ts"), join(folder, "index.ts"));
    const options = { ...compilerOptions, resolveJsonModule: true, noCheck: true };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["index.ts"] }));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "workloads", private: true }));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: workloads\nruntime: nodejs\nmain: index.ts\n");
    writeFileSync(join(folder, "Pulumi.bench.yaml"), "config: {}\n");
    writeFileSync(join(folder, "bodies.json"), "{}");
    const { resources } = planOf("bench", folder, { WORKLOADS: "1", KIND: "component" });
    const raw = resources.find(({ type }) => type === "kubernetes:batch/v1:Job").inputs;
    writeFileSync(join(folder, "bodies.json"), JSON.stringify({ raw, plain: withoutAttestation(raw) }));
    return folder;
}

/** A git repository with a program of a thousand resources, half of them jobs, whose commit and working tree differ. */
export function writeManyRepository(name, { changedImages, prefix }) {
    const folder = join(generated, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const git = (...args) =>
        execFileSync("git", ["-c", "user.name=bench", "-c", "user.email=bench@example.org", ...args], { cwd: folder });
    const images = (changed) => Array.from({ length: 500 }, (_, i) => `example.org/app:${i < changed ? "2" : "1"}`);
    const options = { ...compilerOptions, resolveJsonModule: true, noCheck: true };
    writeFileSync(join(folder, ".gitignore"), "node_modules\n");
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["index.ts"] }));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "many", private: true }));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: many\nruntime: nodejs\nmain: index.ts\n");
    writeFileSync(join(folder, "Pulumi.bench.yaml"), "config: {}\n");
    cpSync(join(root, "bench/programs/many.ts"), join(folder, "index.ts"));
    writeFileSync(join(folder, "data.json"), JSON.stringify({ images: images(0), prefix: "job" }));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--message", "base");
    writeFileSync(join(folder, "data.json"), JSON.stringify({ images: images(changedImages), prefix }));
    return folder;
}

/** What `withAttestation` was given: the same Job without what it wrote. */
function withoutAttestation(job) {
    const copy = structuredClone(job);
    const { metadata, spec } = copy.spec.template;
    delete metadata.labels["confidential-aks/attestation"];
    for (const key of ["initContainers", "tolerations"]) delete spec[key];
    spec.volumes = spec.volumes.filter(({ name }) => name !== "aesmd-socket");
    for (const container of spec.containers) {
        delete container.env;
        container.volumeMounts = container.volumeMounts.filter(({ name }) => name !== "aesmd-socket");
        for (const limit of Object.keys(container.resources.limits)) {
            if (limit.startsWith("sgx.intel.com/")) delete container.resources.limits[limit];
        }
    }
    return copy;
}

/** Arguments and environment with which the language host starts the SDK's runner for a program. */
export function runnerCommand(folder, { address, project, stack, config = {}, env = {} }) {
    const options = { monitor: address, engine: address, project, stack, pwd: folder, parallel: "16" };
    return {
        args: [
            join(root, "node_modules/@pulumi/pulumi/cmd/run"),
            ...Object.entries(options).map(([key, value]) => `--${key}=${value}`),
            "--dry-run",
            join(folder, "index.ts"),
        ],
        cwd: folder,
        env: { PULUMI_NODEJS_TYPESCRIPT: "true", PULUMI_CONFIG: JSON.stringify(config), ...env },
    };
}
