import type { Readable } from "node:stream";
import type { SecretBook } from "../model/secrets.js";
import { cleanLines } from "../../terminal/text.js";

/** The most characters that are held of what a program prints, unfinished lines included. */
const LIMIT = 16 * 1024 * 1024;

/**
 * Holds back what a program prints until all its secrets are known: they can be masked only then. Lines of several
 * streams stay in the order in which they came. Beyond the limit everything is left out, and so is the line that is
 * cut: half a secret would not be masked.
 */
export class HeldOutput {
    private readonly lines: string[] = [];
    private readonly rests: (() => void)[] = [];
    private length = 0;
    private dropped = 0;

    /** Holds all that comes from a stream. */
    hold(stream: Readable): void {
        let rest = "";
        const push = (text: string): void => {
            if (this.length > LIMIT) this.dropped += text.length;
            else if (text !== "") this.lines.push(text);
        };
        stream.setEncoding("utf8").on("data", (text: string) => {
            this.length += text.length;
            // All of it, once the limit is passed.
            const end = this.length > LIMIT ? text.length : text.lastIndexOf("\n") + 1;
            if (end === 0) {
                rest += text;
                return;
            }
            push(rest + text.slice(0, end));
            rest = text.slice(end);
        });
        this.rests.push(() => {
            push(rest);
            rest = "";
        });
    }

    /** All of it, with secrets masked and without control characters. */
    text(book: SecretBook): string {
        for (const push of this.rests) push();
        const note = this.dropped === 0 ? "" : `... ${this.dropped} more characters of output are left out\n`;
        return cleanLines(book.mask(this.lines.join(""))) + note;
    }
}
