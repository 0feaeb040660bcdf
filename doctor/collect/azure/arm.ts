import { isRaw, itemsOf, text, under, type Raw } from "../keep/shape.js";
import type { Session } from "./sign-in.js";

/** Longer than any answer of Azure Resource Manager takes. */
const patienceMs = 60_000;

/** An answer of Azure Resource Manager that is an error. */
export class ArmError extends Error {
    constructor(
        /** HTTP status; 0: no answer at all. */
        readonly status: number,
        /** Azure's error code, and the right that is missing where one is. */
        message: string,
    ) {
        super(message);
    }
}

/** Asks Azure Resource Manager; only reads. */
export class Arm {
    constructor(private readonly session: Session) {}

    /** A resource of the subscription, by its path behind it. */
    get(path: string, version: string, query: Readonly<Record<string, string>> = {}): Promise<Raw> {
        const { endpoint, subscription } = this.session;
        const asked = new URLSearchParams({ "api-version": version, ...query });
        return this.ask(`${endpoint}/subscriptions/${subscription}${path}?${asked.toString()}`);
    }

    /** All pages of a list. */
    async list(path: string, version: string, query: Readonly<Record<string, string>> = {}): Promise<Raw[]> {
        let page = await this.get(path, version, query);
        const all = itemsOf(page, "value");
        for (let next = text(page.nextLink); next !== undefined; next = text(page.nextLink)) {
            if (!next.startsWith(`${this.session.endpoint}/`)) throw new ArmError(0, "a next page elsewhere");
            page = await this.ask(next);
            all.push(...itemsOf(page, "value"));
        }
        return all;
    }

    private async ask(url: string): Promise<Raw> {
        const headers = { authorization: `Bearer ${this.session.token}`, accept: "application/json" };
        let response: Response;
        let body: unknown;
        try {
            response = await fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(patienceMs) });
            body = await response.json().catch(() => undefined);
        } catch (error) {
            throw new ArmError(0, `Azure cannot be reached (${causeOf(error)})`);
        }
        if (!response.ok) throw new ArmError(response.status, errorText(response.status, body));
        return isRaw(body) ? body : {};
    }
}

/**
 * The code of an error, and the action that is not allowed; the rest of the message names people and is left out
 * (https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors).
 */
function errorText(status: number, body: unknown): string {
    const error = isRaw(body) ? under(body, "error") : {};
    const action = /perform action '([\w./-]+)'/.exec(text(error.message) ?? "")?.[1];
    const code = text(error.code) ?? `HTTP ${status}`;
    return action === undefined ? code : `${code}: ${action}`;
}

function causeOf(error: unknown): string {
    if (!(error instanceof Error)) return "unknown";
    if (error.name === "TimeoutError") return "timeout";
    return error.cause instanceof Error && "code" in error.cause ? String(error.cause.code) : error.name;
}
