import {
    ENCLAVE_RESOURCE,
    EPC_RESOURCE,
    parseQuantity,
    PROVISION_RESOURCE,
    SGX_NODE_LABEL,
    SGX_NODE_LABEL_VALUE,
    sgxVmSizes,
    type VmSize,
} from "../../components/sgx/index.js";
import type { DaemonSet, Node } from "../model/objects.js";
import { roleOfDaemonSet } from "../model/roles.js";
import { isSelected } from "./placing.js";

const sgxResources = [ENCLAVE_RESOURCE, PROVISION_RESOURCE, EPC_RESOURCE] as const;

/** Label with the VM size of a node. */
export const INSTANCE_TYPE_LABEL = "node.kubernetes.io/instance-type";
/** Label that AKS gives a node: the name of its pool in Azure. */
export const AGENT_POOL_LABEL = "kubernetes.azure.com/agentpool";

/** Taint of AKS's system pools that are for AKS's own pods only. */
const systemTaint = "CriticalAddonsOnly";

/** The nodes that are there for SGX, and those that only might be. */
export function sortedOut(nodes: readonly Node[], daemonSets: readonly DaemonSet[]) {
    const plugins = daemonSets.filter((daemonSet) => roleOfDaemonSet(daemonSet) === "plugin");
    const othersServe = nodes.some((node) => isLabelled(node) && offersNow(node, ENCLAVE_RESOURCE));
    const pools = new Set(nodes.filter(isLabelled).map(poolOf));
    const isSpare = (node: Node) =>
        othersServe &&
        needsLabel(plugins) &&
        !pools.has(poolOf(node)) &&
        !plugins.some(({ spec }) => isSelected(spec.template.spec, node));
    const isSure = (node: Node) => isLabelled(node) || offersSgx(node);
    const maybe = nodes.filter((node) => !isSure(node) && hasSgxSize(node) && takesWorkloads(node));
    const unlabelled = maybe.filter(isSpare);
    const others = new Set(maybe.filter((node) => !isSpare(node)));
    return { sgx: nodes.filter((node) => isSure(node) || others.has(node)), unlabelled };
}

const hasSgxSize = ({ metadata }: Node) => sizeOf(metadata.labels) !== undefined;

export function isLabelled({ metadata: { labels = {} } }: Node): boolean {
    return labels[SGX_NODE_LABEL] === SGX_NODE_LABEL_VALUE;
}

function poolOf({ metadata: { labels = {} } }: Node): string {
    return labels[AGENT_POOL_LABEL] ?? "";
}

/** Not one of Windows, nor of a system pool that is closed to workloads. */
function takesWorkloads({ metadata: { labels = {} }, spec, status }: Node): boolean {
    const system = status.nodeInfo?.operatingSystem ?? labels["kubernetes.io/os"];
    return system !== "windows" && spec.taints?.some(({ key }) => key === systemTaint) !== true;
}

/** Whether device plugins find their nodes by this package's label. */
export function needsLabel(plugins: readonly DaemonSet[]): boolean {
    return plugins.some(({ spec }) => spec.template.spec.nodeSelector?.[SGX_NODE_LABEL] === SGX_NODE_LABEL_VALUE);
}

/** Whether a node has, or had, a resource of SGX. */
export function offersSgx({ status }: Pick<Node, "status">): boolean {
    return sgxResources.some((name) => status.capacity?.[name] !== undefined);
}

const sizesByName: ReadonlyMap<string, VmSize> = new Map(sgxVmSizes.map((size) => [size.name.toLowerCase(), size]));

/** Whether pods can have some of a resource of a node. */
export function offersNow({ status }: Pick<Node, "status">, resource: string): boolean {
    return (parseQuantity(status.allocatable?.[resource] ?? "0") ?? 0) > 0;
}

/** The VM size of a node, if it is one with SGX, in whichever case it is written. */
export function sizeOf(labels: Readonly<Record<string, string>> = {}): VmSize | undefined {
    const name = labels[INSTANCE_TYPE_LABEL];
    return name === undefined ? undefined : sizesByName.get(name.toLowerCase());
}
