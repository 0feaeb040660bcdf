import { mkdtempSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
    AesmDouble,
    decodeRequest,
    decodeResponse,
    encodeRequest,
    encodeResponse,
    failing,
    hangingUp,
    inPieces,
    saying,
    sayingLast,
    silent,
    type Behaviour,
} from "./aesm";

const probe = bytes("06 00 00 00 aa 01 03 48 98 75");
const healthyResponse = bytes("07 00 00 00 aa 01 04 08 00 10 01");
const ecdsaMissing = bytes("05 00 00 00 aa 01 02 08 1e");
/** What Fortanix's client (aesm-client 0.6.3) was seen to send. */
const fortanixNumber = bytes("08 00 00 00 aa 01 05 48 80 87 a7 0e");
const fortanixIds = bytes("0b 00 00 00 b2 01 08 08 80 02 48 80 87 a7 0e");

function bytes(hex: string): Buffer {
    return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

let folder = "";
let double: AesmDouble | undefined;
beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "aesm-"));
});
afterEach(async () => {
    await double?.stop();
    double = undefined;
    rmSync(folder, { recursive: true });
});

async function start(behaviour?: Behaviour): Promise<AesmDouble> {
    double = await AesmDouble.start(join(folder, "aesm.socket"), behaviour);
    return double;
}

/** Sends pieces and gives back all that came until the other side hung up, or until `patience` ended. */
function talk(
    socketPath: string,
    pieces: Uint8Array[],
    patience = 5000,
): Promise<{ answer: Buffer; chunks: number; closed: boolean }> {
    return new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        const socket = connect(socketPath);
        const finish = (closed: boolean): void => {
            clearTimeout(timer);
            socket.destroy();
            resolve({ answer: Buffer.concat(chunks), chunks: chunks.length, closed });
        };
        const timer = setTimeout(finish, patience, false);
        socket.on("data", (chunk) => chunks.push(chunk));
        socket.on("error", (error) => {
            clearTimeout(timer);
            reject(error);
        });
        socket.on("end", () => {
            finish(true);
        });
        void (async () => {
            for (const piece of pieces) {
                socket.write(piece);
                await new Promise((next) => setTimeout(next, 5));
            }
        })();
    });
}

describe("the message definitions", () => {
    test("give the bytes that were derived from AESM's own and those of an independent client", () => {
        expect(encodeRequest({ getSupportedAttKeyIDNum: { timeout: 15_000 } })).toEqual(probe);
        expect(encodeRequest({ getSupportedAttKeyIDNum: { timeout: 30_000_000 } })).toEqual(fortanixNumber);
        expect(encodeRequest({ getSupportedAttKeyIDs: { buf_size: 256, timeout: 30_000_000 } })).toEqual(fortanixIds);
        expect(encodeResponse({ getSupportedAttKeyIDNum: { errorCode: 0, att_key_id_num: 1 } })).toEqual(
            healthyResponse,
        );
        expect(encodeResponse({ getSupportedAttKeyIDNum: { errorCode: 30 } })).toEqual(ecdsaMissing);
    });

    test("read them back", () => {
        expect(decodeRequest(fortanixIds)).toEqual({ getSupportedAttKeyIDs: { buf_size: 256, timeout: 30_000_000 } });
        expect(decodeResponse(ecdsaMissing)).toEqual({ getSupportedAttKeyIDNum: { errorCode: 30 } });
    });
});

describe("the AESM double", () => {
    test("answers the probe byte for byte as a healthy AESM, on a socket open to everybody", async () => {
        const { socketPath, requests } = await start();
        expect(statSync(socketPath).mode & 0o7777).toBe(0o777);
        expect((await talk(socketPath, [probe])).answer).toEqual(healthyResponse);
        expect(requests).toEqual([{ getSupportedAttKeyIDNum: { timeout: 15_000 } }]);
    });

    test("answers as an AESM without its ECDSA enclaves", async () => {
        const { socketPath } = await start(failing(30));
        expect((await talk(socketPath, [probe])).answer).toEqual(ecdsaMissing);
        const init = encodeRequest({ initQuoteEx: { b_pub_key_id: true, buf_size: 32 } });
        expect(decodeResponse((await talk(socketPath, [init])).answer)).toEqual({ initQuoteEx: { errorCode: 30 } });
    });

    test("survives what Fortanix's client does: an empty connection, then two requests", async () => {
        const { socketPath, requests } = await start();
        await new Promise<void>((resolve) => {
            const empty = connect(socketPath, () => empty.end());
            empty.on("close", () => {
                resolve();
            });
        });
        expect((await talk(socketPath, [fortanixNumber])).answer).toEqual(healthyResponse);
        expect(decodeResponse((await talk(socketPath, [fortanixIds])).answer)).toEqual({
            getSupportedAttKeyIDs: { errorCode: 0 },
        });
        expect(requests).toHaveLength(2);
        expect(double?.connections).toBe(3);
    });

    test("understands a request that comes one byte at a time", async () => {
        const { socketPath } = await start();
        expect(
            (
                await talk(
                    socketPath,
                    [...probe].map((byte) => Buffer.of(byte)),
                )
            ).answer,
        ).toEqual(healthyResponse);
    });

    test("can send its answer one byte at a time", async () => {
        const { socketPath } = await start(inPieces(1, 5));
        const { answer, chunks } = await talk(socketPath, [probe]);
        expect(answer).toEqual(healthyResponse);
        expect(chunks).toBeGreaterThan(5);
    });

    test("can be silent, hang up, or say anything", async () => {
        const { socketPath } = await start(silent);
        expect(await talk(socketPath, [probe], 50)).toMatchObject({ answer: Buffer.alloc(0), closed: false });
        double!.behaviour = hangingUp;
        expect(await talk(socketPath, [probe])).toMatchObject({ answer: Buffer.alloc(0), closed: true });
        double!.behaviour = saying(Buffer.of(7, 0));
        expect(await talk(socketPath, [probe], 1000)).toMatchObject({ answer: Buffer.of(7, 0), closed: false });
        double!.behaviour = sayingLast(Buffer.of(255, 255, 255, 255));
        expect(await talk(socketPath, [probe])).toMatchObject({ answer: Buffer.of(255, 255, 255, 255), closed: true });
    });

    test("hangs up on what is no request", async () => {
        const { socketPath, requests } = await start();
        for (const wrong of ["02 00 00 00 ff ff", "03 00 00 00 aa 01 7f", "00 00 00 00"]) {
            await expect(talk(socketPath, [bytes(wrong)])).resolves.toMatchObject({
                answer: Buffer.alloc(0),
                closed: true,
            });
        }
        expect(requests).toEqual([]);
        expect((await talk(socketPath, [probe])).answer).toEqual(healthyResponse);
    });

    test("leaves a stale socket when killed, no socket when stopped, and replaces what is in its way", async () => {
        const { socketPath } = await start();
        await double!.kill();
        await expect(talk(socketPath, [probe])).rejects.toMatchObject({ code: "ECONNREFUSED" });
        expect(statSync(socketPath).isSocket()).toBe(true);
        await start();
        expect((await talk(socketPath, [probe])).answer).toEqual(healthyResponse);
        await double!.stop();
        await expect(talk(socketPath, [probe])).rejects.toMatchObject({ code: "ENOENT" });
    });
});
