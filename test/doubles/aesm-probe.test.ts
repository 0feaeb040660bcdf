import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { aesmProbeCommand, type AesmProbeOptions } from "../../components/sgx";
import { AESM_ALIVE_REQUEST, AESM_PROBE_REQUEST } from "../../components/sgx/aesm/aesm";
import { fillQueue } from "./crowd";
import { hangingUp, inPieces, saying, sayingLast, silent, trickling, type Behaviour } from "./peer";
import { frame } from "./protocol";
import { recorded } from "./recordings";
import { place, run, slack, type Outcome } from "./run";

const here = place();

function probe(timeoutSeconds = 10, more: Partial<AesmProbeOptions> = {}): Promise<Outcome> {
    return run(aesmProbeCommand({ timeoutSeconds, socketPath: here.socketPath, ...more }));
}

const healthyLine = "AESM is healthy\n";
/** What a healthy AESM answers: error 0, one attestation key. */
const AESM_HEALTHY_RESPONSE: readonly number[] = [0x07, 0, 0, 0, 0xaa, 0x01, 0x04, 0x08, 0x00, 0x10, 0x01];
const healthyBytes = Buffer.from(AESM_HEALTHY_RESPONSE);
const keyIds = "getSupportedAttKeyIDs buf 256";
/** Perl that connects to the socket that it is given, as S. */
const connects = "socket S, PF_UNIX, SOCK_STREAM, 0; connect S, pack_sockaddr_un($ARGV[0]) or die;";
const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");

test("asks what was recorded, and takes for healthy what was answered then", () => {
    expect(Buffer.from(AESM_PROBE_REQUEST)).toEqual(recorded("healthy", "probe", "request"));
    expect(healthyBytes).toEqual(recorded("healthy", "probe"));
    // The recorded question for key identities has no timeout; the probe's has one.
    const withTimeout = frame(
        Buffer.concat([bytes("b20106"), recorded("healthy", keyIds, "request").subarray(7), bytes("489875")]),
    );
    expect(Buffer.from(AESM_ALIVE_REQUEST)).toEqual(withTimeout);
});

describe("the AESM probe passes", () => {
    test("with a healthy AESM, after one request", async () => {
        const peer = await here.peer(sayingLast(healthyBytes));
        expect(await probe()).toMatchObject({ code: 0, output: healthyLine });
        expect(peer.messages).toEqual([Buffer.from(AESM_PROBE_REQUEST)]);
        expect(peer.connections).toBe(1);
    });

    test.each([1, 2, 3, 4, 5, 10])("with a healthy answer in pieces of %i bytes", async (size) => {
        await here.peer(inPieces(healthyBytes, size, 5));
        expect(await probe()).toMatchObject({ code: 0, output: healthyLine });
    });

    test.each([
        ["fields of every kind around the answer", `080111${"00".repeat(8)}1d00000000220161aa010408001001`],
        ["the fields of the answer in another order", "aa010410010800"],
        ["two attestation keys", "aa010408001002"],
        ["numbers written longer than needed", "aa0109088080800010818000"],
    ])("with %s", async (_, hex) => {
        await here.peer(saying(frame(bytes(hex))));
        expect(await probe()).toMatchObject({ code: 0, output: healthyLine });
    });

    test("again after a restart on the same path", async () => {
        const before = await here.aesm();
        expect(await probe()).toMatchObject({ code: 0 });
        await before.end("SIGKILL");
        expect(await probe()).toMatchObject({ code: 1 });
        await here.aesm();
        expect(await probe()).toMatchObject({ code: 0 });
    });

    test("with a 0777 socket under a read-only mount, also as nobody", async ({ skip }) => {
        const { folder } = here;
        const privileged = spawnSync("unshare", ["-m", "mount", "--bind", folder, folder]).status === 0;
        if (!privileged) skip("needs root and mount namespaces");
        await here.aesm();
        const script =
            'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" || exit 90; ' +
            'touch "$0/x" 2>/dev/null && exit 91; exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"';
        const command = aesmProbeCommand({ timeoutSeconds: 10, socketPath: here.socketPath });
        const inside = ["unshare", "-m", "sh", "-c", script, folder, ...command];
        expect(await run(inside)).toMatchObject({ code: 0, output: healthyLine });
    });

    test("also when the queue of AESM is full at first", async () => {
        const aesm = await here.aesm();
        aesm.process.kill("SIGSTOP");
        // It does not accept, and its backlog has room for fewer.
        const crowd = await fillQueue(here.socketPath);
        expect(await probe(1)).toMatchObject({ code: 1, output: "AESM is not accepting: its queue is full\n" });
        const patient = probe(60);
        setTimeout(() => aesm.process.kill("SIGCONT"), 300);
        expect(await patient).toMatchObject({ code: 0, output: healthyLine });
        crowd.kill("SIGKILL");
    });
});

