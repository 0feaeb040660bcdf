/** A piece of a policy's text, and where it starts; lines and columns count from 1. */
export interface Token {
    kind: "name" | "string" | "integer" | "symbol" | "end";
    /** As it is written; of a string its value. */
    text: string;
    line: number;
    column: number;
}

/** A policy that Azure Attestation would refuse with PolicyParsingError, and where. */
export class PolicySyntaxError extends Error {
    constructor(
        readonly line: number,
        readonly column: number,
        readonly what: string,
    ) {
        super(`line ${line}, column ${column}: ${what}`);
        this.name = "PolicySyntaxError";
    }
}

// The longer symbols first: "==" is not two "=".
const patterns: readonly (readonly [Token["kind"], RegExp])[] = [
    ["name", /[A-Za-z_]\w*/y],
    ["integer", /-?\d+/y],
    ["string", /"(?:[^"\\\n]|\\.)*"/y],
    ["symbol", /=>|==|!=|<=|>=|&&|[=<>!:;,.()[\]{}]/y],
];

/** The pieces of a text, with an end behind them. Throws PolicySyntaxError. */
export function lex(text: string): Token[] {
    const tokens: Token[] = [];
    let [at, line, lineStart] = [0, 1, 0];
    while (at < text.length) {
        const space = /\s/.exec(text[at] ?? "");
        if (space !== null) {
            if (text[at] === "\n") [line, lineStart] = [line + 1, at + 1];
            at++;
            continue;
        }
        const column = at - lineStart + 1;
        const [kind, match] = matchAt(text, at);
        if (kind === undefined) throw new PolicySyntaxError(line, column, unknown(text.slice(at)));
        tokens.push({ kind, text: kind === "string" ? unescaped(match) : match, line, column });
        at += match.length;
    }
    return [...tokens, { kind: "end", text: "", line, column: at - lineStart + 1 }];
}

function matchAt(text: string, at: number): [Token["kind"], string] | [undefined, undefined] {
    for (const [kind, pattern] of patterns) {
        pattern.lastIndex = at;
        const match = pattern.exec(text)?.[0];
        if (match !== undefined) return [kind, match];
    }
    return [undefined, undefined];
}

function unknown(rest: string): string {
    if (rest.startsWith('"')) return "a text that does not end on its line";
    if (/^\/[/*]|^#/.test(rest)) return "the language has no comments";
    return `${JSON.stringify(String.fromCodePoint(rest.codePointAt(0) ?? 0))} is nothing of the language`;
}

/** Only the quotation mark and the backslash are documented to be escaped. */
function unescaped(quoted: string): string {
    return quoted.slice(1, -1).replace(/\\(["\\])/g, "$1");
}
