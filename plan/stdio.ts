import type { SecretBook } from "./secrets.js";

type Write = typeof process.stdout.write;

/** Takes over standard output and error while the program runs, so that stdout carries nothing but the plan. */
export interface Stdio {
    /** Gives both streams back, and writes what the program printed to standard error, secrets masked. */
    release(): void;
}

/**
 * Holds back what the program prints until all its secrets are known: they can be masked only then. It appears when the run is
 * over, also when the program failed or called process.exit. `before` is called first.
 */
export function holdOutput(book: SecretBook, before: () => void): Stdio {
    const stdout = process.stdout.write.bind<Write>(process.stdout);
    const stderr = process.stderr.write.bind<Write>(process.stderr);
    const held: Buffer[] = [];
    let holding = true;
    const hold = (chunk: Uint8Array | string, encoding?: unknown, done?: unknown): boolean => {
        held.push(
            typeof chunk === "string"
                ? Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8")
                : Buffer.from(chunk),
        );
        const callback = typeof encoding === "function" ? encoding : done;
        if (typeof callback === "function") process.nextTick(callback);
        return true;
    };
    process.stdout.write = hold;
    process.stderr.write = hold;
    return {
        release: () => {
            if (!holding) return;
            holding = false;
            process.stdout.write = stdout;
            process.stderr.write = stderr;
            before();
            const text = Buffer.concat(held).toString("utf8");
            if (text !== "") process.stderr.write(book.mask(text));
        },
    };
}
