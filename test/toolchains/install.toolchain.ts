import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { folderWithDependencies, git, npmScript, runNode, skipped, write } from "./fresh.js";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const executable = "pulumi-resource-confidential-aks";

/** A repository on disk with a tag that `npm run release:tag` made of this working tree's sources. */
async function publishedRepository(): Promise<string> {
    const [source, bare] = ["source", "published.git"].map((name) => path.join(inject("work"), name)) as [
        string,
        string,
    ];
    mkdirSync(source);
    const left = ["node_modules", "dist", ".git", "toolchains"];
    for (const name of readdirSync(".").filter((each) => !left.includes(each)))
        cpSync(name, path.join(source, name), { recursive: true, filter: (file) => !file.includes("node_modules") });
    git(source, "init", "--quiet", "--initial-branch=main");
    git(source, "add", "--all");
    git(source, "commit", "--quiet", "--message=source");
    symlinkSync(path.resolve("node_modules"), path.join(source, "node_modules"));
    write(source, { ".git/info/exclude": "node_modules\n" });
    git(source, "config", "user.name", "test");
    git(source, "config", "user.email", "test@example.org");
    const tagged = await runNode(20, source, ".ci/release-tag.mjs", []);
    expect(tagged).toMatchObject({ code: 0, stderr: "" });
    git(source, "clone", "--quiet", "--bare", source, bare);
    return bare;
}

describe.skipIf(skipped)("the package is installed as docs/your-program.md says, before it is published", () => {
    let bare: string;
    beforeAll(async () => {
        bare = await publishedRepository();
    });

    it.each([
        [10, 20, "the packed file"],
        [11, 26, "the packed file"],
        [10, 20, "a tag of its git repository"],
        [11, 26, "a tag of its git repository"],
    ] as const)("by npm %i on Node %i from %s, and no script is run or asked about", async (npm, node, from) => {
        const folder = folderWithDependencies();
        const tag = `v${version}`;
        const specifier = from === "the packed file" ? inject("archive") : `git+file://${bare}#${tag}`;
        const args = ["install", specifier, "--offline", "--no-audit", "--no-fund", "--loglevel=notice"];
        const cache = path.join(folder, "npm-cache");
        const ran = await runNode(node, folder, npmScript(npm), args, { npm_config_cache: cache, CI: "true" });
        expect(ran).toMatchObject({ code: 0 });
        expect(ran.stdout + ran.stderr).not.toMatch(/confidential-aks@/);
        const help = await runNode(node, folder, "node_modules/.bin/confidential-aks", ["--help"]);
        expect(help).toMatchObject({ code: 0, stderr: "" });
        expect(help.stdout).toContain("plan");
        const load = "const { withAttestation } = require('confidential-aks'); console.log(typeof withAttestation)";
        write(folder, { "load.cjs": load });
        expect(await runNode(node, folder, "load.cjs", [])).toEqual({ code: 0, stdout: "function\n", stderr: "" });
        rmSync(folder, { recursive: true });
    });

    it("has a tag whose package.json names no script, so that npm builds nothing and downloads nothing for it", () => {
        const manifest = JSON.parse(git(bare, "show", "HEAD:package.json")) as { scripts: object; version: string };
        const tagged = JSON.parse(git(bare, "show", `v${manifest.version}:package.json`)) as object;
        expect(Object.keys(manifest.scripts)).toContain("build");
        expect(tagged).not.toHaveProperty("scripts");
        expect(tagged).not.toHaveProperty("devDependencies");
    });

    it("has a tag that Pulumi can install as a plugin: compiled, with PulumiPlugin.yaml and the executable", () => {
        const listed = git(
            bare,
            "ls-tree",
            "-r",
            `v${version}`,
            "--",
            "PulumiPlugin.yaml",
            "dist/provider",
            executable,
        );
        const modes = listed.split("\n").map((line) => [line.split("\t")[1], line.split(" ")[0]]);
        expect(Object.fromEntries(modes)).toMatchObject({
            "PulumiPlugin.yaml": "100644",
            "dist/provider/index.js": "100644",
            "dist/provider/schema.json": "100644",
            [executable]: "100755",
        });
    });
});
