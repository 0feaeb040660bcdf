import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { aesmProbeCommand, type AesmProbeOptions } from "../../components/sgx";
import { AESM_ALIVE_REQUEST, AESM_PROBE_REQUEST } from "../../components/sgx/aesm/aesm";
import { recorded } from "./recordings";
import { place, run, type Outcome } from "./run";

const here = place();

function probe(timeoutSeconds: number, more: Partial<AesmProbeOptions> = {}): Promise<Outcome> {
    return run(aesmProbeCommand({ timeoutSeconds, socketPath: here.socketPath, ...more }));
}

const healthyLine = "AESM is healthy\n";
const keyIds = "getSupportedAttKeyIDs buf 256";

describe("the AESM probe, when AESM is in a quote that does not end,", () => {
    test("says that it is busy or stuck, and is not ready", async () => {
        await (await here.aesm()).hangs();
        const output = "AESM is busy with a quote, or stuck in one: it has not answered for at least 2 s\n";
        expect(await probe(2)).toMatchObject({ code: 1, output });
    });

    test("says that it is healthy when the quote ends in time", async () => {
        const aesm = await here.aesm();
        await aesm.hangs();
        const waiting = probe(120);
        setTimeout(() => aesm.process.kill("SIGUSR2"), 300);
        expect(await waiting).toMatchObject({ code: 0, output: healthyLine });
    });

    test("says that it is alive, at once", async () => {
        await (await here.aesm()).hangs();
        const { code, output, milliseconds } = await probe(60, { question: "alive" });
        expect({ code, output }).toEqual({ code: 0, output: "AESM is alive\n" });
        expect(milliseconds).toBeLessThan(30_000);
    });

    const uptime = (): number => Math.floor(Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]));
    // Notes are in seconds since the machine started, which may have been minutes ago.
    const longAgo = Math.min(1000, Math.floor(uptime() / 2));
    /** A text with a number of seconds for which this holds. */
    const saying = (text: RegExp, holds: (seconds: number) => boolean) => ({
        asymmetricMatch: (output: string) => holds(Number(text.exec(output)?.[1])),
    });
    /** So many seconds, and what has passed since. */
    const about = (text: RegExp, least: number) =>
        saying(text, (seconds) => seconds >= least && seconds < least + 1000);
    const stuck = (least: number) => ({
        code: 1,
        output: about(/^AESM has been stuck in a quote for (\d+) s\n$/, least),
    });

    test("counts since when, and ends an AESM that is stuck for too long, but not one that answered meanwhile", async () => {
        const aesm = await here.aesm();
        const waitingFile = `${here.folder}/waiting`;
        const alive = (stuckSeconds: number) => probe(60, { question: "alive", waitingFile, stuckSeconds });
        expect(await alive(100)).toMatchObject({ code: 0, output: "AESM is alive\n" });
        await aesm.hangs();
        await expect.poll(() => probe(2, { waitingFile }).then(() => existsSync(waitingFile))).toBe(true);
        // As if that had been long ago.
        const [since = 0, asked = 0] = readFileSync(waitingFile, "utf8").split(" ").map(Number);
        writeFileSync(waitingFile, `${since - longAgo} ${asked}`);
        // In doublings of 10 s: the last one before what has passed.
        const passed = () => uptime() - since + longAgo;
        const isLast = (seconds: number) =>
            Number.isInteger(Math.log2(seconds / 10)) && 2 * seconds > longAgo && seconds <= passed();
        const busy = /^AESM is busy with a quote, or stuck in one: it has not answered for at least (\d+) s\n$/;
        expect(await probe(10, { waitingFile })).toMatchObject({ code: 1, output: saying(busy, isLast) });
        const still = /^AESM is alive, and busy with a quote for (\d+) s\n$/;
        expect(await alive(86_400)).toMatchObject({ code: 0, output: about(still, longAgo) });
        expect(await alive(Math.floor(longAgo / 2))).toMatchObject(stuck(longAgo));
        aesm.process.kill("SIGUSR2");
        // Long ago, so that it asks again.
        writeFileSync(waitingFile, `${since - longAgo} 0`);
        expect(await probe(60, { waitingFile })).toMatchObject({ code: 0, output: healthyLine });
        expect(existsSync(waitingFile)).toBe(false);
        expect(await alive(900)).toMatchObject({ code: 0, output: "AESM is alive\n" });
    });

    test("does not take for stuck an AESM that finishes one quote after the other and is never done", async () => {
        await (await here.aesm()).hangs();
        const [waitingFile, progressFile] = [`${here.folder}/waiting`, `${here.folder}/answered`];
        writeFileSync(waitingFile, `${uptime() - longAgo} ${uptime()}`);
        const stuckSeconds = Math.floor(longAgo * 0.6);
        const alive = () => probe(60, { question: "alive", waitingFile, progressFile, stuckSeconds });
        expect(await alive()).toMatchObject(stuck(longAgo));
        writeFileSync(progressFile, String(uptime()));
        expect(await alive()).toMatchObject({ code: 0 });
        const before = Math.floor(longAgo * 0.8);
        writeFileSync(progressFile, String(uptime() - before));
        expect(await alive()).toMatchObject(stuck(before));
    });

    test("asks a waiting AESM once a minute, and whenever it has finished something", async () => {
        const peer = await here.peer((connection, message) => {
            if (message.equals(Buffer.from(AESM_ALIVE_REQUEST))) connection.end(recorded("healthy", keyIds));
        });
        const [waitingFile, progressFile] = [`${here.folder}/waiting`, `${here.folder}/answered`];
        const asked = async (): Promise<boolean> => {
            peer.messages.length = 0;
            await probe(2, { waitingFile, progressFile });
            return peer.messages.some((one) => one.equals(Buffer.from(AESM_PROBE_REQUEST)));
        };
        const noted = (secondsAgo: number) => {
            writeFileSync(waitingFile, `0 ${Math.max(0, uptime() - secondsAgo)}`);
        };
        expect(await asked()).toBe(true);
        expect(await asked()).toBe(false);
        noted(100);
        expect(await asked()).toBe(true);
        noted(30);
        expect(await asked()).toBe(false);
        writeFileSync(progressFile, String(uptime() - 10));
        expect(await asked()).toBe(true);
    });

    test.each(["", "nonsense", "12"])("writes its note anew where it holds %j", async (content) => {
        await (await here.aesm()).hangs();
        const waitingFile = `${here.folder}/waiting`;
        writeFileSync(waitingFile, content);
        await expect
            .poll(() => probe(2, { waitingFile }).then(() => readFileSync(waitingFile, "utf8")))
            .toMatch(/^\d+ \d+$/);
    });
});
