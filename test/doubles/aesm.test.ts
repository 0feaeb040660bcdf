import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import type { Socket } from "node:net";
import { beforeEach, describe, expect, test } from "vitest";
import { Aesm } from "./aesm";
import { ask, Client, connected, request } from "./protocol";
import { recorded } from "./recordings";
import { place } from "./run";

/*
 * What AESM was seen to do beyond single messages (test/fixtures/aesm-real/README.md): its double freezes, dies and
 * refuses alike.
 */
const here = place();
const probe = recorded("healthy", "probe", "request");
const healthy = recorded("healthy", "probe");
let aesm: Aesm;
beforeEach(async () => {
    aesm = await here.aesm();
});

/** A client that sends bytes and stays. */
async function holds(bytes: Uint8Array): Promise<Socket> {
    const socket = (await connected(here.socketPath)).on("error", () => undefined);
    if (bytes.length > 0) await new Promise((done) => socket.write(bytes, done));
    return socket;
}

/** Whether a question is answered within a time. */
async function answersWithin(milliseconds: number, bytes: Uint8Array = probe): Promise<boolean> {
    const answer = ask(here.socketPath, bytes).catch(() => Buffer.alloc(0));
    const late = new Promise<Buffer>((done) => setTimeout(done, milliseconds, Buffer.alloc(0)));
    return (await Promise.race([answer, late])).length > 0;
}

test("a client from the published protocol gets key identities and a quote of the right size", async () => {
    const { keyIds, targetInfo, publicKeyId, quote } = await new Client(here.socketPath).quote();
    expect([keyIds, targetInfo, publicKeyId, quote].map(({ length }) => length)).toEqual([256, 512, 32, 4600]);
});

test("its socket is open to everybody", () => {
    expect(statSync(here.socketPath).mode & 0o7777).toBe(0o777);
});

test("a client that says nothing does no harm", async () => {
    const idle = await holds(Buffer.alloc(0));
    expect(await ask(here.socketPath, probe)).toEqual(healthy);
    idle.destroy();
});

test.each([1, 2, 3, 5, 9])(
    "a client that sends %i bytes and stays freezes it for everybody, SIGTERM included",
    async (count) => {
        const half = await holds(probe.subarray(0, count));
        // It is in the middle of a system call, read(2): number 0 on amd64.
        await expect
            .poll(() => readFileSync(`/proc/${String(aesm.process.pid)}/syscall`, "utf8"), { timeout: 30_000 })
            .toMatch(/^0 /);
        expect(await answersWithin(500, request("getSupportedAttKeyIDs", { buf_size: 256 }))).toBe(false);
        aesm.process.kill("SIGTERM");
        await new Promise((next) => setTimeout(next, 300));
        expect(aesm.process.exitCode).toBeNull();
        half.destroy();
        expect(await aesm.ended()).toBe(0);
        expect(aesm.log).toContain("Malformed request received (May be forged for attack)");
    },
);

test("a length of 1 GiB has it killed, and its socket stays", async () => {
    await holds(Buffer.from("00000040", "hex"));
    expect(await aesm.ended()).toBe("SIGKILL");
    await expect(ask(here.socketPath, probe)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("room for a quote of 1 GiB has it killed as well", async () => {
    const key = recorded("healthy", "getSupportedAttKeyIDs buf 256").subarray(13);
    void holds(request("getQuoteEx", { report: Buffer.alloc(432), att_key_id: key, buf_size: 2 ** 30 }));
    expect(await aesm.ended()).toBe("SIGKILL");
});

test("about 250 connections make it abort", async () => {
    for (let count = 0; count < 249; count += 1) await holds(Buffer.alloc(0));
    expect(await ask(here.socketPath, probe)).toEqual(healthy);
    for (let count = 0; count < 10 && aesm.process.signalCode === null; count += 1) {
        await holds(Buffer.alloc(0)).catch(() => undefined);
    }
    expect(await aesm.ended()).toBe("SIGABRT");
    expect(aesm.log).toContain("FD_SETSIZE");
});

test("its queue takes some 32 connections that it has not accepted, and refuses more", async () => {
    aesm.process.kill("SIGSTOP");
    const script =
        'for (1..200) { socket my $s, PF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0; push @s, $s; connect $s, pack_sockaddr_un($ARGV[0]) or $!{EAGAIN} && $again++ } print "$again\\n"';
    const args = ["-MSocket=:DEFAULT,SOCK_NONBLOCK", "-MErrno", "-e", script, here.socketPath];
    const refused = await new Promise<string>((done) =>
        execFile("perl", args, (_, stdout) => {
            done(stdout);
        }),
    );
    expect(Number(refused)).toBeGreaterThan(160);
    aesm.process.kill("SIGCONT");
});

describe("in a quote that does not end", () => {
    beforeEach(() => aesm.hangs());

    test("it answers nothing but the question for key identities", async () => {
        expect(await ask(here.socketPath, request("getSupportedAttKeyIDs", { buf_size: 256 }))).toHaveLength(269);
        expect(await answersWithin(500)).toBe(false);
    });

    test("it does not end on SIGTERM until the quote is done", async () => {
        aesm.process.kill("SIGTERM");
        await new Promise((next) => setTimeout(next, 500));
        expect(aesm.process.exitCode).toBeNull();
        aesm.process.kill("SIGUSR2");
        expect(await aesm.ended()).toBe(0);
        expect(existsSync(here.socketPath)).toBe(false);
    });
});

test("with too much to do it takes seconds for what waits its turn, and none for key identities, until that is over", async () => {
    aesm.process.kill("SIGURG");
    await ask(here.socketPath, request("getSupportedAttKeyIDs", { buf_size: 256 }));
    const asked = Date.now();
    expect(await ask(here.socketPath, probe)).toEqual(healthy);
    // It counts whole seconds, from 3 to 4.
    expect(Date.now() - asked).toBeGreaterThan(2900);
    aesm.process.kill("SIGUSR2");
    const after = Date.now();
    for (let times = 0; times < 5; times++) expect(await ask(here.socketPath, probe)).toEqual(healthy);
    // Otherwise it would take 15 s.
    expect(Date.now() - after).toBeLessThan(10_000);
});

test("ended by SIGTERM it takes its socket along; ended by SIGKILL it leaves it, and the next one takes its place", async () => {
    await aesm.end("SIGKILL");
    expect(existsSync(here.socketPath)).toBe(true);
    const next = await here.aesm();
    expect(await ask(here.socketPath, probe)).toEqual(healthy);
    expect(await next.end("SIGTERM")).toBe(0);
    expect(existsSync(here.socketPath)).toBe(false);
});

test("SIGTERM during start-up is swallowed", async () => {
    const slow = Aesm.launch(`${here.folder}/slow.socket`, { loadingSeconds: 2 });
    await slow.says("loading");
    slow.process.kill("SIGTERM");
    await slow.says("The server sock is");
    expect(await slow.end("SIGTERM")).toBe(0);
});

test("it does not start without a device, and says what AESM says", async () => {
    const none = Aesm.launch(`${here.folder}/none.socket`, { devices: "/dev/null:/dev/no-such-device" });
    expect(await none.ended()).toBe(1);
    expect(none.log).toContain("Fail to start service.\naesm_service: error: Fail to start service.\n");
});

test("a directory that it cannot write ends it with exit code 0, and only a line says so", async () => {
    mkdirSync(`${here.folder}/taken.socket`);
    const refused = Aesm.launch(`${here.folder}/taken.socket`);
    expect(await refused.ended()).toBe(0);
    expect(refused.log).toContain("Failed to create socket\n");
});
