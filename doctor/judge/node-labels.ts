import type { DaemonSet, Node } from "../model/objects.js";

/** Labels that the pods of a DaemonSet ask for and a node does not have, as `KEY=VALUE`. */
export function missingLabels({ metadata: { labels = {} } }: Node, { spec }: DaemonSet): string[] {
    return Object.entries(spec.template.spec.nodeSelector ?? {})
        .filter(([key, value]) => labels[key] !== value)
        .map(([key, value]) => `${key}=${value}`);
}

/** Labels that Kubernetes and AKS give a node by themselves, and that say what it is. */
const reserved = /^([^/=]*\.)?(kubernetes\.io|k8s\.io|kubernetes\.azure\.com)\//;

/** How the pods of a DaemonSet come to a node that they do not select. */
export function labelFix(node: Node, daemonSet: DaemonSet): string {
    const labels = missingLabels(node, daemonSet);
    const { namespace = "", name } = daemonSet.metadata;
    const correct = `correct the node selector and affinity of the DaemonSet ${namespace}/${name}`;
    if (labels.length === 0 || labels.some((label) => reserved.test(label))) return correct;
    return `label the node: \`kubectl label --overwrite node ${node.metadata.name} ${labels.join(" ")}\`, and its pool for the next nodes; or ${correct}`;
}
