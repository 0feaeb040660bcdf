import type { DrainClient, DrainNode, DrainPod } from "./cluster-client";

/** A pod, and where it is. */
export interface PlacedPod extends DrainPod {
    node: DrainNode;
}

/** The pods of nodes that a drain moves: not those of DaemonSets, files of a node, or pods that have ended. */
export async function movable(client: DrainClient, nodes: readonly DrainNode[]): Promise<PlacedPod[]> {
    const pods = await Promise.all(
        nodes.map(async (node) => (await client.pods(node.name)).map((pod) => ({ ...pod, node }))),
    );
    return pods.flat().filter(({ controller, isMirror, isFinished }) => {
        return controller !== "DaemonSet" && !isMirror && !isFinished;
    });
}

/** Whether a pod has been asked to end. */
export const isEnding = ({ endsBy }: DrainPod): boolean => endsBy !== undefined;

/**
 * Whether a pod can be waited for in vain: its grace is over, and there is no kubelet that would say that it has ended.
 * Whatever was asked of it has been; its node goes.
 */
export const isOnDeadNode = ({ endsBy, node }: PlacedPod): boolean =>
    !node.ready && endsBy !== undefined && endsBy < Date.now();

export const nameOf = ({ namespace, name }: DrainPod): string => `${namespace}/${name}`;
