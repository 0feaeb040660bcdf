import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

interface Step {
    name?: string;
    uses?: string;
    run?: string;
    env?: Record<string, string>;
    with?: Record<string, unknown>;
}

const root = path.resolve(__dirname, "../..");
const folder = path.join(root, ".github/workflows");
const text = (file: string): string => readFileSync(path.join(folder, file), "utf8");
const pipeline = readFileSync(path.join(root, ".azuredevops/pull-request.yml"), "utf8");
const sources = [
    ...readdirSync(folder).map((file) => [file, text(file)] as const),
    ["Azure DevOps", pipeline] as const,
];

const steps = (file: string): Step[] =>
    Object.values((parse(text(file)) as { jobs: Record<string, { steps: Step[] }> }).jobs).flatMap((job) => job.steps);
const tools = (file: string): Step => steps(file).find(({ name }) => name?.startsWith("Pulumi, and kubelogin"))!;

describe("tools of the workflows", () => {
    it.each(sources)("have exact versions in %s, and what is downloaded is compared with a checksum", (_, source) => {
        for (const [, version] of source.matchAll(/^\s*(?:node-|pulumi-)?version(?:Spec)?: (.*)$/gm))
            expect(version).toMatch(/^(\d+\.\d+\.\d+|\$\(pulumiVersion\))$/);
        expect(source).not.toMatch(/install-cli|\/latest\/|@latest|stable\.txt|\bnpx --yes\b|\bapt-get install\b/);
        const lines = source.split("\n").map((line) => line.trim());
        for (const [index, line] of lines.entries()) {
            if (!/\b(curl|wget)\b/.test(line)) continue;
            const file = /^curl -fsSL --proto =https --retry 5 -o (\S+) "https:/.exec(line)?.[1];
            expect(file).toBeDefined();
            expect(lines[index + 1]).toMatch(
                new RegExp(`^echo "\\$\\w+_SHA256  ${file}" \\| sha256sum --check --strict$`),
            );
        }
    });

    it("set up Node and Pulumi by a version wherever they do", () => {
        const setUps = ["up.yml", "pr-preview.yml", "pr-plan.yml"]
            .flatMap(steps)
            .filter(({ uses }) => uses !== undefined);
        for (const { uses, with: inputs } of setUps) {
            if (uses?.startsWith("actions/setup-node@")) expect(inputs?.["node-version"]).toMatch(/^\d+\.\d+\.\d+$/);
            if (uses?.startsWith("pulumi/actions@")) expect(inputs?.["pulumi-version"]).toMatch(/^\d+\.\d+\.\d+$/);
        }
        expect(pipeline).toContain(`value: ${tools("up.yml").env?.["PULUMI_VERSION"]}`);
    });

    it("are the same for a preview and an update, and kubelogin's is in the pipeline as well", () => {
        expect(tools("pr-preview.yml")).toEqual(tools("up.yml"));
        const { KUBELOGIN_VERSION: version, KUBELOGIN_SHA256: checksum } = tools("up.yml").env ?? {};
        expect(pipeline.split(`KUBELOGIN_VERSION: ${version}`)).toHaveLength(3);
        expect(pipeline.split(`KUBELOGIN_SHA256: ${checksum}`)).toHaveLength(3);
    });

    it("are unpacked only with the checksums of the file", () => {
        const { run, env } = tools("up.yml");
        for (const name of ["PULUMI_SHA256", "KUBELOGIN_SHA256"]) expect(env?.[name]).toMatch(/^[0-9a-f]{64}$/);
        const place = mkdtempSync(path.join(tmpdir(), "tools-"));
        const stubs = path.join(place, "stubs");
        mkdirSync(stubs);
        for (const [name, script] of [
            ["curl", 'while [ "$1" != -o ]; do shift; done; printf hello > "$2"'],
            ["tar", 'echo "unpacked $*"'],
            ["unzip", 'echo "unpacked $*"'],
        ] as const)
            writeFileSync(path.join(stubs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
        const install = (sums: Record<string, string>): { status: number | null; unpacked: number } => {
            rmSync(path.join(place, "bin"), { recursive: true, force: true });
            const paths = { PATH: `${stubs}:/usr/bin:/bin`, RUNNER_TEMP: place, GITHUB_PATH: path.join(place, "path") };
            // GitHub's shell for a step that names none.
            const { status, stdout } = spawnSync("bash", ["-e", "-c", run ?? "exit 9"], {
                encoding: "utf8",
                env: { ...paths, ...env, ...sums },
            });
            return { status, unpacked: stdout.split("unpacked").length - 1 };
        };
        const hello = createHash("sha256").update("hello").digest("hex");
        try {
            expect(install({ PULUMI_SHA256: hello, KUBELOGIN_SHA256: hello })).toEqual({ status: 0, unpacked: 2 });
            expect(readFileSync(path.join(place, "path"), "utf8")).toBe(`${place}/bin\n`);
            expect(install({ PULUMI_SHA256: hello })).toEqual({ status: 1, unpacked: 1 });
            expect(install({ KUBELOGIN_SHA256: hello })).toEqual({ status: 1, unpacked: 0 });
        } finally {
            rmSync(place, { recursive: true });
        }
    });
});
