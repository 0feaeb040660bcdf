import { createHash, createHmac } from "node:crypto";

/** Shorter values are left alone: "true" or "8080" as a secret would mask half of a plan. */
const MIN_LENGTH = 6;
/** Text found only somewhere inside a secret object is looked for inside other texts from this length on. */
const MIN_LENGTH_INNER = 12;
/** Words that say nothing, found inside secret objects all the same. */
const INNOCENT = [
    "default",
    "kube-system",
    "kube-public",
    "localhost",
    "Opaque",
    "cluster-admin",
    "Always",
    "IfNotPresent",
];
const ENCRYPTED = "encrypted-config-value-";

/** Stands for an encrypted configuration value that the program reads as plain text. Valid as a Kubernetes name. */
export function encryptedSentinel(key: string): string {
    return ENCRYPTED + createHash("sha256").update(key).digest("hex").slice(0, 8);
}

/** What a book masks, to be sent to another process. */
export interface SecretBookData {
    inside: string[];
    whole: string[];
    encrypted: string[];
}

/** Everything known to be secret, and how to find it in text. */
export class SecretBook {
    private readonly encrypted = new Set<string>();
    private readonly inside = new Set<string>();
    private readonly whole = new Set<string>();
    private readonly innocent = new Set<string>(INNOCENT);
    private sorted: string[] | undefined;

    /** @param digestKey Key of the digests of secrets; without one there are none. */
    constructor(private readonly digestKey?: string) {}

    /** A book that masks the same as one of another process. */
    static from({ inside, whole, encrypted }: SecretBookData): SecretBook {
        const book = new SecretBook();
        for (const text of inside) book.inside.add(text);
        for (const text of whole) book.whole.add(text);
        for (const text of encrypted) book.encrypted.add(text);
        return book;
    }

    /** All that it masks. */
    data(): SecretBookData {
        return { inside: [...this.inside], whole: [...this.whole], encrypted: [...this.encrypted] };
    }

    /** The mark of a secret in a plan, with its digest if this book makes digests. `text` is what tells it from others. */
    mark(text: string): { $plan: "secret"; digest?: string } {
        if (this.digestKey === undefined || this.digestKey === "") return { $plan: "secret" };
        return {
            $plan: "secret",
            digest: createHmac("sha256", this.digestKey).update(text).digest("hex").slice(0, 32),
        };
    }

    /** An encrypted configuration key: its sentinel marks a text as an unknown secret. */
    addEncrypted(key: string): void {
        for (const form of forms(encryptedSentinel(key))) this.encrypted.add(form);
    }

    /** A text that is no secret even if it stands inside a secret object, such as the region. */
    addInnocent(value: unknown): void {
        if (typeof value === "string") this.innocent.add(value);
        else if (typeof value === "object" && value !== null)
            Object.values(value).forEach((item) => {
                this.addInnocent(item);
            });
    }

    /** A secret value. Of an object, every text in it is one: secrecy of one part covers the whole. */
    addSecret(value: unknown): void {
        if (typeof value === "string") {
            if (value.length >= MIN_LENGTH) for (const form of forms(value)) this.inside.add(form);
            this.addLines(value);
            this.addParsed(value);
        } else {
            this.addInner(value);
        }
        this.sorted = undefined;
    }

    /** Lines of a long secret (a key, a kubeconfig) are secret one by one: programs and logs split them. */
    private addLines(value: string): void {
        if (!value.includes("\n")) return;
        for (const line of value.split("\n")) {
            const text = line.trim();
            if (text.length >= 24) this.inside.add(text);
        }
    }

    private addParsed(value: string): void {
        if (!/^\s*[[{]/.test(value)) return;
        try {
            this.addInner(JSON.parse(value));
        } catch {
            // No JSON after all.
        }
    }

    private addInner(value: unknown): void {
        if (typeof value === "string") {
            if (value.length < MIN_LENGTH || this.innocent.has(value)) return;
            if (value.length >= MIN_LENGTH_INNER) for (const form of forms(value)) this.inside.add(form);
            else this.whole.add(value);
        } else if (typeof value === "object" && value !== null) {
            Object.values(value).forEach((item) => {
                this.addInner(item);
            });
        }
    }

    /** True if a text holds the stand-in of an encrypted configuration value. */
    holdsEncrypted(text: string): boolean {
        if (this.encrypted.size === 0) return false;
        for (const form of this.encrypted) if (text.includes(form)) return true;
        return false;
    }

    /** True if a text is a secret or holds one. */
    holdsSecret(text: string): boolean {
        if (text.length < MIN_LENGTH) return false;
        return this.whole.has(text) || this.longestFirst().some((secret) => text.includes(secret));
    }

    /** The text with every secret in it replaced. */
    mask(text: string): string {
        if (this.whole.has(text)) return "[secret]";
        let result = text;
        for (const secret of [...this.longestFirst(), ...this.encrypted]) {
            if (result.includes(secret)) result = result.split(secret).join("[secret]");
        }
        return result;
    }

    private longestFirst(): string[] {
        this.sorted ??= [...this.inside].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
        return this.sorted;
    }
}

/** Spellings in which a value turns up: as it is, in JSON (also twice), a URL or form, HTML, a shell's quotes, base64 and hexadecimal. */
function forms(value: string): Set<string> {
    const bytes = Buffer.from(value);
    const json = JSON.stringify(value).slice(1, -1);
    const hex = bytes.toString("hex");
    const cases = value.length >= MIN_LENGTH_INNER ? [value.toLowerCase(), value.toUpperCase()] : [];
    // A lone surrogate cannot stand in a URL.
    const url = bytes.toString("utf8") === value ? [encodeURIComponent(value)] : [];
    return new Set([
        value,
        json,
        JSON.stringify(json).slice(1, -1),
        ...url,
        new URLSearchParams([[value, ""]]).toString().slice(0, -1),
        escapeHtml(value, /[&<>"]/g),
        escapeHtml(value, /[&<>"']/g),
        value.replaceAll("'", "'\\''"),
        ...cases,
        hex,
        hex.toUpperCase(),
        ...[0, 1, 2].flatMap((shift) => inBase64(bytes, shift)),
    ]);
}

const htmlEntities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeHtml(value: string, characters: RegExp): string {
    return value.replace(characters, (char) => htmlEntities[char] ?? char);
}

/**
 * What base64 makes of a value that stands behind `shift` bytes (of three) of something else, as in `user:password`: the digits that
 * depend on the value alone, in both alphabets. Of a value at the start also the last digit, as when nothing follows.
 */
function inBase64(bytes: Buffer, shift: number): string[] {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
        .toString("base64")
        .replace(/=+$/, "");
    const alone = encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
    const found = [...(shift === 0 ? [encoded] : []), ...(alone.length >= MIN_LENGTH_INNER ? [alone] : [])];
    return found.flatMap((digits) => [digits, digits.replaceAll("+", "-").replaceAll("/", "_")]);
}
