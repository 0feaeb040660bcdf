import { nodeResources, type NodeAmounts, type NodeResource } from "./pod-requests";

/** How many pods of one kind a node holds. */
export interface NodeFit {
    /** So many. */
    count: number;
    /** What is used up first. */
    limitedBy: NodeResource;
    /**
     * How many each resource alone would take; those that the pod does not ask for, or that are not known, are left
     * out.
     */
    each: NodeAmounts;
}

/** What is left of a node after what runs on it, at least 0 of each. */
export function leftOf(node: NodeAmounts, taken: readonly NodeAmounts[]): NodeAmounts {
    return Object.fromEntries(
        Object.entries(node).map(([resource, amount]) => {
            const used = taken.reduce((sum, amounts) => sum + (amounts[resource as NodeResource] ?? 0), 0);
            return [resource, Math.max(0, amount - used)];
        }),
    );
}

/**
 * How many pods that ask for `request` fit into what is free of a node, as the scheduler places them: resource by
 * resource, and the one that runs out first decides. Undefined when nothing that the pod asks for is known of the node,
 * or its EPC is not known.
 */
export function fitPods(free: NodeAmounts, request: NodeAmounts): NodeFit | undefined {
    if (request.epc === undefined) return undefined;
    const each: NodeAmounts = {};
    let least: { count: number; limitedBy: NodeResource } | undefined;
    for (const resource of nodeResources) {
        const [has, asks] = [free[resource], request[resource]];
        if (has === undefined || asks === undefined || asks === 0) continue;
        const count = Math.floor(has / asks);
        each[resource] = count;
        if (least === undefined || count < least.count) least = { count, limitedBy: resource };
    }
    return least === undefined ? undefined : { ...least, each };
}
