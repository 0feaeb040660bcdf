import { execFileSync } from "node:child_process";
import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { planInChild } from "../../../dist/plan/record/child.js";
import { readPlan } from "../../../plan/model/format.js";
import { SecretBook } from "../../../plan/model/secrets.js";
import { HeldOutput } from "../../../plan/record/stdio.js";
import { tempDir } from "../../support/temp-dirs.js";
import { fixture, named, plan, repo, run } from "../cli.js";

const SECRET = "hunter2-known-value";
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** A program in JavaScript. */
function program(source: string): string {
    const folder = tempDir();
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: written\nruntime: nodejs\n");
    writeFileSync(path.join(folder, "package.json"), '{ "name": "written", "private": true }');
    writeFileSync(path.join(folder, "index.js"), `require("@pulumi/pulumi");\n${source}`);
    symlinkSync(path.join(repo, "node_modules"), path.join(folder, "node_modules"));
    return folder;
}

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

describe("a process that ends without a report", () => {
    it("names the heap that was too small, and the option for it, and shows nothing else of the output", async () => {
        const grow = `console.log("${SECRET}"); const all = []; for (;;) all.push(new Array(100000).fill(all.length + 0.5));`;
        const planned = planInChild({ program: program(grow) }, { nodeArgs: ["--max-old-space-size=100"] });
        const error = await planned.then(String, String);
        expect(error).toContain('"JavaScript heap out of memory" is in its output. What to do: ');
        expect(error).toContain('nodeargs: "--max-old-space-size=');
        expect(error).not.toContain(SECRET);
    });

    it.each([
        ["node: symbol lookup error: /addon.node: undefined symbol: x", "symbol lookup error", "install"],
        ["terminate called after throwing an instance of 'std::bad_alloc'", "std::bad_alloc", "free memory"],
        ["FATAL ERROR: Error::ThrowAsJavaScriptException napi_throw", "FATAL ERROR", "install"],
    ])("names what is known of a crash: %s", async (printed, phrase, remedy) => {
        const crash = `require("fs").writeSync(2, ${JSON.stringify(`${printed} ${SECRET}\n`)}); process.kill(process.pid, "SIGABRT");`;
        const error = await planInChild({ program: program(crash) }).then(String, String);
        expect(error).toContain(`ended with signal SIGABRT before there was a plan: "${phrase}" is in its output`);
        expect(error).toContain(remedy);
        expect(error).not.toContain(SECRET);
    });
});

it("text without a line end on the descriptor of the report does not destroy the report", async () => {
    const made = await planInChild({ program: program('require("fs").writeSync(3, "no line end"); exports.a = 1;') });
    expect(made.outputs).toEqual({ a: 1 });
});

describe("output that is too long", () => {
    const MIB = 1024 * 1024;
    const held = async (parts: readonly string[]): Promise<string> => {
        const output = new HeldOutput();
        const stream = new PassThrough();
        output.hold(stream);
        for (const part of parts) stream.write(part);
        stream.end();
        await new Promise((resolve) => stream.once("close", resolve));
        return output.text(new SecretBook());
    };

    it("is left out from the line on that passes the limit, also without a line end", async () => {
        const part = "x".repeat(MIB);
        const text = await held(["first\n", ...Array<string>(20).fill(part), "last\n"]);
        expect(text).toBe(`first\n... ${20 * MIB + 5} more characters of output are left out\n`);
    });

    it("is shown in full up to the limit", async () => {
        const part = "x".repeat(MIB);
        const text = await held(["first\n", ...Array<string>(15).fill(part), "last"]);
        expect(text === `first\n${part.repeat(15)}last`).toBe(true);
    });
});
