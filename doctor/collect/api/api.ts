import * as http from "node:http";
import * as https from "node:https";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { KubeConfig } from "@kubernetes/client-node";
import { CommandError } from "../../../terminal/errors.js";
import { isRaw, itemsOf, text, under, type Raw } from "../keep/shape.js";
import { ApiError, signedOut, unreachable } from "./errors.js";
import { signInFailed } from "./kubeconfig.js";

const unzip = promisify(gunzip);

/** Requests at a time. */
const connections = 6;
/** Longest silence of the API server. */
const silenceMs = 30_000;
/** Objects a page, as kubectl has it. */
const pageSize = 500;
/** Tries of a request that the API server was too busy for. */
const tries = 4;
/** Longest pause before the next one. */
const longestPauseSeconds = 10;

/** An answer. */
interface Answer {
    body: Buffer;
    /** Milliseconds since 1970 by the API server's clock. */
    date?: number;
}

/** Asks an API server over connections that are kept. Nothing of it writes. */
export class Api {
    private constructor(
        private readonly options: https.RequestOptions,
        private readonly base: URL,
    ) {}

    /** Signs in. Throws CommandError. */
    static async connect(config: KubeConfig): Promise<Api> {
        const options: https.RequestOptions = {};
        try {
            await config.applyToHTTPSOptions(options);
        } catch (error) {
            throw signInFailed(config, error);
        }
        const base = new URL(config.getCurrentCluster()?.server ?? "");
        return new Api({ ...options, agent: kept(options.agent) }, base);
    }

    get server(): string {
        return this.base.origin;
    }

    /** An object. Throws ApiError, and CommandError when the API server cannot be asked. */
    async get(path: string): Promise<Raw> {
        return jsonOf((await this.ask("GET", path)).body);
    }

    /** An object, and the time of the API server's clock. */
    async getWithDate(path: string): Promise<{ object: Raw; date: number | undefined }> {
        const { body, date } = await this.ask("GET", path);
        return { object: jsonOf(body), date };
    }

    /** A text, such as a log. */
    async text(path: string): Promise<string> {
        return (await this.ask("GET", path)).body.toString("utf8");
    }

    /** What comes of a question that is asked by an object, such as a SelfSubjectAccessReview. */
    async review(path: string, body: object): Promise<Raw> {
        return jsonOf((await this.ask("POST", path, JSON.stringify(body))).body);
    }

    /**
     * All objects of a list, page by page; each page is let go of before the next is asked for. A list that has grown
     * too old between two pages starts again: `restart` comes before its first object.
     */
    async list(
        path: string,
        query: Readonly<Record<string, string>>,
        each: (items: Raw[]) => void,
        restart: () => void,
    ) {
        let next: string | undefined;
        for (let restarts = 0; ;) {
            const all = { ...query, limit: String(pageSize), ...(next === undefined ? {} : { continue: next }) };
            try {
                const page = await this.get(`${path}?${new URLSearchParams(all).toString()}`);
                each(itemsOf(page, "items"));
                next = text(under(page, "metadata").continue);
                if (next === undefined) return;
            } catch (error) {
                if (!(error instanceof ApiError) || error.status !== 410 || ++restarts === tries) throw error;
                next = undefined;
                restart();
            }
        }
    }

    /** Ends the connections. */
    close(): void {
        const { agent } = this.options;
        if (typeof agent === "object") agent.destroy();
    }

    private async ask(method: "GET" | "POST", path: string, body?: string): Promise<Answer> {
        for (let attempt = 1; ; attempt++) {
            try {
                return await this.askOnce(method, path, body);
            } catch (error) {
                const pause = pauseAfter(error, attempt);
                if (pause === undefined) throw this.explained(error);
                await new Promise((resolve) => setTimeout(resolve, pause * 1000));
            }
        }
    }

    private explained(error: unknown): Error {
        if (error instanceof CommandError) return error;
        if (!(error instanceof ApiError)) return unreachable(this.server, error);
        return error.status === 401 ? signedOut(this.server) : error;
    }

    private async askOnce(method: string, path: string, body?: string): Promise<Answer> {
        const target = `${this.base.pathname.replace(/\/+$/, "")}${path}`;
        const headers: http.OutgoingHttpHeaders = {
            ...(this.options.headers as http.OutgoingHttpHeaders),
            accept: "application/json, */*",
            "accept-encoding": "gzip",
            "user-agent": "confidential-aks-doctor",
            ...(body === undefined
                ? {}
                : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
        };
        const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
            const { request } = this.base.protocol === "http:" ? http : https;
            const { hostname, port } = this.base;
            const sent = request(
                {
                    ...this.options,
                    method,
                    headers,
                    path: target,
                    hostname: hostname.replace(/^\[|\]$/g, ""),
                    port,
                    timeout: silenceMs,
                },
                resolve,
            );
            sent.on("timeout", () => sent.destroy(new SilenceError()));
            sent.on("error", reject);
            sent.end(body);
        });
        return await answerOf(response);
    }
}

/** The API server said nothing for too long. */
class SilenceError extends Error {
    readonly code = "ETIMEDOUT";
}

/** An agent that keeps connections; one that goes through a proxy stays as it is. Certificates are in the options. */
function kept(agent: https.RequestOptions["agent"]): https.RequestOptions["agent"] {
    if (typeof agent !== "object") return agent;
    const settings = { keepAlive: true, maxSockets: connections };
    if (agent.constructor === https.Agent) return new https.Agent(settings);
    return agent.constructor === http.Agent ? new http.Agent(settings) : agent;
}

async function answerOf(response: http.IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const sent = Buffer.concat(chunks);
    const body = response.headers["content-encoding"] === "gzip" ? await unzip(sent) : sent;
    const { statusCode = 0, headers } = response;
    if (statusCode < 200 || statusCode > 299) {
        const retryAfter = Number(headers["retry-after"]);
        throw new ApiError(statusCode, messageIn(body), Number.isFinite(retryAfter) ? retryAfter : undefined);
    }
    const date = Date.parse(headers.date ?? "");
    return Number.isNaN(date) ? { body } : { body, date };
}

/** The message of Kubernetes' Status, or the start of what came. */
function messageIn(body: Buffer): string {
    const said = body.toString("utf8");
    try {
        const status: unknown = JSON.parse(said);
        return (isRaw(status) ? text(status.message) : undefined) ?? "";
    } catch {
        return said.slice(0, 200).trim();
    }
}

function jsonOf(body: Buffer): Raw {
    try {
        const value: unknown = JSON.parse(body.toString("utf8"));
        if (isRaw(value)) return value;
    } catch {
        // Said below.
    }
    throw new CommandError(
        "the answer is not Kubernetes': the address of the kubeconfig leads elsewhere, such as to a proxy's page",
    );
}

/** Seconds until a next try; undefined: it would change nothing. */
function pauseAfter(error: unknown, attempt: number): number | undefined {
    if (attempt === tries) return undefined;
    const usual = 0.25 * 2 ** attempt;
    if (error instanceof ApiError) {
        const isBusy = error.status === 429 || error.status === 503 || error.status === 504;
        return isBusy ? Math.min(error.retryAfter ?? usual, longestPauseSeconds) : undefined;
    }
    // A kept connection may be closed by the other side the moment that it is used.
    return (error as { code?: unknown }).code === "ECONNRESET" ? usual : undefined;
}
