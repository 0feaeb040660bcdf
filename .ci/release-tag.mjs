/*
 * `npm run release:tag`: makes the tag vVERSION, from which git installs the package. Its commit holds what `npm pack`
 * would publish: compiled, and with a package.json that has no scripts and no devDependencies, so that nothing is
 * downloaded for a build, and nothing built, where it is installed. Its parent is the commit that it was made from.
 * Pushes nothing.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack, root } from "../test/package/pack.mjs";

function git(args, env = {}) {
    const options = { cwd: root, env: { ...process.env, ...env }, encoding: "utf8" };
    return execFileSync("git", args, options).trim();
}

/** Makes the commit, and gives it; neither the working tree nor git's index change. */
function commitOf(archive, manifest, source, work) {
    const files = join(work, "files");
    mkdirSync(files);
    execFileSync("tar", ["-xzf", archive, "--strip-components=1", "-C", files]);
    const { scripts, devDependencies, allowScripts, ...published } = manifest;
    writeFileSync(join(files, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
    const index = { GIT_INDEX_FILE: join(work, "index") };
    git([`--work-tree=${files}`, "add", "--all", "--force", "--", files], index);
    const message = `confidential-aks ${manifest.version}, compiled from ${source}`;
    return git(["commit-tree", git(["write-tree"], index), "-p", source, "-m", message]);
}

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const tag = `v${manifest.version}`;
const obstacle =
    git(["status", "--porcelain"]) !== ""
        ? "there are changes that are not committed, and the tag has to say which commit it was made from"
        : git(["tag", "--list", tag]) !== ""
          ? `there is a tag ${tag} already: raise the version in package.json`
          : undefined;
if (obstacle === undefined) {
    const work = mkdtempSync(join(tmpdir(), "confidential-aks-release-"));
    try {
        // What was compiled from files that are gone is not published.
        rmSync(join(root, "dist"), { recursive: true, force: true });
        const commit = commitOf(pack(work).archive, manifest, git(["rev-parse", "HEAD"]), work);
        git(["tag", "--annotate", tag, "-m", `confidential-aks ${manifest.version}`, commit]);
        console.log(`${tag} is ${commit}. To publish it: git push origin ${tag}`);
    } finally {
        rmSync(work, { recursive: true, force: true });
    }
} else {
    console.error(`error: ${obstacle}`);
    process.exitCode = 1;
}