describe("the AESM probe tells apart", () => {
    test("no socket, a stale one, and a path that leads nowhere", async () => {
        const none = `no socket at ${here.socketPath}: AESM is not running here\n`;
        expect(await probe()).toMatchObject({ code: 1, output: none });
        const aesm = await here.aesm();
        await aesm.end("SIGKILL");
        const stale = `connection refused at ${here.socketPath}: stale socket, AESM is gone\n`;
        expect(await probe()).toMatchObject({ code: 1, output: stale });
        writeFileSync(`${here.folder}/file`, "");
        const nowhere = aesmProbeCommand({ timeoutSeconds: 10, socketPath: `${here.folder}/file/x` });
        expect(await run(nowhere)).toMatchObject({
            code: 1,
            output: expect.stringMatching(/^cannot connect to .*\n$/) as string,
        });
    });

    test("an AESM whose quoting enclaves are not loaded", async () => {
        const aesm = await here.aesm();
        await aesm.becomes("no-enclave");
        const { code, output } = await probe();
        expect(code).toBe(1);
        expect(output).toMatch(/^AESM answered error 30 \(SERVICE_UNAVAILABLE\): .*quote-ex plugin.*QE3.*\n$/);
    });

    test.each([
        [1, "aa0102080110", "1 (UNEXPECTED_ERROR)"],
        [4242, "", "4242 (UNKNOWN)"],
    ])("error %i by its name or number", async (error, _, text) => {
        const number = error < 128 ? [error] : [(error & 127) | 128, error >> 7];
        await here.peer(saying(frame(Buffer.from([0xaa, 1, 1 + number.length, 8, ...number]))));
        expect(await probe()).toMatchObject({ code: 1, output: `AESM answered error ${text}\n` });
    });

    test.each([
        ["no number of keys", "aa01020800"],
        ["the number 0", "aa010408001000"],
    ])("an AESM without an attestation key: error 0 with %s", async (_, hex) => {
        await here.peer(saying(frame(bytes(hex))));
        expect(await probe()).toMatchObject({ code: 1, output: "AESM runs without an attestation key\n" });
    });

    test.each<[string, Behaviour, number]>([
        ["nothing", hangingUp, 0],
        ["half a length", sayingLast(Buffer.of(7, 0)), 2],
        ["half an answer", sayingLast(healthyBytes.subarray(0, 8)), 8],
    ])("an AESM that hangs up after %s", async (_, behaviour, count) => {
        await here.peer(behaviour);
        const line = `malformed answer: AESM hung up after ${count} bytes\n`;
        expect(await probe(60)).toMatchObject({ code: 1, output: line });
    });

    test.each<[string, Buffer, string?]>([
        ["a length of zero", Buffer.alloc(4), "length 0"],
        ["a length one too long", bytes("01100000"), "length 4097"],
        ["a length over all measure", bytes("0000007f0102"), "length 2130706432"],
        ["a negative length", bytes("ffffffff0102"), "length 4294967295"],
        ["HTTP", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"), "length 1347703880"],
        ["bytes that are no protobuf", frame(Buffer.from("HTTP/1.1 400 Bad Request"))],
        ["an answer to another question", recorded("no-enclave", keyIds)],
        ["an empty answer", frame(bytes("aa0100"))],
        ["no error number", frame(bytes("aa01021001"))],
        ["an error number of another kind", frame(bytes("aa01030a0100"))],
        ["a message cut short", frame(bytes("aa010408"))],
        ["a message longer than its frame", frame(bytes("aa017f0800"))],
        ["an unfinished number", frame(bytes("aa0101ff"))],
        ["an endless number", frame(bytes(`aa010c08${"ff".repeat(11)}`))],
        ["group fields beside an answer", frame(bytes("0b0caa010408001001"))],
    ])("%s, at once, as malformed", async (_, answer, reason) => {
        await here.peer(saying(answer));
        const output = `malformed answer: ${reason ?? answer.toString("hex")}\n`;
        // With a minute to wait: the message of a probe that waited would be another one.
        expect(await probe(60)).toMatchObject({ code: 1, output });
    });
});

describe("the AESM probe never outlives its timeout", () => {
    test.each<[string, Behaviour]>([
        ["silence", silent],
        ["half a length and then silence", saying(Buffer.of(7, 0))],
        ["a length and then silence", saying(Buffer.of(7, 0, 0, 0))],
        ["half an answer and then silence", saying(healthyBytes.subarray(0, 8))],
        ["an answer that trickles in without end", trickling(20)],
    ])("with %s", async (_, behaviour) => {
        await here.peer(behaviour);
        const { code, output, milliseconds } = await probe(1);
        expect({ code, output }).toEqual({
            code: 1,
            output: "AESM is frozen, or starting again: it answers nothing within 1 s\n",
        });
        expect(milliseconds).toBeGreaterThan(900);
        expect(milliseconds).toBeLessThan(1000 + slack);
    });

    test("with a process that does not even accept", async () => {
        const listen =
            "$|=1; use Socket; socket S, PF_UNIX, SOCK_STREAM, 0; bind S, pack_sockaddr_un($ARGV[0]); listen S, 0; print 1; sleep 60";
        const child = spawn("perl", ["-e", listen, here.socketPath], { stdio: ["ignore", "pipe", "ignore"] });
        try {
            await new Promise((resolve) => child.stdout.once("data", resolve));
            const runs = await Promise.all([1, 2, 3].map(() => probe(1)));
            for (const { code, output, milliseconds } of runs) {
                expect(code).toBe(1);
                expect(output).toMatch(
                    /^AESM is (frozen, or starting again: it answers nothing within 1 s|not accepting: its queue is full)\n$/,
                );
                expect(milliseconds).toBeLessThan(1000 + slack);
            }
            expect(runs.map(({ output }) => output)).toContain("AESM is not accepting: its queue is full\n");
        } finally {
            child.kill("SIGKILL");
        }
    });
});

describe("the AESM probe finds dead", () => {
    test.each(["ready", "alive"] as const)("an AESM that a client has frozen: %s", async (question) => {
        await here.aesm();
        const frozen = run(["perl", "-MSocket", "-e", `${connects} syswrite S, "ab"; sleep 20`, here.socketPath]);
        await expect
            .poll(async () => (await probe(1, { question })).output)
            .toBe("AESM is frozen, or starting again: it answers nothing within 1 s\n");
        expect(await probe(1, { question })).toMatchObject({ code: 1 });
        void frozen;
    });

    test("no AESM, and a stale socket, also when it only asks whether AESM is alive", async () => {
        expect(await probe(5, { question: "alive" })).toMatchObject({
            code: 1,
            output: expect.stringContaining("no socket at") as string,
        });
        await (await here.aesm()).end("SIGKILL");
        expect(await probe(5, { question: "alive" })).toMatchObject({
            code: 1,
            output: expect.stringContaining("stale socket") as string,
        });
    });

    test("but alive an AESM without its quoting enclaves: it would not load them by a restart that it has not asked for", async () => {
        await (await here.aesm()).becomes("no-enclave");
        expect(await probe(5, { question: "alive" })).toMatchObject({ code: 0, output: "AESM is alive\n" });
    });
});
