import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { effects, harmless, hostile } from "./hostile.js";

const file = path.resolve(__dirname, "../../.github/workflows/pr-comment.yml");
const { jobs } = parse(readFileSync(file, "utf8")) as {
    jobs: { comment: { steps: { with?: { script?: string } }[] } };
};
const script = jobs.comment.steps.find((step) => step.with?.script !== undefined)?.with?.script ?? "";

const AsyncFunction = (async () => {}).constructor as new (
    ...args: string[]
) => (...values: unknown[]) => Promise<void>;

const MARKER = "<!-- confidential-aks:plan-diff -->";
const ofThisRepository = { head: { sha: "a".repeat(40), repo: { id: 7, full_name: "o/r" } } };
const repo = (id: number, name: string) => ({ id, full_name: name });

let folder: string;
let posted: { kind: string; body: string }[];
let notices: string[];

/** Runs the workflow's own script against a double of GitHub's API. */
async function run(more: { pull?: object; run?: object; comments?: object[] } = {}): Promise<void> {
    const workflow_run = {
        name: "pr-plan",
        head_sha: "a".repeat(40),
        head_repository: { id: 7 },
        html_url: "https://github.com/o/r/actions/runs/1",
        ...more.run,
    };
    const pull = {
        state: "open",
        head: { sha: "a".repeat(40), repo: repo(7, "fork/r") },
        base: { repo: repo(1, "o/r") },
        ...more.pull,
    };
    const issues = {
        listComments: "list",
        createComment: ({ body }: { body: string }) => void posted.push({ kind: "create", body }),
        updateComment: ({ body, comment_id: id }: { body: string; comment_id: number }) =>
            void posted.push({ kind: `update ${id}`, body }),
    };
    const github = { rest: { pulls: { get: () => ({ data: pull }) }, issues }, paginate: () => more.comments ?? [] };
    const context = { repo: { owner: "o", repo: "r" }, payload: { workflow_run } };
    const core = { notice: (message: string) => void notices.push(message) };
    process.env["FOLDER"] = folder;
    await new AsyncFunction("github", "context", "core", "require", script)(
        github,
        context,
        core,
        createRequire(__filename),
    );
}

function artifact(number: string, comment: string): void {
    writeFileSync(path.join(folder, "number"), number);
    writeFileSync(path.join(folder, "comment.md"), comment);
}

beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "comment-test-"));
    posted = [];
    notices = [];
});
afterEach(() => {
    rmSync(folder, { recursive: true });
});

describe("the script that comments", () => {
    it("posts once, and updates its own comment from then on", async () => {
        artifact("12", `${MARKER}\n\n### What this change asks for\n\n<details><summary>x</summary>\n`);
        await run();
        expect(posted).toHaveLength(1);
        expect(posted[0]?.kind).toBe("create");
        const body = posted[0]?.body ?? "";
        expect(body.startsWith(`${MARKER}\n\n> Made by the code of this pull request`)).toBe(true);
        expect(body).toContain("<details><summary>x</summary>");
        expect(body).toContain("[Run](https://github.com/o/r/actions/runs/1)");
        const bot = { type: "Bot", login: "github-actions[bot]" };
        const comments = [
            { id: 1, body: `${MARKER} of somebody`, user: { type: "User", login: "x" } },
            { id: 2, body: "something else", user: bot },
            { id: 3, body, user: bot },
        ];
        await run({ comments });
        expect(posted[1]?.kind).toBe("update 3");
    });

    it("keeps the two workflows' comments apart", async () => {
        artifact("12", "text");
        await run({ run: { name: "pr-preview" }, pull: ofThisRepository });
        expect(posted[0]?.body).toContain("<!-- confidential-aks:preview -->");
        await expect(run({ run: { name: "other" } })).rejects.toThrow("nothing is known of workflow other");
    });

    it.each(["", "0", "12; rm", "-1", "1e3", "../1", "12345678901"])("refuses the number %j", async (number) => {
        artifact(number, "text");
        await expect(run()).rejects.toThrow("no number");
        expect(posted).toEqual([]);
    });

    it("refuses files that are too large or none", async () => {
        artifact("1".repeat(17), "text");
        await expect(run()).rejects.toThrow("number is no file of at most 16 bytes");
        artifact("12", "x".repeat(260_001));
        await expect(run()).rejects.toThrow("comment.md is no file of at most 260000 bytes");
        rmSync(path.join(folder, "comment.md"));
        symlinkSync("/etc/passwd", path.join(folder, "comment.md"));
        await expect(run()).rejects.toThrow("comment.md is no file");
        expect(posted).toEqual([]);
    });

    it.each([
        ["closed", { state: "closed" }],
        ["at another commit", { head: { sha: "b".repeat(40), repo: repo(7, "fork/r") } }],
        ["of another repository", { head: { sha: "a".repeat(40), repo: repo(8, "other/r") } }],
        ["of a repository that is gone", { head: { sha: "a".repeat(40), repo: null } }],
    ])("leaves a pull request alone that is %s", async (_, pull) => {
        artifact("12", "text");
        await run({ pull });
        expect(posted).toEqual([]);
        expect(notices).toHaveLength(1);
    });

    it("posts no preview of a fork, whose own workflow may have that name", async () => {
        artifact("12", "### pulumi preview of prod\n\n42 unchanged");
        await run({ run: { name: "pr-preview" } });
        expect(posted).toEqual([]);
        expect(notices).toEqual([expect.stringContaining("comes from a fork")]);
    });

    it("puts the link to the run in front, where no open fence or tag can swallow it", async () => {
        artifact("12", "text\n\n<details><summary>x</summary>\n\n```text\nopen");
        await run({ pull: ofThisRepository });
        expect(posted[0]?.body).toMatch(
            /^<!-- [^\n]* -->\n\n<sub>\[Run\]\(https:\/\/github.com\/o\/r\/actions\/runs\/1\)/,
        );
    });

    it.each(hostile)("cleans %j", async (text) => {
        artifact("12", text);
        await run({ pull: ofThisRepository });
        const [, , , , ...rest] = (posted[0]?.body ?? "").split("\n");
        const shown = rest.join("\n");
        expect(effects(text)).not.toEqual([]);
        expect(effects(shown)).toEqual([]);
        // Nothing is lost: what is added cannot be seen.
        expect(
            shown
                .trimEnd()
                .replace(/\u200b/g, "")
                .replaceAll("&amp;", "&"),
        ).toBe(text.trimEnd().replaceAll(/[\u0000\u200f\u202e\u2066]/g, "\ufffd"));
    });

    it.each(harmless)("leaves %j as it is", async (text) => {
        artifact("12", text);
        await run({ pull: ofThisRepository });
        expect(posted[0]?.body.split("\n").slice(4, -1).join("\n")).toBe(text);
    });

    it("cuts what is longer than GitHub takes", async () => {
        artifact("12", "x".repeat(200_000));
        await run();
        expect(posted[0]?.body.length).toBe(65_000);
        expect(posted[0]?.body).toContain("[Run](");
    });
});
