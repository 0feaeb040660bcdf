import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { seriesOf, undescribed } from "../support/metrics";
import { Aesm } from "./aesm";
import { ask, Client } from "./protocol";
import { Proxy } from "./proxy";
import { recorded } from "./recordings";

/* What the socket proxy tells Prometheus of the quotes that it passes on. */
let folder: string;
let proxy: Proxy;
let aesm: Aesm;
const quoteRequest = recorded("healthy", "getQuoteEx report432 key buf100", "request");

beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "quotes-"));
    proxy = Proxy.launch(folder);
    aesm = await Aesm.start(proxy.aesmSocket);
    await proxy.serving();
});
afterEach(async () => {
    await Promise.all([proxy.end(), aesm.end()]);
    expect(proxy.log).not.toMatch(/ at .* line \d+/);
    rmSync(folder, { recursive: true, force: true });
});

const series = () => seriesOf(readFileSync(proxy.quotes, "utf8"));
/** Until the file says so: it is written up to a quarter of a second later. */
const until = (check: () => void) => vi.waitFor(check, { timeout: 30_000 });

test("says from the start that there was no quote yet", async () => {
    await until(() => {
        expect(series()).toEqual({ sgx_quote_last_success_timestamp_seconds: 0 });
    });
});

test("counts quotes, and not the questions before them", async () => {
    const began = Math.floor(Date.now() / 1000);
    for (let round = 0; round < 3; round++) await new Client(proxy.publicSocket).quote();
    await until(() => {
        expect(series()).toMatchObject({ 'sgx_quotes_total{code="0"}': 3 });
    });
    expect(Object.keys(series()).filter((name) => name.startsWith("sgx_quotes_total"))).toHaveLength(1);
    expect(series().sgx_quote_last_success_timestamp_seconds).toBeGreaterThanOrEqual(began);
    expect(series().sgx_quote_seconds).toBeLessThan(30);
    expect(undescribed(readFileSync(proxy.quotes, "utf8"))).toEqual([]);
});

test("counts errors by AESM's number, and what has no answer apart; the last quote stays known", async () => {
    await new Client(proxy.publicSocket).quote();
    await aesm.becomes("no-enclave");
    await ask(proxy.publicSocket, quoteRequest);
    await until(() => {
        expect(series()).toMatchObject({ 'sgx_quotes_total{code="38"}': 1, 'sgx_quotes_total{code="0"}': 1 });
    });
    const { sgx_quote_last_success_timestamp_seconds: last } = series();
    await aesm.becomes("healthy");
    await aesm.hangs();
    const asked = ask(proxy.publicSocket, quoteRequest).catch(() => undefined);
    await new Promise((next) => setTimeout(next, 500));
    await aesm.end();
    await asked;
    await until(() => {
        expect(series()).toMatchObject({ 'sgx_quotes_total{code="none"}': 1 });
    });
    expect(series().sgx_quote_last_success_timestamp_seconds).toBe(last);
});

test("a proxy that starts again knows the last quote", async () => {
    await new Client(proxy.publicSocket).quote();
    await until(() => {
        expect(series().sgx_quote_last_success_timestamp_seconds).toBeGreaterThan(0);
    });
    const { sgx_quote_last_success_timestamp_seconds: last } = series();
    await proxy.end();
    proxy = Proxy.launch(folder);
    await proxy.serving();
    await until(() => {
        expect(series()).toEqual({ sgx_quote_last_success_timestamp_seconds: last });
    });
});
