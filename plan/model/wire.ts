import { isPlainObject } from "../../components/problems/index.js";
import type { PlanObject, PlanValue } from "./format.js";
import { keyIn, type Part } from "./secret-parts.js";
import type { SecretBook } from "./secrets.js";

/**
 * How values travel between a program and the engine: plain JSON with marked objects.
 * Source: sdk/go/common/resource/properties.go and asset.go of pulumi/pulumi (stable since version 1).
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
export const SIGNATURE = {
    asset: "c44067f5952c0a294b673a41bacd8c17",
    archive: "0def7320c3a5731c473e5ecbe6d01bc7",
    secret: "1b47061264138c4ac30d75fd1eb44270",
    resource: "5cf8f73096256a8f31e491e813e4eb8e",
    output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
} as const;

/** A value on the wire. */
export type WireValue = null | boolean | number | string | WireValue[] | WireObject | undefined;
/** An object on the wire. */
export interface WireObject {
    [key: string]: WireValue;
}

/** JSON with sorted keys: equal values give equal text. */
export function canonicalJson(value: WireValue): string {
    if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
    if (!isPlainObject(value)) return JSON.stringify(value ?? null);
    const fields = Object.keys(value)
        .sort()
        .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
    return `{${fields.join(",")}}`;
}

function hasUnknown(value: WireValue): boolean {
    if (typeof value === "string") return value.includes(UNKNOWN);
    if (Array.isArray(value)) return value.some(hasUnknown);
    return isPlainObject(value) && Object.values(value).some(hasUnknown);
}

function isSecret(value: WireObject): boolean {
    return (
        value[SIGNATURE_KEY] === SIGNATURE.secret ||
        (value[SIGNATURE_KEY] === SIGNATURE.output && value["secret"] === true)
    );
}

/**
 * Notes every secret below a value. `sentPlain`, of a resource that transforms ran on, are the texts that the program
 * sent in plain before: a transform gets an object as secret as a whole when one part of it is, so the other parts are
 * none.
 */
export function collectSecrets(value: WireValue, book: SecretBook, sentPlain?: ReadonlySet<string>): void {
    if (Array.isArray(value)) {
        for (const item of value) collectSecrets(item, book, sentPlain);
        return;
    }
    if (!isPlainObject(value)) return;
    if (isSecret(value)) {
        const secret = value["value"];
        if (sentPlain === undefined || typeof secret !== "object") book.addSecret(secret);
        else
            for (const part of plainParts(secret))
                if (sentPlain.has(part.text)) book.addSentPlain(part.text);
                else book.addTransformed(part);
    }
    for (const item of Object.values(value)) collectSecrets(item, book, sentPlain);
}

/** The texts and numbers below a value that are in no secret, with their keys. */
export function plainParts(value: WireValue, key = ""): Part[] {
    if (typeof value === "string") return [{ text: value, key }];
    if (typeof value === "number") return [{ text: String(value), key, isNumber: true }];
    if (Array.isArray(value)) return value.flatMap((item) => plainParts(item, key));
    if (!isPlainObject(value) || isSecret(value)) return [];
    return Object.entries(value).flatMap(([name, item]) => plainParts(item, keyIn(value, name)));
}

/** Called for every plain text in which the value of a secret was found. */
export type LeakListener = () => void;

/** Turns a value on the wire into a plan's value; all secrets must be in the book by now. */
function decode(value: WireValue, book: SecretBook, onLeak: LeakListener): PlanValue {
    if (value === undefined || value === null) return null;
    if (typeof value === "string") return decodeText(value, book, onLeak);
    if (typeof value === "number" && book.holdsSecret(String(value))) {
        onLeak();
        return book.mark(String(value));
    }
    if (typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map((item) => decode(item, book, onLeak));
    return typeof value[SIGNATURE_KEY] === "string"
        ? decodeMarked(value, book, onLeak)
        : decodeObject(value, book, onLeak);
}

function decodeText(text: string, book: SecretBook, onLeak: LeakListener): PlanValue {
    if (text.includes(UNKNOWN)) return { $plan: "unknown" };
    if (book.holdsEncrypted(text)) return { $plan: "secret", unknown: true };
    if (book.holdsSecret(text)) {
        onLeak();
        return book.mark(text);
    }
    return text;
}

/** Turns a map on the wire into a plan's object. A key that holds a secret is masked, too. */
export function decodeProperties(value: WireObject, book: SecretBook, onLeak: LeakListener): PlanObject {
    const result: PlanObject = {};
    for (const [key, item] of Object.entries(value)) {
        // defineProperty: a key "__proto__" is a key like any other.
        Object.defineProperty(result, book.mask(key), {
            value: decode(item, book, onLeak),
            enumerable: true,
            configurable: true,
            writable: true,
        });
    }
    return result;
}

function decodeObject(value: WireObject, book: SecretBook, onLeak: LeakListener): PlanValue {
    const result = decodeProperties(value, book, onLeak);
    return Object.hasOwn(result, "$plan") ? { $plan: "object", value: result } : result;
}

function decodeMarked(value: WireObject, book: SecretBook, onLeak: LeakListener): PlanValue {
    switch (value[SIGNATURE_KEY]) {
        case SIGNATURE.secret:
            return hasUnknown(value["value"])
                ? { $plan: "secret", unknown: true }
                : book.mark(canonicalJson(value["value"]));
        case SIGNATURE.output: {
            const known = value["value"] !== undefined && !hasUnknown(value["value"]);
            if (value["secret"] === true)
                return known ? book.mark(canonicalJson(value["value"])) : { $plan: "secret", unknown: true };
            return value["value"] === undefined ? { $plan: "unknown" } : decode(value["value"], book, onLeak);
        }
        case SIGNATURE.resource:
            return { $plan: "resource", urn: typeof value["urn"] === "string" ? book.mask(value["urn"]) : "" };
        case SIGNATURE.asset:
            return decodeAsset(value, book, onLeak);
        case SIGNATURE.archive: {
            const assets = value["assets"];
            return {
                $plan: "archive",
                ...textField("path", value["path"], book),
                ...textField("uri", value["uri"], book),
                ...(isPlainObject(assets) ? { assets: decodeProperties(assets, book, onLeak) } : {}),
            };
        }
        default:
            // A mark of a newer engine: what it holds is not understood, so it is not shown.
            return { $plan: "unknown" };
    }
}

function decodeAsset(value: WireObject, book: SecretBook, onLeak: LeakListener): PlanValue {
    const text = value["text"];
    const decoded = typeof text === "string" ? decodeText(text, book, onLeak) : undefined;
    return {
        $plan: "asset",
        ...textField("path", value["path"], book),
        ...textField("uri", value["uri"], book),
        ...(typeof decoded === "string" ? { text: decoded } : {}),
        ...(decoded !== undefined && typeof decoded !== "string" ? { secret: true as const } : {}),
    };
}

function textField<K extends "path" | "uri">(key: K, value: WireValue, book: SecretBook): Partial<Record<K, string>> {
    return typeof value === "string" && value !== "" ? ({ [key]: book.mask(value) } as Record<K, string>) : {};
}
