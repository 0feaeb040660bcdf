import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { effects, harmless, hostile } from "./hostile.js";

interface Step {
    script?: string;
    displayName?: string;
    task?: string;
    inputs?: Record<string, unknown>;
    env?: Record<string, string>;
}
interface Job {
    environment?: string;
    steps?: Step[];
    strategy?: { runOnce: { deploy: { steps: Step[] } } };
}
interface Stage {
    stage: string;
    condition: string;
    jobs: Job[];
}
const root = path.resolve(__dirname, "../..");
const source = readFileSync(path.join(root, ".azuredevops/pull-request.yml"), "utf8");
const { stages } = parse(source) as { stages: Stage[] };

describe("the Azure DevOps pipeline", () => {
    it("has the same steps, and forks get neither identity nor token", () => {
        expect(stages.map(({ stage }) => stage)).toEqual(["plan", "comment", "preview", "up"]);
        for (const { stage, condition } of stages) {
            if (stage === "comment" || stage === "preview")
                expect(condition).toContain("ne(variables['System.PullRequest.IsFork'], 'True')");
        }
    });

    it("updates from the default branch alone: the last part of a branch's name is no proof", () => {
        const up = stages.find(({ stage }) => stage === "up");
        expect(up?.condition).toContain("eq(variables['Build.SourceBranch'], 'refs/heads/main')");
        expect(source).not.toContain("Build.SourceBranchName");
    });

    it("hands the token only to a job without code, and keeps no credentials in a checkout", () => {
        const comment = source.slice(source.indexOf("- stage: comment"), source.indexOf("- stage: preview"));
        expect(source.split("System.AccessToken").length).toBe(2);
        expect(comment).toContain("System.AccessToken");
        expect(comment).toContain("checkout: none");
        expect(comment).not.toContain("npm ");
        expect(source.split("checkout: self").length).toBe(source.split("persistCredentials: false").length);
    });

    it("cleans a comment exactly as the workflow on GitHub does", () => {
        const github = readFileSync(path.join(root, ".github/workflows/pr-comment.yml"), "utf8");
        const cleaning = (text: string): string =>
            (/^ *\/\/ clean: start\n([\s\S]*?)^ *\/\/ clean: end$/m.exec(text)?.[1] ?? "").replace(/^ +/gm, "");
        expect(cleaning(source)).toContain("function clean");
        expect(cleaning(source)).toBe(cleaning(github));
    });
});

describe.each(["preview", "up"])("the step that runs Pulumi in stage %s", (name) => {
    const job = stages.find(({ stage }) => stage === name)?.jobs[0];
    const step = job?.strategy?.runOnce.deploy.steps.find(({ task }) => task?.startsWith("AzureCLI@"));
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(path.join(tmpdir(), "pipeline-test-"));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    /** Runs it with a `pulumi` that fails with this text the first time; gives the arguments of each call. */
    function run(failure: string): string[] {
        const calls = path.join(folder, "calls");
        const lines = ["#!/bin/sh", `[ -e ${calls} ] || failed=1`, `echo "$*" >> ${calls}`];
        lines.push('[ "$failed" = 1 ] || exit 0', `echo '${failure}'`, "exit 255", "");
        writeFileSync(path.join(folder, "pulumi"), lines.join("\n"), { mode: 0o755 });
        const env = { PATH: `${folder}:${process.env["PATH"]}`, STACK: "prod", UP_PAUSE: "0" };
        spawnSync("bash", ["-c", String(step?.inputs?.["inlineScript"])], { cwd: root, env, timeout: 30_000 });
        return readFileSync(calls, "utf8").split("\n").filter(Boolean);
    }

    it("runs on agents of its own where a pool is named: what pull requests reach makes no update", () => {
        const own = { pool: { name: `\${{ parameters.${name}Pool }}` } };
        expect(job).toMatchObject({ [`\${{ if ne(parameters.${name}Pool, '') }}`]: own });
    });

    it("signs in as the environment's service connection, for as long as it runs", () => {
        expect(job?.environment).toBe(`azure-${name}`);
        expect(step?.inputs).toMatchObject({ azureSubscription: `azure-${name}`, keepAzSessionActive: true });
    });

    it("looks at Azure first, and repeats an update where AKS was busy", () => {
        const calls = run('Status=409 Code="OperationNotAllowed" Message="there is an in-progress operation"');
        expect(calls).toHaveLength(name === "up" ? 2 : 1);
        for (const call of calls) expect(call).toMatch(new RegExp(`^${name} --refresh (--yes )?--stack prod `));
    });
});

