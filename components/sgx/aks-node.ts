import type { NodeAmounts } from "./pod-requests";
import type { VmSize } from "./vm-sizes";

const MiB = 1024 ** 2;

/** How pods get their addresses, as far as AKS's default for pods per node depends on it. */
export const PodNetwork = { overlay: "overlay", nodeSubnet: "nodeSubnet", kubenet: "kubenet" } as const;
export type PodNetwork = (typeof PodNetwork)[keyof typeof PodNetwork];

/**
 * Pods per node where a pool names no `maxPods`: 250 with Azure CNI Overlay, 30 with Azure CNI on the nodes' subnet,
 * 110 with kubenet (https://learn.microsoft.com/azure/aks/quotas-skus-regions,
 * https://learn.microsoft.com/azure/aks/azure-cni-overlay).
 */
export const defaultMaxPods: Readonly<Record<PodNetwork, number>> = { overlay: 250, nodeSubnet: 30, kubenet: 110 };

/** The most pods per node that AKS allows. */
export const mostPods = 250;

/**
 * About what AKS's own DaemonSets take of every Linux node: azure-cns, azure-ip-masq-agent, cloud-node-manager,
 * csi-azuredisk-node, csi-azurefile-node and kube-proxy, with the requests that users' nodes show
 * (https://github.com/Azure/AKS/issues/5251 has some). An estimate: AKS changes them, and add-ons bring more.
 */
export const aksSystemPods: NodeAmounts = { pods: 6, cpu: 350, memory: 470 * MiB };

/**
 * What a node of AKS offers to pods: the size less what AKS keeps for the kubelet, 60 thousandths of the first CPU, 40
 * of the second, 20 of the third and fourth, 10 of each one more, which gives AKS's table; and 20 MiB of memory for
 * each pod plus 50, a quarter of the memory at most, with 100 MiB as the kubelet's threshold for eviction
 * (https://learn.microsoft.com/azure/aks/node-resource-reservations, Kubernetes 1.29 and later). Nominal numbers: the
 * kernel keeps some memory, too. Without `maxPods` the reservation of memory is that for the most pods.
 */
export function aksNode(size: VmSize, maxPods: number | undefined): NodeAmounts {
    const memory = size.memoryGiB * 1024 * MiB;
    const kubelet = Math.min((20 * (maxPods ?? mostPods) + 50) * MiB, memory / 4);
    return {
        epc: size.epcMiB * MiB,
        ...(maxPods === undefined ? {} : { pods: maxPods }),
        cpu: size.vCpu * 1000 - reservedCpu(size.vCpu),
        memory: memory - kubelet - 100 * MiB,
    };
}

function reservedCpu(vCpu: number): number {
    const above = (cores: number): number => Math.max(0, vCpu - cores);
    return 60 * vCpu - 20 * above(1) - 20 * above(2) - 10 * above(4);
}
