import { leftOf, nodeAmounts, podRequests, type NodeAmounts } from "../../components/sgx/index.js";
import type { ContainerStatus, DaemonSet, KubernetesEvent, Meta, Node, Pod, PodSpec } from "../model/objects.js";
import { targetOf } from "./placing.js";
import { sortedOut } from "./sgx-nodes.js";
import type { Place } from "../model/report.js";
import type { Part, Snapshot } from "../model/snapshot.js";
import { isOfNodeProof } from "../model/provers.js";
import { roleOf, roleOfDaemonSet, type Role } from "../model/roles.js";

export { AGENT_POOL_LABEL, INSTANCE_TYPE_LABEL, offersNow, offersSgx, sizeOf } from "./sgx-nodes.js";

/** For whom room on a node is counted: the proof on a node comes after all work. */
export type Asker = "work" | "proof";

/** A snapshot with what follows from it, each computed once. The checks look at this, and at nothing else. */
export class View {
    /** The only clock of a judgement: the API server's, since the times of objects are the cluster's. */
    readonly now: number;
    /** Nodes that are there for SGX: by label, by VM size, or because they have a resource of SGX. */
    readonly sgxNodes: readonly Node[];
    /** Nodes of pools that might be for SGX by their VM size, and lack the label by which other pools are. */
    readonly unlabelledNodes: readonly Node[];
    /** Pods of device plugins, of quote helpers, and all others that have to do with SGX. */
    readonly pods: Readonly<Record<Role, readonly Pod[]>>;
    /** DaemonSets of device plugins and of quote helpers. */
    readonly daemonSets: Readonly<Record<Role, readonly DaemonSet[]>>;
    private readonly roles: ReadonlyMap<Pod, Role>;
    private readonly freeByNode = new Map<string, NodeAmounts>();
    private readonly amountsOf = new Map<object, NodeAmounts>();
    private readonly nodeByName: ReadonlyMap<string, Node>;
    private readonly podsByNode: ReadonlyMap<string, readonly Pod[]>;
    private readonly podsByTarget: ReadonlyMap<string, readonly Pod[]>;
    private readonly eventsByObject: ReadonlyMap<string, readonly KubernetesEvent[]>;

    constructor(readonly snapshot: Snapshot) {
        const { nodes, pods, daemonSets, events } = snapshot.objects;
        this.now = Date.parse(snapshot.takenAt) + snapshot.clockAheadSeconds * 1000;
        const { sgx, unlabelled } = sortedOut(nodes, daemonSets);
        this.sgxNodes = sgx;
        this.unlabelledNodes = unlabelled;
        this.pods = byRole(pods, ({ metadata, spec }) => roleOf(metadata, spec));
        this.daemonSets = byRole(daemonSets, roleOfDaemonSet);
        this.roles = new Map(
            (Object.keys(this.pods) as Role[]).flatMap((role) => this.pods[role].map((pod) => [pod, role] as const)),
        );
        this.nodeByName = new Map(nodes.map((node) => [node.metadata.name, node]));
        this.podsByNode = grouped(pods, ({ spec }) => spec.nodeName);
        this.podsByTarget = grouped(pods, targetOf);
        this.eventsByObject = grouped(
            events,
            ({ object }) => `${object.kind}/${object.namespace ?? ""}/${object.name}`,
        );
    }

    /** Whether all of these parts were read. */
    has(...parts: Part[]): boolean {
        return !this.snapshot.gaps.some(({ collection }) => parts.includes(collection));
    }

    node(name: string | undefined): Node | undefined {
        return name === undefined ? undefined : this.nodeByName.get(name);
    }

    /** The pods on a node that have to do with SGX. */
    podsOn({ metadata }: Node): readonly Pod[] {
        return this.podsByNode.get(metadata.name) ?? [];
    }

    /** Those of them that have a role. */
    onNode(node: Node, role: Role): Pod[] {
        return this.podsOn(node).filter((pod) => this.roles.get(pod) === role);
    }

