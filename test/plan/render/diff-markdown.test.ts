import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { describe, expect, it } from "vitest";
import { comparePlans } from "../../../plan/diff/compare.js";
import type { StackDiff } from "../../../plan/diff/format.js";
import type { Plan, PlanResource } from "../../../plan/model/format.js";
import { renderDiff } from "../../../plan/render/diff/index.js";
import { COMMENT_LIMIT, COMMENT_MARKER, renderDiffMarkdown } from "../../../plan/render/diff/markdown.js";
import { fc } from "../../support/fast-check";
import { compare, CONFIG_MAP, enclaveJob, enclavePool, planOf, resource, wholeDiff } from "../diff/plans.js";

/** GitHub's own limit of a comment, in characters. */
const GITHUB_LIMIT = 65_536;

interface Node {
    type: string;
    value?: string;
    lang?: string | null;
    children?: Node[];
}

/** The Markdown as GitHub parses it: every node, parents before children. */
function nodes(markdown: string): Node[] {
    const tree = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }) as Node;
    const all: Node[] = [];
    const visit = (node: Node): void => {
        all.push(node);
        node.children?.forEach(visit);
    };
    visit(tree);
    return all;
}

const ALLOWED_HTML =
    /^(<!-- confidential-aks:plan-diff -->|<details><summary>[^<>]*(<code>[^<>]*<\/code>)?[^<>]*<\/summary>|<\/details>)$/;

