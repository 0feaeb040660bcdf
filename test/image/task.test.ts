import { spawnSync } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc } from "../support/fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { ContextFile, SourceFile } from "../../components/image/context";
import { enclaveImageDefaults } from "../../components/image/defaults";
import { checkTaskSize, encodedTask, longestTaskLine, taskYaml, type TaskSpec } from "../../components/image/task";
import { anyFiles, context, longScript, nasty, source } from "./support";

function spec(sources: readonly SourceFile[], rest: Partial<TaskSpec> = {}): TaskSpec {
    return {
        files: context(sources),
        repository: "sgx/aesm",
        tag: "0123456789abcdef",
        buildArgs: {},
        timeoutSeconds: 3600,
        ...rest,
    };
}

interface Step {
    cmd?: string;
    entryPoint?: string;
    build?: string;
    push?: string[];
}

function steps(yaml: string): Step[] {
    return (parse(yaml) as { steps: Step[] }).steps;
}

/**
 * What the engine does with a `cmd` step, container apart: the whole command goes through one shell, in the shared
 * folder.
 */
function run(yaml: string, folder: string, umask: string): void {
    for (const { cmd } of steps(yaml)) {
        if (cmd === undefined) continue;
        const result = spawnSync("/bin/sh", ["-c", `umask ${umask}; ${cmd}`], {
            cwd: folder,
            encoding: "utf8",
            env: { PATH: process.env["PATH"] },
            // Without a terminal, a pipe or a socket: bash would take itself for a remote shell and read its start-up
            // files.
            stdio: ["ignore", "pipe", "pipe"],
        });
        expect(result).toMatchObject({ status: 0, stderr: "", stdout: "" });
    }
}

function written(folder: string, below = ""): { path: string; bytes: Buffer; mode: number }[] {
    return readdirSync(join(folder, below)).flatMap((name) => {
        const path = below === "" ? name : `${below}/${name}`;
        const { mode } = lstatSync(join(folder, path));
        if (!lstatSync(join(folder, path)).isDirectory())
            return [{ path, bytes: readFileSync(join(folder, path)), mode: mode & 0o7777 }];
        expect(mode & 0o7777).toBe(0o755);
        return written(folder, path);
    });
}

