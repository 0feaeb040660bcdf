import type { Node, Taint } from "../../model/objects.js";
import { mask } from "../mask.js";
import { keepConditions, keepMeta, noMeta } from "./meta.js";
import { amounts, flag, list, object, or, text, type Raw } from "./shape.js";

const spec = object<Node["spec"]>({
    taints: list(object<Taint>({ key: or(text, ""), value: text, effect: or(text, "") })),
    unschedulable: flag,
});

const status = object<Node["status"]>({
    capacity: amounts,
    allocatable: amounts,
    conditions: keepConditions(mask, "Ready"),
    nodeInfo: object<NonNullable<Node["status"]["nodeInfo"]>>({
        kubeletVersion: text,
        architecture: text,
        operatingSystem: text,
        osImage: text,
        kernelVersion: text,
    }),
});

export function keepNode(raw: Raw): Node {
    return { metadata: keepMeta(raw.metadata) ?? noMeta, spec: spec(raw.spec) ?? {}, status: status(raw.status) ?? {} };
}
