import type { V1Container, V1Pod } from "@kubernetes/client-node";
import { sanitized } from "./series";

/*
 * A double of Prometheus's discovery of pods (role `pod`), which Debian's Prometheus is built without: the same targets
 * with the same labels as discovery/kubernetes/pod.go of prometheus/prometheus makes, in the form of its discovery by
 * HTTP. Labels of annotations, container ids and images are left out.
 */
export interface TargetGroup {
    targets: [string];
    labels: Record<string, string>;
}

/** A target for each port of a container, or one for a container without ports; none before a pod has an address. */
export function podTargets(pods: readonly V1Pod[]): TargetGroup[] {
    return pods.filter(({ status }) => (status?.podIP ?? "") !== "").flatMap(targetsOf);
}

function targetsOf(pod: V1Pod): TargetGroup[] {
    const { containers = [], initContainers = [] } = pod.spec ?? {};
    const all = [
        ...containers.map((one) => [one, false] as const),
        ...initContainers.map((one) => [one, true] as const),
    ];
    return all.flatMap(([container, isInit]) => {
        const labels = {
            ...labelsOf(pod),
            __meta_kubernetes_pod_container_name: container.name,
            __meta_kubernetes_pod_container_init: String(isInit),
        };
        return portsOf(pod.status?.podIP ?? "", container).map(([address, ofPort]) => ({
            targets: [address],
            labels: { ...labels, ...ofPort },
        }));
    });
}

function portsOf(ip: string, { ports = [] }: V1Container): [string, Record<string, string>][] {
    if (ports.length === 0) return [[ip, {}]];
    return ports.map(({ name = "", containerPort, protocol = "TCP" }) => [
        `${ip}:${containerPort}`,
        {
            __meta_kubernetes_pod_container_port_name: name,
            __meta_kubernetes_pod_container_port_number: String(containerPort),
            __meta_kubernetes_pod_container_port_protocol: protocol,
        },
    ]);
}

function labelsOf({ metadata, spec, status }: V1Pod): Record<string, string> {
    const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
    const ready = status?.conditions?.find(({ type }) => type === "Ready")?.status ?? "Unknown";
    const own = Object.entries(metadata?.labels ?? {}).flatMap(([name, value]) => [
        [`__meta_kubernetes_pod_label_${sanitized(name)}`, value],
        [`__meta_kubernetes_pod_labelpresent_${sanitized(name)}`, "true"],
    ]);
    return {
        __meta_kubernetes_namespace: metadata?.namespace ?? "",
        __meta_kubernetes_pod_name: metadata?.name ?? "",
        __meta_kubernetes_pod_uid: metadata?.uid ?? "",
        __meta_kubernetes_pod_ip: status?.podIP ?? "",
        __meta_kubernetes_pod_ready: ready.toLowerCase(),
        __meta_kubernetes_pod_phase: status?.phase ?? "",
        __meta_kubernetes_pod_node_name: spec?.nodeName ?? "",
        __meta_kubernetes_pod_host_ip: status?.hostIP ?? "",
        ...(owner === undefined
            ? {}
            : {
                  __meta_kubernetes_pod_controller_kind: owner.kind,
                  __meta_kubernetes_pod_controller_name: owner.name,
              }),
        ...(Object.fromEntries(own) as Record<string, string>),
    };
}
