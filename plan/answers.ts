import { parseAllDocuments } from "yaml";
import type { WireObject, WireValue } from "./wire.js";
import { isWireObject } from "./wire.js";

/** Provider functions that only compute: the offline plan answers them itself. */
export const offlineAnswers: Record<string, (args: WireObject) => WireObject | undefined> = {
    // Used by kubernetes' ConfigFile and ConfigGroup to read manifests.
    "kubernetes:yaml:decode": (args) => {
        const text = args["text"];
        if (typeof text !== "string") return undefined;
        const documents = parseAllDocuments(text, { merge: true }) as { errors: Error[]; toJS(): unknown }[];
        if (documents.some((document) => document.errors.length > 0)) return undefined;
        const objects = documents.map((document) => document.toJS() as WireValue).flatMap(itemsOf);
        return { result: objects };
    },
};

function itemsOf(object: WireValue): WireValue[] {
    if (!isWireObject(object)) return [];
    const { kind, items } = object;
    return typeof kind === "string" && kind.endsWith("List") && Array.isArray(items) ? items : [object];
}
