import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fc } from "../support/fast-check";
import { Aesm } from "./aesm";
import { Peer, sayingLast, silent } from "./peer";
import { ask, Client, connected, request } from "./protocol";
import { Proxy } from "./proxy";
import { recorded } from "./recordings";

/* The socket proxy of the quote helper in front of AESM's double, which freezes and dies as AESM does. */
const probe = recorded("healthy", "probe", "request");
const healthy = recorded("healthy", "probe");
const keyIds = recorded("healthy", "getSupportedAttKeyIDs buf 256", "request");
let folder: string;
let proxy: Proxy;
let aesm: Aesm;
const open: Socket[] = [];

beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "proxy-"));
    proxy = Proxy.launch(folder);
    aesm = await Aesm.start(proxy.aesmSocket);
    await proxy.serving();
});
afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    await Promise.all([proxy.end(), aesm.end()]);
    expect(proxy.log).not.toMatch(/ at .* line \d+/);
    rmSync(folder, { recursive: true, force: true });
});

/** A client that sends bytes and stays; gives what happens when the other side hangs up. */
async function holds(bytes: Uint8Array): Promise<{ socket: Socket; ended: Promise<unknown> }> {
    const socket = (await connected(proxy.publicSocket)).on("error", () => undefined);
    open.push(socket);
    const ended = new Promise((done) => socket.once("end", done).once("close", done));
    socket.resume();
    if (bytes.length > 0) await new Promise((done) => socket.write(bytes, done));
    return { socket, ended };
}

const aesmIsAlive = (): void => {
    expect([aesm.process.exitCode, aesm.process.signalCode]).toEqual([null, null]);
};

describe("AESM goes on quoting, also for the others, while a client", () => {
    test.each([0, 1, 2, 3, 4, 5, 9])("sends %i bytes of a message and stays; that one is hung up on", async (count) => {
        const { ended } = await holds(probe.subarray(0, count));
        expect((await new Client(proxy.publicSocket).quote()).quote).toHaveLength(4600);
        await ended;
        aesmIsAlive();
    });

    test("announces a message of 1 GiB; that one is hung up on at once", async () => {
        const { ended } = await holds(Buffer.from("00000040", "hex"));
        await ended;
        expect((await new Client(proxy.publicSocket).quote()).quote).toHaveLength(4600);
        aesmIsAlive();
    });

    test("asks for a quote of 1 GiB; that one is hung up on at once", async () => {
        const key = Buffer.alloc(256, 1);
        const { ended } = await holds(
            request("getQuoteEx", { report: Buffer.alloc(432), att_key_id: key, buf_size: 2 ** 30 }),
        );
        await ended;
        expect((await new Client(proxy.publicSocket).quote()).quote).toHaveLength(4600);
        aesmIsAlive();
    });

    test("holds 300 connections that say nothing", async () => {
        await Promise.all(Array.from({ length: 300 }, () => holds(Buffer.alloc(0))));
        expect((await new Client(proxy.publicSocket).quote()).quote).toHaveLength(4600);
        aesmIsAlive();
    });

    test("opens connections without end, and sends half of something on each", async () => {
        const script =
            'while (1) { socket my $s, PF_UNIX, SOCK_STREAM, 0; connect $s, pack_sockaddr_un($ARGV[0]); syswrite $s, "ab"; push @s, $s; shift @s if @s > 900 }';
        const attack = spawn("perl", ["-MSocket", "-e", script, proxy.publicSocket]);
        try {
            for (let count = 0; count < 5; count += 1) {
                expect(await ask(proxy.publicSocket, probe)).toEqual(healthy);
            }
        } finally {
            attack.kill("SIGKILL");
        }
        aesmIsAlive();
        expect(proxy.peakMiB()).toBeLessThan(96);
    });
});

test("200 clients that come at once are all answered", async () => {
    const script =
        'for (1..200) { socket my $s, PF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0; connect $s, pack_sockaddr_un($ARGV[0]) or die "$!"; syswrite $s, pack "H*", $ARGV[1]; push @s, $s } ' +
        "for my $s (@s) { vec(my $r = '', fileno $s, 1) = 1; select $r, undef, undef, 30; sysread $s, my $b, 99; $ok++ if unpack('H*', $b) eq $ARGV[2] } print $ok";
    const args = [proxy.publicSocket, probe.toString("hex"), healthy.toString("hex")];
    const ok = await new Promise((done) =>
        execFile("perl", ["-MSocket=:DEFAULT,SOCK_NONBLOCK", "-e", script, ...args], (_, stdout, stderr) => {
            done(stdout + stderr);
        }),
    );
    expect(ok).toBe("200");
});

