import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import type { Manifest } from "./api";

/** Settings of a stack's configuration to change, as `npm run plan -- -c KEY=VALUE` takes them. */
export type Settings = Readonly<Record<string, string>>;

/**
 * The Kubernetes objects of a stack as `npm run plan -- --stack STACK --out DIR` writes them, in its order: what a
 * person would give to kubectl. Runs the built command, so a test sees what ships (`npm run build` first, as `npm run
 * test:e2e` does).
 */
export function renderedManifests(stack: string, settings: Settings = {}): Manifest[] {
    const key = JSON.stringify([stack, settings]);
    const manifests = rendered.get(key) ?? render(stack, settings);
    rendered.set(key, manifests);
    return structuredClone(manifests);
}

/** What has been rendered in this process, since each rendering takes a second. */
const rendered = new Map<string, Manifest[]>();

function render(stack: string, settings: Settings): Manifest[] {
    const folder = mkdtempSync(join(tmpdir(), "confidential-aks-manifests-"));
    try {
        const out = join(folder, "out");
        const changes = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
        const cli = resolve("dist/cli/index.js");
        if (!existsSync(cli)) throw new Error("dist/ is missing: npm run build");
        execFileSync(process.execPath, [cli, "plan", "--stack", stack, "--out", out, ...changes], {
            stdio: ["ignore", "ignore", "inherit"],
            timeout: 120_000,
        });
        const objects = join(out, "kubernetes");
        return readdirSync(objects)
            .sort()
            .map((file) => parse(readFileSync(join(objects, file), "utf8"), { version: "1.1" }) as Manifest);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** The one object of a kind (and name, where there are several). */
export function oneOf(manifests: readonly Manifest[], kind: string, name?: string): Manifest {
    const found = manifests.filter(
        (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
    );
    const [only] = found;
    if (only === undefined || found.length > 1) {
        throw new Error(
            `${found.length} objects ${kind} ${name ?? ""} among ${manifests.map((object) => `${object.kind ?? ""}/${object.metadata.name ?? ""}`).join(", ")}`,
        );
    }
    return only;
}

/** The pod template of a workload; a change of it changes the workload. */
export function templateOf(workload: Manifest): { metadata?: { labels?: Record<string, string> }; spec: PodSpec } {
    const { spec } = workload as unknown as { spec: { template: { spec: PodSpec } } };
    return spec.template;
}

/** As much of a pod spec as the tests touch. */
export interface PodSpec {
    containers: Container[];
    initContainers?: Container[];
    nodeSelector?: Record<string, string>;
    volumes?: Record<string, unknown>[];
    [key: string]: unknown;
}

/** As much of a container as the tests touch. */
export interface Container {
    name: string;
    image: string;
    command?: string[];
    args?: string[];
    env?: { name: string; value?: unknown }[];
    resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
    volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
    [key: string]: unknown;
}
