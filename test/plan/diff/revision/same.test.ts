import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { tempDir } from "../../../support/temp-dirs.js";
import { run } from "../../cli.js";
import { repositoryOf, type TestRepository } from "./repository.js";

/**
 * What a comparison of a revision with itself says, without the commit, which differs from one test repository to the
 * next.
 */
function bytes({ stdout, markdown, diff }: Awaited<ReturnType<TestRepository["diff"]>>): string[] {
    return [stdout, markdown, JSON.stringify(diff)].map((text) =>
        text.replace(/\b[0-9a-f]{8}([0-9a-f]{32})?\b/g, "COMMIT"),
    );
}

describe("a revision compared with itself", () => {
    it("differs in nothing: the same bytes each time, wherever it lies, and with whatever place for temporary files", async () => {
        const first = repositoryOf("revisions");
        const one = await first.diff("--base", "base");
        expect(one.stdout.split("\n").slice(2)).toEqual(["", "No changes in dev, prod.", ""]);
        expect(one.diff.stacks.map(({ counts }) => counts)).toEqual(
            [10, 10].map((same) => ({ create: 0, update: 0, replace: 0, delete: 0, move: 0, same })),
        );
        expect(one.markdown).toMatch(/\n\nNo changes in `dev`, `prod`\.\n$/);
        const again = await first.diff("--base", "base");
        expect([again.stdout, again.markdown, again.diff]).toEqual([one.stdout, one.markdown, one.diff]);
        const elsewhere = repositoryOf("revisions", makeFolder("a place with spaces"));
        vi.stubEnv("TMPDIR", makeFolder("other temporary files"));
        vi.stubEnv("TZ", "Pacific/Auckland");
        vi.stubEnv("LANG", "tr_TR.UTF-8");
        expect(bytes(await elsewhere.diff("--base", "base"))).toEqual(bytes(one));
        vi.unstubAllEnvs();
    });

    it("statements in another order ask for the same", async () => {
        const repository = repositoryOf("revisions");
        const file = path.join(repository.dir, "index.ts");
        const source = readFileSync(file, "utf8");
        const from = source.indexOf('new DaemonSet("aesm"');
        const to = source.indexOf("const token =");
        const statements = source.slice(from, to).split(/^(?=new |const app )/m);
        // A constant stays in front of what reads it.
        const [app, job] = ["const app ", "new Job("].map((start) =>
            statements.findIndex((text) => text.startsWith(start)),
        );
        expect([statements.length, job]).toEqual([6, (app ?? 0) + 1]);
        const blocks = statements.flatMap((text, i) =>
            i === job ? [] : [i === app ? text + (statements[i + 1] ?? "") : text],
        );
        repository.write({ "index.ts": source.slice(0, from) + blocks.reverse().join("") + source.slice(to) });
        expect(repository.git("diff", "--stat")).toContain("index.ts");
        const found = await repository.diff("--base", "base", "--stack", "dev");
        expect(found.stdout).toContain("No changes in dev.");
    });

    it("a program that puts the place of its files into inputs differs in nothing, either", async () => {
        const repository = repositoryOf("revisions");
        repository.edit("index.ts", [
            "export const clusterId",
            "export const here = [__dirname, process.cwd(), new pulumi.asset.FileAsset(`${__dirname}/index.ts`)];\nexport const clusterId",
        ]);
        repository.edit("index.ts", ['message: "no host network"', "message: `see ${__filename}`"]);
        const commit = repository.commit();
        const same = await repository.diff("--base", commit, "--stack", "dev");
        expect(same.stdout).toContain("No changes in dev.");
        // The same folder by another name, as through a link.
        const link = path.join(makeFolder("links"), "program");
        symlinkSync(repository.dir, link);
        const linked = await run("diff", "-C", link, "--base", commit, "--stack", "dev");
        expect(linked.stdout).toContain("No changes in dev.");
    });
});

function makeFolder(name: string): string {
    const folder = path.join(tempDir(), name);
    mkdirSync(folder);
    return folder;
}
