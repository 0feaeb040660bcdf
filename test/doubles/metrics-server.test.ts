import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "../support/free-port";
import { seriesOf } from "../support/metrics";
import { Script } from "./script";

/* The server of metrics in the pods of the quote helper and of the proof. */
let folder: string;
let server: Script;
let port: number;
const open: Socket[] = [];
const file = (name: string) => join(folder, name);

async function start(...options: string[]): Promise<void> {
    port = await freePort();
    const script = resolve("images/quote-helper/metrics.pl");
    const args = ["-w", script, String(port), ...options, file("a.prom"), file("b.prom")];
    server = new Script(spawn("perl", args, { env: {} }));
    for (let tries = 0; tries < 1000; tries++) {
        try {
            await get("/healthz");
            return;
        } catch {
            await new Promise((next) => setTimeout(next, 10));
        }
    }
    throw new Error(`it does not serve: ${server.log}`);
}

const get = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init);
const text = async (path: string) => (await get(path)).text();

/** A client that sends bytes and stays; the promise is there when the other side hangs up. */
async function holds(bytes: string): Promise<Promise<unknown>> {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    open.push(socket);
    await new Promise((connected) => socket.once("connect", connected));
    const ended = new Promise((done) => socket.once("close", done).once("end", done));
    socket.resume();
    socket.write(bytes);
    return Promise.resolve(ended);
}

beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "metrics-"));
    await start();
});
afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    await server.end();
    expect(server.log).toBe("");
    rmSync(folder, { recursive: true, force: true });
});

test("serves what is in the files at that moment, and no more than is there", async () => {
    expect(Object.keys(seriesOf(await text("/metrics")))).toEqual(["sgx_build_info{}"]);
    writeFileSync(file("b.prom"), "b 2\n");
    expect(seriesOf(await text("/metrics"))).toMatchObject({ b: 2 });
    writeFileSync(file("a.prom"), "a 1\n");
    expect(await text("/metrics")).toMatch(/a 1\nb 2\n$/);
    writeFileSync(file("new"), "a 3\n");
    renameSync(file("new"), file("a.prom"));
    const { status, headers } = await get("/metrics");
    expect([status, headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    expect(seriesOf(await text("/metrics"))).toMatchObject({ a: 3, b: 2 });
});

test("says what else there is, and takes no other method", async () => {
    expect(await text("/healthz")).toBe("ok\n");
    expect((await get("/")).status).toBe(404);
    expect((await get("/metrics/../etc/passwd")).status).toBe(404);
    expect((await get("/metrics", { method: "DELETE" })).status).toBe(405);
});

test("the versions of packages are labels, as far as they are installed", async () => {
    await server.end();
    await start("--package=perl=perl-base", "--package=none=no-such-package", "--label=collateral=v4");
    const [series = ""] = Object.keys(seriesOf(await text("/metrics")));
    expect(series).toMatch(/^sgx_build_info\{collateral="v4",perl="[0-9][^"]+"\}$/);
});

describe("is ready when AESM has made a quote", () => {
    const last = (value: number) => `sgx_quote_last_success_timestamp_seconds ${value}\n`;

    test("and not before", async () => {
        expect((await get("/readyz")).status).toBe(503);
        writeFileSync(file("b.prom"), last(0));
        const waiting = await get("/readyz");
        expect([waiting.status, await waiting.text()]).toEqual([503, "no pod of this node has got a quote yet\n"]);
        writeFileSync(file("b.prom"), last(1_795_845_168));
        expect((await get("/readyz")).status).toBe(200);
    });

    test("or when somebody says that it need not", async () => {
        writeFileSync(file("skip"), "");
        expect(await text("/readyz")).toBe("not waited for\n");
    });
});

describe("scrapes are answered while", () => {
    test("more clients than it has places hold their connections open; those are hung up on in the end", async () => {
        writeFileSync(file("a.prom"), "a 1\n");
        const held = await Promise.all(Array.from({ length: 150 }, () => holds("G")));
        const scrapes = Array.from({ length: 40 }, () => text("/metrics"));
        for (const scrape of scrapes) expect(seriesOf(await scrape)).toMatchObject({ a: 1 });
        await Promise.all(held);
        expect(seriesOf(await text("/metrics"))).toMatchObject({ a: 1 });
    });

    test("one sends a request without an end; that one is hung up on", async () => {
        await await holds(`GET /metrics HTTP/1.1\r\nX: ${"y".repeat(20_000)}`);
        expect(await text("/healthz")).toBe("ok\n");
    });
});

test("stays small, whatever it has served", async () => {
    writeFileSync(file("a.prom"), "a 1\n".repeat(5000));
    for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 20 }, () => text("/metrics")));
    const status = readFileSync(`/proc/${String(server.process.pid)}/status`, "utf8");
    expect(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024).toBeLessThan(16);
});
