import type { V1Node, V1Pod } from "@kubernetes/client-node";
import { parseQuantity } from "../../../../components/sgx/quantity";
import { gauges, sanitized, type Sample } from "./series";

/*
 * A double of kube-state-metrics, which cannot be had here: of its series those that the alerts ask for, with all their
 * labels, made from nodes and pods as internal/store/node.go, pod.go and utils.go of kubernetes/kube-state-metrics make
 * them (commit c92fe0c5ce02, August 2026, v2.20).
 */

/** `--metric-labels-allowlist=nodes=[...]`, as docs/monitoring.md asks for. */
const nodeLabels = ["node.kubernetes.io/instance-type"];

/** What the metrics are of. */
export interface ClusterObjects {
    nodes: readonly V1Node[];
    pods: readonly V1Pod[];
}

/** The metrics in Prometheus's text format. */
export function kubeStateMetrics({ nodes, pods }: ClusterObjects): string {
    const ofNodes = (samples: (node: V1Node) => Sample[]) =>
        nodes.flatMap((node) => samples(node).map(labelled({ node: node.metadata?.name ?? "" })));
    const ofPods = (samples: (pod: V1Pod) => Sample[]) =>
        pods.flatMap((pod) => {
            const { namespace = "", name = "", uid = "" } = pod.metadata ?? {};
            return samples(pod).map(labelled({ namespace, pod: name, uid }));
        });
    return gauges({
        kube_node_labels: ofNodes(labelsOf),
        kube_node_spec_taint: ofNodes(taintsOf),
        kube_node_status_allocatable: ofNodes(({ status }) => amounts(status?.allocatable)),
        kube_node_status_capacity: ofNodes(({ status }) => amounts(status?.capacity)),
        kube_node_status_condition: ofNodes(conditionsOf),
        kube_pod_container_resource_requests: ofPods(requestsOf),
        kube_pod_container_status_ready: ofPods(readinessOf),
        kube_pod_info: ofPods(infoOf),
        kube_pod_status_phase: ofPods(phasesOf),
        kube_pod_status_reason: ofPods(reasonsOf),
    });
}

const labelled =
    (first: Record<string, string>) =>
    ({ labels, value }: Sample): Sample => ({ labels: { ...first, ...labels }, value });

const flag = (value: boolean) => (value ? 1 : 0);

function labelsOf({ metadata }: V1Node): Sample[] {
    const all = metadata?.labels ?? {};
    const allowed = nodeLabels.filter((name) => name in all);
    return [
        { labels: Object.fromEntries(allowed.map((name) => [`label_${sanitized(name)}`, all[name] ?? ""])), value: 1 },
    ];
}

function taintsOf({ spec }: V1Node): Sample[] {
    return (spec?.taints ?? []).map(({ key, value = "", effect }) => ({ labels: { key, value, effect }, value: 1 }));
}

function conditionsOf({ status }: V1Node): Sample[] {
    return (status?.conditions ?? []).flatMap(({ type, status: is }) =>
        ["True", "False", "Unknown"].map((each) => ({
            labels: { condition: type, status: each.toLowerCase() },
            value: flag(is === each),
        })),
    );
}

/** Quantities by their resources; extended resources are plain numbers, also where they count bytes. */
function amounts(of: Readonly<Record<string, string>> = {}, more: Record<string, string> = {}): Sample[] {
    return Object.entries(of).flatMap(([name, quantity]) => {
        const unit = unitOf(name);
        const thousandths = parseQuantity(quantity, 1000);
        if (thousandths === undefined) throw new Error(`${name}: ${quantity} is no quantity`);
        const labels = { ...more, resource: sanitized(name) };
        return unit === undefined ? [] : [{ labels: { ...labels, unit }, value: thousandths / 1000 }];
    });
}

function unitOf(resource: string): string | undefined {
    if (resource === "cpu") return "core";
    if (["memory", "storage", "ephemeral-storage"].includes(resource)) return "byte";
    if (/^(hugepages-|attachable-volumes-)/.test(resource)) return "byte";
    if (resource === "pods") return "integer";
    const isExtended = resource.includes("/") && !resource.includes("kubernetes.io/");
    return isExtended && !resource.startsWith("requests.") ? "integer" : undefined;
}

/** Of containers, not of init containers. */
function requestsOf({ spec }: V1Pod): Sample[] {
    return (spec?.containers ?? []).flatMap(({ name, resources }) =>
        amounts(resources?.requests, { container: name, node: spec?.nodeName ?? "" }),
    );
}

function readinessOf({ status }: V1Pod): Sample[] {
    return (status?.containerStatuses ?? []).map(({ name, ready }) => ({
        labels: { container: name },
        value: flag(ready),
    }));
}

function infoOf({ metadata, spec, status }: V1Pod): Sample[] {
    const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
    const labels = {
        host_ip: status?.hostIP ?? "",
        pod_ip: status?.podIP ?? "",
        node: spec?.nodeName ?? "",
        created_by_kind: owner?.kind ?? "",
        created_by_name: owner?.name ?? "",
        priority_class: spec?.priorityClassName ?? "",
        host_network: String(spec?.hostNetwork ?? false),
    };
    return [{ labels, value: 1 }];
}

function phasesOf({ status }: V1Pod): Sample[] {
    const { phase = "" } = status ?? {};
    if (phase === "") return [];
    const all = ["Pending", "Succeeded", "Failed", "Unknown", "Running"];
    return all.map((each) => ({ labels: { phase: each }, value: flag(each === phase) }));
}

const reasons = [
    ...["Evicted", "NodeAffinity", "NodeLost", "PreemptionByScheduler", "SchedulingGated", "Shutdown"],
    ...["TerminationByKubelet", "UnexpectedAdmissionError"],
];

/** Of the pod, of its conditions, or of containers that have ended. */
function reasonsOf({ status }: V1Pod): Sample[] {
    const given = [
        status?.reason,
        ...(status?.conditions ?? []).map(({ reason }) => reason),
        ...(status?.containerStatuses ?? []).map(({ state }) => state?.terminated?.reason),
    ];
    const known = reasons.filter((reason) => given.includes(reason));
    const { reason: own = "" } = status ?? {};
    return [...known, ...(own === "" || reasons.includes(own) ? [] : ["Other"])].map((reason) => ({
        labels: { reason },
        value: 1,
    }));
}
