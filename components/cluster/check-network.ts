import { isIPv4 } from "node:net";
import { Netmask } from "netmask";
import { invalid, notAllowed, oneOf, when, type Problem } from "../problems";
import type { NetworkArgs } from "./args-network";
import type { EnclavePoolArgs } from "./args-pools";
import { NetworkMode, NetworkPolicyEngine } from "./choices";
import { checkSubnetId } from "./check-names";
import { checkOutbound } from "./check-outbound";
import { addressIn, checkOverlaps, checkRange } from "../shared/cidr";
import { supportsOverlay, type NetworkSpec } from "./spec-network";

/** Everything that can be wrong with the network, given the sizes it has to carry. */
export function checkNetwork(args: NetworkArgs, spec: NetworkSpec, pools: readonly EnclavePoolArgs[]): Problem[] {
    const formal = [
        ...oneOf("mode", args.mode, NetworkMode),
        ...oneOf("networkPolicy", args.networkPolicy, NetworkPolicyEngine),
        ...checkRange("vnetCidr", args.vnetCidr, { largest: 8, smallest: 28 }),
        ...checkRange("subnetCidr", args.subnetCidr, { largest: 8, smallest: 28 }),
        // A /24 for the pods of each node.
        ...checkRange("podCidr", args.podCidr, { largest: 8, smallest: 23 }),
        ...checkRange("serviceCidr", args.serviceCidr, { largest: 12, smallest: 28 }),
        ...checkSubnetId("subnetId", args.subnetId),
    ];
    const outbound = checkOutbound(args.outbound ?? {}, spec);
    if (formal.length > 0) return [...formal, ...outbound];
    return [...checkOverlay(args, pools), ...checkUnused(args, spec), ...checkRanges(spec), ...outbound];
}

function checkOverlay({ mode }: NetworkArgs, pools: readonly EnclavePoolArgs[]): Problem[] {
    const unfit = pools.filter((pool) => !supportsOverlay(pool.vmSize)).map((pool) => pool.vmSize);
    const why = `with ${unfit.join(", ")}: Azure CNI Overlay does not support DCsv2`;
    return when(
        mode === NetworkMode.overlay && unfit.length > 0,
        notAllowed("mode", mode, why, 'set mode: "auto" or "nodeSubnet", or use a DCsv3 size'),
    );
}

/** A range that nothing would use is a misunderstanding, not a detail. */
function checkUnused(args: NetworkArgs, { mode, vnet }: NetworkSpec): Problem[] {
    const unused = (path: "vnetCidr" | "subnetCidr" | "podCidr", why: string, remedy: string): Problem[] =>
        when(args[path] !== undefined, notAllowed(path, args[path], why, remedy));
    const noVnet = "with subnetId: no VNet and no subnet are created";
    return [
        ...(vnet === undefined ? unused("vnetCidr", noVnet, "remove vnetCidr") : []),
        ...(vnet === undefined ? unused("subnetCidr", noVnet, "remove subnetCidr") : []),
        ...(mode === NetworkMode.nodeSubnet
            ? unused(
                  "podCidr",
                  "in nodeSubnet mode: pods get addresses of the node subnet",
                  'remove podCidr, or set mode: "overlay"',
              )
            : []),
    ];
}

/**
 * Ranges that no cluster may use, for Services, pods or nodes
 * (https://learn.microsoft.com/azure/aks/concepts-network-cni-overview).
 */
const keptByAks = ["169.254.0.0/16", "192.0.2.0/24", "172.30.0.0/16", "172.31.0.0/16"].map((text) => new Netmask(text));

/** Problems of ranges that AKS keeps for itself. */
function checkKept(ranges: readonly { path: string; range: Netmask }[]): Problem[] {
    return ranges.flatMap(({ path, range }) =>
        keptByAks
            .filter((kept) => kept.contains(range) || range.contains(kept))
            .map((kept) => {
                const expected = `a range without addresses of ${kept.toString()}, which AKS keeps for itself`;
                return invalid(path, range.toString(), expected, "move the range");
            }),
    );
}

/** Where AKS puts its own VNet when it makes one (https://learn.microsoft.com/azure/aks/configure-azure-cni). */
const aksOwnNetwork = { path: "the VNet that AKS makes", range: new Netmask("10.224.0.0/12") };

function checkRanges({ mode, subnetId, vnet, podCidr, serviceCidr, dnsServiceIp: dns }: NetworkSpec): Problem[] {
    const isOverlay = mode === NetworkMode.overlay;
    const service = new Netmask(serviceCidr);
    const outer = vnet === undefined ? [] : [{ path: "vnetCidr", range: new Netmask(vnet.vnetCidr) }];
    const isService = isIPv4(dns) && service.contains(dns);
    const isBoundary = dns === service.base || dns === addressIn(service, service.size - 1);
    const address = `an address inside serviceCidr (${serviceCidr}), neither its first nor its last`;
    const own = [
        ...outer,
        ...(isOverlay ? [{ path: "podCidr", range: new Netmask(podCidr) }] : []),
        { path: "serviceCidr", range: service },
    ];
    const makesNone = subnetId === undefined && vnet === undefined;
    return [
        ...checkKept(own),
        ...checkOverlaps([...(makesNone ? [aksOwnNetwork] : []), ...own]),
        ...(vnet === undefined ? [] : checkInside(vnet.vnetCidr, vnet.subnetCidr)),
        ...when(
            !isService || isBoundary,
            invalid("dnsServiceIp", dns, address, "use for example the tenth address of the range"),
        ),
    ];
}

function checkInside(vnetCidr: string, subnetCidr: string): Problem[] {
    return when(
        !new Netmask(vnetCidr).contains(subnetCidr),
        invalid("subnetCidr", subnetCidr, `a range inside vnetCidr (${vnetCidr})`, "move the subnet into the VNet"),
    );
}
