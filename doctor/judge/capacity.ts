import {
    ENCLAVE_RESOURCE,
    EPC_RESOURCE,
    formatEpc,
    leftOf,
    NodeResource,
    PROVISION_RESOURCE,
    type NodeAmounts,
} from "../../components/sgx/index.js";
import type { Node, Pod, PodSpec } from "../model/objects.js";
import { isOfNodeProof } from "../model/provers.js";
import { ownersOf } from "./owners.js";
import { controllerOf, isLive, type Asker, type View } from "./view.js";

/** What of a node is too little for a pod. */
export interface Shortage {
    resource: NodeResource;
    /** The pod asks for so much. */
    asks: number;
    /** The node has so much at all; what it had, where it gives out nothing now. */
    has: number;
    /** So much of it other pods than those of DaemonSets that stay can have; all, where these take everything. */
    most: number;
    /** It gives out nothing of it. */
    isGone: boolean;
    /** So much of it is not given out. */
    free: number;
}

/** What a pod asks for and a node does not have free; EPC first. */
export function shortagesOn(view: View, spec: PodSpec, node: Node, asker: Asker = "work"): Shortage[] {
    const [request, offered, left] = [view.requested(spec), view.offered(node), view.free(node, asker)];
    const ofDaemonSets = view
        .podsOn(node)
        .filter((pod) => isLive(pod) && controllerOf(pod.metadata)?.kind === "DaemonSet" && !givesWay(pod))
        .map((pod) => view.requested(pod.spec));
    return Object.values(NodeResource).flatMap((resource) => {
        const [asks, free] = [amount(request, resource), amount(left, resource)];
        if (asks <= free) return [];
        const allocatable = amount(offered, resource);
        const isGone = allocatable === 0;
        const has = isGone ? amount(view.capacity(node), resource) : allocatable;
        const rest = amount(leftOf({ [resource]: has }, ofDaemonSets), resource);
        return [{ resource, asks, has, most: rest > 0 ? rest : has, isGone, free }];
    });
}

function amount(amounts: NodeAmounts, resource: NodeResource): number {
    return amounts[resource] ?? 0;
}

/** Names of the resources as Kubernetes has them. */
export const resourceNames: Readonly<Record<NodeResource, string>> = {
    epc: EPC_RESOURCE,
    enclave: ENCLAVE_RESOURCE,
    provision: PROVISION_RESOURCE,
    pods: "pods",
    cpu: "cpu",
    memory: "memory",
};

/** An amount as it is written in a manifest. */
export function amountText(resource: NodeResource, value: number): string {
    if (resource === NodeResource.cpu) return `${value}m`;
    if (resource === NodeResource.epc || resource === NodeResource.memory) return formatEpc(Math.floor(value));
    return String(value);
}

const mostOwners = 3;

/** The proof on a node gives what it takes to any pod that asks for it. */
const givesWay = ({ metadata }: Pod): boolean => isOfNodeProof(metadata.labels);

/** Who has the EPC of a node and keeps it, the largest share first: `shop/web (4Gi), shop/job (2Gi) and 3 more`. */
export function ownersText(view: View, node: Node): string {
    const owners = ownersOf(view.podsOn(node).filter((pod) => !givesWay(pod)));
    const shown = owners
        .slice(0, mostOwners)
        .map(({ namespace, name, bytes }) => `${namespace}/${name} (${formatEpc(bytes)})`);
    const rest = owners.length - shown.length;
    return `${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
