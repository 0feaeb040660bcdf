import type { Condition, LabelSelector, Meta } from "../../model/objects.js";
import { mask as maskPlain, start, type Mask } from "../mask.js";
import { flag, list, object, or, record, text, texts, type Keep } from "./shape.js";

/** What stands in the place of what is not kept. */
export const REMOVED = "[removed]";

/** Annotations whose value a check reads. All others are kept by their key. */
const readable = ["sgx.intel.com/epc", "sgx.intel.com/quote-provider", "seccomp.security.alpha.kubernetes.io/pod"];
const readablePrefixes = [
    "container.apparmor.security.beta.kubernetes.io/",
    "container.seccomp.security.alpha.kubernetes.io/",
];

/** What node-feature-discovery adds to a node, also by an instance with a name. */
const nfdResources = /^(?:[\w.-]+\.)?nfd\.node\.kubernetes\.io\/extended-resources$/;

const annotation = (value: unknown, key: string): string => {
    const isReadable =
        readable.includes(key) || nfdResources.test(key) || readablePrefixes.some((prefix) => key.startsWith(prefix));
    return isReadable && typeof value === "string" ? start(maskPlain(value)) : REMOVED;
};

const owner = object<NonNullable<Meta["ownerReferences"]>[number]>({
    kind: or(text, ""),
    name: or(text, ""),
    uid: or(text, ""),
    controller: flag,
});

/** The metadata of an object. */
export const keepMeta: Keep<Meta> = object<Meta>({
    name: or(text, ""),
    namespace: text,
    uid: or(text, ""),
    labels: record((value) => (typeof value === "string" ? value : undefined)),
    annotations: record(annotation),
    ownerReferences: list(owner),
    creationTimestamp: text,
    deletionTimestamp: text,
});

/** The metadata, where an object has none. */
export const noMeta: Meta = { name: "", uid: "" };

/** A condition, with its message masked. */
export function keepConditions(mask: Mask): Keep<readonly Condition[]> {
    return list(
        object<Condition>({
            type: or(text, ""),
            status: or(text, ""),
            reason: text,
            message: keepMasked(mask),
            lastTransitionTime: text,
        }),
    );
}

/** A text that is masked, and cut. */
export function keepMasked(mask: Mask): Keep<string> {
    return (raw) => (typeof raw === "string" && raw !== "" ? start(mask(raw)) : undefined);
}

/** A requirement of labels. */
export const keepRequirement = object<NonNullable<LabelSelector["matchExpressions"]>[number]>({
    key: or(text, ""),
    operator: or(text, ""),
    values: texts,
});

/** A selector of labels. */
export const keepSelector: Keep<LabelSelector> = object<LabelSelector>({
    matchLabels: record((value) => (typeof value === "string" ? value : undefined)),
    matchExpressions: list(keepRequirement),
});
