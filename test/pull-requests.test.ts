import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { planOfUpdate, run } from "./plan/cli.js";
import { actionsOf, ownProgram } from "./plan/diff/revision/repository.js";

const file = "docs/pull-requests.md";
let page = readFileSync(file, "utf8");

/** The text between two marks; `npm run renew` puts the real text there first. */
function example(name: string, real: string): string {
    const pattern = new RegExp(`(<!-- example:${name} -->\n)([\\s\\S]*?)(<!-- /example:${name} -->)`);
    if (process.env["RENEW"] !== undefined) {
        page = page.replace(pattern, (_, start: string, __, end: string) => start + real + end);
        writeFileSync(file, page);
    }
    const found = pattern.exec(page);
    if (found === null) throw new Error(`${file} has no example ${name}`);
    return found[2]!;
}

describe("docs/pull-requests.md", () => {
    it("shows a real comment, and the same in a terminal", async () => {
        const repository = ownProgram();
        repository.git("tag", "main-as-it-was");
        repository.edit("stacks/Pulumi.existing.yaml", ["Standard_DC4s_v3", "Standard_DC8s_v3"]);
        repository.edit("stacks/Pulumi.prod.yaml", ["epc: 512Mi", "epc: 1Gi"]);
        const found = await repository.diff("--base", "main-as-it-was");
        expect([actionsOf(found, "existing").length, actionsOf(found, "prod").length]).toEqual([1, 1]);
        // The commit is another one with every change of this repository.
        const shown = (text: string): string =>
            text.replaceAll(/\([0-9a-f]{8}\)/g, "(1f0a2b3c)").replaceAll("main-as-it-was", "main");
        const comment = `${shown(found.markdown)}\n`;
        const terminal = `\`\`\`text\n${shown(found.stdout)}\`\`\`\n`;
        expect(example("comment", comment)).toBe(comment);
        expect(example("terminal", terminal)).toBe(terminal);
    });

    it("names every variable and environment that the workflows use, and no other", () => {
        const folder = ".github/workflows";
        const texts = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), "utf8"));
        const all = (pattern: RegExp): string[] =>
            [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name ?? "")))].sort();
        const setUp = page.slice(page.indexOf("## Setting up the preview"));
        const documented = [...setUp.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
        expect(documented.sort()).toEqual(all(/\bvars\.([A-Z_]+)/g));
        for (const name of all(/^\s*environment: (.*)$/gm)) expect(setUp).toContain(`\`${name}\``);
        for (const name of [...page.matchAll(/`([\w-]+\.yml)`/g)].map(([, name]) => name ?? ""))
            expect(existsSync(path.join(folder, name))).toBe(true);
    });

    it("has a role for every function of a provider that a preview calls", async () => {
        const plans = await Promise.all(["prod", "existing"].map((stack) => planOfUpdate(".", stack)));
        const called = new Set(plans.flatMap(({ invokes }) => invokes.map(({ token }) => token.split(":")[2] ?? "")));
        expect(called.size).toBeGreaterThan(1);
        for (const name of called) expect(page).toMatch(new RegExp(`^\\| .*\`${name}\``, "m"));
    });

    it("names only scripts, options and files that exist", async () => {
        const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
        for (const [, name] of page.matchAll(/npm run ([a-z:]+)/g)) expect(scripts[name ?? ""]).toBeDefined();
        const { stdout: help } = await run("diff", "--help");
        for (const [line] of page.matchAll(/npm run plan:diff.*$/gm))
            for (const [option] of (line.split("-- ")[1] ?? "").matchAll(/--[a-z-]+/g)) expect(help).toContain(option);
        for (const [, link] of page.matchAll(/\]\((?!https?:)([^)#]+)/g))
            expect(existsSync(path.join("docs", link ?? ""))).toBe(true);
    });
});

describe("docs/diff-format.md", () => {
    it("describes every field that a diff can have", () => {
        const source = readFileSync("plan/diff/format.ts", "utf8");
        const fields = [...source.matchAll(/^ {4}(\w+)\??:/gm)].map(([, name]) => name ?? "");
        expect(fields).not.toEqual([]);
        const described = readFileSync("docs/diff-format.md", "utf8");
        expect(fields.filter((name) => !described.includes(`\`${name}\``))).toEqual([]);
    });
});
