import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "node:https";

/** A request that a double got. */
export interface Call {
    method: string;
    path: string;
    query: URLSearchParams;
    headers: IncomingHttpHeaders;
    body: string;
}

/** What it answers: an object is sent as JSON. */
export interface Answer {
    status: number;
    body?: object;
    headers?: Record<string, string>;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

/** Trouble for the next call of this kind. */
export interface Fault {
    method: string;
    path: RegExp;
    /** Before or after the double has done what the call asks for. */
    when: "before" | "after";
    /** The caller waits for ever, or its connection ends. */
    how: "hang" | "cut";
}

/** Thrown by a handler to answer with it. */
export class Refusal extends Error {
    constructor(readonly answer: Answer) {
        super(JSON.stringify(answer.body));
    }
}

/** The form in which both data planes say what is wrong. */
export function refusal(status: number, code: string, message: string, inner?: string): Refusal {
    const innererror = inner === undefined ? {} : { innererror: { code: inner } };
    return new Refusal({ status, body: { error: { code, message, ...innererror } } });
}

/** An HTTPS server with a record of its calls, and faults that tests ask for. */
export class Service {
    readonly calls: Call[] = [];
    private readonly faults: { fault: Fault; reached: () => void }[] = [];

    constructor(
        private readonly server: Server,
        private readonly handle: Handler,
    ) {
        server.on("request", (request, response) => {
            this.serve(request, response).catch((error: unknown) => {
                response.writeHead(500).end(String(error));
            });
        });
    }

    /** Arms a fault, for one call; resolves when it happens. */
    fault(fault: Fault): Promise<void> {
        return new Promise((reached) => {
            this.faults.push({ fault, reached });
        });
    }

    /** Calls of a method whose path matches. */
    called(method: string, path: RegExp): Call[] {
        return this.calls.filter((call) => call.method === method && path.test(call.path));
    }

    close(): Promise<void> {
        return new Promise((resolve) => {
            this.server.close(() => {
                resolve();
            });
            this.server.closeAllConnections();
        });
    }

    private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const call = await callOf(request);
        this.calls.push(call);
        const at = this.faults.findIndex(({ fault }) => fault.method === call.method && fault.path.test(call.path));
        const [armed] = at < 0 ? [] : this.faults.splice(at, 1);
        const answer = armed?.fault.when === "before" ? undefined : await this.answer(call);
        if (armed !== undefined) {
            if (armed.fault.how === "cut") request.socket.destroy();
            armed.reached();
        } else if (answer !== undefined) {
            const text = answer.body === undefined ? "" : JSON.stringify(answer.body);
            const type = answer.body === undefined ? {} : { "content-type": "application/json; charset=utf-8" };
            response.writeHead(answer.status, { ...type, ...answer.headers }).end(text);
        }
    }

    private async answer(call: Call): Promise<Answer> {
        try {
            return await this.handle(call);
        } catch (error) {
            if (error instanceof Refusal) return error.answer;
            throw error;
        }
    }
}

async function callOf(request: IncomingMessage): Promise<Call> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", "https://double.invalid");
    return {
        method: request.method ?? "",
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString("utf8"),
    };
}
