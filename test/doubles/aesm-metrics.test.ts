import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { aesmProbeCommand, AesmQuestion } from "../../components/sgx";
import { seriesOf, undescribed } from "../support/metrics";
import { inPieces, saying, sayingLast, silent, type Behaviour } from "./peer";
import { frame } from "./protocol";
import { recorded } from "./recordings";
import { place, run } from "./run";

/* What the probe of the quote helper leaves for Prometheus. */
const here = place();
const file = () => join(here.folder, "answers.prom");
const probe = (timeoutSeconds = 10, question: AesmQuestion = AesmQuestion.ready) =>
    run(
        aesmProbeCommand({
            timeoutSeconds,
            question,
            socketPath: here.socketPath,
            waitingFile: join(here.folder, "waiting"),
            metricsFile: file(),
        }),
    );
const measured = () => seriesOf(readFileSync(file(), "utf8"));
const seconds = () => Date.now() / 1000;

const healthy = recorded("healthy", "probe");
const withoutKey = frame(Buffer.from("aa010408001000", "hex"));

test("a healthy answer: code 0, the keys, how long it took and when it was", async () => {
    const began = Math.floor(seconds());
    await here.peer(inPieces(healthy, 1, 20));
    await probe();
    const series = measured();
    expect(series).toMatchObject({
        sgx_aesm_up: 1,
        sgx_aesm_healthy: 1,
        sgx_aesm_error_code: 0,
        sgx_aesm_attestation_keys: 1,
    });
    expect(series.sgx_aesm_answer_seconds).toBeGreaterThan(0.1);
    for (const when of ["sgx_aesm_last_asked_timestamp_seconds", "sgx_aesm_last_healthy_timestamp_seconds"]) {
        expect(series[when], when).toBeGreaterThanOrEqual(began);
        expect(series[when], when).toBeLessThanOrEqual(seconds());
    }
    expect(undescribed(readFileSync(file(), "utf8"))).toEqual([]);
});

describe("an answer that is not healthy", () => {
    test.each<[string, Behaviour, object]>([
        [
            "error 30",
            sayingLast(recorded("no-enclave", "probe")),
            { sgx_aesm_up: 1, sgx_aesm_healthy: 0, sgx_aesm_error_code: 30 },
        ],
        [
            "no attestation key",
            saying(withoutKey),
            { sgx_aesm_up: 1, sgx_aesm_healthy: 0, sgx_aesm_error_code: 0, sgx_aesm_attestation_keys: 0 },
        ],
        [
            "bytes without sense",
            saying(Buffer.from("0300000001ffff", "hex")),
            { sgx_aesm_up: 0, sgx_aesm_error_code: -3 },
        ],
        ["nothing at all", silent, { sgx_aesm_up: 0, sgx_aesm_healthy: 0, sgx_aesm_error_code: -1 }],
    ])("%s", async (_, behaviour, expected) => {
        await here.peer(behaviour);
        await probe(1);
        expect(measured()).toMatchObject(expected);
        expect(measured().sgx_aesm_last_healthy_timestamp_seconds).toBe(0);
    });

    test("nobody at the socket", async () => {
        await probe();
        expect(measured()).toMatchObject({ sgx_aesm_up: 0, sgx_aesm_healthy: 0, sgx_aesm_error_code: -2 });
    });

    test("none yet, and AESM is alive: it is up, and for as long as it is busy the seconds grow", async () => {
        const aesm = await here.aesm();
        await aesm.hangs();
        await probe(2);
        const { sgx_aesm_answer_seconds: first } = measured();
        expect(measured()).toMatchObject({ sgx_aesm_up: 1, sgx_aesm_healthy: 0, sgx_aesm_error_code: -1 });
        await new Promise((next) => setTimeout(next, 2000));
        await probe(2);
        expect(measured().sgx_aesm_answer_seconds).toBeGreaterThan(first!);
    });
});

test("keys and the last healthy answer stay known when AESM is gone", async () => {
    const peer = await here.peer(sayingLast(healthy));
    await probe();
    const { sgx_aesm_last_healthy_timestamp_seconds: last } = measured();
    await peer.stop();
    await probe();
    expect(measured()).toMatchObject({
        sgx_aesm_healthy: 0,
        sgx_aesm_attestation_keys: 1,
        sgx_aesm_last_healthy_timestamp_seconds: last,
    });
});

test("a file of somebody else is replaced, and the liveness question writes none", async () => {
    await here.peer(sayingLast(healthy));
    await probe(10, AesmQuestion.alive);
    expect(existsSync(file())).toBe(false);
    writeFileSync(file(), "sgx_aesm_last_healthy_timestamp_seconds soon\n");
    await probe();
    expect(measured().sgx_aesm_healthy).toBe(1);
});