/** What holds for every comment, whatever is in the plans. */
function checkComment(markdown: string): void {
    expect(markdown.length).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(COMMENT_LIMIT).toBeLessThan(GITHUB_LIMIT);
    expect(markdown.startsWith(`${COMMENT_MARKER}\n`)).toBe(true);
    const all = nodes(markdown);
    const html = all.filter(({ type }) => type === "html").map(({ value }) => value ?? "");
    for (const text of html) expect(text).toMatch(ALLOWED_HTML);
    // Folded parts open and close in turn: none is nested, none stays open.
    const folds = html.filter((text) => text !== COMMENT_MARKER).map((text) => text.startsWith("<details>"));
    expect(folds).toEqual(folds.map((_, index) => index % 2 === 0));
    expect(folds.length % 2).toBe(0);
    expect(
        all.filter(({ type }) =>
            ["link", "image", "linkReference", "imageReference", "definition", "footnoteReference"].includes(type),
        ),
    ).toEqual([]);
    const text = all.filter(({ type }) => type === "text").map(({ value }) => value ?? "");
    // What GitHub finds mentions and references in: text as a reader sees it, that of HTML included, but not code.
    const shown = html.map((value) =>
        value
            .replace(/<code>[^<]*<\/code>/g, "")
            .replace(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code))),
    );
    expect([...text, ...shown].filter((value) => /(^|[^\w\u200b])@\w|#\d|\bGH-\d/i.test(value))).toEqual([]);
    expect(markdown).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    for (const { children, type } of all) {
        if (type !== "table") continue;
        const widths = (children ?? []).map((row) => row.children?.length);
        expect(new Set(widths).size).toBe(1);
    }
}

const many = (count: number, of: (i: number) => PlanResource): PlanResource[] =>
    Array.from({ length: count }, (_, i) => of(i));

describe("the comment", () => {
    it("has a summary, what is replaced with its reasons, and the details folded away", () => {
        const diff = compare(
            [enclavePool(), enclaveJob("app", "64Mi")],
            [enclavePool({ vmSize: "Standard_DC4s_v3" }), enclaveJob("app", "128Mi")],
        );
        const markdown = renderDiffMarkdown(wholeDiff(diff));
        checkComment(markdown);
        const all = nodes(markdown);
        expect(all.filter(({ type }) => type === "table")).toHaveLength(2);
        expect(all.filter(({ type }) => type === "code").map(({ lang }) => lang)).toEqual(["diff"]);
        expect(all.filter(({ type }) => type === "listItem").length).toBeGreaterThanOrEqual(6);
        expect(markdown).toContain("| `dev` | **2** | 0 | 0 | 0 | 0 | 0 |  |");
    });

    it("says it in one line when nothing changes", () => {
        const same = compare([enclavePool()], [enclavePool()]);
        const markdown = renderDiffMarkdown(wholeDiff(same, { ...same, stack: "prod" }));
        checkComment(markdown);
        expect(markdown).toContain("\nNo changes in `dev`, `prod`.\n");
        expect(markdown).not.toContain("####");
    });

    it("of a thousand resources it stays below GitHub's limit, with every replacement visible", () => {
        const body = (i: number, text: string) => ({
            metadata: { name: `map-${i}`, labels: { text, long: "x".repeat(300) } },
        });
        const service = "kubernetes:core/v1:Service";
        const before = [
            ...many(993, (i) => resource(service, `s${i}`, body(i, "old"))),
            ...many(7, (i) => enclaveJob(`job-${i}`, "1Mi")),
        ];
        const after = [
            ...many(993, (i) => resource(service, `s${i}`, body(i, "new"))),
            ...many(7, (i) => enclaveJob(`job-${i}`, "2Mi")),
        ];
        const markdown = renderDiffMarkdown(wholeDiff(compare(before, after)));
        checkComment(markdown);
        expect(markdown).toContain("| `dev` | **7** | 0 | 993 | 0 | 0 | 0 |");
        for (const i of many(7, () => enclavePool()).keys()) {
            expect(markdown).toContain(`- **replaced** Job \`job-${i}\`, forced by`);
            expect(markdown).toContain(`<summary>Job <code>job-${i}</code>`);
        }
        expect(markdown).toMatch(
            /Cut to fit a comment\.\*\* Left out, least important first: \d+ × details of a changed resource\./,
        );
        expect(markdown.length).toBeGreaterThan(COMMENT_LIMIT * 0.95);
    });

    it("of a thousand replacements it tells as many as fit, names the others, and counts all", () => {
        const diff = compare(
            many(1000, (i) => enclaveJob(`job-${i}`, "1Mi")),
            many(1000, (i) => enclaveJob(`job-${i}`, "2Mi")),
        );
        const markdown = renderDiffMarkdown(wholeDiff(diff));
        checkComment(markdown);
        expect(markdown).toContain("**1000**");
        expect(markdown).toMatch(/\d+ × replaced resource/);
        const told = [...markdown.matchAll(/^- \*\*replaced\*\* Job `(job-\d+)`/gm)].map(([, name]) => name);
        const named = /^> - `dev`, also replaced: Job (.*)$/m.exec(markdown)?.[1]?.split(", ") ?? [];
        expect(told.length).toBeGreaterThan(100);
        expect(new Set([...told, ...named.map((name) => name.replaceAll("`", ""))]).size).toBe(1000);
    });

    it("of a thousand replacements with endless names it still tells how many there are", () => {
        const name = (i: number) => `job-${i}-${"n".repeat(200)}`;
        const diff = compare(
            many(1000, (i) => enclaveJob(name(i), "1Mi")),
            many(1000, (i) => enclaveJob(name(i), "2Mi")),
        );
        const markdown = renderDiffMarkdown(wholeDiff(diff));
        checkComment(markdown);
        const told = markdown.match(/^- \*\*replaced\*\* Job/gm)?.length ?? 0;
        const named = /^> - `dev`, also replaced: Job (.*)$/m.exec(markdown)?.[1]?.split(", ").length ?? 0;
        expect(told + named + Number(/^> - and (\d+) more without a name here$/m.exec(markdown)?.[1])).toBe(1000);
    });

    it("tells of every stack, and why one cannot be planned", () => {
        const failed: StackDiff = {
            ...compare([], []),
            stack: "broken",
            status: "failed",
            failures: [{ side: "head", message: "```\nError: <script> @octocat\n```", problems: [] }],
        };
        const removed: StackDiff = { ...compare([], []), stack: "old", status: "removed" };
        const fresh = comparePlans(undefined, planOf([enclavePool()], { stack: "fresh" }));
        const markdown = renderDiffMarkdown(wholeDiff(failed, fresh, removed));
        checkComment(markdown);
        expect(markdown).toContain("the new revision cannot be planned");
        expect(markdown).toContain("until somebody runs `pulumi destroy`");
        expect(markdown).toMatch(/\| `fresh` \| 0 \| 0 \| 0 \| 1 \| 0 \| 0 \| new stack \|/);
        const blocks = nodes(markdown).filter(({ type }) => type === "code");
        expect(blocks.map(({ value }) => value)).toEqual(["```\nError: <script> @octocat\n```"]);
    });

    it("fits with hundreds of stacks and endless messages", () => {
        const stacks = many(500, () => enclavePool()).map((_, i): StackDiff => ({
            ...compare([], []),
            stack: `stack-${i}-${"n".repeat(80)}`,
            status: "failed",
            failures: [{ side: "base", message: "line of an error\n".repeat(10_000), problems: [] }],
        }));
        checkComment(renderDiffMarkdown(wholeDiff(...stacks)));
    });
});

/** Text that would be markup, a mention, a link or the end of what it stands in. */
const nasty = fc.oneof(
    fc.constantFrom(
        "```",
        "````diff",
        "</details>",
        "<details>",
        "|",
        "\\|",
        "`",
        "@octocat",
        "#1",
        "[a](https://x.y)",
        "![](x)",
        "<!-- x -->",
        "\n",
        "\n\n# h",
        "~~~",
        "- x",
        "$a$",
        "&lt;",
        "www.x.org",
        "[^1]",
        "octocat/hello#2",
        "Fixes #1",
        "GH-3",
        "&#64;octocat",
        "\u202e",
        "\u0007",
        "\u200b",
    ),
    fc.string(),
);
const nastyText = fc.array(nasty, { maxLength: 6 }).map((parts) => parts.join(""));

describe("whatever is in a plan", () => {
    it("stays text: no markup, mention or link gets out of it", () => {
        fc.assert(
            fc.property(nastyText, nastyText, nastyText, nastyText, (name, key, before, after) => {
                const made = (text: string) => [
                    resource(CONFIG_MAP, `m${name}`, { metadata: { name: "fixed" }, data: { [`k${key}`]: text } }),
                    resource("azure-native:network:Subnet", `s${name}`, {
                        [`k${key}`]: text,
                        more: { [`k${key}`]: text },
                    }),
                ];
                const diff = comparePlans(
                    planOf(made(before), { outputs: { [`o${key}`]: before } }),
                    planOf(made(after), { outputs: { [`o${key}`]: after }, warnings: [{ code: "c", message: after }] }),
                );
                const created = comparePlans(undefined, planOf(made(after)));
                checkComment(renderDiffMarkdown(wholeDiff(diff, created)));
            }),
            { numRuns: 150 },
        );
    });

    it("in any order of the resources the diff has the same bytes, and of a plan with itself it is empty", () => {
        const before = [
            enclavePool(),
            ...many(6, (i) => enclaveJob(`job-${i}`, "64Mi")),
            ...many(4, (i) => resource(CONFIG_MAP, `map-${i}`, { data: { i } })),
        ];
        const after = [
            enclavePool({ vmSize: "Standard_DC4s_v3" }),
            ...many(6, (i) => enclaveJob(`job-${i + 2}`, i % 2 === 0 ? "64Mi" : "32Mi")),
            ...many(5, (i) => resource(CONFIG_MAP, `map-${i}`, { data: { i: i % 2 } })),
        ];
        const shuffled = (list: PlanResource[]): fc.Arbitrary<Plan> =>
            fc
                .shuffledSubarray(list, { minLength: list.length })
                .map((resources) => planOf(resources, { epc: planOf(list).epc }));
        const bytes = (base: Plan, head: Plan): string[] =>
            (["json", "markdown", "text"] as const).map((format) =>
                renderDiff(wholeDiff(comparePlans(base, head)), format),
            );
        const expected = bytes(planOf(before), planOf(after));
        const empty = bytes(planOf(after), planOf(after));
        expect(empty[2]).toContain("No changes in dev.");
        fc.assert(
            fc.property(shuffled(before), shuffled(after), shuffled(after), (base, head, again) => {
                expect(bytes(base, head)).toEqual(expected);
                expect(bytes(head, again)).toEqual(empty);
            }),
            { numRuns: 50 },
        );
    });
});
