import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fc } from "../support/fast-check";
import { Aesm } from "./aesm";
import { Peer, sayingLast } from "./peer";
import { ask, frame } from "./protocol";
import { Proxy } from "./proxy";
import { recorded, recordings } from "./recordings";

/* Which messages the socket proxy of the quote helper passes on: no byte is changed, and none can have AESM killed. */
const probe = recorded("healthy", "probe", "request");
const healthy = recorded("healthy", "probe");
/** The proxy's own question whether AESM is there. */
const alive = Buffer.from("09000000b20106088002489875", "hex");
let folder: string;
let proxy: Proxy;

beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "proxy-"));
    proxy = Proxy.launch(folder);
});
afterEach(async () => {
    await proxy.end();
    expect(proxy.log).not.toMatch(/ at .* line \d+/);
    rmSync(folder, { recursive: true, force: true });
});

/** A number as protobuf writes it, in at least so many bytes. */
function varint(number: bigint, size = 1): number[] {
    const bytes: number[] = [];
    let left = number;
    do {
        bytes.push(Number(left & 127n) | 128);
        left >>= 7n;
    } while (left > 0n || bytes.length < size);
    return [...bytes.slice(0, -1), (bytes.at(-1) ?? 0) & 127];
}

/** A tag in any way in which it can be written: longer than needed, and with bits that AESM's parser does not keep. */
const tag = (field: number, type: number) =>
    fc
        .tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom(0n, 0n, 1n << 32n, 1n << 33n, 7n << 32n))
        .map(([size, extra]) => varint(BigInt(field * 8 + type) | extra, size));

/** Fields that are in no request, of all types. */
const unknown = fc.oneof(
    fc
        .tuple(tag(30, 0), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }))
        .map(([key, value]) => [...key, ...varint(value)]),
    tag(31, 1).map((key) => [...key, ...Array<number>(8).fill(1)]),
    tag(32, 5).map((key) => [...key, 1, 2, 3, 4]),
    tag(33, 3).map((key) => [...key, ...varint(BigInt(33 * 8 + 4))]),
    fc.constant<number[]>([]),
);

const bytesField = (field: number, content: readonly number[]) =>
    tag(field, 2).map((key) => [...key, ...varint(BigInt(content.length)), ...content]);

/** A request for a quote with room for so many bytes, in any of the ways in which it can be written. */
const quoteRequest = (size: fc.Arbitrary<bigint>) =>
    fc
        .tuple(
            bytesField(1, Array<number>(432).fill(0)),
            bytesField(2, Array<number>(256).fill(1)),
            tag(4, 0),
            size,
            unknown,
            unknown,
        )
        .chain(([report, key, sizeTag, value, before, after]) => {
            const inner = [...before, ...report, ...sizeTag, ...varint(value), ...key, ...after];
            return fc.tuple(unknown, bytesField(17, inner), fc.integer({ min: 0, max: 3 }));
        })
        .map(([first, message, cut]) => Buffer.from([...first, ...message].slice(0, cut === 3 ? -1 : undefined)));

