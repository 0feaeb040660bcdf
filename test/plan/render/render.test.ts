import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments, parseDocument } from "yaml";
import { readPlan } from "../../../plan/model/format.js";
import { formatBytes } from "../../../terminal/text.js";
import { checkOutDir, writePlan } from "../../../plan/render/files.js";
import { jsonText } from "../../../plan/render/json.js";
import { codeBlock, escapeMarkdown, inlineCode } from "../../../plan/render/markdown.js";
import { tempDir } from "../../support/temp-dirs.js";
import { named, plan, type Run } from "../cli.js";

describe("names with characters that mean something elsewhere", () => {
    let markdown: Run;
    let tree: Run;
    let json: Run;
    beforeAll(async () => {
        [markdown, tree, json] = (await Promise.all(
            ["markdown", "tree", "json"].map((format) => plan("names", "--format", format)),
        )) as [Run, Run, Run];
    });

    it("cannot end a code block of the Markdown", () => {
        const lines = markdown.stdout.split("\n");
        const fences = lines.filter((line) => /^`{3,}/.test(line));
        expect(fences).toHaveLength(2);
        expect(fences[0]).toBe("```````text");
        expect(fences[1]).toBe("```````");
    });

    it("make no tag, mention, link or table cell in the Markdown", () => {
        const outside = markdown.stdout.replace(/^(`{3,})text\n[\s\S]*?\n\1$/m, "");
        expect(outside).not.toContain("<script>");
        expect(outside).not.toMatch(/@[a-z]/);
        expect(outside).not.toContain("](http");
        const row = outside.split("\n").find((line) => line.startsWith("| `odd-code`")) ?? "";
        expect(row.replace(/\\\|/g, "").split("|")).toHaveLength(4);
    });

    it("put no control characters into text", () => {
        expect(markdown.stdout + tree.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    });

    it("are kept as they are in JSON, and a key $plan cannot fake a typed value", () => {
        const made = readPlan(json.stdout);
        expect(named(made, "map").inputs["data"]).toMatchObject({ $plan: "object", value: { $plan: "literal" } });
        expect(named(made, "special").inputs["data"]).toEqual({
            nested: { $plan: "object", value: { $plan: "unknown" } },
        });
    });
});

describe("escaping", () => {
    it("of Markdown and JSON, and sizes", () => {
        expect(escapeMarkdown("a_b|*c* <d> & @e")).toBe("a\\_b\\|\\*c\\* &lt;d&gt; &amp; @\u200be");
        expect(escapeMarkdown("Fixes #1, octocat/hello#2, GH-3 and !4; # no number")).toBe(
            "Fixes \\#\u200b1, octocat/hello\\#\u200b2, GH\\-\u200b3 and \\!\u200b4; \\# no number",
        );
        expect(escapeMarkdown("&#64;octocat \u202eabc\u2066 http&#58;//x")).toBe(
            "&amp;\\#\u200b64;octocat \ufffdabc\ufffd http&amp;\\#\u200b58;//x",
        );
        expect(codeBlock("\u001b]0;title\u0007\u001b[31mred\u001b[0m\n\u202eabc\r\n")).toBe(
            "```\nred\n\ufffdabc\n\n```",
        );
        expect(jsonText({ a: "\u202e\u009b31m" })).toBe('{\n  "a": "\\u202e\\u009b31m"\n}\n');
        expect(inlineCode("a`b")).toBe("``a`b``");
        expect(inlineCode("`")).toBe("`` ` ``");
        expect(codeBlock("````")).toBe("`````\n````\n`````");
        expect([0, 1, 1024, 10 * 1024 ** 2, 8190 * 1024 ** 2, 8 * 1024 ** 3, 1500, 10e9].map(formatBytes)).toEqual([
            "0",
            "1",
            "1Ki",
            "10Mi",
            "8190Mi",
            "8Gi",
            "1.5Ki",
            "9.3Gi",
        ]);
    });
});

describe("--out", () => {
    const dir = path.join(tempDir(), "new");
    let made: Run;
    beforeAll(async () => {
        made = await plan("full", "--out", dir);
    });

    it("writes one numbered file for every object, in order of application", () => {
        expect(made.code).toBe(0);
        expect(
            readdirSync(path.join(dir, "kubernetes")).map((name) => name.replace(/[0-9a-f]{8}(?=\.yaml)/, "HASH")),
        ).toEqual([
            "01-namespace-team-a.yaml",
            "02-configmap-team-inner-map-HASH.yaml",
            "03-secret-creds.yaml",
            "04-daemonset-daemon.yaml",
            "05-daemonset-elsewhere.yaml",
            "06-deployment-web.yaml",
            "07-job-job-HASH.yaml",
        ]);
        expect(readdirSync(path.join(dir, "azure"))).toEqual([
            "01-resourcegroup-group.json",
            "02-managedcluster-cluster.json",
            "03-agentpool-pool.json",
        ]);
    });

    it("writes YAML that kubectl reads correctly: quoted words, block text, a name, ordered keys", () => {
        const name = readdirSync(path.join(dir, "kubernetes"))[1] ?? "";
        const text = readFileSync(path.join(dir, "kubernetes", name), "utf8");
        expect(text).toContain("text: |\n");
        expect(text).toContain('flag: "yes"');
        const object = parseDocument(text, { version: "1.1" }).toJS() as { metadata: { name: string }; data: object };
        expect(Object.keys(object)).toEqual(["apiVersion", "kind", "metadata", "data"]);
        expect(name).toBe(`02-configmap-${object.metadata.name}.yaml`);
        expect(object.data).toEqual({ text: 'one\ntwo: "x"\nthree\n', flag: "yes", n: "0644" });
        for (const file of readdirSync(path.join(dir, "kubernetes"))) {
            expect(parseAllDocuments(readFileSync(path.join(dir, "kubernetes", file), "utf8"))).toHaveLength(1);
        }
    });

    it("writes placeholders for unknown and secret values, with a comment, and lists them", () => {
        const secret = readFileSync(path.join(dir, "kubernetes/03-secret-creds.yaml"), "utf8");
        expect(secret).toMatch(/^# UNKNOWN: stringData\n/);
        expect(secret).toContain("stringData: UNKNOWN\n");
        const index = readFileSync(path.join(dir, "index.md"), "utf8");
        expect(index).toContain("| `kubernetes/03-secret-creds.yaml` | `stringData` | UNKNOWN |");
        const azure = JSON.parse(readFileSync(path.join(dir, "azure/03-agentpool-pool.json"), "utf8")) as {
            type: string;
            inputs: object;
        };
        expect(azure).toMatchObject({
            type: "azure-native:containerservice:AgentPool",
            inputs: { vmSize: "Standard_DC4s_v3", resourceName: { $plan: "unknown" } },
        });
    });

    it("replaces its own files and leaves others alone", async () => {
        writeFileSync(path.join(dir, "kubernetes/mine.yaml"), "kept");
        const other = await plan("names", "--out", dir);
        expect(other.code).toBe(0);
        const names = readdirSync(path.join(dir, "kubernetes"));
        expect(names).toHaveLength(3);
        expect(names).toContain("mine.yaml");
        expect(readdirSync(path.join(dir, "azure"))).toEqual([]);
    });

    it("does not follow links: neither to a file, nor to a folder, nor that of the index or the whole", async () => {
        const marker = readFileSync(path.join(dir, "index.md"), "utf8").split("\n")[0] ?? "";
        const listing = `${marker}\n- \`kubernetes/01-namespace-team-a.yaml\` x\n- \`kubernetes/99-x.yaml\` x\n`;
        const victim = tempDir();
        const place = (name: string): string => {
            const folder = path.join(tempDir(), name);
            mkdirSync(path.join(folder, "kubernetes"), { recursive: true });
            writeFileSync(path.join(folder, "index.md"), listing);
            return folder;
        };
        const [file, folder, index, foreign] = [place("file"), place("folder"), place("index"), place("foreign")];
        writeFileSync(path.join(victim, "99-x.yaml"), "kept");
        writeFileSync(path.join(victim, "index.md"), listing);
        symlinkSync(path.join(victim, "99-x.yaml"), path.join(file, "kubernetes/01-namespace-team-a.yaml"));
        rmSync(path.join(folder, "kubernetes"), { recursive: true });
        symlinkSync(victim, path.join(folder, "kubernetes"));
        rmSync(path.join(index, "index.md"));
        symlinkSync(path.join(victim, "index.md"), path.join(index, "index.md"));
        symlinkSync(victim, path.join(victim, "whole"));
        writeFileSync(path.join(foreign, "kubernetes/03-secret-creds.yaml"), "mine");
        const made = readPlan((await plan("full", "--format", "json")).stdout);
        const isLink = "is a symbolic link; remove it";
        expect(() => {
            checkOutDir(file);
        }).toThrow(`kubernetes/01-namespace-team-a.yaml in it ${isLink}`);
        expect(() => {
            checkOutDir(folder);
        }).toThrow(`kubernetes in it ${isLink}`);
        expect(() => {
            checkOutDir(index);
        }).toThrow(`index.md in it ${isLink}`);
        expect(() => {
            checkOutDir(path.join(victim, "whole"));
        }).toThrow("this is a symbolic link; give the folder itself");
        expect(() => {
            writePlan(made, foreign);
        }).toThrow("kubernetes/03-secret-creds.yaml in it was not made by");
        expect(readFileSync(path.join(foreign, "kubernetes/03-secret-creds.yaml"), "utf8")).toBe("mine");
        for (const out of [file, folder, index, path.join(victim, "whole")])
            expect(() => {
                writePlan(made, out);
            }).toThrow("symbolic link");
        expect(readdirSync(victim).sort()).toEqual(["99-x.yaml", "index.md", "whole"]);
        expect(readFileSync(path.join(victim, "99-x.yaml"), "utf8")).toBe("kept");
        expect(readFileSync(path.join(victim, "index.md"), "utf8")).toBe(listing);
    });

    it("refuses a folder with other content, and a file", async () => {
        const foreign = tempDir();
        writeFileSync(path.join(foreign, "index.md"), "# mine\n");
        const folder = await plan("full", "--out", foreign);
        expect(folder).toMatchObject({ code: 2, stdout: "" });
        expect(folder.stderr).toContain("the folder is not empty");
        expect(existsSync(path.join(foreign, "kubernetes"))).toBe(false);
        const file = await plan("full", "--out", path.join(foreign, "index.md"));
        expect(file).toMatchObject({ code: 2, stdout: "" });
        mkdirSync(path.join(foreign, "empty"));
        expect((await plan("esm", "--out", path.join(foreign, "empty"))).code).toBe(0);
    });
});
