import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { aesmWaitCommand } from "../../components/sgx/aesm/probe";
import type { Aesm } from "./aesm";
import { fillQueue } from "./crowd";
import { hangingUp, inPieces, saying, sayingLast, silent, trickling, type Behaviour } from "./peer";
import { frame } from "./protocol";
import { recorded } from "./recordings";
import { place, run, slack } from "./run";

const here = place();

const wait = (deadlineSeconds: number, probeTimeoutSeconds = 1): string[] =>
    aesmWaitCommand({ deadlineSeconds, intervalSeconds: 1, probeTimeoutSeconds, socketPath: here.socketPath });
const silence = "AESM does not answer within 1 s: it is busy with a quote, frozen, or starting";
const cannotQuote = "AESM answered error 30 (SERVICE_UNAVAILABLE): it runs but cannot quote";
const healthy = recorded("healthy", "probe");

test("the wait for AESM ends when AESM becomes healthy, and shows each state on the way once", async () => {
    let aesm: Promise<Aesm> | undefined;
    const steps: Record<string, (aesm: Aesm) => unknown> = {
        "error 30": async (one) => {
            await one.becomes("healthy");
            await one.hangs();
        },
        "does not answer": (one) => one.process.kill("SIGUSR2"),
    };
    const { code, output } = await run(wait(60), (soFar) => {
        if (soFar.includes("no socket")) {
            aesm ??= here.aesm().then(async (one) => {
                await one.becomes("no-enclave");
                return one;
            });
        }
        for (const [seen, step] of Object.entries(steps)) {
            if (!soFar.includes(seen)) continue;
            void aesm?.then(step);
            steps[seen] = () => undefined;
        }
    });
    expect(code).toBe(0);
    expect(output.trimEnd().split("\n")).toEqual([
        `no socket at ${here.socketPath}: AESM is not running here`,
        cannotQuote,
        silence,
        "AESM is healthy",
    ]);
});

test("it gives up at its deadline with the last state, which it has said once", async () => {
    const none = `no socket at ${here.socketPath}: AESM is not running here`;
    const { code, output, milliseconds } = await run(wait(3));
    expect({ code, output }).toEqual({ code: 1, output: `${none}\ngave up after 3 s: ${none}\n` });
    expect(milliseconds).toBeLessThan(3000 + slack);
});

test("it gives up at its deadline even amid an unanswered question", async () => {
    await here.peer(silent);
    const { code, output, milliseconds } = await run(wait(1, 60));
    expect({ code, output }).toEqual({ code: 1, output: "gave up after 1 s: no answer yet\n" });
    expect(milliseconds).toBeLessThan(1000 + slack);
});

describe("it takes for a healthy AESM", () => {
    test.each<[string, Behaviour]>([
        ["the recorded answer", sayingLast(healthy)],
        ["the recorded answer byte by byte", inPieces(healthy, 1, 20)],
        ["two attestation keys", saying(frame(Buffer.from("aa010408001002", "hex")))],
    ])("%s", async (_, behaviour) => {
        await here.peer(behaviour);
        expect(await run(wait(60, 10))).toMatchObject({ code: 0, output: "AESM is healthy\n" });
    });
});

describe("it ends on SIGTERM, and before that it says what it sees:", () => {
    const says = async (line: string, command = wait(600, 10)) => {
        const { code, output } = await run(command, (_, child) => child.kill("SIGTERM"));
        expect({ code, output }).toEqual({ code: 143, output: `${line}\n` });
    };

    test.each<[string, Behaviour, string, number?]>([
        ["without QE3", saying(recorded("no-enclave", "probe")), cannotQuote],
        ["another error", saying(frame(Buffer.from("aa01020801", "hex"))), "AESM answered error 1"],
        [
            "error 0 without a number",
            saying(frame(Buffer.from("aa01020800", "hex"))),
            "AESM runs without an attestation key",
        ],
        ["no key", saying(frame(Buffer.from("aa010408001000", "hex"))), "AESM runs without an attestation key"],
        ["nothing, and hangs up", hangingUp, "malformed answer: AESM hung up"],
        ["half a length, and hangs up", sayingLast(healthy.subarray(0, 2)), "malformed answer: 0700"],
        ["half an answer, and hangs up", sayingLast(healthy.subarray(0, 8)), "malformed answer: 07000000aa010408"],
        [
            "an answer to another question",
            saying(frame(Buffer.from("b2010408001001", "hex"))),
            "malformed answer: 07000000b2010408001001",
        ],
        [
            "no key, and another field",
            saying(frame(Buffer.from("aa0106080010001801", "hex"))),
            "AESM runs without an attestation key",
        ],
        [
            "a byte too many",
            saying(frame(Buffer.from("aa010308000a", "hex"))),
            "malformed answer: 06000000aa010308000a",
        ],
        [
            "another field in the place of the number",
            saying(frame(Buffer.from("aa010408001801", "hex"))),
            "malformed answer: 07000000aa010408001801",
        ],
        // These two take all of the time that an answer has.
        ["no length that can be", saying(Buffer.alloc(4, 0xff)), "malformed answer: ffffffff", 1],
        ["a byte now and then", trickling(10), `malformed answer: 00100000${"61".repeat(12)}`, 1],
    ])("%s", async (_, behaviour, line, seconds = 10) => {
        await here.peer(behaviour);
        await says(line, wait(600, seconds));
    });

    test("a socket that nobody serves, and a path that leads nowhere", async () => {
        const aesm = await here.aesm();
        await aesm.end("SIGKILL");
        await says(`connection refused at ${here.socketPath}: stale socket, AESM is gone`);
        writeFileSync(`${here.folder}/file`, "");
        const socketPath = `${here.folder}/file/x`;
        await says(
            `cannot connect to ${socketPath}: Not a directory`,
            aesmWaitCommand({ deadlineSeconds: 600, intervalSeconds: 1, socketPath }),
        );
    });

    test("one that hangs up before it has read, as AESM does when it is killed", async () => {
        const server = createServer({ pauseOnConnect: true }, (connection) => {
            setTimeout(() => connection.destroy(), 200);
        });
        await new Promise<void>((resolve) => server.listen(here.socketPath, resolve));
        await says("malformed answer: AESM hung up");
        server.close();
    });

    test("a queue that is full", async () => {
        const aesm = await here.aesm();
        aesm.process.kill("SIGSTOP");
        const crowd = await fillQueue(here.socketPath);
        await says("AESM is not accepting: its queue is full", wait(600, 1));
        crowd.kill("SIGKILL");
    });
});