    /** Those that are for the node, also before they are there. */
    forNode({ metadata }: Node, role: Role): Pod[] {
        return (this.podsByTarget.get(metadata.name) ?? []).filter((pod) => this.roles.get(pod) === role);
    }

    /** Events of an object, in the order of the API server. */
    events(kind: string, { namespace = "", name }: Pick<Meta, "namespace" | "name">): readonly KubernetesEvent[] {
        return this.eventsByObject.get(`${kind}/${namespace}/${name}`) ?? [];
    }

    /** What a node offers, as far as this package counts it. */
    offered({ status }: Node): NodeAmounts {
        return this.once(status.allocatable, nodeAmounts);
    }

    /** What a node has at all, also where it gives out nothing now. */
    capacity({ status }: Node): NodeAmounts {
        return this.once(status.capacity, nodeAmounts);
    }

    /** What a pod asks for. */
    requested(spec: PodSpec): NodeAmounts {
        return this.once(spec, podRequests);
    }

    private once<T extends object>(from: T | undefined, count: (from: T) => NodeAmounts): NodeAmounts {
        if (from === undefined) return {};
        const known = this.amountsOf.get(from);
        if (known !== undefined) return known;
        const amounts = count(from);
        this.amountsOf.set(from, amounts);
        return amounts;
    }

    /**
     * What is left of it after the pods that are there and have not ended. The proof on a node gives way to all others,
     * so that only for another proof what it takes is gone.
     */
    free(node: Node, asker: Asker = "work"): NodeAmounts {
        const { name } = node.metadata;
        const key = `${asker}/${name}`;
        const known = this.freeByNode.get(key);
        if (known !== undefined) return known;
        const others = this.snapshot.others[name];
        const taken = this.podsOn(node)
            .filter((pod) => isLive(pod) && (asker === "proof" || !isOfNodeProof(pod.metadata.labels)))
            .map((pod) => this.requested(pod.spec));
        const free = leftOf(this.offered(node), others === undefined ? taken : [...taken, others]);
        this.freeByNode.set(key, free);
        return free;
    }
}

/** Whether a condition of a node or pod is `True`. */
export function isTrue(object: { status: { conditions?: readonly { type: string; status: string }[] } }, type: string) {
    return object.status.conditions?.some((one) => one.type === type && one.status === "True") === true;
}

/** Whether a pod runs or will run: its containers have not all ended. */
export function isLive({ status }: Pod): boolean {
    return status.phase !== "Succeeded" && status.phase !== "Failed";
}

/** The statuses of a pod's init containers and containers. */
export function statusesOf({ status }: Pod): readonly ContainerStatus[] {
    return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
}

/** A pod, node or other object as findings name it. */
export function placeOf(kind: string, { namespace, name }: Pick<Meta, "namespace" | "name">) {
    return namespace === undefined ? { kind, name } : { kind, namespace, name };
}

function byRole<T>(objects: readonly T[], role: (object: T) => Role): Record<Role, readonly T[]> {
    const all: Record<Role, T[]> = { plugin: [], helper: [], workload: [] };
    for (const object of objects) all[role(object)].push(object);
    return all;
}

function grouped<T>(objects: readonly T[], key: (object: T) => string | undefined): Map<string, T[]> {
    const groups = new Map<string, T[]>();
    for (const object of objects) {
        const name = key(object);
        if (name === undefined) continue;
        const group = groups.get(name);
        if (group === undefined) groups.set(name, [object]);
        else group.push(object);
    }
    return groups;
}

/** The controller of an object, such as a pod's DaemonSet. */
export function controllerOf({ ownerReferences = [] }: Meta) {
    return ownerReferences.find(({ controller }) => controller === true);
}

/** A pod's controller as findings name it; the pod where it has none. */
export function ownerPlace({ metadata }: Pick<Pod, "metadata">): Place {
    const owner = controllerOf(metadata);
    return owner === undefined
        ? placeOf("Pod", metadata)
        : placeOf(owner.kind, { namespace: metadata.namespace, name: owner.name });
}
