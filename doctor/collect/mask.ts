/** Replaces something secret. */
const MASKED = "[masked]";

const longest = 500;

/** Masks a text that Kubernetes or a program wrote. */
export type Mask = (text: string) => string;

/** Names of what is secret, as they stand before `=`, `:` or, as a flag, before a blank. */
const secretName =
    "(?:[\\w.-]{0,40}(?:passw(?:or)?d|passwd|passphrase|passcode|pwd|secret|token|credentials?|connection[_-]?string|" +
    "authorization|cookie|signature|(?:api|access|account|private|shared|sas|master)[_-]?key)[\\w-]{0,40}|" +
    "[\\w.-]{0,40}(?:pass(?![a-z])|[\\w.-]key\\b)|\\b(?:sig|sas|pin|otp|dsn|auth|key(?==)))";
const quoted = `\\\\{0,3}"[^"]*"|\\\\{0,3}'[^']*'`;
const named = `${quoted}|[^\\s"']+`;
/** Words behind "the token is" that are no token. */
const state =
    "(?!(?:an?|being|empty|expired|for|forbidden|from|in|invalid|missing|no|not|of|required|the|too|unknown)(?![^\\s,;.]))";

/** In this order: what is quoted or named first, since it says where a secret ends. */
const patterns: readonly (readonly [pattern: RegExp, instead: string])[] = [
    [/-----BEGIN [A-Z0-9 ]{1,40}-----[^]*?(?:-----END [A-Z0-9 ]{1,40}-----|$)/g, MASKED],
    [/\b(Bearer|Basic|Negotiate)\s{1,3}[^\s"']{6,}/gi, `$1 ${MASKED}`],
    // A password may have slashes; behind a port comes a path, in which a digest may follow.
    [
        /([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@'":]{0,100}:(?!\d{1,5}\/[^\s@]{0,300}@sha\d)[^\s@'"]{1,300}@/gi,
        `$1${MASKED}@`,
    ],
    [/([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@'"]{1,300}@/gi, `$1${MASKED}@`],
    [new RegExp(`(${secretName}\\\\{0,3}["']?\\s{0,3}[:=]\\s{0,3})(${named})`, "gi"), `$1${MASKED}`],
    [new RegExp(`(--?${secretName}\\s{1,3})(${named})`, "gi"), `$1${MASKED}`],
    [
        new RegExp(`\\b(passw(?:or)?d|passphrase|passcode|pwd)\\s{1,3}((?:is|was)\\s{1,3})?(?:${named})`, "gi"),
        `$1 $2${MASKED}`,
    ],
    [
        new RegExp(`\\b((?:token|secret|key|pin|credentials?)\\s{1,3}(?:is|was)\\s{1,3})${state}(?:${named})`, "gi"),
        `$1${MASKED}`,
    ],
    [/\b((?:token|key)\s{1,3})(?=[^\s"']{0,300}\d)[^\s"':/]{6,}(?=$|[\s"',;.])/gi, `$1${MASKED}`],
    [/\beyJ[\w-]{5,}(?:\.[\w-]*){0,4}/g, MASKED],
    [
        /\b(?:gh[opsur]_|github_pat_|glpat-|xox[abpr]-|npm_|pul-|AKIA|ASIA|AIza|hf_|dckr_[po]at_|[rs]k_live_|sk-)[\w-]{8,}/g,
        MASKED,
    ],
    [/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, MASKED],
];

/** Runs that may be a key; digests of images are none. */
const run = /(sha\d{3}:)?[A-Za-z0-9+/_-]{24,}={0,2}/g;

/** Values that must not be kept, wherever they come back. */
export interface Hidden {
    /** Masked also inside of a word. */
    values: readonly string[];
    /** Plain words, which are masked only where they stand alone: they are parts of names as well. */
    words: readonly string[];
}

/**
 * A text without what looks like a secret, and without the values that are known to be hidden. Names, paths, digests of
 * images and numbers of errors stay.
 */
export function masker({ values, words }: Hidden = { values: [], words: [] }): Mask {
    const known = [...new Set(values)].sort((one, other) => other.length - one.length);
    const alone = [...new Set(words)];
    return (text) => {
        let masked = text;
        for (const value of known) masked = masked.replaceAll(value, MASKED);
        for (const word of alone) if (masked.includes(word)) masked = masked.replace(standingAlone(word), MASKED);
        for (const [pattern, instead] of patterns) masked = masked.replace(pattern, instead);
        return masked.replace(run, (found, digest?: string) =>
            digest === undefined && isKeyLike(found) ? MASKED : found,
        );
    };
}

function standingAlone(word: string): RegExp {
    return new RegExp(`(?<![\\w./-])${word.replaceAll(".", "\\.")}(?!\\.?[\\w/-])`, "g");
}

/** Masks a text of something that has no variables. */
export const mask: Mask = masker();

/** The first 500 characters. */
export function start(text: string): string {
    return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

/** The last 500 characters: what a program says before it ends stands there. */
export function end(text: string): string {
    return text.length <= longest ? text : `…${text.slice(1 - longest)}`;
}

/** Whether a variable or flag of this name holds something secret. */
export function isSecretName(name: string): boolean {
    return new RegExp(secretName, "i").test(name);
}

/** Letters of both cases with digits, or a part of letters and digits that no name in Kubernetes is as long as. */
function isKeyLike(text: string): boolean {
    if (/[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text) && !isPath(text)) return true;
    return text.split(/[-_/+]/).some((part) => part.length >= 32 && /[a-zA-Z]/.test(part) && /\d/.test(part));
}

/** Words between slashes. */
function isPath(text: string): boolean {
    const parts = text.split("/");
    return parts.length > 2 && parts.every((part) => part.length < 24);
}
