import type * as pulumi from "@pulumi/pulumi";
import { findVmSize, sgxSeries } from "../sgx";
import type { NetworkArgs } from "./args-network";
import type { EnclavePoolArgs } from "./args-pools";
import { NetworkMode, type NetworkPolicyEngine } from "./choices";
import { addressIn, firstPart, parseRange } from "./cidr";
import { dnsServiceOffset, networkDefaults, subnetBits } from "./defaults";

/** How pods get their addresses, with `auto` decided. */
export type PodAddresses = Exclude<NetworkMode, "auto">;

/** A VNet and its subnet for the nodes, which the component creates. */
export interface VnetSpec {
    vnetCidr: string;
    subnetCidr: string;
}

/** The network of a new cluster. */
export interface NetworkSpec {
    mode: PodAddresses;
    /** A subnet that exists. Undefined: that of `vnet`, or AKS makes one. */
    subnetId: pulumi.Input<string> | undefined;
    /** Undefined: there is a subnet, or AKS makes one. */
    vnet: VnetSpec | undefined;
    /** Used in mode `overlay`. */
    podCidr: string;
    serviceCidr: string;
    dnsServiceIp: string;
    networkPolicy: NetworkPolicyEngine;
}

export function networkSpec(args: NetworkArgs, pools: readonly EnclavePoolArgs[]): NetworkSpec {
    const mode = podAddresses(args.mode ?? networkDefaults.mode, pools);
    const vnetCidr = args.vnetCidr ?? networkDefaults.vnetCidr;
    const subnetCidr = args.subnetCidr ?? defaultOf(vnetCidr, (range) => firstPart(range, subnetBits));
    const serviceCidr = args.serviceCidr ?? networkDefaults.serviceCidr;
    return {
        mode,
        subnetId: args.subnetId,
        vnet: mode === NetworkMode.nodeSubnet && args.subnetId === undefined ? { vnetCidr, subnetCidr } : undefined,
        podCidr: args.podCidr ?? networkDefaults.podCidr,
        serviceCidr,
        dnsServiceIp: args.dnsServiceIp ?? defaultOf(serviceCidr, (range) => addressIn(range, dnsServiceOffset)),
        networkPolicy: args.networkPolicy ?? networkDefaults.networkPolicy,
    };
}

/** What follows from a range; the text itself where it is no range, which is a problem of its own. */
function defaultOf(text: string, derive: (range: NonNullable<ReturnType<typeof parseRange>>) => string): string {
    const range = parseRange(text);
    return range === undefined ? text : derive(range);
}

/**
 * The mode behind `auto`: DCsv2 cannot be used with Azure CNI Overlay
 * (https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay), all else can.
 */
function podAddresses(mode: NetworkMode, pools: readonly EnclavePoolArgs[]): PodAddresses {
    if (mode !== NetworkMode.auto) return mode;
    return pools.some((pool) => !supportsOverlay(pool.vmSize)) ? NetworkMode.nodeSubnet : NetworkMode.overlay;
}

/** Whether nodes of a size can be in a cluster with Azure CNI Overlay; of an unknown size it is assumed. */
export function supportsOverlay(vmSize: string): boolean {
    const size = findVmSize(vmSize);
    return size === undefined || sgxSeries[size.series].supportsAzureCniOverlay;
}
