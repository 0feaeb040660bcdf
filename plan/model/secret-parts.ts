import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, type Document, type Node } from "yaml";

/** A text that a secret is made of, and the key that it stands under, if there is one. */
export interface Part {
    text: string;
    key: string;
    isNumber?: true;
}

/** Longer texts are not parsed. */
const PARSE_LIMIT = 1024 * 1024;
/** How deep texts in texts are looked into: base64 of JSON of base64 is two. */
const DEPTH = 3;

/** The texts and numbers in a value, and in what its texts hold as JSON, YAML, base64, URLs and `key=value`. */
export function partsOf(value: unknown, key = "", depth = 0, seen = new Set<object>()): Part[] {
    if (typeof value === "string") return [{ text: value, key }, ...partsOfText(value, key, depth)];
    if (typeof value === "number") return [{ text: String(value), key, isNumber: true }];
    if (typeof value !== "object" || value === null || seen.has(value)) return [];
    seen.add(value);
    if (Array.isArray(value)) return value.flatMap((item) => partsOf(item, key, depth, seen));
    return Object.entries(value).flatMap(([name, item]) => partsOf(item, keyIn(value, name), depth, seen));
}

/** The key that says what a field of an object is: of `{ name: "DB_PASSWORD", value: ... }` that is the name. */
export function keyIn(object: object, field: string): string {
    const name = field === "value" && "name" in object ? object.name : undefined;
    return typeof name === "string" ? name : field;
}

/** What a text holds besides itself. */
export function partsOfText(text: string, key = "", depth = 0): Part[] {
    if (depth >= DEPTH || text.length > PARSE_LIMIT) return [];
    const decoded = decodedBase64(text.replace(/\s+/g, ""));
    return [
        ...(decoded === undefined ? [] : partsOf(decoded, key, depth + 1)),
        ...(/^\s*[[{"]/.test(text) ? (fromJson(text, depth) ?? fromYaml(text, depth)) : fromYaml(text, depth)),
        ...fromPairs(text),
    ];
}

/** The text that base64 stands for, if it is one: bytes that are no text say nothing. */
export function decodedBase64(digits: string): string | undefined {
    if (digits.length < 8 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(digits)) return undefined;
    const decoded = Buffer.from(digits, "base64").toString("utf8");
    return decoded.length < 6 || /[\u0000-\u0008\u000e-\u001f\u007f\ufffd]/.test(decoded) ? undefined : decoded;
}

function fromJson(text: string, depth: number): Part[] | undefined {
    try {
        return partsOf(JSON.parse(text), "", depth + 1);
    } catch {
        return undefined;
    }
}

/**
 * Any text is YAML: only what is a map or a list has parts. Aliases are not followed, since what they name is there
 * itself.
 */
function fromYaml(text: string, depth: number): Part[] {
    if (!/:\s|^\s*- |^\s*[[{]|:$/m.test(text)) return [];
    let documents: Document.Parsed[] | { length: 0 };
    try {
        // Keys may repeat: comparing each with each takes a square of the time.
        documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: "silent", stringKeys: false });
    } catch {
        return [];
    }
    return Array.from(documents).flatMap(({ contents }) =>
        isMap(contents) || isSeq(contents) ? fromNode(contents, "", depth + 1) : [],
    );
}

function fromNode(node: unknown, key: string, depth: number): Part[] {
    if (isMap(node))
        return node.items.flatMap((pair) => [
            ...fromNode(pair.value, isScalar(pair.key) ? String(pair.key.value) : key, depth),
        ]);
    if (isSeq(node)) return node.items.flatMap((item) => fromNode(item, key, depth));
    if (isAlias(node) || !isScalar(node as Node)) return [];
    const { value, source } = node as { value: unknown; source?: string };
    // The source, too: 0123456 is a number with another text.
    const written =
        typeof value === "number" && source !== undefined && source !== String(value) ? [{ text: source, key }] : [];
    return [...partsOf(value, key, depth), ...written];
}

/**
 * The password in a URL, and the text behind a `key=` that promises a secret: connection strings, queries, `.env`
 * files.
 */
function fromPairs(text: string): Part[] {
    const urls = [...text.matchAll(/\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:([^\s/@]+)@/gi)].map(
        ([, password = ""]) => password,
    );
    const pairs = [
        ...text.matchAll(/(?<![\w.-])([\w.-]{1,100})[ \t]*=[ \t]*("[^"\n]*"|'[^'\n]*'|[^;&\s"']+)/g),
    ].flatMap(([, key = "", value = ""]) => (isSecretKey(key) ? [value.replace(/^(["'])(.*)\1$/, "$2")] : []));
    return [...urls.flatMap((password) => [password, percentDecoded(password)]), ...pairs].map((part) => ({
        text: part,
        key: "password",
    }));
}

function percentDecoded(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

/** True for a key whose value should be a secret. */
export function isSecretKey(key: string): boolean {
    return (
        /pass|pwd|token|secret|credential|auth|private|signature|certificate|api_?key|-data$/i.test(key) ||
        /(^|[^a-z])(sas|pin|key|cert|jwt|pw)s?([^a-z]|$)/i.test(key) ||
        /[a-z](Key|Pin|Sas|Cert|Pw)s?([^a-z]|$)/.test(key)
    );
}

/**
 * True for a key that promises a secret even though the same text stands elsewhere in plain text. `key` alone does not
 * (it names a label in a toleration, and an entry in a reference to a Secret), and neither do names and references,
 * such as `secretName`.
 */
export function isStrictKey(key: string): boolean {
    return isSecretKey(key) && !/^keys?$|(Name|Ref)$/.test(key);
}

/** True for words of letters alone: `RuntimeDefault`, `/var/run/aesmd`, `sgx.intel.com/epc`, `SGX_AESM_ADDR`. */
export function isWords(text: string): boolean {
    return /^\/?(?:[A-Z]+|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*)(?:[-_. /:](?:[A-Z]+|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*))*$/.test(
        text,
    );
}

/** Words that say nothing, found inside secret objects all the same. */
const COMMON = new Set(
    (
        "default kube-system kube-public localhost 127.0.0.1 0.0.0.0 Opaque cluster-admin Always IfNotPresent Config Secret ConfigMap " +
        "Namespace Deployment ClusterIP LoadBalancer eastus2 westus2 westus3 "
    ).split(" "),
);

/** True for a value that is no secret wherever it stands. */
export function isCommon(text: string): boolean {
    return COMMON.has(text);
}

/**
 * True for a short text that reads as words, an address or a version: alone it may be secret, inside other texts it
 * would mask half of a plan.
 */
export function readsAsPlain(text: string): boolean {
    return /^[A-Za-z]?[a-z]+([-_. /][A-Za-z]?[a-z]+)*$/.test(text) || /^v?\d+(\.\d+)+([/:]\d+)?$/.test(text);
}
