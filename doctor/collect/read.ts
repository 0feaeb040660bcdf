import { didYouMean } from "../../components/problems/index.js";
import { CommandError } from "../../terminal/errors.js";
import type { KubernetesEvent, Namespace, Workload } from "../model/objects.js";
import { roleOf, roleOfDaemonSet } from "../model/roles.js";
import type { Snapshot, SnapshotObjects } from "../model/snapshot.js";
import { concernsSgx } from "./concern.js";
import { keepEvent } from "./keep/event.js";
import { keepNamespace, keepNetworkPolicy } from "./keep/namespaced.js";
import { keepNode } from "./keep/node.js";
import { isOfPackage, keepBinding, keepClusterRole, keepClusterRoleBinding, keepPolicy } from "./keep/policy.js";
import { text, under, type Raw } from "./keep/shape.js";
import { keepDaemonSet, keepWorkload, maskOf, templateIn } from "./keep/workload.js";
import { mask, start, type Mask } from "./mask.js";
import { othersOf, readPod } from "./pods.js";
import type { Reader } from "./reader.js";
import { rights } from "./rights.js";

/** Namespace of what AKS itself runs, its add-on for SGX among it. */
const systemNamespace = "kube-system";

/** Reads everything, several lists at a time, and keeps what has to do with SGX. */
export async function readObjects(
    reader: Reader,
    namespace: string | undefined,
): Promise<Pick<Snapshot, "objects" | "others">> {
    const masks = new Map<string, Mask>();
    const daemonSets = reader.read(rights.daemonSets, (raw) => daemonSetOf(raw, namespace, masks), noMore);
    const infrastructure = async () => [
        systemNamespace,
        ...(await daemonSets).flatMap((each) =>
            roleOfDaemonSet(each) === "workload" ? [] : [each.metadata.namespace ?? ""],
        ),
    ];
    const read = <T>(right: keyof typeof rights, keep: (raw: Raw) => T | undefined) =>
        reader.read(rights[right], keep, infrastructure);
    const workloads = (right: keyof typeof rights, kind: Workload["kind"]) =>
        read(right, (raw) => workloadOf(kind, raw, namespace, masks));
    const all = {
        nodes: read("nodes", keepNode),
        pods: read("pods", (raw) => readPod(raw, namespace)),
        workloads: Promise.all([
            workloads("deployments", "Deployment"),
            workloads("statefulSets", "StatefulSet"),
            workloads("jobs", "Job"),
            workloads("cronJobs", "CronJob"),
        ]),
        events: read("events", keepEvent),
        namespaces: read("namespaces", keepNamespace),
        networkPolicies: read("networkPolicies", keepNetworkPolicy),
        policies: Promise.all([
            read("validatingPolicies", (raw) => policyOf("ValidatingAdmissionPolicy", raw)),
            read("mutatingPolicies", (raw) => policyOf("MutatingAdmissionPolicy", raw)),
        ]),
        policyBindings: Promise.all([
            read("validatingBindings", (raw) => keepBinding("ValidatingAdmissionPolicyBinding", raw)),
            read("mutatingBindings", (raw) => keepBinding("MutatingAdmissionPolicyBinding", raw)),
        ]),
        clusterRoles: read("clusterRole", keepClusterRole),
        clusterRoleBindings: read("clusterRoleBinding", keepClusterRoleBinding),
    };
    // All at once: the first that fails ends the reading, and none fails unseen.
    await Promise.all([daemonSets, ...Object.values(all)]);
    checkNamespace(namespace, await all.namespaces);
    const pods = await all.pods;
    const kept = pods.flatMap((each) => ("pod" in each ? [each] : []));
    const policies = (await all.policies).flat();
    const objects: SnapshotObjects = {
        nodes: await all.nodes,
        pods: kept.map(({ pod }) => pod),
        daemonSets: await daemonSets,
        workloads: (await all.workloads).flat(),
        events: [],
        namespaces: await all.namespaces,
        networkPolicies: await all.networkPolicies,
        policies,
        policyBindings: (await all.policyBindings)
            .flat()
            .filter(
                ({ metadata, policyName }) =>
                    isOfPackage({ metadata }) || policies.some((policy) => policy.metadata.name === policyName),
            ),
        clusterRoles: await all.clusterRoles,
        clusterRoleBindings: await all.clusterRoleBindings,
    };
    for (const { pod, mask } of kept) masks.set(keyOf("Pod", pod.metadata), mask);
    const events = eventsOf(objects, await all.events, masks);
    return { objects: { ...inNamespaces(objects), events }, others: othersOf(pods) };
}

