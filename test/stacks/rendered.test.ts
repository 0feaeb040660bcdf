import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stacks } from "../support/stacks";

/*
 * What a user gets: the built command, run on the real program for each stack. Snapshots are reviewed: a change of them
 * is a change of what is deployed. Renew with `npm run renew`.
 */
const work = mkdtempSync(join(tmpdir(), "confidential-aks-rendered-"));
afterAll(() => {
    rmSync(work, { recursive: true, force: true });
});

function plan(...args: string[]) {
    return spawnSync(process.execPath, [resolve("dist/cli/index.js"), "plan", ...args], {
        encoding: "utf8",
        timeout: 60_000,
    });
}

describe.each(stacks)("stack %s", (stack) => {
    const folder = join(work, stack);
    let made: ReturnType<typeof plan>;
    beforeAll(() => {
        made = plan("--stack", stack, "--out", folder);
    });

    test("renders the reviewed tree", async () => {
        expect({ status: made.status, stderr: made.stderr }).toEqual({ status: 0, stderr: "" });
        await expect(made.stdout).toMatchFileSnapshot(`../snapshots/${stack}/plan.txt`);
    });

    test("renders the reviewed manifests and bodies", async () => {
        const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
            /\.(yaml|json)$/.test(name),
        );
        await expect(files.sort().join("\n")).toMatchFileSnapshot(`../snapshots/${stack}/files.txt`);
        // Nothing is left of what an earlier version rendered.
        const folderOfSnapshots = `test/snapshots/${stack}`;
        const reviewed = existsSync(folderOfSnapshots)
            ? readdirSync(folderOfSnapshots, { recursive: true, encoding: "utf8" })
            : [];
        expect(reviewed.filter((name) => /\.(yaml|json)$/.test(name) && !files.includes(name))).toEqual([]);
        for (const name of files) {
            await expect(readFileSync(join(folder, name), "utf8")).toMatchFileSnapshot(`../snapshots/${stack}/${name}`);
        }
    });
});
