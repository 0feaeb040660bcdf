import type * as pulumi from "@pulumi/pulumi";
import { invalid, isLate, isPlainObject, type Problem } from "../problems";
import { SGX_NODE_LABEL, SGX_NODE_LABEL_VALUE } from "../sgx";
import { checkedLater, type Subject } from "./checked-later";

/** Names and texts, such as environment variables; a text may be an output. */
export type TextMap = Record<string, pulumi.Input<string>>;

/** The label of this package's enclave pools. */
export const enclaveNodes: TextMap = { [SGX_NODE_LABEL]: SGX_NODE_LABEL_VALUE };

/** Problems of one value of a map that has to be text. An output is checked when its value is known. */
export function checkText(path: string, value: unknown): Problem[] {
    if (typeof value === "string" || isLate(value)) return [];
    const isScalar = typeof value === "number" || typeof value === "boolean";
    const remedy = isScalar ? `write ${JSON.stringify(String(value))}` : "write one text";
    return [invalid(path, value, "text: Kubernetes refuses anything else", remedy)];
}

/** Problems of the labels that nodes have to have; absent is fine. */
export function checkNodeSelector(path: string, selector: unknown): Problem[] {
    if (selector === undefined) return [];
    if (!isPlainObject(selector)) {
        return [invalid(path, selector, "labels of nodes and their values", 'write it as in { pool: "enclaves" }')];
    }
    return Object.entries(selector).flatMap(([label, value]) => checkText(`${path}[${JSON.stringify(label)}]`, value));
}

/** The same map. Each value that is an output is checked as soon as it is known. */
export function checkedTextsLater(
    of: Subject,
    map: TextMap,
    check: (name: string, known: string) => readonly Problem[],
): TextMap {
    const entries = Object.entries(map).map(([name, value]) => [
        name,
        checkedLater(of, value, (known) => check(name, known)),
    ]);
    return Object.fromEntries(entries) as TextMap;
}
