import type { Node, Pod } from "../../../doctor/model/objects";
import type { Snapshot } from "../../../doctor/model/snapshot";
import { judge } from "../../../doctor/judge/judge";
import type { CheckCode } from "../../../doctor/model/codes";
import type { Objects } from "./cluster";

/** A node, pod or other object of a list, for a test to change. */
export function named<T extends { metadata: { name: string } }>(objects: T[], name: string): T {
    const one = objects.find(({ metadata }) => metadata.name === name);
    if (one === undefined)
        throw new Error(`${name} is not among ${objects.map(({ metadata }) => metadata.name).join()}`);
    return one;
}

/** Changes the labels of a node; undefined removes one. */
export function relabel(node: Node, labels: Record<string, string | undefined>): void {
    const all = { ...node.metadata.labels, ...labels };
    const kept = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    node.metadata = { ...node.metadata, labels: Object.fromEntries(kept) };
}

/** Changes what a node has of resources, in both lists or in one; undefined removes one. */
export function setAmounts(
    node: Node,
    amounts: Record<string, string | undefined>,
    lists: readonly ("capacity" | "allocatable")[] = ["capacity", "allocatable"],
): void {
    for (const list of lists) {
        const all = { ...node.status[list], ...amounts };
        const kept = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
        node.status = { ...node.status, [list]: Object.fromEntries(kept) };
    }
}

/** Removes the pods of a DaemonSet from a node. */
export function removePods(objects: Objects, app: string, node: string): void {
    objects.pods = objects.pods.filter(
        ({ metadata, spec }) => !(metadata.labels?.["app.kubernetes.io/name"] === app && spec.nodeName === node),
    );
}

/** Makes a pod one whose containers, or init containers, are in the states given. */
export function setStatus(pod: Pod, status: Pod["status"]): void {
    pod.status = { phase: "Pending", conditions: [{ type: "Ready", status: "False" }], ...status };
}

/** What checks say of a snapshot: findings as "CA-N10 no-epc", skipped ones as "CA-N10 because CA-P14". */
export function told(snapshot: Snapshot): string[] {
    return judge(snapshot)
        .categories.flatMap(({ checks }) => checks)
        .flatMap(({ code, findings, because }) => [
            ...findings.map(({ reason }) => `${code} ${reason}`),
            ...(because === undefined ? [] : [`${code} because ${because}`]),
        ]);
}

/** The places of the findings of a check, as "Node aks-enclave-0". */
export function placesOf(snapshot: Snapshot, code: CheckCode): string[] {
    return judge(snapshot)
        .categories.flatMap(({ checks }) => checks)
        .filter((check) => check.code === code)
        .flatMap(({ findings }) => findings)
        .flatMap(({ where }) => where)
        .map(({ kind, namespace, name }) => `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`);
}

/** Checks that say that something is not ready yet, with what. */
export function pendingOf(snapshot: Snapshot): string[] {
    return judge(snapshot)
        .categories.flatMap(({ checks }) => checks)
        .flatMap(({ code, result, pending, needs = "" }) =>
            result === "skipped" && pending === true ? [`${code} ${needs}`] : [],
        );
}
