import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";

const file = path.resolve(__dirname, "../../.github/workflows/pr-preview.yml");
interface Step {
    name?: string;
    shell?: string;
    run?: string;
}
const { jobs } = parse(readFileSync(file, "utf8")) as { jobs: Record<"preview", { steps: Step[] }> };

let folder: string;
beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "preview-test-"));
    mkdirSync(path.join(folder, "bin"));
});
afterEach(() => {
    rmSync(folder, { recursive: true });
});

/** Runs a step of the workflow as GitHub does: a step that names bash gets pipefail. */
function step(name: string, env: Record<string, string>): { status: number | null; stderr: string } {
    const found = jobs.preview.steps.find((candidate) => candidate.name === name);
    const options = found?.shell === "bash" ? ["-eo", "pipefail"] : ["-e"];
    const script = path.join(folder, "step.sh");
    writeFileSync(script, found?.run ?? "exit 99");
    const { status, stderr } = spawnSync("bash", [...options, script], {
        cwd: folder,
        encoding: "utf8",
        timeout: 30_000,
        maxBuffer: 10_000_000,
        env: {
            PATH: `${path.join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
            RUNNER_TEMP: folder,
            GITHUB_STEP_SUMMARY: path.join(folder, "summary"),
            STACK: "prod",
            NUMBER: "12",
            ...env,
        },
    });
    return { status, stderr };
}

/** A `pulumi` that prints a file and ends with a code. */
function pulumi(output: string, code = 0): void {
    writeFileSync(path.join(folder, "output"), output);
    const program = path.join(folder, "bin", "pulumi");
    writeFileSync(
        program,
        `#!/bin/sh\nprintf '%s\\n' "$*" > ${folder}/arguments\ncat ${folder}/output\nexit ${code}\n`,
    );
    chmodSync(program, 0o755);
}
const comment = (): string => readFileSync(path.join(folder, "comment/comment.md"), "utf8");

describe("pr-preview's comment", () => {
    it("holds the preview, in a fence that the preview cannot close", () => {
        pulumi("+ create\n````\n[x](https://x.example)");
        expect(step("Preview", {})).toEqual({ status: 0, stderr: "" });
        expect(readFileSync(path.join(folder, "arguments"), "utf8")).toContain(
            "preview --refresh --stack prod --diff --suppress-outputs",
        );
        expect(step("Write the comment", { OUTCOME: "success" })).toEqual({ status: 0, stderr: "" });
        expect(comment()).toBe(
            "<!-- confidential-aks:preview -->\n\n### pulumi preview of prod\n\n`````text\n+ create\n````\n[x](https://x.example)\n`````\n",
        );
        expect(readFileSync(path.join(folder, "comment/number"), "utf8")).toBe("12");
    });

    it("takes a preview of any size, and cuts its beginning", () => {
        pulumi(`${"0123456789\n".repeat(100_000)}Resources: 42 unchanged`);
        expect(step("Preview", {}).status).toBe(0);
        expect(step("Write the comment", { OUTCOME: "success" })).toEqual({ status: 0, stderr: "" });
        expect(comment().length).toBeLessThan(60_300);
        expect(comment()).toContain("... cut, the log has all\n");
        expect(comment()).toContain("Resources: 42 unchanged\n```");
    });

    it("says that the preview failed, and shows nothing of its output", () => {
        pulumi("error: half a preview", 255);
        expect(step("Preview", {}).status).toBe(255);
        step("Write the comment", { OUTCOME: "failure" });
        expect(comment()).toContain("**The preview failed.**");
        expect(comment()).not.toContain("half a preview");
    });
});
