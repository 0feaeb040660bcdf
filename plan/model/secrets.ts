import { createHash, createHmac } from "node:crypto";
import { SecretIndex, type Range } from "./secret-matcher.js";
import {
    decodedBase64,
    isCommon,
    isSecretKey,
    isStrictKey,
    isWords,
    partsOf,
    partsOfText,
    readsAsPlain,
    type Part,
} from "./secret-parts.js";

/** Shorter values are left alone: "true" or "8080" as a secret would mask half of a plan. */
const MIN_LENGTH = 6;
/** A text from inside a secret is looked for in other texts from this length on, whatever it reads like. */
const MIN_LENGTH_INNER = 12;
/** A line of a long secret is a secret of its own from this length on. */
const MIN_LINE = 24;
/** How often base64 is looked into for more base64. */
const NESTED = 3;
const ENCRYPTED = "encrypted-config-value-";

/** Stands for an encrypted configuration value that the program reads as plain text. Valid as a Kubernetes name. */
export function encryptedSentinel(key: string): string {
    return ENCRYPTED + createHash("sha256").update(key).digest("hex").slice(0, 8);
}

/** A secret that is looked for in texts. */
interface Entry {
    text: string;
    kind: "value" | "number" | "line" | "encrypted";
}

/** A part of a secret, and where it comes from if that tells whether it is a secret by itself. */
interface NotedPart extends Part {
    from?: "declaration" | "transform" | "Secret";
}

/** What a book masks, to be sent to another process. */
export interface SecretBookData {
    entries: Entry[];
    whole: string[];
}

/** Everything known to be secret, and how to find it in text. */
export class SecretBook {
    private readonly entries = new Map<string, Entry>();
    private readonly secrets = new SecretIndex();
    private readonly encrypted = new SecretIndex();
    private readonly whole = new Set<string>();
    private readonly innocent = new Set<string>();
    private readonly sentPlain = new Set<string>();
    private readonly plain = new Set<string>();
    private readonly plainTexts = new Set<string>();
    private readonly parts: NotedPart[] = [];

    /** @param digestKey Key of the digests of secrets; without one there are none. */
    constructor(private readonly digestKey?: string) {}

    /** A book that masks the same as one of another process. */
    static from({ entries, whole }: SecretBookData): SecretBook {
        const book = new SecretBook();
        for (const entry of entries) book.add(entry);
        for (const text of whole) book.whole.add(text);
        return book;
    }

    /** All that it masks. */
    data(): SecretBookData {
        this.settle();
        return { entries: [...this.entries.values()], whole: [...this.whole] };
    }

    /**
     * The mark of a secret in a plan, with its digest if this book makes digests. `text` is what tells it from others.
     */
    mark(text: string): { $plan: "secret"; digest?: string } {
        if (this.digestKey === undefined || this.digestKey === "") return { $plan: "secret" };
        return {
            $plan: "secret",
            digest: createHmac("sha256", this.digestKey).update(text).digest("hex").slice(0, 32),
        };
    }

    /** An encrypted configuration key: its sentinel marks a text as an unknown secret. */
    addEncrypted(key: string): void {
        this.add({ text: encryptedSentinel(key), kind: "encrypted" });
    }

    /** A text that is no secret even if it stands inside a secret object, such as the region. */
    addInnocent(value: unknown): void {
        if (typeof value === "string") this.innocent.add(value);
        else if (typeof value === "object" && value !== null)
            Object.values(value).forEach((item) => {
                this.addInnocent(item);
            });
    }

    /**
     * A text that stands in plain in a resource. Words under the same key are no secrets inside a secret object then.
     */
    addPlain({ text, key }: Part): void {
        this.plain.add(plainKey(key, text));
        this.plainTexts.add(text);
    }

    /** A text that the program sent in plain before a transform made the object around it a secret. */
    addSentPlain(text: string): void {
        for (const part of [text, ...partsOfText(text).map((inner) => inner.text)]) this.sentPlain.add(part);
    }

    /**
     * A value that the program declares a secret. Of an object, what it sent in plain before a transform is none,
     * unless its key promises a secret.
     */
    addDeclared(value: unknown): void {
        if (typeof value !== "object") this.addSecret(value);
        else for (const part of partsOf(value)) this.parts.push({ ...part, from: "declaration" });
    }

    /**
     * A text that a transform put into a secret object. It is no secret if it also stands in plain, unless its key
     * promises a secret.
     */
    addTransformed(part: Part): void {
        this.parts.push({ ...part, from: "transform" });
    }

    /** The data of a Kubernetes Secret: a value there is a secret, whatever reads the same elsewhere. */
    addSecretData(value: unknown): void {
        for (const part of partsOf(value)) this.parts.push({ ...part, from: "Secret" });
    }

    /** A secret value. Of an object, every text in it is one: secrecy of one part covers the whole. */
    addSecret(value: unknown): void {
        if (typeof value === "string") {
            if (this.entries.has(value)) return;
            for (const text of [value, value.trim()]) if (text.length >= MIN_LENGTH) this.add({ text, kind: "value" });
            this.addLines(value);
            this.parts.push(...partsOfText(value));
        } else if (typeof value === "number") {
            this.addNumber(String(value));
        } else {
            this.parts.push(...partsOf(value));
        }
    }