test("as many clients as one user may have, each with almost all of the longest message, fit into its memory", async () => {
    const almost = Buffer.concat([Buffer.from("00000100", "hex"), Buffer.alloc(65_535)]);
    await Promise.all(Array.from({ length: 300 }, () => holds(almost)));
    expect(await ask(proxy.publicSocket, probe)).toEqual(healthy);
    expect(proxy.peakMiB()).toBeLessThan(96);
});

describe("when a quote hangs", () => {
    test("key identities are answered through it, and no more than 8 questions stand before AESM", async () => {
        await aesm.hangs();
        for (let count = 0; count < 60; count += 1) await holds(probe);
        expect(await ask(proxy.publicSocket, keyIds)).toHaveLength(269);
        const sockets = readdirSync(`/proc/${String(aesm.process.pid)}/fd`);
        // Three streams, two devices, the socket it listens at, the client that hangs, and some spare ones of Perl's.
        expect(sockets.length).toBeLessThanOrEqual(3 + 2 + 1 + 1 + 8 + 3);
    });

    test("clients that gave up are forgotten, and those that wait are answered when it ends", async () => {
        await aesm.hangs();
        const gone = await Promise.all(Array.from({ length: 250 }, () => holds(probe)));
        for (const { socket } of gone) socket.destroy();
        // Its own ones, and 8 questions that AESM has been asked for clients that are gone.
        await expect.poll(() => proxy.descriptors()).toBeLessThan(30);
        const more = Array.from({ length: 20 }, () => ask(proxy.publicSocket, probe));
        aesm.process.kill("SIGUSR2");
        for (const answer of await Promise.all(more)) expect(answer).toEqual(healthy);
    });
});

describe("the socket is there as long as AESM is:", () => {
    test("AESM is killed, and comes back within seconds: a client that asks meanwhile waits and is answered", async () => {
        await aesm.end("SIGKILL");
        const meanwhile = ask(proxy.publicSocket, probe);
        await new Promise((next) => setTimeout(next, 500));
        aesm = await Aesm.start(proxy.aesmSocket);
        expect(await meanwhile).toEqual(healthy);
    });

    test("AESM stays away: all waiting clients are hung up on together, the socket goes, and comes back with AESM", async () => {
        await aesm.end("SIGTERM");
        const waiting = await Promise.all(Array.from({ length: 50 }, () => holds(probe)));
        await Promise.race(waiting.map(({ ended }) => ended));
        await proxy.serving(false);
        expect(proxy.descriptors()).toBeLessThan(10);
        aesm = await Aesm.start(proxy.aesmSocket);
        await proxy.serving();
        expect(await ask(proxy.publicSocket, probe)).toEqual(healthy);
    });

    test("AESM dies with a question: that client is hung up on, and the question is not asked again", async () => {
        await aesm.hangs();
        const before = await proxy.descriptorsAtRest();
        const { ended } = await holds(probe);
        await expect.poll(() => proxy.descriptors()).toBe(before + 2);
        await aesm.end("SIGKILL");
        await ended;
        aesm = await Aesm.start(proxy.aesmSocket);
        expect(await ask(proxy.publicSocket, probe)).toEqual(healthy);
    });

    test("when it is removed, it comes back", async () => {
        rmSync(proxy.publicSocket);
        await proxy.serving();
        expect(await ask(proxy.publicSocket, probe)).toEqual(healthy);
    });

    test("when another socket takes its place, it does not remove that one when it ends", async () => {
        rmSync(proxy.publicSocket);
        const other = await Peer.start(proxy.publicSocket, silent);
        await proxy.end("SIGTERM");
        expect(existsSync(proxy.publicSocket)).toBe(true);
        await other.stop();
    });
});

