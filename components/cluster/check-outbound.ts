import { integerIn, invalid, missing, notAllowed, oneOf, prefixed, when, type Problem } from "../problems";
import type { OutboundArgs } from "./args-network";
import { checkNatGatewayId, checkPublicIpId, checkRouteTableId } from "./check-names";
import { OutboundType } from "./choices";
import type { NetworkSpec } from "./spec-network";

/** Problems of `network.outbound`, given the network that it has to fit. */
export function checkOutbound(args: OutboundArgs, network: NetworkSpec): Problem[] {
    const formal = checkForm(args, network);
    return prefixed(
        "outbound",
        formal.length > 0 ? formal : [...checkAddresses(args, network), ...checkGateway(args, network)],
    );
}

function checkForm(args: OutboundArgs, { outbound }: NetworkSpec): Problem[] {
    const ids: unknown = args.publicIpIds;
    const most = outbound.type === OutboundType.natGateway ? 16 : 100;
    return [
        ...oneOf("type", args.type, OutboundType),
        ...integerIn("ipCount", args.ipCount, 1, most),
        ...integerIn("idleTimeoutMinutes", args.idleTimeoutMinutes, 4, 120),
        ...(ids === undefined ? [] : checkIds(ids, most)),
        ...checkNatGatewayId("natGatewayId", args.natGatewayId),
        ...checkRouteTableId("routeTableId", args.routeTableId),
    ];
}

function checkIds(ids: unknown, most: number): Problem[] {
    const path = "publicIpIds";
    const expected = `a plain list of 1 to ${most} ids, each of which may be an output`;
    if (!Array.isArray(ids) || ids.length === 0 || ids.length > most) {
        return [invalid(path, ids, expected, "list the ids, or remove publicIpIds")];
    }
    return ids.flatMap((id, index) => checkPublicIpId(`${path}[${index}]`, id));
}

/** How the cluster's NAT gateway comes about; undefined without one. */
export type NatGatewayOwner = "aks" | "component" | "user";

/** AKS makes the NAT gateway only in a network of its own (https://learn.microsoft.com/azure/aks/nat-gateway). */
export function natGatewayOwner({ outbound, subnetId, vnet }: NetworkSpec): NatGatewayOwner | undefined {
    if (outbound.type !== OutboundType.natGateway) return undefined;
    if (subnetId !== undefined || outbound.natGatewayId !== undefined) return "user";
    return vnet === undefined ? "aks" : "component";
}

/** Public addresses and timeouts, which only something of Azure's or of this component can have. */
function checkAddresses(args: OutboundArgs, network: NetworkSpec): Problem[] {
    const { type } = network.outbound;
    const given = (["ipCount", "publicIpIds", "idleTimeoutMinutes"] as const).filter((key) => args[key] !== undefined);
    const owner = natGatewayOwner(network);
    const why =
        type === OutboundType.userDefinedRouting
            ? 'with type "userDefinedRouting": where the routes lead, others own the addresses'
            : "with a NAT gateway of yours: its addresses and its timeout are settings of that gateway";
    const foreign = type === OutboundType.userDefinedRouting || owner === "user";
    const ownIds = "in a network that AKS makes: AKS makes the addresses of its NAT gateway as well";
    return [
        ...(foreign ? given.map((key) => notAllowed(key, args[key], why, `remove ${key}`)) : []),
        ...when(
            owner === "aks" && args.publicIpIds !== undefined,
            notAllowed(
                "publicIpIds",
                args.publicIpIds,
                ownIds,
                "set network.vnetCidr for a VNet of this component, or ipCount",
            ),
        ),
        ...when(
            args.ipCount !== undefined && args.publicIpIds !== undefined,
            notAllowed("ipCount", args.ipCount, "with publicIpIds: those are used", "remove one of the two"),
        ),
    ];
}

function checkGateway(args: OutboundArgs, { outbound, subnetId }: NetworkSpec): Problem[] {
    const { type } = outbound;
    const yours = "with subnetId: it is a setting of that subnet";
    const attach = (key: string) => `associate it with the subnet itself, and remove ${key}`;
    const only = (wanted: OutboundType) => `without type ${JSON.stringify(wanted)}: nothing would use it`;
    const foreign = (key: "natGatewayId" | "routeTableId", wanted: OutboundType): Problem[] => {
        if (args[key] === undefined) return [];
        if (type !== wanted) return [notAllowed(key, args[key], only(wanted), `set type, or remove ${key}`)];
        return when(subnetId !== undefined, notAllowed(key, args[key], yours, attach(key)));
    };
    return [
        ...foreign("natGatewayId", OutboundType.natGateway),
        ...foreign("routeTableId", OutboundType.userDefinedRouting),
        ...when(
            type === OutboundType.userDefinedRouting && subnetId === undefined && args.routeTableId === undefined,
            missing(
                "routeTableId",
                'a way out, with type "userDefinedRouting": AKS makes none',
                "name a route table whose route 0.0.0.0/0 leads to your firewall, or set network.subnetId to a subnet that has one",
            ),
        ),
    ];
}