    /** Lines of a long secret (a key, a kubeconfig) are secret one by one: programs and logs split them. */
    private addLines(value: string): void {
        if (!value.includes("\n")) return;
        for (const line of value.split("\n")) {
            const text = line.trim();
            if (text.length >= MIN_LINE) this.add({ text, kind: "line" });
        }
    }

    private addNumber(text: string): void {
        if (/^-?\d[\d.]{5,}$/.test(text)) this.add({ text, kind: "number" });
    }

    /**
     * Parts wait until something is looked for: what is no secret, such as the names of resources, is known by then.
     */
    private settle(): void {
        for (const part of this.parts.splice(0)) this.addPart(part);
    }

    private addPart({ text, key, isNumber, from }: NotedPart): void {
        if (text.length < MIN_LENGTH || this.innocent.has(text) || isCommon(text)) return;
        if (from !== "Secret" && !isStrictKey(key)) {
            if (from === "declaration" && this.sentPlain.has(text)) return;
            if (from === "transform" && this.plainTexts.has(text)) return;
            if (isWords(text) && this.plain.has(plainKey(key, text))) return;
        }
        if (from === "transform" && isNumber !== true) for (const part of partsOfText(text, key)) this.addPart(part);
        if (isNumber === true) this.addNumber(text);
        else if (text.length >= MIN_LENGTH_INNER || isSecretKey(key) || !readsAsPlain(text)) {
            this.add({ text, kind: "value" });
            this.addLines(text);
        } else this.whole.add(text);
    }

    private add(entry: Entry): void {
        const { text, kind } = entry;
        const known = this.entries.get(text);
        // A line has fewer spellings than the same text as a value.
        if (known !== undefined && (known.kind !== "line" || kind === "line")) return;
        this.entries.set(text, entry);
        const index = kind === "encrypted" ? this.encrypted : this.secrets;
        index.add(text, { isNumber: kind === "number", isLine: kind === "line" });
    }

    /** True if a text holds the stand-in of an encrypted configuration value. */
    holdsEncrypted(text: string): boolean {
        return this.find(text, this.encrypted).length > 0;
    }

    /** True if a text is a secret or holds one. */
    holdsSecret(text: string): boolean {
        if (text.length < MIN_LENGTH) return false;
        this.settle();
        return this.whole.has(text) || this.find(text, this.secrets).length > 0;
    }

    /** The text with every secret in it replaced. */
    mask(text: string): string {
        if (text.length < MIN_LENGTH) return text;
        this.settle();
        if (this.whole.has(text)) return "[secret]";
        const ranges = [...this.find(text, this.secrets), ...this.find(text, this.encrypted)];
        if (ranges.length === 0) return text;
        ranges.sort(([a], [b]) => a - b);
        let result = "";
        let end = 0;
        let masked = -1;
        for (const [from, to] of ranges) {
            if (from > masked) result += `${text.slice(end, from)}[secret]`;
            masked = Math.max(masked, to);
            end = masked;
        }
        return result + text.slice(end);
    }

    /** Where secrets stand: in the text, in what base64 in it stands for, and in its lines put together. */
    private find(text: string, index: SecretIndex, nested = 0): Range[] {
        if (index.size === 0) return [];
        const found = index.find(text);
        if (nested < NESTED) found.push(...this.findInBase64(text, index, nested));
        if (text.includes("\n"))
            for (const { joined, places } of joinedLines(text)) {
                const inJoined = index.find(joined);
                if (nested < NESTED) inJoined.push(...this.findInBase64(joined, index, nested));
                found.push(...inJoined.map(([from, to]): Range => [places(from), places(to - 1) + 1]));
            }
        return found;
    }

    private findInBase64(text: string, index: SecretIndex, nested: number): Range[] {
        const found: Range[] = [];
        for (const match of text.matchAll(/[A-Za-z0-9+/_-]{8,}={0,2}/g)) {
            const decoded = decodedBase64(match[0]);
            if (decoded === undefined) continue;
            if ((index === this.secrets && this.whole.has(decoded)) || this.find(decoded, index, nested + 1).length > 0)
                found.push([match.index, match.index + match[0].length]);
        }
        return found;
    }
}

function plainKey(key: string, text: string): string {
    return `${key}\n${text}`;
}

/**
 * A text whose lines are put together in the ways in which formats fold them: base64 and quoted YAML (nothing between,
 * also behind a backslash), folded YAML (a space), a block of lines that is indented (a line end). `places` leads back
 * to the text.
 */
function joinedLines(text: string): { joined: string; places: (at: number) => number }[] {
    return ["", " ", "\n"].map((between) => {
        const starts: [joined: number, original: number][] = [];
        let joined = "";
        let from = 0;
        for (const match of text.matchAll(between === "" ? /\\?\r?\n[ \t]*\\?/g : /\r?\n[ \t]*/g)) {
            starts.push([joined.length, from]);
            joined += text.slice(from, match.index) + between;
            from = match.index + match[0].length;
        }
        starts.push([joined.length, from]);
        joined += text.slice(from);
        const places = (at: number): number => {
            let [low, high] = [0, starts.length - 1];
            while (low < high) {
                const middle = (low + high + 1) >> 1;
                if ((starts[middle]?.[0] ?? 0) <= at) low = middle;
                else high = middle - 1;
            }
            const [start, original] = starts[low] ?? [0, 0];
            return original + at - start;
        };
        return { joined, places };
    });
}
