import { notAllowed, when, type Problem } from "../problems";
import { checkForm, checkGuid, checkRegion, checkResourceId } from "../shared/check-place";
import { cloudOf, clouds } from "../shared/clouds";

export function checkLocation(path: string, value: unknown): Problem[] {
    return [...checkRegion(path, value), ...checkCloud(path, value, value, "name a region of Azure's public cloud")];
}

/** The cloud of `location`: everything that has a host of Azure in it is written for the public cloud. */
export function checkCloud(path: string, value: unknown, location: unknown, remedy: string): Problem[] {
    const cloud = typeof location === "string" ? cloudOf(location) : clouds.public;
    const why = `in ${cloud.name}: the collateral of quotes and all other hosts are those of Azure's public cloud`;
    return when(cloud !== clouds.public, notAllowed(path, value, why, remedy));
}

export function checkClusterName(path: string, value: unknown): Problem[] {
    const expected = "1-63 letters, digits, dashes and underscores, with a letter or digit at both ends";
    return checkForm(path, value, /^[A-Za-z0-9]([-\w]{0,61}[A-Za-z0-9])?$/, expected, "choose a name of that form");
}

const subnetForm =
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i;

export function checkSubnetId(path: string, value: unknown): Problem[] {
    const expected = "the resource id of a subnet (/subscriptions/…/subnets/NAME)";
    return checkForm(path, value, subnetForm, expected, "az network vnet subnet show --query id prints it");
}

export function checkTenantId(path: string, value: unknown): Problem[] {
    return checkGuid(path, value, "a tenant id (a GUID)", "copy the tenant's id, not its domain");
}

export function checkGroupId(path: string, value: unknown): Problem[] {
    return checkGuid(path, value, "the object id (a GUID) of a group", "copy the group's object id, not its name");
}

export function checkNatGatewayId(path: string, value: unknown): Problem[] {
    return checkResourceId(path, value, "Microsoft.Network/natGateways", "a NAT gateway");
}

export function checkRouteTableId(path: string, value: unknown): Problem[] {
    return checkResourceId(path, value, "Microsoft.Network/routeTables", "a route table");
}

export function checkPublicIpId(path: string, value: unknown): Problem[] {
    return checkResourceId(path, value, "Microsoft.Network/publicIPAddresses", "a public IP address");
}

/** The zone's name is one that AKS takes (https://learn.microsoft.com/azure/aks/private-clusters). */
export function checkPrivateDnsZoneId(path: string, value: unknown): Problem[] {
    const zone =
        /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/privateDnsZones\/([a-z0-9-]+\.)?privatelink\.[a-z0-9]+\.azmk8s\.io$/i;
    const expected =
        "the resource id of a private DNS zone named privatelink.<region>.azmk8s.io, or of a subzone of that";
    return checkForm(path, value, zone, expected, "az network private-dns zone show --query id prints it");
}

export function checkClientId(path: string, value: unknown): Problem[] {
    const remedy = "copy the client id, not the principal id and not the resource id";
    return checkGuid(path, value, "the client id (a GUID) of an identity", remedy);
}
