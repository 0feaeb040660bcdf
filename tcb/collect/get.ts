import { setTimeout as sleep } from "node:timers/promises";

/** Longer than any answer: TCB info has some 15 KB, a list of revoked certificates a few. */
const longestAnswer = 2 * 1024 * 1024;

const attempts = 3;
const longestPauseMs = 10_000;

/** No answer, or one that says: not now. */
export class Unreachable extends Error {}

/** An answer that is too long, or that breaks off. */
export class BadAnswer extends Error {}

/** An answer: of status 200, or 404 and 410, which say that there is no such thing. */
export interface Got {
    status: number;
    headers: Headers;
    body: Buffer;
}

/** Asks until there is an answer, three times at most. */
export async function get(url: string, patience: { patienceMs: number; pauseMs: number }): Promise<Got> {
    for (let attempt = 1; ; attempt++) {
        const got = await once(url, patience.patienceMs);
        if (!(got instanceof Later)) return got;
        if (attempt === attempts) throw new Unreachable(got.why);
        const pause = got.pauseMs ?? patience.pauseMs * 2 ** (attempt - 1);
        await sleep(Math.min(pause, longestPauseMs));
    }
}

/** What may pass. */
class Later {
    constructor(
        readonly why: string,
        readonly pauseMs?: number,
    ) {}
}

async function once(url: string, patienceMs: number): Promise<Got | Later> {
    let response: Response;
    try {
        response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(patienceMs) });
    } catch (error) {
        return new Later(causeOf(error));
    }
    const { status, headers } = response;
    if (status === 429 || status >= 500) {
        await response.body?.cancel();
        const seconds = Number(headers.get("retry-after") ?? Number.NaN);
        return new Later(`HTTP ${status}`, Number.isFinite(seconds) ? seconds * 1000 : undefined);
    }
    if (status !== 200 && status !== 404 && status !== 410) {
        await response.body?.cancel();
        throw new Unreachable(`HTTP ${status}`);
    }
    try {
        return { status, headers, body: await bodyOf(response) };
    } catch (error) {
        if (error instanceof BadAnswer) throw error;
        return new Later(causeOf(error));
    }
}

async function bodyOf(response: Response): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    let length = 0;
    const body = response.body as AsyncIterable<Uint8Array> | null;
    for await (const part of body ?? []) {
        length += part.byteLength;
        // The rest is not read: leaving the loop cancels it.
        if (length > longestAnswer) throw new BadAnswer(`the answer is longer than ${longestAnswer} bytes`);
        parts.push(part);
    }
    return Buffer.concat(parts);
}

function causeOf(error: unknown): string {
    if (!(error instanceof Error)) return "unknown";
    if (error.name === "TimeoutError") return "timeout";
    return error.cause instanceof Error && "code" in error.cause ? String(error.cause.code) : error.message;
}
