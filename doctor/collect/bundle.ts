import { readFileSync, writeFileSync } from "node:fs";
import { readDocument, wrongFields, type FieldType } from "../../terminal/document.js";
import { CommandError, messageOf } from "../../terminal/errors.js";
import { BUNDLE_FORMAT, BUNDLE_VERSION, type Snapshot, type SnapshotObjects } from "../model/snapshot.js";
import { isRaw, type Raw } from "./keep/shape.js";

type Fields = Readonly<Record<string, FieldType>>;

const named = { "metadata.name": "text" } as const;

/** What each object of a collection has at least; a dot leads into what a field holds. */
const items: Readonly<Record<keyof SnapshotObjects, Fields>> = {
    nodes: { ...named, spec: "object", status: "object" },
    pods: { ...named, "spec.containers": "list", status: "object" },
    daemonSets: { ...named, "spec.template.spec.containers": "list", status: "object" },
    workloads: { ...named, kind: "text", "template.spec.containers": "list" },
    events: { reason: "text", message: "text", "object.kind": "text", "object.name": "text" },
    namespaces: named,
    networkPolicies: { ...named, spec: "object" },
    policies: { ...named, kind: "text" },
    policyBindings: { ...named, kind: "text" },
    clusterRoles: named,
    clusterRoleBindings: named,
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
    const wrong = [
        ...wrongFields(bundle, {
            ...{ takenAt: "text", clockAheadSeconds: "number", kubernetes: "text" },
            ...{ gaps: "list", objects: "object", others: "object" },
        }),
        ...wrongItems("gaps", bundle.gaps, { collection: "text", why: "text", detail: "text" }),
        ...(isRaw(bundle.objects) ? wrongObjects(bundle.objects) : []),
    ];
    if (typeof bundle.takenAt === "string" && Number.isNaN(Date.parse(bundle.takenAt))) wrong.push("takenAt");
    if (wrong.length > 0) throw new CommandError(`not a bundle: missing or of the wrong type: ${wrong.join(", ")}`);
    return bundle as unknown as Snapshot;
}

function wrongObjects(objects: Raw): string[] {
    return Object.entries(items).flatMap(([name, fields]) =>
        Array.isArray(objects[name]) ? wrongItems(`objects.${name}`, objects[name], fields) : [`objects.${name}`],
    );
}

/** The first object of a list that lacks something, with what it lacks. */
function wrongItems(name: string, list: unknown, fields: Fields): string[] {
    if (!Array.isArray(list)) return [];
    for (const [index, item] of list.entries()) {
        const lacks = Object.entries(fields).flatMap(([path, type]) => (has(item, path, type) ? [] : [path]));
        if (lacks.length > 0) return lacks.map((path) => `${name}[${index}].${path}`);
    }
    return [];
}

function has(item: unknown, path: string, type: FieldType): boolean {
    const dot = path.indexOf(".");
    if (!isRaw(item)) return false;
    if (dot < 0) return wrongFields(item, { [path]: type }).length === 0;
    return has(item[path.slice(0, dot)], path.slice(dot + 1), type);
}

function textOf(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        throw new CommandError(`--from ${file}: cannot be read (${messageOf(error)})`, 2);
    }
}
