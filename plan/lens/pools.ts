import {
    aksNode,
    defaultMaxPods,
    findVmSize,
    POOL_LABEL,
    type NodeAmounts,
    type PodNetwork,
    type VmSize,
} from "../../components/sgx/index.js";
import { isObject, valueAt, type PlanObject, type PlanResource, type PlanValue } from "../model/format.js";

/** Pool of enclave nodes, inline in a cluster or a resource of its own. */
export interface EnclavePool {
    /** As in the program, where its nodes' label says so; else Azure's. */
    name: string;
    urn: string;
    size: VmSize;
    /** `2`, or `1-5` with the autoscaler; undefined: not known. */
    nodes: string | undefined;
    /** Labels that are known of its nodes. */
    labels: ReadonlyMap<string, PlanValue>;
    /** What a node offers to pods, without devices. */
    node: NodeAmounts;
}

/** The pools of SGX sizes in a plan. */
export function enclavePools(resources: readonly PlanResource[]): EnclavePool[] {
    const clusters = resources.filter(({ type }) => isContainerService(type, "ManagedCluster"));
    const networks = new Set(clusters.map(({ inputs }) => podNetwork(inputs)));
    const [network] = networks.size === 1 ? networks : [undefined];
    return resources.flatMap((resource) => {
        if (isContainerService(resource.type, "AgentPool"))
            return toPool(resource, resource.inputs, resource.inputs["agentPoolName"] ?? resource.name, network);
        if (!isContainerService(resource.type, "ManagedCluster")) return [];
        const profiles = resource.inputs["agentPoolProfiles"];
        return (Array.isArray(profiles) ? profiles : [])
            .filter(isObject)
            .flatMap((profile) => toPool(resource, profile, profile["name"], podNetwork(resource.inputs)));
    });
}

/** Whether a resource is one of AKS, such as `AgentPool`. */
export function isContainerService(type: string, resource: string): boolean {
    return new RegExp(`^azure-native(_\\w+)?:containerservice(/\\w+)?:${resource}$`).test(type);
}

function toPool(
    { urn, name: logicalName }: PlanResource,
    body: PlanObject,
    given: PlanValue | undefined,
    network: PodNetwork | undefined,
): EnclavePool[] {
    const vmSize = body["vmSize"];
    const size = typeof vmSize === "string" ? findVmSize(vmSize) : undefined;
    if (size === undefined) return [];
    const azureName = typeof given === "string" ? given : logicalName;
    return [
        {
            name: poolName(body) ?? azureName,
            urn,
            size,
            nodes: nodeCount(body),
            labels: labelsOf(azureName, size, body),
            node: aksNode(size, maxPods(body, network)),
        },
    ];
}

/** Name of a pool in the program, by the label of its nodes; Azure's has a hash at its end. */
export function poolName(body: PlanObject): string | undefined {
    const name = valueAt(body, "nodeLabels", POOL_LABEL);
    return typeof name === "string" ? name : undefined;
}

/** How pods of a cluster get their addresses; undefined: not known, as on clusters that are not in the plan. */
function podNetwork(cluster: PlanObject): PodNetwork | undefined {
    const plugin = valueAt(cluster, "networkProfile", "networkPlugin");
    const mode = valueAt(cluster, "networkProfile", "networkPluginMode");
    if (plugin === "kubenet") return "kubenet";
    if (plugin !== "azure") return undefined;
    return mode === undefined ? "nodeSubnet" : mode === "overlay" ? "overlay" : undefined;
}

/** Pods per node: what the pool says, or AKS's default. Pods with a subnet of their own are another network. */
function maxPods(body: PlanObject, network: PodNetwork | undefined): number | undefined {
    const given = body["maxPods"];
    if (typeof given === "number") return given;
    if (given !== undefined || network === undefined || body["podSubnetID"] !== undefined) return undefined;
    return defaultMaxPods[network];
}

/** `2`, or `1-5` with the autoscaler. */
export function nodeCount(body: PlanObject): string | undefined {
    const { count, minCount, maxCount, enableAutoScaling } = body;
    const text = (value: PlanValue | undefined): string =>
        typeof value === "number" || typeof value === "string" ? String(value) : "?";
    if (enableAutoScaling === true && (minCount !== undefined || maxCount !== undefined))
        return `${text(minCount)}-${text(maxCount)}`;
    return count === undefined ? undefined : text(count);
}

function labelsOf(name: string, size: VmSize, body: PlanObject): Map<string, PlanValue> {
    const own = body["nodeLabels"];
    const mode = body["mode"];
    return new Map<string, PlanValue>([
        ["kubernetes.io/os", "linux"],
        ["kubernetes.io/arch", "amd64"],
        ["node.kubernetes.io/instance-type", size.name],
        ["beta.kubernetes.io/instance-type", size.name],
        ["agentpool", name],
        ["kubernetes.azure.com/agentpool", name],
        ["kubernetes.azure.com/mode", typeof mode === "string" ? mode.toLowerCase() : "user"],
        ...Object.entries(isObject(own) ? own : {}),
    ]);
}
