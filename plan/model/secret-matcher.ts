/** A place in a text: from the first character to the one behind the last. */
export type Range = readonly [start: number, end: number];

/** A text to look for secrets in, with what every matcher needs of it. */
interface Haystack {
    text: string;
    lower: string;
}

/** Finds one secret value in texts, in the spellings that programs and formats give it. */
interface Matcher {
    /** In lower case: a text that holds none of them does not hold the secret. */
    needles: string[];
    find(haystack: Haystack): Range[];
}

/** Characters at the start of a needle that it is indexed by. */
const START = 4;
/** Size of the table that tells most places of a text from the start of a needle. */
const TABLE = 1 << 18;

/** Finds many secrets in texts: it tries those alone of which a part stands there. */
export class SecretIndex {
    private readonly table = new Uint8Array(TABLE);
    private readonly byStart = new Map<string, Set<Matcher>>();
    /** Those with too short a needle. */
    private readonly others = new Set<Matcher>();
    size = 0;

    /** Adds a secret value. */
    add(value: string, options: MatcherOptions): void {
        const matcher = matcherOf(value, options);
        this.size++;
        for (const needle of matcher.needles) {
            const start = needle.slice(0, START);
            if (start.length < START) this.others.add(matcher);
            this.table[hashAt(start, 0)] = 1;
            const same = this.byStart.get(start);
            if (same === undefined) this.byStart.set(start, new Set([matcher]));
            else same.add(matcher);
        }
    }

    /** Where secrets stand in a text. */
    find(text: string): Range[] {
        const lower = text.toLowerCase();
        const matchers = new Set(this.others);
        for (let at = 0; at + START <= lower.length; at++) {
            if (this.table[hashAt(lower, at)] !== 1) continue;
            for (const matcher of this.byStart.get(lower.slice(at, at + START)) ?? []) matchers.add(matcher);
        }
        return [...matchers].flatMap((matcher) => matcher.find({ text, lower }));
    }
}

/** A number for the characters at a place, below the size of the table. */
function hashAt(text: string, at: number): number {
    let hash = 0;
    for (let i = at; i < at + START; i++) hash = (Math.imul(hash, 37) + text.charCodeAt(i)) | 0;
    return (hash ^ (hash >>> 15)) & (TABLE - 1);
}

/** Shorter values are compared with upper and lower case kept apart. */
const CASELESS_LENGTH = 12;
/** Of digits of base64 that stand in the middle of others, fewer could be anything. */
const MIN_DIGITS = 12;
/**
 * A longer pattern could not be compiled. Such a value is looked for in its most common spellings; its lines and parts
 * are secrets of their own.
 */
const PATTERN_LENGTH = 100_000;

/** What is looked for. */
interface MatcherOptions {
    /** A number: not where further digits stand beside it. */
    isNumber?: boolean;
    /** Only the text and its escaped spellings, not what base64 and hexadecimal make of it. */
    isLine?: boolean;
}

/**
 * A matcher for a value. It costs one search for a part that no escaping changes; what is costly is made when that is
 * found.
 */
function matcherOf(value: string, { isNumber = false, isLine = false }: MatcherOptions): Matcher {
    const caseless = value.length >= CASELESS_LENGTH;
    const anchor = longestPlainRun(caseless ? value.toLowerCase() : value);
    const literals = isLine ? [] : encodings(value);
    let spelled: Matcher["find"] | undefined;
    return {
        needles: [anchor, ...literals].map((needle) => needle.toLowerCase()),
        find: (haystack) => {
            const found = literals.flatMap((literal) => occurrences(haystack.text, literal));
            if (!(caseless ? haystack.lower : haystack.text).includes(anchor)) return found;
            spelled ??= spelledIn(value, caseless, isNumber);
            return [...found, ...spelled(haystack)];
        },
    };
}

function spelledIn(value: string, caseless: boolean, isNumber: boolean): Matcher["find"] {
    const source = patternOf(value);
    if (source.length > PATTERN_LENGTH) {
        const literals = commonSpellings(value);
        return ({ text }) => literals.flatMap((literal) => occurrences(text, literal));
    }
    const pattern = new RegExp(isNumber ? `(?<![0-9])${source}(?![0-9])` : source, caseless ? "gi" : "g");
    return ({ text }) => Array.from(text.matchAll(pattern), (match) => [match.index, match.index + match[0].length]);
}

function occurrences(text: string, literal: string): Range[] {
    const found: Range[] = [];
    for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + literal.length))
        found.push([at, at + literal.length]);
    return found;
}

