import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(__dirname, "../..");
const folder = path.join(root, ".github/workflows");
const text = (file: string): string => readFileSync(path.join(root, file), "utf8");
const workflows = readdirSync(folder).map((file) => `.github/workflows/${file}`);
const pipeline = ".azuredevops/pull-request.yml";

describe("tools of the workflows", () => {
    it.each([...workflows, pipeline, ".ci/tools"])(
        "have exact versions in %s, and what is downloaded is compared with a checksum",
        (file) => {
            const source = text(file);
            for (const [, version] of source.matchAll(/^\s*(?:node-|pulumi-)?version(?:Spec)?: (.*)$/gm))
                expect(version).toMatch(/^\d+\.\d+\.\d+$/);
            for (const [, version] of source.matchAll(/^\w+_VERSION=(.*)$/gm))
                expect(version).toMatch(/^\d+\.\d+\.\d+$/);
            expect(source).not.toMatch(/install-cli|\/latest\/|@latest|stable\.txt|\bnpx --yes\b|\bapt-get install\b/);
            const lines = source.split("\n").map((line) => line.trim());
            for (const [index, line] of lines.entries()) {
                if (!/\b(curl|wget)\b/.test(line)) continue;
                const download = /^curl -fsSL --proto =https --retry 5 -o (\S+) "https:/.exec(line)?.[1];
                expect(download).toBeDefined();
                expect(lines[index + 1]).toMatch(
                    new RegExp(`^echo "\\$\\w+_SHA256  ${download}" \\| sha256sum --check --strict$`),
                );
            }
        },
    );

    it("set up Node by a version wherever they do", () => {
        for (const file of [...workflows, pipeline]) {
            const setUps = text(file)
                .split(/uses: actions\/setup-node@|task: UseNode@/)
                .slice(1);
            for (const setUp of setUps) expect(setUp.split(/^\s*- /m)[0]).toMatch(/version: \d+\.\d+\.\d+\n/);
        }
    });

    it("come from one script wherever Pulumi runs", () => {
        for (const file of [...workflows, pipeline]) {
            const runs = text(file).split(/\bpulumi preview --|\.ci\/up "/).length - 1;
            expect(text(file).split(".ci/tools").length - 1).toBe(runs);
            expect(text(file)).not.toMatch(/pulumi\/actions@|Pulumi@/);
        }
    });

    it("are unpacked only with the checksums of the file", () => {
        const script = text(".ci/tools");
        const sums = [...script.matchAll(/^(PULUMI|KUBELOGIN)_SHA256=([0-9a-f]{64})$/gm)].map(([, , sum]) => sum ?? "");
        expect(sums).toHaveLength(2);
        const place = mkdtempSync(path.join(tmpdir(), "tools-"));
        const stubs = path.join(place, "stubs");
        mkdirSync(stubs);
        for (const [name, lines] of [
            ["curl", 'while [ "$1" != -o ]; do shift; done; printf hello > "$2"'],
            ["tar", 'echo "unpacked $*"'],
            ["unzip", 'echo "unpacked $*"'],
        ] as const)
            writeFileSync(path.join(stubs, name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
        const hello = createHash("sha256").update("hello").digest("hex");
        /** Installs where some of the script's checksums are those of what is downloaded. */
        const install = (...right: string[]): { ok: boolean; unpacked: number } => {
            const file = path.join(place, "script");
            writeFileSync(
                file,
                right.reduce((all, sum) => all.replace(sum, hello), script),
                { mode: 0o755 },
            );
            const { status, stdout } = spawnSync(file, [path.join(place, "tools")], {
                encoding: "utf8",
                env: { PATH: `${stubs}:/usr/bin:/bin` },
            });
            return { ok: status === 0, unpacked: stdout.split("unpacked").length - 1 };
        };
        try {
            expect(install(...sums)).toEqual({ ok: true, unpacked: 2 });
            expect(install(sums[0]!)).toEqual({ ok: false, unpacked: 1 });
            expect(install(sums[1]!)).toEqual({ ok: false, unpacked: 0 });
        } finally {
            rmSync(place, { recursive: true });
        }
    });
});
