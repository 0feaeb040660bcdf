import type { Condition, LabelSelector, Meta } from "../../model/objects.js";
import { mask as maskPlain, start, type Mask } from "../mask.js";
import { flag, isRaw, list, object, or, reasonWord, record, text, texts, type Keep } from "./shape.js";

/** Replaces what is not kept. */
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

/** Conditions. The message, masked, only of the type whose message a check reads: anybody may write others. */
export function keepConditions(mask: Mask, withMessage?: string): Keep<readonly Condition[]> {
    const masked = keepMasked(mask);
    const keep = (message: Keep<string>) =>
        object<Condition>({
            type: or(text, ""),
            status: or(text, ""),
            reason: reasonWord,
            message,
            lastTransitionTime: text,
        });
    const [full, bare] = [keep(masked), keep(() => undefined)];
    return list((raw) => (isRaw(raw) && raw.type === withMessage ? full(raw) : bare(raw)));
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
