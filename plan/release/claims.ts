import { isPlainObject } from "../../components/problems/index.js";
import { PlanError } from "../model/errors.js";

/** Claims to judge, and what a reader has to know of where they come from. */
export interface GivenClaims {
    claims: Readonly<Record<string, unknown>>;
    remarks: string[];
}

const FORMS =
    'give the payload of a token as a JSON object, a list such as [{ "type": "x-ms-sgx-svn", "value": 3 }], or a whole token';

const NOT_CHECKED = "The claims come from a whole token: its signature was not checked.";

/** Reads claims from the text of a file. Throws PlanError with the file, the path in it, and what is wanted there. */
export function readClaims(text: string, file: string): GivenClaims {
    const trimmed = text.trim();
    if (isToken(trimmed)) return { claims: payloadOf(trimmed, problemIn(file)), remarks: [NOT_CHECKED] };
    const fail = problemIn(file);
    let parsed: unknown;
    try {
        parsed = JSON.parse(trimmed);
    } catch {
        // The parser's message quotes the text, which may be a token.
        throw fail("", `this is neither JSON nor a token; ${FORMS}`);
    }
    if (Array.isArray(parsed)) return { claims: listed(parsed, fail), remarks: [] };
    if (!isPlainObject(parsed)) throw fail("", FORMS);
    // What Azure Attestation answers.
    const { token } = parsed;
    if (typeof token === "string" && Object.keys(parsed).length === 1) {
        if (!isToken(token))
            throw fail("token", "this is no token: three parts in base64url with dots between are wanted");
        return { claims: payloadOf(token, fail), remarks: [NOT_CHECKED] };
    }
    if (Object.keys(parsed).length === 0) throw fail("", `there is no claim; ${FORMS}`);
    return { claims: parsed, remarks: [] };
}

type Fail = (path: string, what: string) => PlanError;

function problemIn(file: string): Fail {
    return (path, what) => new PlanError(`--claims ${file}: ${path === "" ? "" : `${path}: `}${what}`);
}

function isToken(text: string): boolean {
    return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}

function payloadOf(token: string, fail: Fail): Record<string, unknown> {
    let payload: unknown;
    try {
        payload = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    } catch {
        payload = undefined;
    }
    if (!isPlainObject(payload)) throw fail("", "the second part of the token is no JSON object; give a whole token");
    return payload;
}

function listed(list: readonly unknown[], fail: Fail): Record<string, unknown> {
    if (list.length === 0) throw fail("", `there is no claim; ${FORMS}`);
    const found = new Map<string, unknown>();
    for (const [index, item] of list.entries()) {
        const at = `[${index}]`;
        if (!isPlainObject(item)) throw fail(at, 'an object with "type" and "value" is wanted');
        const { type, value } = item;
        if (typeof type !== "string" || type === "") throw fail(`${at}.type`, "the name of a claim is wanted");
        if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
            throw fail(`${at}.value`, "a text, a number, true or false is wanted");
        if (found.has(type)) throw fail(`${at}.type`, `${type} is there twice: remove one of them`);
        found.set(type, value);
    }
    return Object.fromEntries(found);
}
