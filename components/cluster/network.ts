import { Subnet, VirtualNetwork } from "@pulumi/azure-native/network";
import type * as inputs from "@pulumi/azure-native/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { findVmSize, sgxSeries } from "../sgx";
import type { AzurePlace } from "../shared/azure-place";
import { NetworkMode, NetworkPolicyEngine, type EnclavePoolArgs, type NetworkArgs } from "./args";
import { addressIn, firstPart } from "./cidr";

/** Every range of a network: what is given, or a default that fits what is given. */
export function networkRanges(args: NetworkArgs) {
    const vnetCidr = args.vnetCidr ?? "10.224.0.0/16";
    const serviceCidr = args.serviceCidr ?? "10.0.0.0/16";
    return {
        vnetCidr,
        subnetCidr: args.subnetCidr ?? firstPart(vnetCidr, 20),
        podCidr: args.podCidr ?? "10.244.0.0/16",
        serviceCidr,
        dnsServiceIp: args.dnsServiceIp ?? addressIn(serviceCidr, 10),
    };
}

/**
 * The mode behind `auto`: DCsv2 cannot be used with Azure CNI Overlay
 * (https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay), all else can.
 */
export function resolveNetworkMode(mode: NetworkMode | undefined, pools: readonly EnclavePoolArgs[]): NetworkMode {
    if (mode !== undefined && mode !== NetworkMode.auto) return mode;
    return pools.some((pool) => !supportsOverlay(pool.vmSize)) ? NetworkMode.nodeSubnet : NetworkMode.overlay;
}

/** Whether nodes of a size can be in a cluster with Azure CNI Overlay; an unknown size is not held against it. */
export function supportsOverlay(vmSize: string): boolean {
    const size = findVmSize(vmSize);
    return size === undefined || sgxSeries[size.series].supportsAzureCniOverlay;
}

/** The `networkProfile` of the cluster. */
export function networkProfile(
    mode: NetworkMode,
    args: NetworkArgs,
): inputs.containerservice.ContainerServiceNetworkProfileArgs {
    const policy = args.networkPolicy ?? NetworkPolicyEngine.none;
    const { podCidr, serviceCidr, dnsServiceIp } = networkRanges(args);
    return {
        networkPlugin: "azure",
        ...(mode === NetworkMode.overlay ? { networkPluginMode: "overlay", podCidr } : {}),
        networkDataplane: policy === NetworkPolicyEngine.cilium ? "cilium" : "azure",
        ...(policy === NetworkPolicyEngine.none ? {} : { networkPolicy: policy }),
        loadBalancerSku: "standard",
        outboundType: "loadBalancer",
        serviceCidr,
        dnsServiceIP: dnsServiceIp,
    };
}

/** The subnet of the nodes: given, made here, or left to AKS (undefined). */
export function nodeSubnet(
    name: string,
    mode: NetworkMode,
    args: NetworkArgs,
    place: AzurePlace,
    opts: pulumi.CustomResourceOptions,
): pulumi.Input<string> | undefined {
    if (args.subnetId !== undefined) return args.subnetId;
    if (mode !== NetworkMode.nodeSubnet) return undefined;
    const vnet = new VirtualNetwork(
        `${name}-vnet`,
        {
            ...place,
            addressSpace: { addressPrefixes: [networkRanges(args).vnetCidr] },
        },
        // Subnets are resources of their own; Azure echoes them in the VNet's body, which is no drift.
        { ...opts, ignoreChanges: ["subnets"] },
    );
    const subnet = new Subnet(
        `${name}-nodes`,
        {
            resourceGroupName: place.resourceGroupName,
            virtualNetworkName: vnet.name,
            addressPrefix: networkRanges(args).subnetCidr,
        },
        opts,
    );
    return subnet.id;
}
