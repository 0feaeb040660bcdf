import type { CoreV1Api } from "@kubernetes/client-node";

/** What a node offers and how it is marked. */
export interface FakeNode {
    name: string;
    labels?: Record<string, string>;
    /** Beyond 4 CPUs, 16Gi and 110 pods. */
    capacity?: Record<string, string>;
    taints?: { key: string; value?: string; effect: string }[];
}

/** Marks of a node of this package's enclave pools. */
export const enclaveLabels = { "confidential-aks/sgx": "true" };

/** The taint that keeps other pods off such a pool, where it is asked for. */
export const enclaveTaint = { key: "confidential-aks/sgx", value: "true", effect: "NoSchedule" };

/**
 * The control plane that such nodes need: with controllers and scheduler, without the one controller that would find
 * them dead.
 */
export const fakeNodesPlane = {
    controllerManager: true,
    scheduler: true,
    controllerManagerFlags: ["--controllers=*,-node-lifecycle-controller"],
};

/** What Intel's plugin and the EPC hook make such a node offer. */
export function sgxCapacity(epc: string): Record<string, string> {
    return { "sgx.intel.com/epc": epc, "sgx.intel.com/enclave": "110", "sgx.intel.com/provision": "110" };
}

/**
 * A node that is an object only: the scheduler binds pods to it, and no kubelet runs them. Needs a control plane of
 * `fakeNodesPlane`.
 */
export async function makeFakeNode(core: CoreV1Api, node: FakeNode): Promise<void> {
    const capacity = { cpu: "4", memory: "16Gi", pods: "110", "ephemeral-storage": "100Gi", ...node.capacity };
    const labels = {
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": node.name,
        ...node.labels,
    };
    await core.createNode({ body: { metadata: { name: node.name, labels } } });
    const ready = { type: "Ready", status: "True", reason: "Fake", message: "" };
    await core.replaceNodeStatus({
        name: node.name,
        body: { metadata: { name: node.name }, status: { capacity, allocatable: capacity, conditions: [ready] } },
    });
    // Admission gives every new node the taint not-ready, for the node lifecycle controller to take off.
    await core.replaceNode({
        name: node.name,
        body: { metadata: { name: node.name, labels }, spec: { taints: node.taints ?? [] } },
    });
}
