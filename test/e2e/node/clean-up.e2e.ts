import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
    existsSync,
    mkdtempSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    readlinkSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tail } from "../support/daemon";
import { waitFor } from "../support/wait";

/*
 * Nothing of a node stays behind, however the test that started it ends. A small test is run by a Vitest of its own, in
 * a folder for temporary files of its own, and ended in one of three ways once its pod runs.
 */

/** What the test in interrupted/ says that it made. */
interface Made {
    folders: string[];
    namespaces: string[];
    interfaces: string[];
}

const folder = mkdtempSync(join(tmpdir(), "confidential-aks-interrupt-"));
const interfacesBefore = readdirSync("/sys/class/net");
afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
});

describe.each(["end", "SIGINT", "SIGKILL"] as const)("after a test's %s", (way) => {
    const temporary = join(folder, way);
    const report = `${temporary}.json`;
    const log = `${temporary}.log`;
    let vitest: ChildProcess;
    let made: Made;

    beforeAll(async () => {
        mkdirSync(temporary);
        vitest = startTest(temporary, report, log);
        await waitFor("the test to run", () => existsSync(report) || vitest.exitCode !== null, {
            seconds: 150,
            explain: () => tail(log, 60),
        });
        made = JSON.parse(readFileSync(report, "utf8")) as Made;
    });
    afterAll(() => {
        signalGroup(vitest, "SIGKILL");
    });

    test("no process, mount, cgroup, network interface or file is left", async () => {
        // What is looked for is there before.
        expect(made.interfaces).toContain("e2e0");
        const kinds = left(made, temporary).map((text) => text.split(" ")[0]);
        expect(new Set(kinds)).toEqual(new Set(["process", "cgroup", "file"]));
        const ended = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
        if (way === "SIGKILL") vitest.kill("SIGKILL");
        // As a terminal does: every process of the group gets it.
        else if (way === "SIGINT") signalGroup(vitest, "SIGINT");
        else writeFileSync(`${report}.end`, "");
        await waitFor("everything to be gone", () => left(made, temporary, ended).length === 0, {
            seconds: 30,
            explain: () => [...left(made, temporary, ended), tail(log, 30)].join("\n"),
        });
        expect(readdirSync("/sys/class/net")).toEqual(interfacesBefore);
    });
});

function startTest(temporary: string, report: string, log: string): ChildProcess {
    const vitest = resolve("node_modules/vitest/vitest.mjs");
    const config = "test/e2e/node/interrupted/vitest.config.ts";
    const command = `exec '${process.execPath}' '${vitest}' run --config ${config} > '${log}' 2>&1`;
    const env = { ...process.env, TMPDIR: temporary, REPORT: report };
    return spawn("/bin/sh", ["-c", command], { env, detached: true, stdio: "ignore" });
}

/** Its own group, which it leads; the group may be empty. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
    if (pid === undefined) return;
    try {
        process.kill(-pid, signal);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
}

/** Everything of what a test made that is still there; `ended`: the second of uptime at which it was told to end. */
function left({ folders, namespaces }: Made, temporary: string, ended = Infinity): string[] {
    const names = folders.map((path) => basename(path));
    const processes = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
    const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
    const cgroups = execFileSync("find", ["/sys/fs/cgroup", "-maxdepth", "3", "-type", "d"], { encoding: "utf8" });
    const named = (text: string) => names.some((name) => text.includes(name));
    return [
        ...processes
            .filter((pid) => belongs(pid, named, namespaces, ended))
            .map((pid) => `process ${pid} ${commandOf(pid)}`),
        ...mounts.filter(named).map((mount) => `mount ${mount}`),
        ...cgroups
            .split("\n")
            .filter(named)
            .map((path) => `cgroup ${path}`),
        // Vitest has files of its own there.
        ...readdirSync(temporary)
            .filter(isOurs)
            .map((file) => `file ${file}`),
    ];
}

function isOurs(file: string): boolean {
    return file.startsWith("confidential-aks-");
}

/**
 * Whether a process has been started for the test, or is in one of its namespaces. The kernel gives the number of a
 * namespace that is gone to the next one, of another test: so one that has started since does not count by its number.
 */
function belongs(pid: string, named: (text: string) => boolean, namespaces: readonly string[], ended: number): boolean {
    if (named(commandOf(pid))) return true;
    try {
        const own = ["net", "pid", "mnt"].map((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`));
        return own.some((one) => namespaces.includes(one)) && startedAt(pid) <= ended;
    } catch {
        // Ended in between.
        return false;
    }
}

/** Seconds of uptime at which a process started; throws when it has ended. */
function startedAt(pid: string): number {
    const afterName = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1) ?? "";
    // Field 22 of proc_pid_stat(5), in hundredths of a second.
    return Number(afterName.split(" ")[19]) / 100;
}

function commandOf(pid: string): string {
    try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").slice(0, 300);
    } catch {
        return "";
    }
}
