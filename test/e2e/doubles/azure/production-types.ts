import { textAt, type Properties } from "../values.js";
import { subscription } from "./azure.js";
import type { AzureType } from "./types.js";

/*
 * What the doubles know of the resources that only production asks for: ways out of the network, and monitoring.
 */

const group = (body: Properties) => `${subscription}/resourceGroups/${textAt(body, "resourceGroupName")}`;

/** A resource with a region in a resource group. */
function inGroup(provider: string, nameKey: string, apiVersion: string, more: Partial<AzureType> = {}): AzureType {
    return {
        nameKey,
        autoname: "random",
        pathKeys: ["resourceGroupName", nameKey],
        forceNew: ["location"],
        located: true,
        slow: false,
        id: (body) => `${group(body)}/providers/${provider}/${textAt(body, nameKey)}`,
        parent: group,
        shows: (_, id) => ({ name: id.split("/").at(-1) ?? "" }),
        readOnly: ["name", "type", "provisioningState"],
        apiVersion,
        ...more,
    };
}

export const productionTypes: Record<string, AzureType> = {
    "azure-native:network:NatGateway": inGroup("Microsoft.Network/natGateways", "natGatewayName", "2024-05-01"),
    "azure-native:network:PublicIPAddress": inGroup(
        "Microsoft.Network/publicIPAddresses",
        "publicIpAddressName",
        "2024-05-01",
        { forceNew: ["location", "publicIPAddressVersion", "publicIPPrefix", "sku"] },
    ),
};