function expectRoundTrip(sources: readonly SourceFile[], umask: string): void {
    const folder = mkdtempSync(join(tmpdir(), "task-"));
    try {
        const task = spec(sources);
        run(Buffer.from(encodedTask(taskYaml(task)), "base64").toString("utf8"), folder, umask);
        expect(readdirSync(folder)).toEqual(["ctx"]);
        const found = written(join(folder, "ctx")).sort((a, b) => (a.path < b.path ? -1 : 1));
        expect(found.map(({ path, mode }) => [path, mode])).toEqual(
            task.files.map(({ path, executable }) => [path, executable ? 0o755 : 0o644]),
        );
        found.forEach(({ bytes }, index) => {
            expect(bytes.equals(task.files[index]!.bytes)).toBe(true);
        });
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/** The limits that were tried with ACR's own engine, and what this package keeps of them. */
function expectWithinLimits(yaml: string): void {
    for (const line of yaml.split("\n")) {
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(longestTaskLine);
        expect(line.trimStart().startsWith("#")).toBe(false);
    }
    for (const { cmd } of steps(yaml)) {
        if (cmd === undefined) continue;
        expect(cmd.length).toBeLessThan(128 * 1024);
        // Nothing for a shell, the aliases or the templates; the words around base64 are ours.
        expect(cmd).toMatch(/^bash -c "[A-Za-z0-9+/=._@,\- |&>]*"$/);
    }
    expect(yaml).not.toContain("{{");
    expect(yaml.match(/\$/g)).toHaveLength(2);
    expect(yaml.match(/\$Registry\//g)).toHaveLength(2);
}

describe("the task", () => {
    test("writes the context, builds, and pushes", () => {
        const yaml = taskYaml(
            spec([source("Dockerfile", "FROM a\n"), source("bin/x", "#!"), source("empty", "")], {
                buildArgs: { B: "2", A: "1" },
                timeoutSeconds: 1800,
            }),
        );
        expect(parse(yaml)).toEqual({
            version: "v1.1.0",
            stepTimeout: 1800,
            steps: [
                {
                    entryPoint: "bash",
                    cmd:
                        'bash -c "mkdir -p ctx && chmod 755 ctx && mkdir -p ctx/bin && chmod 755 ctx/bin' +
                        " && echo RlJPTSBhCg== | base64 -d > ctx/Dockerfile && chmod 644 ctx/Dockerfile" +
                        " && echo IyE= | base64 -d > ctx/bin/x && chmod 755 ctx/bin/x" +
                        ' && true > ctx/empty && chmod 644 ctx/empty"',
                },
                {
                    build: "-t $Registry/sgx/aesm:0123456789abcdef --build-arg A=1 --build-arg B=2 -f ctx/Dockerfile ctx",
                    retries: 3,
                    retryDelay: 30,
                },
                { push: ["$Registry/sgx/aesm:0123456789abcdef"], retries: 3, retryDelay: 30 },
            ],
        });
    });

    test.each(["022", "077", "000"])("gives back every byte and mode through a real shell, umask %s", (umask) => {
        expectRoundTrip([...nasty, longScript], umask);
    });

    test("gives back any files through a real shell", () => {
        fc.assert(
            fc.property(anyFiles, (files) => {
                expectRoundTrip(files, "022");
            }),
            { numRuns: 25 },
        );
    });

    test("spreads a long file over several steps, each within the engine's limits", () => {
        const yaml = taskYaml(spec([...nasty, longScript]));
        expect(steps(yaml).filter(({ cmd }) => cmd !== undefined).length).toBeGreaterThan(3);
        expectWithinLimits(yaml);
    });

    test("stays within the engine's limits at every size around a step", () => {
        for (const size of [...Array.from({ length: 120 }, (_, index) => 44_000 + index * 13), 89_000, 134_567]) {
            expectWithinLimits(
                taskYaml(spec([source("Dockerfile", "F"), source(`${"d/".repeat(60)}x`, "ü".repeat(size / 2))])),
            );
        }
    });

    test("stays within the engine's limits with many small files", () => {
        const many = Array.from({ length: 500 }, (_, index) =>
            source(`${"long-folder-name/".repeat(8)}${index}/f`, `${index}`),
        );
        expectWithinLimits(taskYaml(spec(many)));
    });

    test("holds against build arguments that YAML would read otherwise", () => {
        const yaml = taskYaml(
            spec(nasty, { buildArgs: { A: "x:", B: "1.0-1~jammy", C: "", D: "-", E: "https://a.b/c@sha256:d" } }),
        );
        expect(steps(yaml).find(({ build }) => build !== undefined)?.build).toContain(
            " --build-arg A=x: --build-arg B=1.0-1~jammy --build-arg C= --build-arg D=- --build-arg E=https://a.b/c@sha256:d -f ",
        );
        expectWithinLimits(yaml);
    });
});

describe("the size of a task", () => {
    const bytes = (length: number): ContextFile[] => context([source("Dockerfile", "x".repeat(length))]);

    test("may reach the limit and not exceed it", () => {
        let [fits, length] = [72_000, 75_000];
        while (length - fits > 1) {
            const middle = Math.floor((fits + length) / 2);
            if (checkTaskSize(spec([], { files: bytes(middle) }), enclaveImageDefaults.maxTaskCharacters).length === 0)
                fits = middle;
            else length = middle;
        }
        expect(encodedTask(taskYaml(spec([], { files: bytes(length - 1) }))).length).toBeLessThanOrEqual(
            enclaveImageDefaults.maxTaskCharacters,
        );
        expect(encodedTask(taskYaml(spec([], { files: bytes(length) }))).length).toBeGreaterThan(
            enclaveImageDefaults.maxTaskCharacters,
        );
        // What the message and the argument's description promise: "about 73 kB".
        expect(length).toBeGreaterThan(72_000);
        expect(length).toBeLessThan(74_000);
    });

    test("is named in the problem, with the limit, the largest files and the way out", () => {
        const task = spec([...nasty, longScript]);
        expect(checkTaskSize(task, enclaveImageDefaults.maxTaskCharacters)).toEqual([
            {
                kind: "invalid",
                path: "context",
                value: expect.stringMatching(/^15\d{4} bytes in 14 files, 2[67]\d{4} characters as an encoded task$/),
                expected: "at most 131072 characters, about 73 kB of files: they travel inside the request to Azure",
                remedy: expect.stringContaining("largest: long.sh (15"),
            },
        ]);
        expect(checkTaskSize(task, 300_000)).toEqual([]);
    });

    test("counts the build line too", () => {
        const buildArgs = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`A${index}`, "x".repeat(3000)]));
        expect(checkTaskSize(spec(nasty, { buildArgs }), 1_000_000)).toMatchObject([
            { path: "buildArgs", value: "20 arguments" },
        ]);
    });
});
