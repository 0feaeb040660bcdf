import type { Findings } from "../problems";
import { defaultMaxPods } from "../sgx";
import {
    NetworkMode,
    NodePriority,
    type ConfidentialClusterArgs,
    type EnclavePoolArgs,
    type SystemPoolArgs,
} from "./args";
import { networkBits } from "./cidr";
import { networkRanges, resolveNetworkMode } from "./network";
import { systemPoolDefaults } from "./pools";

/*
 * Whether the ranges hold the nodes and pods that the pools ask for, at their largest. Azure tells when the last node
 * finds no address, which can be months later: the range of a cluster cannot be changed then.
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
 * arguments without other problems.
 */
export function checkAddresses(args: ConfidentialClusterArgs): Findings {
    const demand = args.existing === undefined ? demandOf(args) : undefined;
    if (demand === undefined) return { problems: [], warnings: [] };
    const { cidr, unit, room, each, bitsFor } = demand;
    const pools = poolSizes(args);
    const need = pools.reduce((sum, pool) => sum + pool.nodes * each(pool), 0);
    const withSurge = need + Math.max(...pools.map((pool) => pool.surge * each(pool)));
    const path = `network.${demand.path}`;
    const nodes = pools.map((pool) => `${pool.name} ${pool.nodes}`).join(", ");
    const bits = bitsFor(withSurge);
    const { vnetCidr } = networkRanges(args.network ?? {});
    const contained = demand.path === "subnetCidr" && bits < networkBits(vnetCidr) ? ", in a vnetCidr that has it" : "";
    const larger = `a range of /${bits} or larger${contained}`;
    if (need > room) {
        const expected = `room for the nodes of all pools at their largest (${nodes}): they take ${need} ${unit}, and ${cidr} has ${room}`;
        return {
            problems: [
                {
                    path,
                    value: args.network?.[demand.path],
                    expected,
                    remedy: `set it to ${larger}, or ask for fewer nodes, or fewer pods on each`,
                },
            ],
            warnings: [],
        };
    }
    if (withSurge <= room) return { problems: [], warnings: [] };
    const message = `the nodes of all pools at their largest (${nodes}) take ${need} ${unit} of ${cidr}, and ${withSurge} while a pool is upgraded; it has ${room}, so an upgrade stops at that size: set it to ${larger}`;
    return { problems: [], warnings: [{ code: "address-space", path, message }] };
}

function demandOf({ network = {}, enclavePools }: ConfidentialClusterArgs): Demand | undefined {
    const { podCidr, subnetCidr, vnetCidr } = networkRanges(network);
    if (resolveNetworkMode(network.mode, enclavePools) === NetworkMode.overlay) {
        return {
            path: "podCidr",
            cidr: podCidr,
            unit: "ranges of /24",
            room: Math.floor(2 ** (bitsOfNode - networkBits(podCidr))),
            each: () => 1,
            bitsFor: (need) => bitsOfNode - Math.ceil(Math.log2(need)),
        };
    }
    // Of a subnet that is there already, only Azure knows how many addresses are free.
    if (network.subnetId !== undefined) return undefined;
    return {
        // A subnet that is not given is the first /20 of the VNet, or all of a smaller one.
        path: network.subnetCidr === undefined && networkBits(vnetCidr) > 20 ? "vnetCidr" : "subnetCidr",
        cidr: subnetCidr,
        unit: "addresses, one for each node and one for each pod that it may take",
        room: 2 ** (32 - networkBits(subnetCidr)) - keptByAzure,
        each: ({ maxPods }) => 1 + maxPods,
        bitsFor: (need) => 32 - Math.ceil(Math.log2(need + keptByAzure)),
    };
}

function poolSizes({ systemPool = {}, enclavePools }: ConfidentialClusterArgs): PoolSize[] {
    return [
        // The surge is AKS's own default (https://learn.microsoft.com/azure/aks/upgrade-aks-cluster).
        sizeOf({ name: systemPoolDefaults.name, ...systemPool }, systemPoolDefaults.count, "10%"),
        ...enclavePools.map((pool) => sizeOf(pool, 1, pool.maxSurge ?? "1")),
    ];
}

function sizeOf(pool: SystemPoolArgs & Pick<EnclavePoolArgs, "maxPods">, count: number, surge: string): PoolSize {
    const nodes = pool.maxCount ?? pool.count ?? count;
    const extra = surge.endsWith("%") ? Math.ceil((nodes * Number(surge.slice(0, -1))) / 100) : Number(surge);
    return {
        name: String(pool.name),
        nodes,
        surge: pool.priority === NodePriority.spot ? 0 : extra,
        maxPods: pool.maxPods ?? defaultMaxPods.nodeSubnet,
    };
}
