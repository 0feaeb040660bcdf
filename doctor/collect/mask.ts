/** What stands in the place of something secret. */
const MASKED = "[masked]";

const longest = 500;

/** Masks a text that Kubernetes or a program wrote. */
export type Mask = (text: string) => string;

/** Names of what is secret, as they stand before `=`, `:` or, as a flag, before a blank. */
const secretName =
    "(?:[\\w.-]{0,40}(?:passw(?:or)?d|passwd|passphrase|pwd|secret|token|credentials?|connection[_-]?string|authorization|" +
    "cookie|signature|(?:api|access|account|private|shared|sas|master)[_-]?key)[\\w-]{0,40}|\\b(?:pass|sig|sas))";
const quoted = `\\\\{0,3}"[^"]*"|\\\\{0,3}'[^']*'`;

/** In this order: what is quoted or named first, since it says where a secret ends. */
const patterns: readonly (readonly [pattern: RegExp, instead: string])[] = [
    [/-----BEGIN [A-Z0-9 ]{1,40}-----[^]*?(?:-----END [A-Z0-9 ]{1,40}-----|$)/g, MASKED],
    [/\b(Bearer|Basic|Negotiate)\s{1,3}[\w.~+/=-]{6,}/gi, `$1 ${MASKED}`],
    [/([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@'"]{1,300}@/gi, `$1${MASKED}@`],
    [new RegExp(`(${secretName}\\\\{0,3}["']?\\s{0,3}[:=]\\s{0,3})(${quoted}|[^\\s"']+)`, "gi"), `$1${MASKED}`],
    [new RegExp(`(--?${secretName}\\s{1,3})(${quoted}|[^\\s"']+)`, "gi"), `$1${MASKED}`],
    [/\beyJ[\w-]{5,}(?:\.[\w-]*){0,4}/g, MASKED],
    [/\b(?:gh[opsur]_|github_pat_|glpat-|xox[abpr]-|npm_|pul-|AKIA|ASIA|sk-)[\w-]{8,}/g, MASKED],
    [/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, MASKED],
];

/** Runs that may be a key; digests of images are none. */
const run = /(sha\d{3}:)?[A-Za-z0-9+/_-]{24,}={0,2}/g;

/**
 * A text without what looks like a secret, and without the values that are known to be hidden. Names, paths, digests of
 * images and numbers of errors stay.
 */
export function masker(hidden: readonly string[] = []): Mask {
    const known = [...new Set(hidden)].sort((one, other) => other.length - one.length);
    return (text) => {
        let masked = text;
        for (const value of known) masked = masked.replaceAll(value, MASKED);
        for (const [pattern, instead] of patterns) masked = masked.replace(pattern, instead);
        return masked.replace(run, (found, digest?: string) =>
            digest === undefined && isKeyLike(found) ? MASKED : found,
        );
    };
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
