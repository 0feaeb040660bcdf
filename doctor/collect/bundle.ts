import { readFileSync, writeFileSync } from "node:fs";
import { CommandError, messageOf } from "../../terminal/errors.js";
import { BUNDLE_FORMAT, BUNDLE_VERSION, type Snapshot } from "../model/snapshot.js";

/** Writes what was read; nobody but the owner may read the file. */
export function writeBundle(file: string, snapshot: Snapshot): void {
    try {
        writeFileSync(file, `${JSON.stringify(snapshot)}\n`, { mode: 0o600 });
    } catch (error) {
        throw new CommandError(`--bundle ${file}: cannot be written (${messageOf(error)})`, 2);
    }
}

/** Reads it again. Throws CommandError when it is none, or of a newer version. */
export function readBundle(file: string): Snapshot {
    const snapshot = parsed(file) as Partial<Snapshot> | null;
    if (snapshot?.format !== BUNDLE_FORMAT)
        throw new CommandError(`--from ${file}: is no bundle of the doctor; make one with --bundle FILE`, 2);
    if (snapshot.version !== BUNDLE_VERSION)
        throw new CommandError(
            `--from ${file}: is of version ${String(snapshot.version)}, and this is for version ${BUNDLE_VERSION}; use the confidential-aks that made it`,
            2,
        );
    return snapshot as Snapshot;
}

function parsed(file: string): unknown {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
        throw new CommandError(`--from ${file}: cannot be read (${messageOf(error)})`, 2);
    }
}
