import { isAlias, isMap, isScalar, LineCounter, parseDocument, visit, type Document, type Node } from "yaml";
import { PlanError } from "../model/errors.js";
import { messageOf } from "../../terminal/errors.js";

/** An object read from YAML, nothing known of it. */
export type YamlMap = Record<string, unknown>;

/** The value of YAML text; a mistake in it is an error with line and column. `file` names it. */
export function parseYaml(text: string, file: string): unknown {
    const lines = new LineCounter();
    // The library compares each key with each: 100,000 of them take minutes. Below, one pass finds what is there twice.
    const document = parseDocument(text, { merge: true, uniqueKeys: false, lineCounter: lines });
    const mistake = document.errors[0]?.message ?? structureMistake(document, lines);
    if (mistake !== undefined) throw new PlanError(`${file} is not valid YAML: ${mistake}`);
    try {
        return document.toJS() as unknown;
    } catch (error) {
        throw new PlanError(`${file} is not valid YAML: ${messageOf(error)}`);
    }
}

/** A key that is there twice, or an alias that stands inside of what it names: that would never end. */
export function structureMistake(document: Document, lines = new LineCounter()): string | undefined {
    const anchors = new Map<string, Node>();
    let found: string | undefined;
    visit(document, {
        Node: (_key, node, path) => {
            if (isAlias(node)) {
                const target = anchors.get(node.source);
                if (target === undefined || !path.includes(target)) return undefined;
                found = `the alias *${node.source} stands inside of what it names ${at(node, lines)}`;
                return visit.BREAK;
            }
            if (node.anchor !== undefined) anchors.set(node.anchor, node);
            const repeated = isMap(node) ? repeatedKey(node.items) : undefined;
            if (repeated === undefined) return undefined;
            found = `the key ${JSON.stringify(repeated.value)} is there twice ${at(repeated, lines)}`;
            return visit.BREAK;
        },
    });
    return found;
}

function repeatedKey(items: readonly { key: unknown }[]): { value: unknown; range?: Node["range"] } | undefined {
    const known = new Set<unknown>();
    for (const { key } of items) {
        // Several maps may be merged into one.
        if (!isScalar(key) || key.value === "<<") continue;
        if (known.has(key.value)) return key;
        known.add(key.value);
    }
    return undefined;
}

function at({ range }: { range?: Node["range"] }, lines: LineCounter): string {
    const { line, col } = lines.linePos(range?.[0] ?? 0);
    return `at line ${line}, column ${col}`;
}
