import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { AESM_HEALTHY_RESPONSE, AESM_PROBE_REQUEST, aesmProbeCommand } from "../../components/sgx";
import {
    encodeRequest,
    encodeResponse,
    failing,
    frame,
    hangingUp,
    inPieces,
    saying,
    sayingLast,
    silent,
    trickling,
    type Behaviour,
} from "./aesm";
import { place, run, slack, type Outcome } from "./run";

const here = place();

function probe(timeoutSeconds = 10): Promise<Outcome> {
    return run(aesmProbeCommand({ timeoutSeconds, socketPath: here.socketPath }));
}

const healthyLine = "AESM is healthy\n";
const healthyBytes = Buffer.from(AESM_HEALTHY_RESPONSE);
const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");

test("has the bytes of the message definitions", () => {
    expect(Buffer.from(AESM_PROBE_REQUEST)).toEqual(encodeRequest({ getSupportedAttKeyIDNum: { timeout: 15_000 } }));
    expect(healthyBytes).toEqual(encodeResponse({ getSupportedAttKeyIDNum: { errorCode: 0, att_key_id_num: 1 } }));
});

describe("the AESM probe passes", () => {
    test("with a healthy AESM, after one request", async () => {
        await here.start();
        expect(await probe()).toMatchObject({ code: 0, output: healthyLine });
        expect(here.double.requests).toEqual([{ getSupportedAttKeyIDNum: { timeout: 15_000 } }]);
        expect(here.double.connections).toBe(1);
    });

    test.each([1, 2, 3, 4, 5, 10])("with a healthy answer in pieces of %i bytes", async (size) => {
        await here.start(inPieces(size, 5));
        expect(await probe()).toMatchObject({ code: 0, output: healthyLine });
    });

    test.each([
        ["fields of every kind around the answer", `080111${"00".repeat(8)}1d00000000220161aa010408001001`],
        ["the fields of the answer in another order", "aa010410010800"],
        ["another attestation key count", "aa010408001002"],
        ["a number written longer than needed", "aa01050880808000"],
    ])("with %s", async (_, hex) => {
        await here.start(saying(frame(bytes(hex))));
        expect(await probe()).toMatchObject({ code: 0, output: healthyLine });
    });

    test("again after a restart on the same path", async () => {
        await here.start();
        expect(await probe()).toMatchObject({ code: 0 });
        await here.kill();
        expect(await probe()).toMatchObject({ code: 1 });
        await here.start();
        expect(await probe()).toMatchObject({ code: 0 });
    });

    test("with a 0777 socket under a read-only mount, also as nobody", async ({ skip }) => {
        const { folder } = here;
        const privileged = spawnSync("unshare", ["-m", "mount", "--bind", folder, folder]).status === 0;
        if (!privileged) skip("needs root and mount namespaces");
        await here.start();
        const script =
            'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" || exit 90; ' +
            'touch "$0/x" 2>/dev/null && exit 91; exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"';
        const command = aesmProbeCommand({ timeoutSeconds: 10, socketPath: here.socketPath });
        const inside = ["unshare", "-m", "sh", "-c", script, folder, ...command];
        expect(await run(inside)).toMatchObject({ code: 0, output: healthyLine });
    });

    test("in under 50 ms with a healthy AESM", async () => {
        await here.start();
        let fastest = Infinity;
        // One is enough: what is slower is the machine of the test, not the script.
        for (let round = 0; round < 40 && fastest >= 50; round += 1) {
            fastest = Math.min(fastest, (await probe()).milliseconds);
        }
        expect(fastest).toBeLessThan(50);
    });
});

describe("the AESM probe tells apart", () => {
    test("no socket, a stale one, and a path that leads nowhere", async () => {
        const none = `no socket at ${here.socketPath}: AESM is not running here\n`;
        expect(await probe()).toMatchObject({ code: 1, output: none });
        await here.start();
        await here.kill();
        const stale = `connection refused at ${here.socketPath}: stale socket, AESM is gone\n`;
        expect(await probe()).toMatchObject({ code: 1, output: stale });
        writeFileSync(`${here.folder}/file`, "");
        const nowhere = aesmProbeCommand({ timeoutSeconds: 10, socketPath: `${here.folder}/file/x` });
        expect(await run(nowhere)).toMatchObject({
            code: 1,
            output: expect.stringMatching(/^cannot connect to .*\n$/) as string,
        });
    });

    test.each([
        [30, /^AESM answered error 30 \(SERVICE_UNAVAILABLE\): .*ECDSA.*\n$/],
        [18, /^AESM answered error 18 \(BUSY\)\n$/],
        [42, /^AESM answered error 42 \(ATT_KEY_NOT_INITIALIZED\)\n$/],
        [4242, /^AESM answered error 4242 \(UNKNOWN\)\n$/],
    ])("error %i by its name or number", async (error, line) => {
        await here.start(failing(error));
        const { code, output } = await probe();
        expect(code).toBe(1);
        expect(output).toMatch(line);
    });

    test.each<[string, Behaviour, number]>([
        ["nothing", hangingUp, 0],
        ["half a length", sayingLast(Buffer.of(7, 0)), 2],
        ["half an answer", sayingLast(healthyBytes.subarray(0, 8)), 8],
    ])("an AESM that hangs up after %s", async (_, behaviour, count) => {
        await here.start(behaviour);
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
        ["an answer to another question", encodeResponse({ getSupportedAttKeyIDs: { errorCode: 0 } })],
        ["an empty answer", frame(bytes("aa0100"))],
        ["no error number", frame(bytes("aa01021001"))],
        ["an error number of another kind", frame(bytes("aa01030a0100"))],
        ["a message cut short", frame(bytes("aa010408"))],
        ["a message longer than its frame", frame(bytes("aa017f0800"))],
        ["an unfinished number", frame(bytes("aa0101ff"))],
        ["an endless number", frame(bytes(`aa010c08${"ff".repeat(11)}`))],
        ["group fields beside an answer", frame(bytes("0b0caa010408001001"))],
    ])("%s, at once, as malformed", async (_, answer, reason) => {
        await here.start(saying(answer));
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
        await here.start(behaviour);
        const { code, output, milliseconds } = await probe(1);
        expect({ code, output }).toEqual({ code: 1, output: "AESM is not answering within 1 s\n" });
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
                expect(output).toMatch(/^AESM is not (answering within 1 s|accepting: its queue is full)\n$/);
                expect(milliseconds).toBeLessThan(1000 + slack);
            }
            expect(runs.map(({ output }) => output)).toContain("AESM is not accepting: its queue is full\n");
        } finally {
            child.kill("SIGKILL");
        }
    });
});
