import { readFileSync, writeFileSync } from "node:fs";
import { readDocument, wrongFields } from "../../terminal/document.js";
import { CommandError, messageOf } from "../../terminal/errors.js";
import { BUNDLE_FORMAT, BUNDLE_VERSION, type Snapshot, type SnapshotObjects } from "../model/snapshot.js";
import { isRaw } from "./keep/shape.js";

const collections: Readonly<Record<keyof SnapshotObjects, "list">> = {
    nodes: "list",
    pods: "list",
    daemonSets: "list",
    workloads: "list",
    events: "list",
    namespaces: "list",
    networkPolicies: "list",
    policies: "list",
    policyBindings: "list",
    clusterRoles: "list",
    clusterRoleBindings: "list",
};

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
    const objects = isRaw(bundle.objects) ? wrongFields(bundle.objects, collections) : [];
    const all = [...wrong, ...objects.map((name) => `objects.${name}`)];
    if (all.length > 0) throw new CommandError(`not a bundle: missing or of the wrong type: ${all.join(", ")}`);
    return bundle as unknown as Snapshot;
}

function textOf(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        throw new CommandError(`--from ${file}: cannot be read (${messageOf(error)})`, 2);
    }
}