/** A misspelt namespace would look as healthy as an empty one. Where none may be listed, any is believed. */
function checkNamespace(namespace: string | undefined, namespaces: readonly Namespace[]): void {
    const names = namespaces.map(({ metadata }) => metadata.name);
    if (namespace === undefined || names.length === 0 || names.includes(namespace)) return;
    const next = didYouMean(namespace, names, "kubectl get namespaces lists them");
    throw new CommandError(`--namespace ${namespace}: not in the cluster; ${next}`, 2);
}

const noMore = () => Promise.resolve([]);

function daemonSetOf(raw: Raw, namespace: string | undefined, masks: Map<string, Mask>) {
    const template = templateIn("DaemonSet", raw);
    const kept = keepDaemonSet(raw);
    masks.set(keyOf("DaemonSet", kept.metadata), maskOf("DaemonSet", raw));
    const isElsewhere = namespace !== undefined && kept.metadata.namespace !== namespace;
    if (roleOfDaemonSet(kept) !== "workload") return kept;
    return !isElsewhere && concernsSgx(under(template, "metadata"), under(template, "spec")) ? kept : undefined;
}

function workloadOf(
    kind: Workload["kind"],
    raw: Raw,
    namespace: string | undefined,
    masks: Map<string, Mask>,
): Workload | undefined {
    if (namespace !== undefined && text(under(raw, "metadata").namespace) !== namespace) return undefined;
    const template = templateIn(kind, raw);
    if (!concernsSgx(under(template, "metadata"), under(template, "spec"))) return undefined;
    const kept = keepWorkload(kind, raw);
    masks.set(keyOf(kind, kept.metadata), maskOf(kind, raw));
    return kept;
}

function policyOf(kind: "ValidatingAdmissionPolicy" | "MutatingAdmissionPolicy", raw: Raw) {
    return isOfPackage(raw) ? keepPolicy(kind, raw) : undefined;
}

/** The objects of namespaces only of those in which something has to do with SGX. */
function inNamespaces(objects: SnapshotObjects): SnapshotObjects {
    const { pods, workloads, daemonSets } = objects;
    const names = new Set([...pods, ...workloads, ...daemonSets].map(({ metadata }) => metadata.namespace));
    const isThere = ({ metadata }: { metadata: { namespace?: string } }) => names.has(metadata.namespace);
    return {
        ...objects,
        namespaces: objects.namespaces.filter(({ metadata }) => names.has(metadata.name)),
        networkPolicies: objects.networkPolicies.filter(isThere),
    };
}

/** What the probe of a workload printed: its program's words. */
const ofProbe = "Unhealthy";

/** The events of what is kept, masked. */
function eventsOf(
    { nodes, pods, daemonSets, workloads }: SnapshotObjects,
    events: readonly KubernetesEvent[],
    masks: ReadonlyMap<string, Mask>,
): KubernetesEvent[] {
    const kept = new Set([
        ...nodes.map(({ metadata }) => keyOf("Node", { name: metadata.name })),
        ...pods.map(({ metadata }) => keyOf("Pod", metadata)),
        ...daemonSets.map(({ metadata }) => keyOf("DaemonSet", metadata)),
        ...workloads.map(({ kind, metadata }) => keyOf(kind, metadata)),
    ]);
    const programs = new Set(
        pods.flatMap(({ metadata, spec }) => (roleOf(metadata, spec) === "workload" ? [keyOf("Pod", metadata)] : [])),
    );
    return events.flatMap((event) => {
        const key = keyOf(event.object.kind, event.object);
        const about = kept.has(key) ? key : deploymentOf(event);
        if (!kept.has(about) || (event.reason === ofProbe && programs.has(about))) return [];
        return [{ ...event, message: start((masks.get(about) ?? mask)(event.message)) }];
    });
}

/** The Deployment of a ReplicaSet, by the name that Kubernetes gives it: the Deployment's with the template's hash. */
function deploymentOf({ object: { kind, name, namespace } }: KubernetesEvent): string {
    const deployment = kind === "ReplicaSet" ? /^(.+)-[a-z0-9]+$/.exec(name)?.[1] : undefined;
    return deployment === undefined
        ? ""
        : keyOf("Deployment", { name: deployment, ...(namespace === undefined ? {} : { namespace }) });
}

function keyOf(kind: string, { namespace, name }: { namespace?: string; name: string }): string {
    // Events of objects of the cluster are in a namespace, and their object is in none or, of some senders, in that.
    return kind === "Node" ? `Node/${name}` : `${kind}/${namespace ?? ""}/${name}`;
}
