import { isPlainObject } from "../../components/problems/index.js";
import { parseAllDocuments, type Document } from "yaml";
import type { WireObject, WireValue } from "../model/wire.js";
import { structureMistake } from "../program/yaml-file.js";

/** Provider functions that only compute: the offline plan answers them itself. */
export const offlineAnswers: Record<string, (args: WireObject) => WireObject | undefined> = {
    // Used by kubernetes' ConfigFile and ConfigGroup to read manifests.
    "kubernetes:yaml:decode": (args) => {
        const text = args["text"];
        if (typeof text !== "string") return undefined;
        const documents = parseAllDocuments(text, { merge: true, uniqueKeys: false }) as Document.Parsed[];
        if (documents.some((document) => document.errors.length > 0 || structureMistake(document) !== undefined))
            return undefined;
        try {
            return { result: documents.map((document) => document.toJS() as WireValue).flatMap(itemsOf) };
        } catch {
            // More aliases than anybody writes.
            return undefined;
        }
    },
};

function itemsOf(object: WireValue): WireValue[] {
    if (!isPlainObject(object)) return [];
    const { kind, items } = object;
    return typeof kind === "string" && kind.endsWith("List") && Array.isArray(items) ? items : [object];
}
