import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkOut, findCommit, headCommit, openRepository } from "../../../../plan/diff/revision/git.js";
import { tempDir } from "../../../support/temp-dirs.js";

const IDENTITY = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "core.hooksPath=/dev/null"];
const HOOKS = ["post-index-change", "post-checkout", "reference-transaction", "fsmonitor-watchman", "pre-auto-gc"];

describe("git, on a repository with hooks and settings of its own", () => {
    let dir: string;
    let ran: string;

    function git(...args: string[]): void {
        execFileSync("git", [...IDENTITY, "-c", "core.fsmonitor=false", ...args], { cwd: dir });
    }

    function script(file: string, text: string): void {
        writeFileSync(file, `#!/bin/sh\n${text}\n`);
        chmodSync(file, 0o755);
    }

    /** All files below a folder, with a hash of each. */
    function contents(folder: string): string[] {
        return readdirSync(folder, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => path.join(entry.parentPath, entry.name))
            .map((file) => `${file} ${createHash("sha256").update(readFileSync(file)).digest("hex")}`)
            .sort();
    }

    beforeEach(() => {
        dir = realpathSync(tempDir());
        ran = path.join(tempDir(), "ran");
        git("init", "-q");
        mkdirSync(path.join(dir, "folder"));
        writeFileSync(path.join(dir, "folder/file.txt"), "first\n");
        writeFileSync(path.join(dir, "sealed.txt"), "text\n");
        writeFileSync(path.join(dir, ".gitattributes"), "sealed.txt filter=seal\n");
        git("-c", "filter.seal.clean=tr a-z n-za-m", "add", ".");
        git("commit", "-qm", "first");
        for (const name of HOOKS) script(path.join(dir, ".git/hooks", name), `echo ${name} >> ${ran}`);
        script(path.join(dir, ".git/monitor"), `echo monitor >> ${ran}`);
        git("config", "core.fsmonitor", path.join(dir, ".git/monitor"));
        git("config", "core.hooksPath", path.join(dir, ".git/hooks"));
        git("config", "core.splitIndex", "true");
        git("config", "core.sparseCheckout", "true");
        git("config", "filter.seal.smudge", "tr a-z n-za-m");
        writeFileSync(path.join(dir, ".git/info/sparse-checkout"), "/nothing\n");
    });
    afterEach(() => {
        vi.unstubAllEnvs();
    });

    it("runs none of them, leaves every file of it as it is, and checks out all files as its filters make them", async () => {
        const before = contents(dir);
        const repository = await openRepository(dir);
        const commit = await findCommit(repository, "HEAD", false);
        expect(await headCommit(repository)).toBe(commit);
        expect(await findCommit(repository, "HEAD", true)).toBe(commit);
        const scratch = tempDir();
        await checkOut(repository, commit, path.join(scratch, "tree"), path.join(scratch, "index"));
        expect(readFileSync(path.join(scratch, "tree/folder/file.txt"), "utf8")).toBe("first\n");
        expect(readFileSync(path.join(scratch, "tree/sealed.txt"), "utf8")).toBe("text\n");
        expect(existsSync(ran) ? readFileSync(ran, "utf8") : "").toBe("");
        expect(contents(dir)).toEqual(before);
    });

    it("is about the folder it was given, whatever variables of another repository say", async () => {
        const other = realpathSync(tempDir());
        execFileSync("git", ["init", "-q", other]);
        vi.stubEnv("GIT_DIR", path.join(other, ".git"));
        vi.stubEnv("GIT_WORK_TREE", other);
        vi.stubEnv("GIT_OBJECT_DIRECTORY", path.join(other, ".git/objects"));
        vi.stubEnv("GIT_INDEX_FILE", path.join(other, "index"));
        vi.stubEnv("GIT_NAMESPACE", "elsewhere");
        vi.stubEnv("GIT_EXTERNAL_DIFF", path.join(dir, ".git/monitor"));
        vi.stubEnv("GIT_CONFIG_COUNT", "1");
        vi.stubEnv("GIT_CONFIG_KEY_0", "core.fsmonitor");
        vi.stubEnv("GIT_CONFIG_VALUE_0", path.join(dir, ".git/monitor"));
        const repository = await openRepository(path.join(dir, "folder"));
        expect(repository).toEqual({ top: dir, inside: "folder" });
        const scratch = tempDir();
        const commit = await findCommit(repository, "HEAD", false);
        await checkOut(repository, commit, path.join(scratch, "tree"), path.join(scratch, "index"));
        expect(existsSync(path.join(scratch, "tree/folder/file.txt"))).toBe(true);
        expect(existsSync(ran)).toBe(false);
    });
});
