import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { seriesOf, undescribed } from "../support/metrics";
import { Script } from "./script";

/* When the proof on a node runs the judge, and what it leaves behind. The judge is a double: it writes a verdict. */
let folder: string;
const running: Script[] = [];
const file = (name: string) => join(folder, name);

beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "proof-"));
    newSocket();
    judgeSays("out-of-process", 0);
});
afterEach(async () => {
    for (const script of running.splice(0)) await script.end();
    rmSync(folder, { recursive: true, force: true });
});

/** Another file at the socket's place, as when AESM starts. */
function newSocket(): void {
    writeFileSync(file("new"), "");
    renameSync(file("new"), file("aesm.socket"));
}

function judgeSays(mode: string, code: number): void {
    const verdict = `{"verdict":"${code === 0 ? mode : "failed"}","mode":"${mode}","checks":[]}`;
    writeFileSync(
        file("judge"),
        `#!/bin/sh\necho run >>${file("runs")}\nprintf '%s' '${verdict}' >${file("message")}\nexit ${code}\n`,
    );
    chmodSync(file("judge"), 0o755);
}

const script = resolve("images/node-proof/proof.pl");
const judge = () => [file("judge"), "prove", `--termination-message=${file("message")}`];

/** Starts a run, as the kubelet does whenever the one before has ended. */
function start(interval = 3600): Script {
    const args = ["-w", script, "run", String(interval), file("proof.prom"), file("aesm.socket"), ...judge()];
    const started = new Script(spawn("perl", args, { env: {} }));
    running.push(started);
    return started;
}

const runs = () => (existsSync(file("runs")) ? readFileSync(file("runs"), "utf8").split("\n").length - 1 : 0);
const series = () => seriesOf(readFileSync(file("proof.prom"), "utf8"));
const ready = (interval = 3600) => {
    const { status, stdout } = spawnSync("perl", ["-w", script, "ready", String(interval), file("proof.prom")]);
    return `${status}: ${String(stdout).trim().replace(/\d+ s/, "N s")}`;
};
const pause = (milliseconds: number) => new Promise((next) => setTimeout(next, milliseconds));

test("proves at once, and ends as the judge does; time, mode and seconds stay behind", async () => {
    const began = Math.floor(Date.now() / 1000);
    expect(await start().ended()).toBe(0);
    expect(series()).toMatchObject({
        sgx_proof_success: 1,
        'sgx_proof_mode{mode="out-of-process"}': 1,
        sgx_proof_interval_seconds: 3600,
    });
    expect(series().sgx_proof_last_success_timestamp_seconds).toBeGreaterThanOrEqual(began);
    expect(undescribed(readFileSync(file("proof.prom"), "utf8"))).toEqual([]);
    expect(ready()).toBe("0: proven N s ago: out-of-process");
});

describe("after a proof, the next run", () => {
    beforeEach(async () => {
        await start().ended();
    });

    test("waits, and ends at once by SIGTERM", async () => {
        const waiting = start();
        await pause(2500);
        expect(runs()).toBe(1);
        expect(await waiting.end("SIGTERM")).toBe(143);
    });

    test("proves when the interval is over", async () => {
        expect(await start(1).ended()).toBe(0);
        expect(runs()).toBe(2);
    });

    test("proves at once when AESM has another socket", async () => {
        const waiting = start();
        await pause(1500);
        newSocket();
        expect(await waiting.ended()).toBe(0);
        expect(runs()).toBe(2);
    });

    test("does not prove because the socket is gone: it waits for the one that comes", async () => {
        rmSync(file("aesm.socket"));
        const waiting = start();
        await pause(2500);
        expect(runs()).toBe(1);
        newSocket();
        expect(await waiting.ended()).toBe(0);
        expect(runs()).toBe(2);
    });

    test("says what has changed when it fails; the last success stays known", async () => {
        const { sgx_proof_last_success_timestamp_seconds: last } = series();
        judgeSays("in-process", 1);
        newSocket();
        expect(await start().ended()).toBe(1);
        expect(series()).toMatchObject({
            sgx_proof_success: 0,
            'sgx_proof_mode{mode="in-process"}': 1,
            sgx_proof_last_success_timestamp_seconds: last,
        });
        expect(ready()).toBe("1: the last proof failed, N s ago: mode in-process");
    });

    test("counts failures, by which it waits longer, for each AESM anew", async () => {
        const failures = () => Number(readFileSync(file("proof.prom.state"), "utf8").trim().split(" ")[2]);
        judgeSays("in-process", 1);
        for (const counted of [1, 2]) {
            newSocket();
            await start().ended();
            expect(failures(), `at socket ${counted}`).toBe(1);
        }
        const [, of] = readFileSync(file("proof.prom.state"), "utf8").split(" ");
        writeFileSync(file("proof.prom.state"), `0 ${of} 1\n`);
        await start(60).ended();
        expect(failures()).toBe(2);
    });

    test("of a machine that has started again proves at once: its memory is empty", async () => {
        rmSync(file("proof.prom"));
        rmSync(file("proof.prom.state"));
        expect(ready()).toBe("1: no proof yet");
        expect(await start().ended()).toBe(0);
        expect(runs()).toBe(2);
    });
});

test("a proof that is too old is none", async () => {
    await start(1).ended();
    await vi.waitFor(
        () => {
            expect(ready(1)).toBe("1: the last proof is N s old");
        },
        { timeout: 60_000, interval: 500 },
    );
});

test("without AESM there is no first proof, and nothing is said to be proven", async () => {
    rmSync(file("aesm.socket"));
    start();
    await pause(1500);
    expect(runs()).toBe(0);
    expect(ready()).toBe("1: no proof yet");
});

test("a judge that is killed or cannot start has failed", async () => {
    writeFileSync(file("judge"), "#!/bin/sh\nkill -9 $$\n");
    expect(await start().ended()).toBe(137);
    rmSync(file("judge"));
    newSocket();
    expect(await start().ended()).toBe(127);
    expect(series()).toMatchObject({ sgx_proof_success: 0, 'sgx_proof_mode{mode="unknown"}': 1 });
});
