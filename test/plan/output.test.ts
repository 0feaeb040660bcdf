import { execFileSync } from "node:child_process";
import { cpSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { planInChild } from "../../dist/plan/index.js";
import { readPlan } from "../../plan/format.js";
import { fixture, named, plan, repo, run, tempDir } from "./cli.js";

const SECRET = "hunter2-known-value";
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe("what a program prints past the console, and what its child processes print", () => {
    it("is not in the plan: standard output is valid JSON; standard error shows it in order, masked", async () => {
        const { code, stdout, stderr } = await plan("direct", "--format", "json");
        expect(code).toBe(0);
        expect(named(readPlan(stdout), "map").type).toBe("kubernetes:core/v1:ConfigMap");
        expect(stderr).toBe("direct [secret]\nchild [secret]\nerror of child [secret]\nconsole red \ufffdabc\n");
    });

    it.each(["fail", "exit", "kill"])("%s: shows no secret and no control characters", async (how) => {
        const { code, stdout, stderr } = await plan("direct", "-c", `how=${how}`);
        expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
        expect(stderr).toContain(how === "kill" ? "ended with signal SIGKILL" : "direct [secret]\nchild [secret]");
        expect(stderr).toContain("No plan was made.");
        if (how === "exit") expect(stderr).toContain("inner [secret]");
        expect(stderr).not.toContain(SECRET);
        expect(stderr.replaceAll("\n", "")).not.toMatch(CONTROLS);
    });

    it("is not in a comparison of revisions", async () => {
        const folder = tempDir();
        cpSync(fixture("direct"), folder, { recursive: true });
        const git = (...args: string[]): void => {
            execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd: folder });
        };
        git("init", "-q");
        git("add", ".");
        git("commit", "-qm", "first");
        symlinkSync(path.join(repo, "node_modules"), path.join(folder, "node_modules"));
        const { code, stdout, stderr } = await run(
            "diff",
            "--program",
            folder,
            "--base",
            "HEAD",
            "--format",
            "markdown",
        );
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        expect(stdout).toContain("No changes in `dev`.");
    });

    it("reaches the caller of planInChild masked, and Node's own arguments reach Node", async () => {
        const texts: string[] = [];
        const made = await planInChild(
            { program: fixture("direct") },
            { nodeArgs: ["--title=from-node-args"], onOutput: (text) => texts.push(text) },
        );
        expect(made.outputs).toEqual({ title: "from-node-args" });
        expect(texts.join("")).toContain("direct [secret]\n");
        const wrong = planInChild(
            { program: fixture("direct") },
            { nodeArgs: ["--no-such-option"], onOutput: (text) => texts.push(text) },
        );
        await expect(wrong).rejects.toThrow("ended with exit code 9 before it could load the program");
        expect(texts.at(-1)).toContain("bad option: --no-such-option");
    });
});
