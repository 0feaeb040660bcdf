import type * as pulumi from "@pulumi/pulumi";
import { defaultMaxPods, POOL_LABEL, SGX_NODE_LABEL, SGX_NODE_LABEL_VALUE, SGX_TAINT_KEY } from "../sgx";
import type { EnclavePoolArgs, SystemPoolArgs, WorkerPoolArgs } from "./args-pools";
import type { NodePoolArgs } from "./args-production";
import type { NodeOsSku, NodePriority, PoolReplacement, UndrainableNodes } from "./choices";
import { enclavePoolDefaults, nodePoolDefaults, systemPoolDefaults, workerPoolDefaults } from "./defaults";
import type { PodAddresses } from "./spec-network";
import type { PoolSecurity } from "./spec-security";

/** How many nodes a pool has: always `minCount` of them, or between the two bounds where the autoscaler decides. */
export interface ScaleSpec {
    autoscaled: boolean;
    minCount: number;
    /** The same as `minCount` without the autoscaler. */
    maxCount: number;
}

interface PoolSpec extends PoolSecurity {
    name: string;
    vmSize: string;
    scale: ScaleSpec;
    /** Undefined: no zones. */
    availabilityZones: string[] | undefined;
    /** Undefined: what AKS picks for the size. */
    osDiskSizeGb: number | undefined;
}

/** The pool for AKS's own pods. */
export interface SystemPoolSpec extends PoolSpec {
    criticalAddonsOnly: boolean;
}

/** A pool of its own, for pods that are not AKS's: with SGX or without. */
export interface WorkerPoolSpec extends PoolSpec {
    osSku: NodeOsSku;
    priority: NodePriority;
    /** All taints of the nodes, each as AKS writes it. */
    taints: string[];
    /** All labels that the pool gives its nodes, with those of this package, except the owner's. */
    labels: Record<string, string>;
    /** Most pods a node takes, as asked for. Undefined: what AKS picks. */
    maxPods: number | undefined;
    /** Most pods a node takes, with what AKS picks. Undefined: the network of an existing cluster is not known. */
    podsPerNode: number | undefined;
    /** Undefined: that of the cluster. */
    subnetId: pulumi.Input<string> | undefined;
    /** The subnet, as the hash of the pool's name has it. Undefined: no subnet is given. */
    subnetKey: pulumi.Input<string> | undefined;
    /** This and the next three mean nothing for spot pools. */
    maxSurge: string;
    maxUnavailable: string;
    soakMinutes: number;
    undrainableNodes: UndrainableNodes;
    replacement: PoolReplacement;
    drainTimeoutMinutes: number;
}

/** A pool whose nodes have SGX: its labels have the one of this package. */
export type EnclavePoolSpec = WorkerPoolSpec;

/** `security` of a new cluster overrides it; pools on a cluster that exists have it. */
const asAksHasIt: PoolSecurity = { encryptionAtHost: false, nodeSsh: true };

export function systemPoolSpec(args: SystemPoolArgs): SystemPoolSpec {
    return {
        name: args.name ?? systemPoolDefaults.name,
        vmSize: args.vmSize ?? systemPoolDefaults.vmSize,
        scale: scaleSpec(args, systemPoolDefaults.count),
        availabilityZones: sorted(args.availabilityZones),
        osDiskSizeGb: args.osDiskSizeGb,
        criticalAddonsOnly: args.criticalAddonsOnly ?? systemPoolDefaults.criticalAddonsOnly,
        ...asAksHasIt,
    };
}

/** The spec of one enclave pool; `addresses` is undefined for an existing cluster, whose network is not known. */
export function enclavePoolSpec(args: EnclavePoolArgs, addresses: PodAddresses | undefined): EnclavePoolSpec {
    const { name, vmSize } = args;
    const isTainted = args.taint ?? enclavePoolDefaults.taint;
    return {
        ...workerPoolSpec(args, name, addresses),
        vmSize,
        taints: isTainted ? [`${SGX_TAINT_KEY}=${SGX_NODE_LABEL_VALUE}:NoSchedule`] : [],
        labels: { ...args.labels, [SGX_NODE_LABEL]: SGX_NODE_LABEL_VALUE, [POOL_LABEL]: name },
    };
}

/** The spec of one pool without SGX; `addresses` as for an enclave pool. */
export function nodePoolSpec(args: NodePoolArgs, addresses: PodAddresses | undefined): WorkerPoolSpec {
    return {
        ...workerPoolSpec(args, args.name, addresses),
        vmSize: args.vmSize ?? nodePoolDefaults.vmSize,
        taints: args.taints ?? [],
    };
}

type CommonSpec = Omit<WorkerPoolSpec, "vmSize" | "taints">;

function workerPoolSpec(args: WorkerPoolArgs & Scale, name: string, addresses: PodAddresses | undefined): CommonSpec {
    return {
        name,
        scale: scaleSpec(args, workerPoolDefaults.count),
        availabilityZones: sorted(args.availabilityZones),
        osDiskSizeGb: args.osDiskSizeGb,
        osSku: args.osSku ?? workerPoolDefaults.osSku,
        priority: args.priority ?? workerPoolDefaults.priority,
        labels: { ...args.labels, [POOL_LABEL]: name },
        maxPods: args.maxPods,
        podsPerNode: args.maxPods ?? (addresses === undefined ? undefined : defaultMaxPods[addresses]),
        subnetId: args.subnetId,
        subnetKey: args.subnetId,
        ...upgradeSpec(args),
        replacement: args.replacement ?? workerPoolDefaults.replacement,
        drainTimeoutMinutes: args.drainTimeoutMinutes ?? workerPoolDefaults.drainTimeoutMinutes,
        ...asAksHasIt,
    };
}

/** Zones are a set: another order is not another pool. */
const sorted = (zones: string[] | undefined) => (zones === undefined ? undefined : [...zones].sort());

/** How AKS upgrades the nodes of a pool, as its arguments say it. */
export type UpgradeArgs = Pick<WorkerPoolArgs, "maxSurge" | "maxUnavailable" | "soakMinutes" | "undrainableNodes">;

/** Nodes that go out of service take the place of extra ones: AKS takes both only as a preview. */
function upgradeSpec(args: UpgradeArgs) {
    const inPlace = args.maxUnavailable !== undefined && !isNone(args.maxUnavailable);
    return {
        maxSurge: args.maxSurge ?? (inPlace ? "0" : workerPoolDefaults.maxSurge),
        maxUnavailable: args.maxUnavailable ?? workerPoolDefaults.maxUnavailable,
        soakMinutes: args.soakMinutes ?? workerPoolDefaults.soakMinutes,
        undrainableNodes: args.undrainableNodes ?? workerPoolDefaults.undrainableNodes,
    };
}

/** Whether a number or percentage of nodes is none. */
export const isNone = (nodes: string): boolean => /^0%?$/.test(nodes);

function scaleSpec({ count, minCount, maxCount }: Scale, defaultCount: number): ScaleSpec {
    if (minCount !== undefined && maxCount !== undefined) return { autoscaled: true, minCount, maxCount };
    const nodes = count ?? defaultCount;
    return { autoscaled: false, minCount: nodes, maxCount: nodes };
}

/** How many nodes a pool has, as its arguments say it: a number, or both bounds of the autoscaler. */
export interface Scale {
    count?: number;
    minCount?: number;
    maxCount?: number;
}
