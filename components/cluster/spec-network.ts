import type * as pulumi from "@pulumi/pulumi";
import { findVmSize, sgxSeries } from "../sgx";
import type { NetworkArgs, OutboundArgs } from "./args-network";
import type { EnclavePoolArgs } from "./args-pools";
import { NetworkMode, type NetworkPolicyEngine, OutboundType } from "./choices";
import { addressIn, firstPart, parseRange } from "../shared/cidr";
import { dnsServiceOffset, networkDefaults, outboundDefaults, subnetBits } from "./defaults";

/** How pods get their addresses, with `auto` decided. */
export type PodAddresses = Exclude<NetworkMode, "auto">;

/** A VNet and its subnet for the nodes, which the component creates. */
export interface VnetSpec {
    vnetCidr: string;
    subnetCidr: string;
}

/** How the cluster reaches the internet. */
export interface OutboundSpec {
    type: OutboundType;
    /** Undefined: as many as Azure makes by itself, or `publicIpIds`. */
    ipCount: number | undefined;
    /** Empty: Azure makes them. */
    publicIpIds: readonly pulumi.Input<string>[];
    /** Undefined: Azure's. */
    idleTimeoutMinutes: number | undefined;
    /** For the subnet of `vnet`. Undefined: none, or one that this component makes. */
    natGatewayId: pulumi.Input<string> | undefined;
    /** For the subnet of `vnet`. Undefined: none. */
    routeTableId: pulumi.Input<string> | undefined;
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
    outbound: OutboundSpec;
}

export function networkSpec(args: NetworkArgs, pools: readonly EnclavePoolArgs[]): NetworkSpec {
    const mode = podAddresses(args.mode ?? networkDefaults.mode, pools);
    const vnetCidr = args.vnetCidr ?? networkDefaults.vnetCidr;
    const subnetCidr = args.subnetCidr ?? defaultOf(vnetCidr, (range) => firstPart(range, subnetBits));
    const serviceCidr = args.serviceCidr ?? networkDefaults.serviceCidr;
    const makesVnet = args.subnetId === undefined && (mode === NetworkMode.nodeSubnet || asksForVnet(args));
    return {
        mode,
        subnetId: args.subnetId,
        vnet: makesVnet ? { vnetCidr, subnetCidr } : undefined,
        podCidr: args.podCidr ?? networkDefaults.podCidr,
        serviceCidr,
        dnsServiceIp: args.dnsServiceIp ?? defaultOf(serviceCidr, (range) => addressIn(range, dnsServiceOffset)),
        networkPolicy: args.networkPolicy ?? networkDefaults.networkPolicy,
        outbound: outboundSpec(args.outbound ?? {}),
    };
}

/** Arguments that only a VNet of this component can follow. */
function asksForVnet({ vnetCidr, subnetCidr, outbound }: NetworkArgs): boolean {
    return [vnetCidr, subnetCidr, outbound?.natGatewayId, outbound?.routeTableId].some((value) => value !== undefined);
}

function outboundSpec(args: OutboundArgs): OutboundSpec {
    return {
        type: args.type ?? outboundDefaults.type,
        ipCount: args.ipCount,
        publicIpIds: Array.isArray(args.publicIpIds) ? args.publicIpIds : [],
        idleTimeoutMinutes: args.idleTimeoutMinutes,
        natGatewayId: args.natGatewayId,
        routeTableId: args.routeTableId,
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
