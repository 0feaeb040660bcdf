import { isPlainObject } from "../../components/problems/index.js";
import { UsageError } from "../model/errors.js";
import type { YamlMap } from "./project.js";

/** One `-c KEY=VALUE`. */
export interface Override {
    /** Key with namespace, without a path. */
    key: string;
    /** Path below the key; empty without `--config-path`. */
    path: (string | number)[];
    value: string;
}

/** Gives a key without a namespace the project's. `ns:config:key` is the old spelling of `ns:key`. */
export function fullKey(key: string, project: string): string {
    const parts = key.split(":");
    if (parts.length === 1) return `${project}:${key}`;
    if (parts.length === 3 && parts[1] === "config") return `${parts[0] ?? ""}:${parts[2] ?? ""}`;
    return key;
}

/** Parses the `-c` options; a mistake is a usage error. */
export function parseOverrides(texts: readonly string[], usePath: boolean, project: string): Override[] {
    return texts.map((text) => {
        const at = usePath ? equalsOutsideQuotes(text) : text.indexOf("=");
        if (at <= 0) throw new UsageError(`-c ${JSON.stringify(text)}: expected KEY=VALUE`);
        const left = text.slice(0, at);
        const value = text.slice(at + 1);
        if (!usePath) return { key: checkedKey(left, project, text), path: [], value };
        const colon = /^[^"[\].]*:/.exec(left)?.[0] ?? "";
        const [first, ...rest] = parsePath(left.slice(colon.length), text);
        if (typeof first !== "string") throw new UsageError(`-c ${JSON.stringify(text)}: a path starts with a key`);
        return { key: checkedKey(colon + first, project, text), path: rest, value };
    });
}

function checkedKey(key: string, project: string, text: string): string {
    const full = fullKey(key, project);
    if (!/^[^:]+:[^:]+$/.test(full)) {
        throw new UsageError(
            `-c ${JSON.stringify(text)}: "${key}" is no configuration key (expected key or namespace:key)`,
        );
    }
    return full;
}

function equalsOutsideQuotes(text: string): number {
    let quoted = false;
    for (let i = 0; i < text.length; i++) {
        if (quoted && text[i] === "\\") i++;
        else if (text[i] === '"') quoted = !quoted;
        else if (text[i] === "=" && !quoted) return i;
    }
    return -1;
}

/** Parses a property path as Pulumi does: `a.b`, `a[0].b`, `a["key.with.dots"]`. */
export function parsePath(text: string, shown: string = text): (string | number)[] {
    const token = /\.?([^.[\]"]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|^("(?:[^"\\]|\\.)*")/y;
    const path: (string | number)[] = [];
    while (token.lastIndex < text.length) {
        const match = token.exec(text);
        const startsWithDot = match?.index === 0 && match[0].startsWith(".");
        if (match === null || startsWithDot) {
            throw new UsageError(`-c ${JSON.stringify(shown)}: "${text}" is no property path (such as pools[0].name)`);
        }
        const [, plain, index, quoted, first] = match;
        if (index !== undefined) path.push(Number(index));
        else path.push(plain ?? unquote(quoted ?? first ?? '""', shown));
    }
    if (path.length === 0) throw new UsageError(`-c ${JSON.stringify(shown)}: empty path`);
    return path;
}

function unquote(text: string, shown: string): string {
    try {
        return JSON.parse(text) as string;
    } catch {
        throw new UsageError(`-c ${JSON.stringify(shown)}: bad quoting in ${text}`);
    }
}

/** A value in a path is typed as Pulumi does it: true, false and whole numbers are no text. */
export function typedValue(text: string): string | number | boolean {
    if (text === "true" || text === "false") return text === "true";
    if (/^(0|[1-9]\d*|-[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
    return text;
}

/** Sets a value below a path and returns the new root; the parts that are missing are made. */
export function setPath(root: unknown, path: readonly (string | number)[], value: unknown, shown: string): unknown {
    const [key, ...rest] = path;
    if (key === undefined) return value;
    if (typeof key === "number") {
        const list: unknown[] = Array.isArray(root) ? [...(root as unknown[])] : [];
        if (root !== undefined && !Array.isArray(root))
            throw new UsageError(`-c ${shown}: [${key}] of something that is no list`);
        if (key > list.length)
            throw new UsageError(`-c ${shown}: index ${key} is beyond the end (length ${list.length})`);
        list[key] = setPath(list[key], rest, value, shown);
        return list;
    }
    if (["__proto__", "constructor", "prototype"].includes(key))
        throw new UsageError(`-c ${shown}: "${key}" is no key`);
    if (root !== undefined && !isPlainObject(root))
        throw new UsageError(`-c ${shown}: "${key}" of something that is no object`);
    const map: YamlMap = { ...(isPlainObject(root) ? root : {}) };
    map[key] = setPath(map[key], rest, value, shown);
    return map;
}
