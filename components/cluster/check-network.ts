import { isLate, matches, oneOf, type Problem } from "../problems";
import { NetworkMode, NetworkPolicyEngine, type EnclavePoolArgs, type NetworkArgs } from "./args";
import { addressIn, checkCidr, checkOverlaps, contains, lastAddress } from "./cidr";
import { networkRanges, resolveNetworkMode, supportsOverlay } from "./network";

/** Everything that can be wrong with the network, given the sizes it has to carry. */
export function checkNetwork(network: NetworkArgs, pools: readonly EnclavePoolArgs[] | undefined): Problem[] {
    const formal = [
        ...oneOf("mode", network.mode, NetworkMode),
        ...oneOf("networkPolicy", network.networkPolicy, NetworkPolicyEngine),
        ...checkCidr("vnetCidr", network.vnetCidr, { largest: 8, smallest: 28 }),
        ...checkCidr("subnetCidr", network.subnetCidr, { largest: 8, smallest: 28 }),
        // A /24 for the pods of each node.
        ...checkCidr("podCidr", network.podCidr, { largest: 8, smallest: 23 }),
        ...checkCidr("serviceCidr", network.serviceCidr, { largest: 12, smallest: 28 }),
        ...matches(
            "subnetId",
            isLate(network.subnetId) ? undefined : network.subnetId,
            /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i,
            "the resource id of a subnet (/subscriptions/…/subnets/NAME)",
            "az network vnet subnet show --query id prints it",
        ),
    ];
    if (formal.length > 0) return formal;

    const known = Array.isArray(pools) ? pools : [];
    const mode = resolveNetworkMode(network.mode, known);
    return [...checkOverlay(network, known), ...checkUnused(network, mode), ...checkRanges(network, mode)];
}

function checkOverlay(network: NetworkArgs, pools: readonly EnclavePoolArgs[]): Problem[] {
    const unfit = pools.filter((pool) => !supportsOverlay(pool.vmSize)).map((pool) => pool.vmSize);
    if (network.mode !== NetworkMode.overlay || unfit.length === 0) return [];
    return [
        {
            path: "mode",
            value: network.mode,
            expected: `"nodeSubnet" or "auto" with ${unfit.join(", ")}: Azure CNI Overlay does not support DCsv2`,
            remedy: 'set mode: "auto", or use a DCsv3 size',
        },
    ];
}

/** A range that nothing would use is a misunderstanding, not a detail. */
function checkUnused(network: NetworkArgs, mode: NetworkMode): Problem[] {
    const makesVnet = mode === NetworkMode.nodeSubnet && network.subnetId === undefined;
    const unused = (path: "vnetCidr" | "subnetCidr" | "podCidr", reason: string, remedy: string): Problem[] =>
        network[path] === undefined ? [] : [{ path, value: network[path], expected: `nothing: ${reason}`, remedy }];
    const noVnet =
        network.subnetId === undefined ? "AKS makes the network in overlay mode" : "the subnet is given by subnetId";
    return [
        ...(makesVnet ? [] : unused("vnetCidr", noVnet, "remove vnetCidr")),
        ...(makesVnet ? [] : unused("subnetCidr", noVnet, "remove subnetCidr")),
        ...(mode === NetworkMode.overlay
            ? []
            : unused("podCidr", "pods get addresses of the node subnet", 'remove podCidr, or set mode: "overlay"')),
    ];
}

/** Where AKS puts its own VNet when it makes one (https://learn.microsoft.com/azure/aks/configure-azure-cni). */
const aksOwnNetwork = { path: "the VNet that AKS makes", value: "10.224.0.0/12" };

function checkRanges(network: NetworkArgs, mode: NetworkMode): Problem[] {
    const {
        vnetCidr: vnet,
        subnetCidr: subnet,
        podCidr: pods,
        serviceCidr: service,
        dnsServiceIp: dns,
    } = networkRanges(network);
    const makesVnet = mode === NetworkMode.nodeSubnet && network.subnetId === undefined;
    const problems = checkOverlaps([
        ...(makesVnet ? [{ path: "vnetCidr", value: vnet }] : []),
        ...(mode === NetworkMode.overlay && network.subnetId === undefined ? [aksOwnNetwork] : []),
        ...(mode === NetworkMode.overlay ? [{ path: "podCidr", value: pods }] : []),
        { path: "serviceCidr", value: service },
    ]);
    if (makesVnet && !contains(vnet, subnet)) {
        problems.push({
            path: "subnetCidr",
            value: subnet,
            expected: `a range inside vnetCidr (${vnet})`,
            remedy: "move the subnet into the VNet",
        });
    }
    if (!contains(service, dns) || dns === addressIn(service, 0) || dns === lastAddress(service)) {
        problems.push({
            path: "dnsServiceIp",
            value: dns,
            expected: `an address inside serviceCidr (${service}), neither its first nor its last`,
            remedy: "use for example the tenth address of the range",
        });
    }
    return problems;
}
