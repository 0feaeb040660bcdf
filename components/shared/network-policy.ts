import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { commonLabels } from "./objects";

type Egress = inputs.networking.v1.NetworkPolicyEgressRule;

const tcp = (port: number) => ({ protocol: "TCP", port });

/** Any resolver, since a node's own cache of names has an address of the node. */
const names: Egress = { ports: [{ protocol: "UDP", port: 53 }, tcp(53)] };

/** What a pod has to reach. Ports without addresses where the addresses differ from cluster to cluster. */
export const reaches = {
    /** The API server: 443 on AKS, 6443 as Kubernetes itself has it. */
    apiServer: [names, { ports: [tcp(443), tcp(6443)] }],
    /** HTTPS only. */
    https: [names, { ports: [tcp(443)] }],
    /** Collateral of quotes: Azure's cache by HTTPS, and the service on each Azure host (THIM). */
    collateral: [names, { ports: [tcp(443)] }, { to: [{ ipBlock: { cidr: "169.254.169.254/32" } }], ports: [tcp(80)] }],
} satisfies Record<string, Egress[]>;

/**
 * The policy of the pods labelled `app`, for them to wait for. `serves`: ports that are open to all, such as that of
 * metrics, since who scrapes differs from cluster to cluster. Its name is left to
 * Pulumi, so that several components fit into one namespace, and none of them carries another name when its component
 * does.
 */
export function networkPolicyFor(
    name: string,
    pods: { app: string; component: string; namespace: pulumi.Input<string>; egress: Egress[]; serves?: number[] },
    child: pulumi.CustomResourceOptions,
): NetworkPolicy {
    const { app, component, namespace, egress, serves = [] } = pods;
    return new NetworkPolicy(
        `${name}-network`,
        {
            metadata: { namespace, labels: commonLabels(app, component) },
            spec: {
                podSelector: { matchLabels: { "app.kubernetes.io/name": app } },
                // Ingress without a rule: no pod may connect to them, because they serve sockets of the node only.
                policyTypes: ["Ingress", "Egress"],
                ...(serves.length > 0 ? { ingress: [{ ports: serves.map(tcp) }] } : {}),
                egress,
            },
        },
        child,
    );
}
