import { readFileSync, writeFileSync } from "node:fs";
import { readDocument, wrongFields } from "../../terminal/document.js";
import { CommandError, messageOf } from "../../terminal/errors.js";
import { BUNDLE_FORMAT, BUNDLE_VERSION, type Snapshot } from "../model/snapshot.js";

/** Writes what was read; only the owner may read the file. */
export function writeBundle(file: string, snapshot: Snapshot): void {
    try {
        writeFileSync(file, `${JSON.stringify(snapshot)}\n`, { mode: 0o600 });
    } catch (error) {
        throw new CommandError(`--bundle ${file}: cannot be written (${messageOf(error)})`, 2);
    }
}

/** Reads it again. Throws CommandError when it is none, or of another version. */
export function readBundle(file: string): Snapshot {
    const bundle = readDocument(
        { name: "bundle", format: BUNDLE_FORMAT, version: BUNDLE_VERSION, error: CommandError },
        textOf(file),
    );
    const wrong = wrongFields(bundle, {
        takenAt: "text",
        kubernetes: "text",
        gaps: "list",
        objects: "object",
        others: "object",
    });
    if (wrong.length > 0) throw new CommandError(`not a bundle: missing or of the wrong type: ${wrong.join(", ")}`);
    return bundle as unknown as Snapshot;
}

function textOf(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        throw new CommandError(`--from ${file}: cannot be read (${messageOf(error)})`, 2);
    }
}
