import { Netmask } from "netmask";
import { invalid, type Findings } from "../problems";
import { defaultMaxPods } from "../sgx";
import type { NetworkArgs } from "./args-network";
import { NetworkMode, NodePriority } from "./choices";
import { networkDefaults, subnetBits } from "./defaults";
import type { NetworkSpec, VnetSpec } from "./spec-network";
import type { SystemPoolSpec, WorkerPoolSpec } from "./spec-pools";

/*
 * Whether the ranges hold the nodes and pods that the pools ask for, at their largest. Azure reports it when the last
 * node finds no address, which can be months later: the range of a cluster cannot be changed then.
 */

/**
 * Addresses that Azure keeps in every subnet (https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq).
 */
const keptByAzure = 5;
/**
 * With Azure CNI Overlay each node gets a /24 of the pods' range
 * (https://learn.microsoft.com/azure/aks/azure-cni-overlay).
 */
const bitsOfNode = 24;

/** What a new cluster's addresses depend on. */
export interface AddressedCluster {
    network: NetworkSpec;
    systemPool: SystemPoolSpec;
    workerPools: readonly WorkerPoolSpec[];
}

/** A pool at its largest. */
interface PoolSize {
    name: string;
    nodes: number;
    /** Nodes added during an upgrade. */
    surge: number;
    maxPods: number;
}

/** A range, what it has room for, and what the pools need of it, both in the same unit. */
interface Demand {
    path: "podCidr" | "subnetCidr" | "vnetCidr";
    cidr: string;
    unit: string;
    room: number;
    /** What one node of a pool takes. */
    each: (pool: PoolSize) => number;
    /** Bits of the network of a range with so much room. */
    bitsFor: (need: number) => number;
}

/**
 * Problems where the pools do not fit into the addresses, and a warning where they do but not during an upgrade. For
 * arguments without other problems; `args` says which ranges were given.
 */
export function checkAddresses(cluster: AddressedCluster, args: NetworkArgs): Findings {
    const found = demandsOf(cluster.network, args).map((demand) => checkDemand(demand, poolSizes(cluster), args));
    return {
        problems: found.flatMap(({ problems }) => problems),
        warnings: found.flatMap(({ warnings }) => warnings),
    };
}

function checkDemand(demand: Demand, pools: readonly PoolSize[], args: NetworkArgs): Findings {
    const { cidr, unit, room, each, bitsFor } = demand;
    const need = pools.reduce((sum, pool) => sum + pool.nodes * each(pool), 0);
    const withSurge = need + Math.max(...pools.map((pool) => pool.surge * each(pool)));
    if (withSurge <= room) return { problems: [], warnings: [] };
    const path = `network.${demand.path}`;
    const nodes = pools.map((pool) => `${pool.name} ${pool.nodes}`).join(", ");
    const larger = largerRange(demand, bitsFor(withSurge), args);
    if (need > room) {
        const expected = `room for the nodes of all pools at their largest (${nodes}): they take ${need} ${unit}, and ${cidr} has ${room}`;
        const remedy = `set it to ${larger}, or ask for fewer nodes, or fewer pods on each`;
        return { problems: [invalid(path, args[demand.path], expected, remedy)], warnings: [] };
    }
    const message =
        `the nodes of all pools at their largest (${nodes}) take ${need} ${unit} of ${cidr}, and ${withSurge} while a pool ` +
        `is upgraded; it has ${room}, so an upgrade stops at that size: set it to ${larger}`;
    return { problems: [], warnings: [{ code: "address-space", path, message }] };
}

function largerRange({ path }: Demand, bits: number, { vnetCidr = networkDefaults.vnetCidr }: NetworkArgs): string {
    const isOutside = path === "subnetCidr" && bits < new Netmask(vnetCidr).bitmask;
    return `a range of /${bits} or larger${isOutside ? ", in a vnetCidr that has it" : ""}`;
}

function demandsOf({ mode, podCidr, vnet }: NetworkSpec, args: NetworkArgs): Demand[] {
    const isOverlay = mode === NetworkMode.overlay;
    const pods: Demand = {
        path: "podCidr",
        cidr: podCidr,
        unit: "ranges of /24",
        room: Math.floor(2 ** (bitsOfNode - new Netmask(podCidr).bitmask)),
        each: () => 1,
        bitsFor: (need) => bitsOfNode - Math.ceil(Math.log2(need)),
    };
    // Of a subnet that exists, only Azure knows how many addresses are free.
    return [...(isOverlay ? [pods] : []), ...(vnet === undefined ? [] : [subnetDemand(vnet, isOverlay, args)])];
}

/** Nodes take addresses of the subnet; so do their pods, unless these have a range of their own. */
function subnetDemand({ vnetCidr, subnetCidr }: VnetSpec, isOverlay: boolean, args: NetworkArgs): Demand {
    return {
        // A subnet that is not given is the first /20 of the VNet, or all of a smaller one.
        path: args.subnetCidr === undefined && new Netmask(vnetCidr).bitmask > subnetBits ? "vnetCidr" : "subnetCidr",
        cidr: subnetCidr,
        unit: isOverlay
            ? "addresses, one for each node"
            : "addresses, one for each node and one for each pod that it may take",
        room: new Netmask(subnetCidr).size - keptByAzure,
        each: ({ maxPods }) => (isOverlay ? 1 : 1 + maxPods),
        bitsFor: (need) => 32 - Math.ceil(Math.log2(need + keptByAzure)),
    };
}

function poolSizes({ systemPool, workerPools }: AddressedCluster): PoolSize[] {
    const { nodeSubnet } = defaultMaxPods;
    const { name, scale } = systemPool;
    return [
        // The surge is AKS's own default (https://learn.microsoft.com/azure/aks/upgrade-aks-cluster).
        { name, nodes: scale.maxCount, surge: surgeOf("10%", scale.maxCount), maxPods: nodeSubnet },
        ...workerPools.map((pool) => ({
            name: pool.name,
            nodes: pool.scale.maxCount,
            surge: pool.priority === NodePriority.spot ? 0 : surgeOf(pool.maxSurge, pool.scale.maxCount),
            maxPods: pool.maxPods ?? nodeSubnet,
        })),
    ];
}

function surgeOf(maxSurge: string, nodes: number): number {
    return maxSurge.endsWith("%") ? Math.ceil((nodes * Number(maxSurge.slice(0, -1))) / 100) : Number(maxSurge);
}
