import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { tempDir } from "../../support/temp-dirs.js";
import { fixture, plan, repo, run } from "../cli.js";

describe("a program that fails makes no plan", () => {
    it.each([
        ["sync", "Error: thrown at once"],
        ["async", "Error: thrown later"],
        ["apply", "Error: thrown in apply"],
        ["rejection", "Error: rejected alone"],
        ["text", "just a text"],
        ["module", "Cannot find module 'no-such-module-anywhere'"],
        ["exit", "the program called process.exit(0) before it was finished"],
        ["exit3", "the program called process.exit(3) before it was finished"],
        ["log", "error: logged as an error"],
        ["leak", "promises were still active"],
    ])("%s: exit code 1, the message on standard error", async (how, message) => {
        const { code, stdout, stderr } = await plan("throws", "-c", `how=${how}`);
        expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
        expect(stderr).toContain(message);
        expect(stderr).toContain("No plan was made.");
        expect(stderr).not.toContain("\u001b");
    });

    it.each([
        ["run", "error: a clear message for people\nNo plan was made.\n"],
        ["resource", "error: about this map\nNo plan was made.\n"],
        [
            "duplicate",
            "error: Duplicate resource URN 'urn:pulumi:dev::fixture-throws::kubernetes:core/v1:ConfigMap::map'; try giving it a unique name\nNo plan was made.\n",
        ],
    ])("%s: a message for people comes without a stack trace", async (how, message) => {
        expect(await plan("throws", "-c", `how=${how}`)).toEqual({ code: 1, stdout: "", stderr: message });
    });

    it.each([
        ["warned", "error: a clear message for people\nWarnings before that:\n  the-reason: something to know\n"],
        [
            "warned-exit",
            "error: the program called process.exit(3) before it was finished\nWarnings before that:\n  program-warning: no code here\n",
        ],
    ])("%s: warnings are shown, too, since they may be the reason", async (how, message) => {
        const stderr = `${message}No plan was made.\n`;
        expect(await plan("throws", "-c", `how=${how}`)).toEqual({ code: 1, stdout: "", stderr });
    });

    it("an exit code that the program set counts, though it ran to its end", async () => {
        const { code, stdout, stderr } = await plan("throws", "-c", "how=warned-exit-code");
        expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
        expect(stderr).toMatch(/^error: the program set exit code 3 .+ What to do: .+\n/);
        expect(stderr).toMatch(/\nWarnings before that:\n {2}the-reason: something to know\nNo plan was made\.\n$/);
    });

    it("so does a signal at the very end", async () => {
        const { code, stdout, stderr } = await plan("throws", "-c", "how=killed-at-end");
        expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
        expect(stderr).toContain("ended with signal SIGKILL after the program was over. What to do: ");
    });

    it("names a missing configuration value", async () => {
        const { code, stderr } = await plan("throws", "-c", "how=missing");
        expect(code).toBe(1);
        expect(stderr).toContain("Missing required configuration variable 'fixture-throws:absent'");
    });

    it.each(["problems", "late-problems"])("%s: the JSON has what is wrong with which argument", async (how) => {
        const { code, stdout, stderr } = await plan("throws", "--format", "json", "-c", `how=${how}`);
        expect({ code, stderr }).toEqual({ code: 1, stderr: "error: 2 problems\nNo plan was made.\n" });
        expect(JSON.parse(stdout)).toEqual({
            format: "confidential-aks/failure",
            version: 1,
            message: "2 problems",
            problems: [
                { kind: "unsupported", path: "size", expected: "a, b", remedy: "use one of these values" },
                { kind: "invalid", path: "key", expected: "not [secret]", remedy: "choose another" },
            ],
        });
    });

    it("the JSON has no problems where the program failed for another reason", async () => {
        const { stdout } = await plan("throws", "--format", "json", "-c", "how=run");
        expect(JSON.parse(stdout)).toMatchObject({ message: "a clear message for people", problems: [] });
    });

    it("makes one when nothing fails", async () => {
        expect((await plan("throws", "-c", "how=ok")).code).toBe(0);
    });
});

describe("wrong usage exits with 2 and says how it goes", () => {
    it.each([
        [["plan", "--format", "xml"], "Allowed choices are tree, markdown, json."],
        [["plan", "--mode", "update"], "unknown option '--mode'"],
        [["plan", "--format", "mermaid"], "Allowed choices are tree, markdown, json."],
        [["plan", "--nope"], "unknown option '--nope'"],
        [["plan", "extra"], "too many arguments"],
        [["nope"], "unknown command 'nope'"],
        [["plan", "--program", "/no/such/folder"], "no Pulumi.yaml in /no/such/folder"],
        [
            ["plan", "--program", fixture("config"), "--stack", "goood"],
            'Did you mean "good"? Stacks of fixture-config: bad, esc, good',
        ],
        [["plan", "--program", fixture("config"), "--stack", "production"], 'unknown stack "production". Stacks of'],
        [
            ["plan", "--program", fixture("config")],
            `no stack was named, and there is no Pulumi.dev.yaml in ${fixture("config/stacks")}: add --stack NAME with one of bad, esc, good`,
        ],
        [["plan", "--program", fixture("config"), "--stack", "good", "-c", "novalue"], "expected KEY=VALUE"],
        [["plan", "--program", fixture("config"), "--stack", "good", "-c", "a:b:c:d=1"], "is no configuration key"],
        [
            ["plan", "--program", fixture("config"), "--stack", "good", "--config-path", "-c", "pools[x=1"],
            "is no property path",
        ],
        [
            ["plan", "--program", fixture("config"), "--stack", "good", "--config-path", "-c", "pools[7].a=1"],
            "index 7 is beyond the end",
        ],
    ])("%j", async (args, message) => {
        const { code, stdout, stderr } = await run(...args);
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
        expect(stderr).toContain(message);
        expect(stderr).toContain("--help");
    });

    it("help and version are no errors", async () => {
        const help = await run("plan", "--help");
        expect(help.code).toBe(0);
        expect(help.stdout).toContain("Examples:");
        const version = await run("--version");
        expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
    });
});

it("a Node that is too old gets a sentence", () => {
    const preload = path.join(tempDir(), "old.cjs");
    writeFileSync(
        preload,
        'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.8" } });',
    );
    const cli = path.join(repo, "dist/cli/index.js");
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", preload, cli, "plan"], {
        encoding: "utf8",
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^error: confidential-aks needs Node 20\.19 or newer, and this is 18\.20\.8: .+\n$/);
});