describe("the proxy", () => {
    test("killed, leaves a socket of which its successor takes the place", async () => {
        await proxy.end("SIGKILL");
        await expect(ask(proxy.publicSocket, probe)).rejects.toMatchObject({ code: "ECONNREFUSED" });
        const before = statSync(proxy.publicSocket).ino;
        proxy = Proxy.launch(folder);
        await expect.poll(() => statSync(proxy.publicSocket).ino).not.toBe(before);
        expect(await ask(proxy.publicSocket, probe)).toEqual(healthy);
    });

    test("on SIGTERM, takes no more clients, finishes what is under way, and takes its socket along", async () => {
        await aesm.hangs();
        const before = await proxy.descriptorsAtRest();
        const underWay = ask(proxy.publicSocket, probe);
        await expect.poll(() => proxy.descriptors()).toBe(before + 2);
        proxy.process.kill("SIGTERM");
        await proxy.serving(false).catch(() => undefined);
        aesm.process.kill("SIGUSR2");
        expect(await underWay).toEqual(healthy);
        expect(await proxy.ended()).toBe(0);
        expect(readdirSync(join(folder, "aesmd"))).toEqual([]);
    });

    test("on SIGTERM when AESM is gone already, hangs up on waiting clients at once", async () => {
        await aesm.end("SIGKILL");
        const before = await proxy.descriptorsAtRest();
        const { ended } = await holds(probe);
        await expect.poll(() => proxy.descriptors()).toBe(before + 1);
        const began = performance.now();
        expect(await proxy.end("SIGTERM")).toBe(0);
        await ended;
        // Otherwise it would wait for 15 s.
        expect(performance.now() - began).toBeLessThan(10_000);
    });

    test("notes when AESM has finished something that it does one after the other", async () => {
        expect(await ask(proxy.publicSocket, keyIds)).toHaveLength(269);
        expect(existsSync(proxy.answered)).toBe(false);
        expect(await ask(proxy.publicSocket, probe)).toEqual(healthy);
        const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
        const noted = Number(readFileSync(proxy.answered, "utf8"));
        expect(noted).toBeGreaterThan(uptime - 60);
        expect(noted).toBeLessThanOrEqual(uptime);
    });

    test("uses next to no processor while it has no descriptor left for new clients", async () => {
        await aesm.hangs();
        execFileSync("prlimit", ["--pid", String(proxy.process.pid), "--nofile=40:40"]);
        await Promise.all(Array.from({ length: 60 }, () => holds(probe)));
        const before = proxy.cpuSeconds();
        await new Promise((next) => setTimeout(next, 1500));
        expect(proxy.cpuSeconds() - before).toBeLessThan(0.75);
    });

    test("opens its socket to everybody, and leaves nothing else beside it", () => {
        expect(statSync(proxy.publicSocket).mode & 0o7777).toBe(0o777);
        expect(readdirSync(join(folder, "aesmd"))).toEqual(["aesm.socket"]);
    });

    test("beats as long as it runs, whatever AESM does", async () => {
        await aesm.end("SIGKILL");
        utimesSync(proxy.heartbeat, 1, 1);
        await expect.poll(() => statSync(proxy.heartbeat).mtimeMs).toBeGreaterThan(1000);
    });

    test("ends with an error, and says why, where it cannot make its socket", async () => {
        await proxy.end();
        rmSync(proxy.publicSocket);
        mkdirSync(`${proxy.publicSocket}.new`);
        proxy = Proxy.launch(folder);
        await expect.poll(() => proxy.process.exitCode).not.toBeNull();
        expect(proxy.process.exitCode).not.toBe(0);
        expect(proxy.log).toContain("cannot create");
        proxy.log = "";
    });

    test("says what it refused, how often, and whose it was", async () => {
        await (
            await holds(Buffer.from("00000040", "hex"))
        ).ended;
        await proxy.end("SIGTERM");
        expect(proxy.log).toContain(
            `refused 1 times: a message of more than 65536 bytes, user ${String(process.getuid?.())}`,
        );
    });

    test("passes on every answer as it is, also one in pieces and one of no sense", async () => {
        await aesm.end();
        await fc.assert(
            fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 70_000 }), async (bytes) => {
                const peer = await Peer.start(proxy.aesmSocket, sayingLast(bytes));
                try {
                    expect((await ask(proxy.publicSocket, probe)).equals(Buffer.from(bytes))).toBe(true);
                } finally {
                    await peer.stop();
                }
            }),
            { numRuns: 20 },
        );
    });
});
