import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = path.resolve(__dirname, "../..");
let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "up-test-"))));
afterEach(() => {
    rmSync(folder, { recursive: true });
});

/** Runs the script with a `pulumi` that fails with these messages, one after another, and then succeeds. */
function up(...failures: string[]): { status: number | null; calls: number } {
    const calls = path.join(folder, "calls");
    writeFileSync(calls, "");
    failures.forEach((text, index) => {
        writeFileSync(path.join(folder, `failure-${index + 1}`), text);
    });
    const pulumi = `#!/usr/bin/env bash
echo "$*" >> "${calls}"
file="${folder}/failure-$(wc -l < "${calls}")"
[ -e "$file" ] || exit 0
cat "$file"; exit 255
`;
    writeFileSync(path.join(folder, "pulumi"), pulumi, { mode: 0o755 });
    const env = { PATH: [folder, process.env.PATH].join(path.delimiter), UP_PAUSE: "0" };
    const { status } = spawnSync(path.join(root, ".ci/up"), ["prod"], { env });
    const lines = readFileSync(calls, "utf8").split("\n").filter(Boolean);
    expect(lines.every((line) => line.startsWith("up --refresh --yes --stack prod"))).toBe(true);
    return { status, calls: lines.length };
}

describe("the script that updates a stack", () => {
    const busy = 'Status=409 Code="OperationNotAllowed" Message="there\'s an in-progress PutExtensionAddonHandler.PUT"';
    const changed = 'DeploymentFailed: Status=409 Code="EtagMismatch" Message="Another operation is in progress"';

    it("runs once where nothing fails", () => {
        expect(up()).toEqual({ status: 0, calls: 1 });
    });

    it("runs again where AKS was busy, and no more than four times", () => {
        expect(up(busy, changed)).toEqual({ status: 0, calls: 3 });
        expect(up(busy, busy, busy, busy, busy)).toEqual({ status: 255, calls: 4 });
    });

    it("does not repeat any other failure, not even one with the same code", () => {
        expect(up('Status=409 Code="OperationNotAllowed" Message="exceeding approved quota"').calls).toBe(1);
        expect(up("error: sample verdict: in-process").status).toBe(255);
    });
});