describe("the script that comments", () => {
    const script = stages
        .flatMap(({ jobs }) => jobs.flatMap(({ steps }) => steps ?? []))
        .find(({ displayName }) => displayName === "Comment")?.script;
    let folder: string;
    let server: Server;
    let sent: { method: string | undefined; url: string | undefined; body: string }[];
    let threads: object[];

    beforeEach(async () => {
        folder = mkdtempSync(path.join(tmpdir(), "comment-test-"));
        sent = [];
        threads = [];
        server = createServer((request, response) => {
            let body = "";
            request.on("data", (chunk: Buffer) => (body += chunk.toString()));
            request.on("end", () => {
                sent.push({ method: request.method, url: request.url, body });
                response.end(JSON.stringify({ value: threads }));
            });
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });
    afterEach(() => {
        server.close();
        rmSync(folder, { recursive: true });
    });

    /** Runs the pipeline's own step against a double of Azure DevOps' API. */
    function run(): Promise<{ code: number | null; stderr: string }> {
        const env = {
            PATH: process.env["PATH"],
            SYSTEM_ACCESSTOKEN: "token",
            COLLECTION: `http://127.0.0.1:${(server.address() as AddressInfo).port}/c/`,
            PROJECT: "p",
            REPOSITORY: "r",
            PULL: "12",
            FILE: path.join(folder, "comment.md"),
        };
        const text = (script ?? "").replaceAll("$(Agent.TempDirectory)", folder);
        const child = spawn("bash", ["-e", "-c", text], { env, timeout: 30_000, stdio: ["ignore", "ignore", "pipe"] });
        let stderr = "";
        child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
        return new Promise((resolve) =>
            child.on("close", (code) => {
                resolve({ code, stderr });
            }),
        );
    }
    const posted = (): string => {
        const { comments } = JSON.parse(sent.find(({ method }) => method === "POST")?.body ?? "{}") as {
            comments: { content: string }[];
        };
        return comments[0]?.content ?? "";
    };

    it("posts text that does nothing but be read", async () => {
        const text = [...hostile, ...harmless].join("\n\n");
        writeFileSync(path.join(folder, "comment.md"), `<!-- confidential-aks:plan-diff -->\n\n${text}\n`);
        expect(await run()).toEqual({ code: 0, stderr: "" });
        expect(posted().startsWith("<!-- confidential-aks:plan-diff -->\n\n")).toBe(true);
        expect(effects(posted().split("\n").slice(1).join("\n"))).toEqual([]);
    });

    it("updates its own comment from then on", async () => {
        const content = "<!-- confidential-aks:plan-diff -->\n\nold";
        threads = [{ id: 3, isDeleted: false, comments: [{ id: 1, content }] }];
        writeFileSync(path.join(folder, "comment.md"), "new");
        await run();
        expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
            "GET /c/p/_apis/git/repositories/r/pullRequests/12/threads?api-version=7.1",
            "PATCH /c/p/_apis/git/repositories/r/pullRequests/12/threads/3/comments/1?api-version=7.1",
        ]);
    });

    it("reads no link, and no file that is too large", async () => {
        symlinkSync("/etc/passwd", path.join(folder, "comment.md"));
        expect((await run()).stderr).toContain("comment.md is no file of at most 260000 bytes");
        rmSync(path.join(folder, "comment.md"));
        writeFileSync(path.join(folder, "comment.md"), "x".repeat(260_001));
        expect((await run()).code).not.toBe(0);
        expect(sent).toEqual([]);
    });
});
