import { Subnet, VirtualNetwork } from "@pulumi/azure-native/network";
import type * as inputs from "@pulumi/azure-native/types/input";
import type * as pulumi from "@pulumi/pulumi";
import type { AzurePlace } from "../shared/azure-place";
import { NetworkMode, NetworkPolicyEngine } from "./choices";
import type { NetworkSpec, VnetSpec } from "./spec-network";

/** The `networkProfile` of the cluster. */
export function networkProfile(spec: NetworkSpec): inputs.containerservice.ContainerServiceNetworkProfileArgs {
    const { networkPolicy } = spec;
    return {
        networkPlugin: "azure",
        ...(spec.mode === NetworkMode.overlay ? { networkPluginMode: "overlay", podCidr: spec.podCidr } : {}),
        networkDataplane: networkPolicy === NetworkPolicyEngine.cilium ? "cilium" : "azure",
        networkPolicy: networkPolicy === NetworkPolicyEngine.none ? undefined : networkPolicy,
        loadBalancerSku: "standard",
        outboundType: "loadBalancer",
        serviceCidr: spec.serviceCidr,
        dnsServiceIP: spec.dnsServiceIp,
    };
}

/** The VNet and the subnet of the nodes; gives the subnet's id. */
export function nodeSubnet(
    name: string,
    { vnetCidr, subnetCidr }: VnetSpec,
    place: AzurePlace,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    const vnet = new VirtualNetwork(
        `${name}-vnet`,
        { ...place, addressSpace: { addressPrefixes: [vnetCidr] } },
        // Subnets are resources of their own; Azure echoes them in the VNet's body, which is no drift.
        { ...opts, ignoreChanges: ["subnets"] },
    );
    const { resourceGroupName } = place;
    const subnet = new Subnet(
        `${name}-nodes`,
        { resourceGroupName, virtualNetworkName: vnet.name, addressPrefix: subnetCidr },
        opts,
    );
    return subnet.id;
}
