import { PrivateDnsZoneGroup, PrivateEndpoint } from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import { invalid, isPlainObject, type Problem } from "../problems";
import type { AzurePlace } from "./azure-place";
import { checkRegion } from "./check-place";
import { checkedValue, type Subject } from "./checked-later";
import { checkId, checkSubnetId, zoneForm } from "./network-ids";

/** A private endpoint of an Azure service. */
export interface PrivateEndpointArgs {
    /** Id of the subnet it gets its address in. A change replaces the endpoint. */
    subnetId: pulumi.Input<string>;
    /** Region of the subnet's network. Default: that of the service. A change replaces the endpoint. */
    location?: pulumi.Input<string>;
    /**
     * Id of the private DNS zone of the service, linked to the networks of those who use it: the service's names are
     * put there. Default: none, and their DNS has to know the names in another way.
     */
    privateDnsZoneId?: pulumi.Input<string>;
}

/** The service that a private endpoint leads to. */
interface Service {
    /** What the names of the resources begin with. */
    name: string;
    /** Name of the connection. */
    connection: string;
    id: pulumi.Input<string>;
    /** Azure's name of the part of the service. */
    groupId: string;
}

/** The service's address in a subnet, and its names in a private DNS zone. */
export function privateEndpointOf(
    { name, connection, id, groupId }: Service,
    args: PrivateEndpointArgs | undefined,
    { resourceGroupName, location, tags }: AzurePlace,
    child: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
    if (args === undefined) return [];
    const { subnetId, privateDnsZoneId, location: region = location } = args;
    const endpoint = new PrivateEndpoint(
        `${name}-endpoint`,
        {
            resourceGroupName,
            ...(region === undefined ? {} : { location: region }),
            ...(tags === undefined ? {} : { tags }),
            subnet: { id: subnetId },
            privateLinkServiceConnections: [{ name: connection, privateLinkServiceId: id, groupIds: [groupId] }],
        },
        child,
    );
    if (privateDnsZoneId === undefined) return [endpoint];
    const zone = new PrivateDnsZoneGroup(
        `${name}-zone`,
        {
            resourceGroupName,
            privateEndpointName: endpoint.name,
            privateDnsZoneGroupName: "default",
            privateDnsZoneConfigs: [{ name: connection, privateDnsZoneId }],
        },
        child,
    );
    return [endpoint, zone];
}

/** Problems of a private endpoint. `zone` is the name of the service's private DNS zone. */
export function checkPrivateEndpoint(path: string, args: PrivateEndpointArgs | undefined, zone: string): Problem[] {
    if (args === undefined) return [];
    if (!isPlainObject(args)) return [invalid(path, args, "an object with subnetId", "write one")];
    return [
        ...checkSubnetId(`${path}.subnetId`, args.subnetId),
        ...checkZone(zone)(`${path}.privateDnsZoneId`, args.privateDnsZoneId),
        ...checkRegion(`${path}.location`, args.location),
    ];
}

/** The same endpoint, whose outputs are checked as soon as their values are known. */
export function checkedPrivateEndpoint(
    of: Subject,
    path: string,
    args: PrivateEndpointArgs | undefined,
    zone: string,
): PrivateEndpointArgs | undefined {
    if (args === undefined) return undefined;
    const { subnetId, privateDnsZoneId, location } = args;
    const zoneId = checkedValue(of, `${path}.privateDnsZoneId`, privateDnsZoneId, checkZone(zone));
    return {
        subnetId: checkedValue(of, `${path}.subnetId`, subnetId, checkSubnetId),
        ...(zoneId === undefined ? {} : { privateDnsZoneId: zoneId }),
        ...(location === undefined ? {} : { location: checkedValue(of, `${path}.location`, location, checkRegion) }),
    };
}

const checkZone = (zone: string) => (path: string, value: unknown) =>
    value === undefined ? [] : checkId(path, value, zoneForm([zone]));
