import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { tempDir } from "../../support/temp-dirs.js";
import { repo } from "../cli.js";

const pids: number[] = [];

afterEach(() => {
    for (const pid of pids.splice(0)) if (isRunning(pid)) process.kill(pid, "SIGKILL");
});

function isRunning(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}

/** JavaScript of a process that ends by no signal but SIGKILL, and says when it is ready. */
function survivor(pidFile: string): string {
    return `for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
setInterval(() => undefined, 1000);
require("fs").writeFileSync(${JSON.stringify(`${pidFile}.part`)}, String(process.pid));
require("fs").renameSync(${JSON.stringify(`${pidFile}.part`)}, ${JSON.stringify(pidFile)});
`;
}

/** Starts Node, and waits until the survivor that it starts is ready. */
async function start(pidFile: string, ...args: string[]): Promise<{ parent: ChildProcess; pid: number }> {
    const parent = spawn(process.execPath, args, { stdio: "ignore" });
    if (parent.pid !== undefined) pids.push(parent.pid);
    await expect.poll(() => existsSync(pidFile), { timeout: 120_000 }).toBe(true);
    const pid = Number(readFileSync(pidFile, "utf8"));
    pids.push(pid);
    return { parent, pid };
}

describe("a program that survives signals", () => {
    it.each(["SIGINT", "SIGTERM"] as const)("%s: is gone when the command has ended by it", async (signal) => {
        const folder = tempDir();
        const pidFile = path.join(folder, "pid");
        writeFileSync(path.join(folder, "Pulumi.yaml"), "name: survivor\nruntime: nodejs\n");
        writeFileSync(path.join(folder, "package.json"), '{ "name": "survivor", "private": true }');
        writeFileSync(path.join(folder, "index.js"), survivor(pidFile));
        symlinkSync(path.join(repo, "node_modules"), path.join(folder, "node_modules"));
        const cli = path.join(repo, "dist/cli/index.js");
        const { parent, pid } = await start(pidFile, cli, "plan", "--program", folder);
        const ended = once(parent, "exit");
        parent.kill(signal);
        expect(await ended).toEqual([null, signal]);
        expect(isRunning(pid)).toBe(false);
    });

    it("a second signal does not wait for the end of the grace period", async () => {
        const pidFile = path.join(tempDir(), "pid");
        const module = JSON.stringify(path.join(repo, "dist/plan/record/child-signals.js"));
        // A day, so that only the second signal can end it while the test runs.
        const source = `const child = require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(survivor(pidFile))}]);
require(${module}).passSignals(child, 86_400_000);`;
        const { parent, pid } = await start(pidFile, "-e", source);
        const ended = once(parent, "exit");
        parent.kill("SIGTERM");
        parent.kill("SIGINT");
        expect((await ended)[0]).toBeNull();
        expect(isRunning(pid)).toBe(false);
    });

    it("several of them are gone, too", async () => {
        const [one, two] = [path.join(tempDir(), "pid"), path.join(tempDir(), "pid")];
        const module = JSON.stringify(path.join(repo, "dist/plan/record/child-signals.js"));
        const source = `for (const source of ${JSON.stringify([survivor(one), survivor(two)])})
    require(${module}).passSignals(require("child_process").spawn(process.execPath, ["-e", source]), 100);`;
        const { parent, pid } = await start(one, "-e", source);
        await expect.poll(() => existsSync(two), { timeout: 120_000 }).toBe(true);
        pids.push(Number(readFileSync(two, "utf8")));
        const ended = once(parent, "exit");
        parent.kill("SIGTERM");
        expect(await ended).toEqual([null, "SIGTERM"]);
        expect(isRunning(pid)).toBe(false);
        expect(isRunning(Number(readFileSync(two, "utf8")))).toBe(false);
    });
});