function longestPlainRun(value: string): string {
    return (value.match(/[A-Za-z0-9]+/g) ?? [""]).reduce((best, run) => (run.length > best.length ? run : best));
}

/**
 * A pattern in which every character that is no plain letter or digit may be escaped. It takes no more than a few steps
 * for each character of a text: a run of one character is spelled as a whole, and backslashes belong to the first
 * part.
 */
function patternOf(value: string): string {
    return value.replace(/([^A-Za-z0-9])\1*/gu, (run, char: string, at: number) =>
        repeated(spellings(char, value, value[at - 1] === "\\"), run.length / char.length),
    );
}

function repeated(ways: readonly string[], times: number): string {
    const all = ways.map((way) =>
        way === BACKSLASH ? `\\\\{${times},${8 * times}}` : times === 1 ? way : `(?:${way}){${times}}`,
    );
    return `(?:${all.join("|")})`;
}

/** A backslash, alone or with those that JSON in JSON in JSON puts before it. */
const BACKSLASH = "\\\\{1,8}";
const named: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };
/** Characters that JSON and its like write as a letter behind a backslash. */
const letters: Record<string, string> = { "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f" };

/**
 * The ways to write a character: as it is, also behind backslashes (JSON in JSON in JSON has seven); `\n`, `\u0026` and
 * `\x26`; percent signs, in either case and encoded twice; HTML's entities, also of entities; doubled quotes, as in
 * YAML, SQL and CSV; a shell's way out of its quotes.
 */
function spellings(char: string, value: string, behindBackslash: boolean): string[] {
    const code = char.codePointAt(0) ?? 0;
    const percent = [...Buffer.from(char)].map((byte) => `%(?:25){0,2}${anyCase(hex(byte, 2))}`).join("");
    const [some, any] = behindBackslash ? ["", ""] : ["\\\\{1,7}", "\\\\{0,7}"];
    const units = Array.from({ length: char.length }, (_, i) => `\\\\{1,7}u${anyCase(hex(char.charCodeAt(i), 4))}`);
    const letter = letters[char];
    const name = named[char];
    return [
        ...(char === "'" && !value.includes("\\") ? [`'\\\\{1,7}''`] : []),
        ...(char === "'" && !value.includes('"') ? [`'"'"'`] : []),
        ...(char === "'" || char === '"' ? [char + char] : []),
        percent,
        units.join("").replace("\\\\{1,7}", some),
        ...(code < 256 ? [`${some}x${anyCase(hex(code, 2))}`] : []),
        ...(letter === undefined ? [] : [some + letter]),
        `&(?:amp;){0,2}#0*${code};`,
        `&(?:amp;){0,2}#[xX]0*${anyCase(code.toString(16))};`,
        ...(name === undefined ? [] : [`&(?:amp;){0,2}${name};`]),
        ...(char === " " ? ["\\+"] : []),
        char === "\\" ? BACKSLASH : any + escapePattern(char),
    ];
}

function hex(code: number, digits: number): string {
    return code.toString(16).padStart(digits, "0");
}

/** Hexadecimal digits in either case, whatever the flags of the pattern. */
function anyCase(digits: string): string {
    return digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function escapePattern(text: string): string {
    return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** As it is, in JSON, in JSON in JSON, and in a URL. */
function commonSpellings(value: string): string[] {
    const json = JSON.stringify(value).slice(1, -1);
    // A lone surrogate cannot stand in a URL.
    const isText = Buffer.from(value).toString("utf8") === value;
    return [
        ...new Set([value, json, JSON.stringify(json).slice(1, -1), ...(isText ? [encodeURIComponent(value)] : [])]),
    ];
}

/** Hexadecimal, and base64 at any place of a longer base64 text. */
function encodings(value: string): string[] {
    const bytes = Buffer.from(value);
    const digits = bytes.toString("hex");
    return [...new Set([digits, digits.toUpperCase(), ...[0, 1, 2].flatMap((shift) => inBase64(bytes, shift))])];
}

/**
 * What base64 makes of a value that stands behind `shift` bytes (of three) of something else, as in `user:password`:
 * the digits that depend on the value alone, in both alphabets. Of a value at the start also the last digit, as when
 * nothing follows.
 */
function inBase64(bytes: Buffer, shift: number): string[] {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
        .toString("base64")
        .replace(/=+$/, "");
    const alone = encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
    const found = [...(shift === 0 ? [encoded] : []), ...(alone.length >= MIN_DIGITS ? [alone] : [])];
    return found.flatMap((digits) => [digits, digits.replaceAll("+", "-").replaceAll("/", "_")]);
}
