import { isAbsent, isFields, type Fields } from "./pod-spec";
import { parseQuantity } from "./quantity";
import { ENCLAVE_RESOURCE, EPC_RESOURCE, LEGACY_EPC_RESOURCE, PROVISION_RESOURCE } from "./resources";

/** What pods take of a node, as far as this package counts it; the order decides which is named where several bind. */
export const NodeResource = {
    epc: "epc",
    enclave: "enclave",
    provision: "provision",
    pods: "pods",
    cpu: "cpu",
    memory: "memory",
} as const;
export type NodeResource = (typeof NodeResource)[keyof typeof NodeResource];

/** Every resource, in the order of `NodeResource`. */
export const nodeResources = Object.values(NodeResource);

/**
 * Amounts of the resources: EPC and memory in bytes, CPU in thousandths, devices and pods as a count. What is absent is
 * not known, or not limited.
 */
export type NodeAmounts = Partial<Record<NodeResource, number>>;

/** Names in a pod spec, and what an amount of 1 there counts as here. The first name that is there counts. */
const namesOf: Readonly<Record<Exclude<NodeResource, "pods">, readonly [name: string, unit: number][]>> = {
    epc: [
        [EPC_RESOURCE, 1],
        [LEGACY_EPC_RESOURCE, 1024 ** 2],
    ],
    enclave: [[ENCLAVE_RESOURCE, 1]],
    provision: [[PROVISION_RESOURCE, 1]],
    cpu: [["cpu", 1000]],
    memory: [["memory", 1]],
};

/**
 * What a pod takes of a node as the scheduler counts it (Kubernetes KEP-753 and KEP-2837, `PodRequests` of
 * k8s.io/component-helpers 0.36): the containers and native sidecars (init containers with `restartPolicy: Always`)
 * together, or an ordinary init container with the sidecars before it, whichever is more; for CPU and memory
 * `spec.resources` in the place of that; and the pod's overhead. A limit without a request is the request. What depends
 * on a value that is not known yet is absent.
 */
export function podRequests(podSpec: object): NodeAmounts {
    const found: NodeAmounts = { pods: 1 };
    for (const resource of nodeResources) {
        if (resource === NodeResource.pods) continue;
        const amount = requestOf(podSpec as Fields, resource);
        if (amount !== undefined) found[resource] = amount;
    }
    return found;
}

/** What a node offers, from its `status.allocatable`; a resource that is not listed is 0. */
export function nodeAmounts(allocatable: Readonly<Record<string, unknown>>): NodeAmounts {
    const found: NodeAmounts = {};
    for (const resource of nodeResources) {
        const amount =
            resource === NodeResource.pods ? parseQuantity(allocatable.pods ?? "0") : amountIn(allocatable, resource);
        if (amount !== undefined) found[resource] = amount;
    }
    return found;
}

type Counted = keyof typeof namesOf;

function requestOf(podSpec: Fields, resource: Counted): number | undefined {
    const overhead = amountIn(podSpec.overhead, resource);
    const containers = ofContainers(podSpec, resource);
    const podLevel =
        resource === "cpu" || resource === "memory" ? ofPod(podSpec.resources, resource, containers) : containers;
    return overhead === undefined || podLevel === undefined ? undefined : podLevel + overhead;
}

/** Sum of containers and sidecars, or what the largest step of the start needs. */
function ofContainers(podSpec: Fields, resource: Counted): number | undefined {
    const main = containersIn(podSpec.containers);
    const init = containersIn(podSpec.initContainers);
    if (main === undefined || init === undefined) return undefined;
    let sum = 0;
    for (const container of main) sum += ofContainer(container, resource) ?? NaN;
    let sidecars = 0;
    let start = 0;
    for (const container of init) {
        const amount = ofContainer(container, resource) ?? NaN;
        if (container.restartPolicy === "Always") sidecars += amount;
        start = Math.max(start, container.restartPolicy === "Always" ? sidecars : sidecars + amount);
    }
    const total = Math.max(sum + sidecars, start);
    return Number.isNaN(total) ? undefined : total;
}

/** `spec.resources` counts for the pod; a limit there only where no container asks. */
function ofPod(resources: unknown, resource: Counted, containers: number | undefined): number | undefined {
    if (isAbsent(resources)) return containers;
    if (!isFields(resources)) return undefined;
    const { requests, limits } = resources;
    if (lists(requests, resource)) return amountIn(requests, resource);
    return containers === 0 ? amountIn(limits, resource) : containers;
}

function ofContainer({ resources }: Fields, resource: Counted): number | undefined {
    if (isAbsent(resources)) return 0;
    if (!isFields(resources)) return undefined;
    const { requests, limits } = resources;
    return lists(requests, resource) ? amountIn(requests, resource) : amountIn(limits, resource);
}

/** Whether a list of amounts names the resource, or is not known. */
function lists(amounts: unknown, resource: Counted): boolean {
    if (isAbsent(amounts)) return false;
    return !isFields(amounts) || namesOf[resource].some(([name]) => !isAbsent(amounts[name]));
}

function amountIn(amounts: unknown, resource: Counted): number | undefined {
    if (isAbsent(amounts)) return 0;
    if (!isFields(amounts)) return undefined;
    const found = namesOf[resource].find(([name]) => !isAbsent(amounts[name]));
    if (found === undefined) return 0;
    const [name, unit] = found;
    return parseQuantity(amounts[name], unit);
}

function containersIn(list: unknown): Fields[] | undefined {
    if (isAbsent(list)) return [];
    return Array.isArray(list) && list.every(isFields) ? list : undefined;
}
