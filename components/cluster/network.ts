import { NatGateway, PublicIPAddress, Subnet, VirtualNetwork } from "@pulumi/azure-native/network";
import type * as inputs from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import type { AzurePlace } from "../shared/azure-place";
import { natGatewayOwner } from "./check-outbound";
import { NetworkMode, NetworkPolicyEngine, OutboundType } from "./choices";
import { outboundDefaults } from "./defaults";
import type { NetworkSpec, OutboundSpec, VnetSpec } from "./spec-network";

type NetworkProfile = inputs.containerservice.ContainerServiceNetworkProfileArgs;

/** The `networkProfile` of the cluster. */
export function networkProfile(spec: NetworkSpec): NetworkProfile {
    const { networkPolicy } = spec;
    return {
        networkPlugin: "azure",
        ...(spec.mode === NetworkMode.overlay ? { networkPluginMode: "overlay", podCidr: spec.podCidr } : {}),
        networkDataplane: networkPolicy === NetworkPolicyEngine.cilium ? "cilium" : "azure",
        networkPolicy: networkPolicy === NetworkPolicyEngine.none ? undefined : networkPolicy,
        loadBalancerSku: "standard",
        ...outboundProfile(spec),
        serviceCidr: spec.serviceCidr,
        dnsServiceIP: spec.dnsServiceIp,
    };
}

/**
 * For the cluster in mode `nodeSubnet`: azure-native's SDK fills in a range of pods where there is none. It means
 * nothing there, and a later correction would replace the cluster.
 */
export function withoutPodRange({ mode }: NetworkSpec): pulumi.ResourceTransformation[] {
    if (mode !== NetworkMode.nodeSubnet) return [];
    return [
        ({ props, opts }) => {
            const given = props as { networkProfile: pulumi.Input<NetworkProfile> };
            const networkProfile = pulumi
                .output(given.networkProfile)
                .apply((profile) => ({ ...profile, podCidr: undefined }));
            return { props: { ...given, networkProfile }, opts };
        },
    ];
}

/** The way out, as AKS names it. */
function outboundProfile(spec: NetworkSpec): NetworkProfile {
    const { type, ipCount, publicIpIds, idleTimeoutMinutes } = spec.outbound;
    if (type === OutboundType.userDefinedRouting) return { outboundType: "userDefinedRouting" };
    const idle = idleTimeoutMinutes === undefined ? {} : { idleTimeoutInMinutes: idleTimeoutMinutes };
    if (type === OutboundType.natGateway) {
        if (natGatewayOwner(spec) !== "aks") return { outboundType: "userAssignedNATGateway" };
        const count = ipCount ?? outboundDefaults.ipCount;
        return {
            outboundType: "managedNATGateway",
            natGatewayProfile: { managedOutboundIPProfile: { count }, ...idle },
        };
    }
    const addresses =
        publicIpIds.length > 0
            ? { outboundIPs: { publicIPs: publicIpIds.map((id) => ({ id })) } }
            : ipCount === undefined
              ? {}
              : { managedOutboundIPs: { count: ipCount } };
    const profile = { ...addresses, ...idle };
    return {
        outboundType: "loadBalancer",
        ...(Object.keys(profile).length === 0 ? {} : { loadBalancerProfile: profile }),
    };
}

/** Where the nodes are. */
export interface NodeNetwork {
    subnetId: pulumi.Input<string>;
    vnetId: pulumi.Input<string>;
}

/** The network of the nodes, with the VNet and what is in it where the component makes one; undefined: AKS makes it. */
export function nodeNetwork(
    name: string,
    spec: NetworkSpec,
    place: AzurePlace,
    opts: pulumi.CustomResourceOptions,
): NodeNetwork | undefined {
    const { vnet, subnetId } = spec;
    if (vnet !== undefined) return madeNetwork(name, vnet, spec, place, opts);
    if (subnetId === undefined) return undefined;
    const vnetId = pulumi.output(subnetId).apply((id) => id.replace(/\/subnets\/[^/]+$/i, ""));
    return { subnetId, vnetId };
}

/**
 * Which network the nodes are in, as a text that stays the same as long as the network does. AKS moves no node of a
 * cluster that exists into another subnet, and the pools in the cluster's body, which name it, are not compared.
 */
export function networkKey({ vnet, subnetId }: NetworkSpec): pulumi.Input<string> {
    if (vnet !== undefined) return "made by the component";
    if (subnetId === undefined) return "made by AKS";
    // Azure's ids are the same in any case.
    return pulumi.output(subnetId).apply((id) => id.toLowerCase());
}

function madeNetwork(
    name: string,
    { vnetCidr, subnetCidr }: VnetSpec,
    spec: NetworkSpec,
    place: AzurePlace,
    opts: pulumi.CustomResourceOptions,
): NodeNetwork {
    const vnet = new VirtualNetwork(
        `${name}-vnet`,
        { ...place, addressSpace: { addressPrefixes: [vnetCidr] } },
        // Subnets are resources of their own; Azure echoes them in the VNet's body, which is no drift.
        { ...opts, ignoreChanges: ["subnets"] },
    );
    const { natGatewayId: given, routeTableId } = spec.outbound;
    const natGatewayId = natGatewayOwner(spec) === "component" ? natGateway(name, spec.outbound, place, opts) : given;
    const { resourceGroupName } = place;
    const subnet = new Subnet(
        `${name}-nodes`,
        {
            resourceGroupName,
            virtualNetworkName: vnet.name,
            addressPrefix: subnetCidr,
            natGateway: natGatewayId === undefined ? undefined : { id: natGatewayId },
            routeTable: routeTableId === undefined ? undefined : { id: routeTableId },
        },
        opts,
    );
    return { subnetId: subnet.id, vnetId: vnet.id };
}

/** A NAT gateway with its public addresses; gives its id. */
function natGateway(
    name: string,
    { ipCount, publicIpIds, idleTimeoutMinutes }: OutboundSpec,
    place: AzurePlace,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    const made = Array.from({ length: publicIpIds.length > 0 ? 0 : (ipCount ?? outboundDefaults.ipCount) }, (_, at) => {
        const args = { ...place, sku: { name: "Standard", tier: "Regional" }, publicIPAllocationMethod: "Static" };
        return new PublicIPAddress(`${name}-outbound-${at + 1}`, args, opts).id;
    });
    const gateway = new NatGateway(
        `${name}-nat`,
        {
            ...place,
            sku: { name: "Standard" },
            publicIpAddresses: [...publicIpIds, ...made].map((id) => ({ id })),
            idleTimeoutInMinutes: idleTimeoutMinutes,
        },
        opts,
    );
    return gateway.id;
}