describe("with AESM behind it, the proxy", () => {
    let aesm: Aesm;
    beforeEach(async () => {
        aesm = await Aesm.start(proxy.aesmSocket, { memory: 1 << 20 });
        await proxy.serving();
    });
    afterEach(() => aesm.end());

    const report = `0ab003${"00".repeat(432)}`;
    const key = `128002${"01".repeat(256)}`;
    test.each([
        ["bits around the size that AESM does not keep", "8a01c305", "a08080801080808002"],
        ["bits around the request that AESM does not keep", "8a81808010bb05", "2080808002"],
        ["a size that comes twice, first small", "8a01bd05", "20012080808002"],
    ])("lets no request for a huge quote through: %s", async (_, outer, size) => {
        const body = Buffer.from(outer + report + size + key, "hex");
        expect(await ask(proxy.publicSocket, frame(body))).toHaveLength(0);
        expect(await ask(proxy.publicSocket, probe)).toEqual(healthy);
    });

    test("lets none through, however it is written", async () => {
        const huge = fc.oneof(
            fc.bigInt({ min: 1n << 21n, max: (1n << 32n) - 1n }),
            fc.bigInt({ min: 1n << 32n, max: (1n << 64n) - 1n }),
        );
        await fc.assert(
            fc.asyncProperty(quoteRequest(huge), async (body) => {
                await ask(proxy.publicSocket, frame(body));
                expect(await ask(proxy.publicSocket, probe)).toEqual(healthy);
            }),
            { numRuns: 300 },
        );
    });

    test("passes on every recorded request that AESM answered", async () => {
        for (const { case: name, request, answer } of recordings("healthy")) {
            if (request === undefined || request.includes("...") || answer === "") continue;
            // This one sends more than a message, so its connection may be reset before Node has read the answer.
            if (name === "two framed requests at once") continue;
            expect((await ask(proxy.publicSocket, Buffer.from(request, "hex"))).toString("hex")).toBe(answer);
        }
    });

    test.each([
        ["unknown fields", "1801"],
        ["the beginnings of groups", "1b"],
        ["fields of requests", "aa0100"],
    ])("spends next to nothing on messages of nothing but %s, and says whose they were", async (_, field) => {
        const body = Buffer.from(field.repeat(65_536).slice(0, 2 * 65_535), "hex");
        const before = proxy.cpuSeconds();
        const many = Array.from({ length: 100 }, () => ask(proxy.publicSocket, frame(body)).catch(() => undefined));
        await Promise.all(many);
        expect(await ask(proxy.publicSocket, probe)).toEqual(healthy);
        expect(proxy.cpuSeconds() - before).toBeLessThan(3);
        await proxy.end("SIGTERM");
        expect(proxy.log).toMatch(/refused 100 times: a message that AESM may misread, user \d+/);
    });

    test("says whose messages held no request", async () => {
        await ask(proxy.publicSocket, frame(Buffer.from("1801", "hex")));
        await proxy.end("SIGTERM");
        expect(proxy.log).toMatch(/refused 1 times: a message without a request, user \d+/);
    });
});

describe("with a peer behind it, the proxy", () => {
    test("passes on a message as it is, or not at all", async () => {
        const peer = await Peer.start(proxy.aesmSocket, sayingLast(healthy));
        await proxy.serving();
        // What looks like requests, cut and joined at random.
        const parts = [probe, alive, recorded("healthy", "getQuoteEx report432 buf100, no key", "request")];
        const pieces = fc.oneof(
            fc.uint8Array({ maxLength: 30 }),
            fc.constantFrom(...parts.map((one) => one.subarray(4))),
        );
        const body = fc.array(pieces, { minLength: 1, maxLength: 4 }).map((some) => Buffer.concat(some));
        let passed = 0;
        await fc.assert(
            fc.asyncProperty(body, async (bytes) => {
                peer.messages.length = 0;
                const answer = await ask(proxy.publicSocket, frame(bytes));
                const seen = peer.messages.filter((one) => !one.equals(alive) || one.equals(frame(bytes)));
                expect(seen).toEqual(answer.length > 0 ? [frame(bytes)] : []);
                passed += seen.length;
            }),
            { numRuns: 200 },
        );
        expect(passed).toBeGreaterThan(50);
        await peer.stop();
    });

    test("hangs up on an answer that no request has", async () => {
        const peer = await Peer.start(proxy.aesmSocket, (connection, message) => {
            connection.on("error", () => undefined).end(message.equals(alive) ? "x" : Buffer.alloc(1 << 20));
        });
        await proxy.serving();
        expect(await ask(proxy.publicSocket, probe)).toHaveLength(0);
        expect(proxy.peakMiB()).toBeLessThan(64);
        await peer.stop();
    });
});
