import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Item } from "../model/items.js";
import { readDocument, wrongFields } from "../../terminal/document.js";
import { CommandError, messageOf } from "../../terminal/errors.js";
import type { Answer } from "./answer.js";

const FORMAT = "confidential-aks/tcb-answer";
const VERSION = 1;

/** An answer of another day. */
export interface Copy extends Answer {
    readAt: Date;
}

/** A folder with the last good answer for each item. What is read there is checked as if it came from the service. */
export class Cache {
    constructor(private readonly folder: string) {
        try {
            mkdirSync(folder, { recursive: true });
        } catch (error) {
            throw new CommandError(`--cache ${folder}: cannot be made (${messageOf(error)})`, 2);
        }
    }

    /** Undefined: there is none that can be read. */
    read(item: Item): Copy | undefined {
        try {
            const kind = { name: "copy", format: FORMAT, version: VERSION, error: Error };
            const copy = readDocument(kind, readFileSync(this.fileOf(item), "utf8"));
            if (wrongFields(copy, { readAt: "text", body: "text", chain: "text" }).length > 0) return undefined;
            const { readAt, body, chain } = copy as { readAt: string; body: string; chain: string };
            const at = new Date(readAt);
            if (Number.isNaN(at.getTime())) return undefined;
            return { readAt: at, body: Buffer.from(body, "base64"), chain };
        } catch {
            return undefined;
        }
    }

    write(item: Item, { body, chain }: Answer, readAt: Date): void {
        const file = this.fileOf(item);
        const text = JSON.stringify({
            format: FORMAT,
            version: VERSION,
            readAt: readAt.toISOString(),
            chain,
            body: body.toString("base64"),
        });
        try {
            // Another process that reads sees a whole copy.
            writeFileSync(`${file}.${process.pid}`, text);
            renameSync(`${file}.${process.pid}`, file);
        } catch (error) {
            throw new CommandError(`--cache ${this.folder}: cannot be written (${messageOf(error)})`, 2);
        }
    }

    private fileOf(item: Item): string {
        const { kind, ...rest } = item;
        return path.join(this.folder, `${[kind, ...Object.values(rest).map(String)].join("-")}.json`);
    }
}
