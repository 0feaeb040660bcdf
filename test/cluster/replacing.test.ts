import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { ConfidentialCluster, type ApiServerArgs, type NetworkArgs } from "../../components";
import { construct, one, unknown } from "../support/construct";

/*
 * What AKS cannot change on a cluster that exists, and what neither azure-native nor the list of pools in the cluster's
 * body, whose changes are ignored, would replace it for.
 */
const inNetwork = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network";
const subnetId = `${inNetwork}/virtualNetworks/v/subnets/n`;
const privateDnsZoneId = `${inNetwork}/privateDnsZones/privatelink.westeurope.azmk8s.io`;
const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3" }];

async function optionsOf(network: NetworkArgs, apiServer: ApiServerArgs = {}) {
    const args = { location: "westeurope", enclavePools, network, apiServer };
    return one(await construct("up", () => new ConfidentialCluster("c", args)), "ManagedCluster").options;
}

const triggerOf = async (network: NetworkArgs) => (await optionsOf(network)).replacementTrigger;

test("another subnet, or another maker of the network, is another cluster", async () => {
    const others: NetworkArgs[] = [{ subnetId: `${subnetId}2` }, { vnetCidr: "10.60.0.0/16" }, {}];
    const all = [];
    for (const network of [{ subnetId }, ...others]) all.push(await triggerOf(network));
    expect(all).not.toContain(undefined);
    expect(new Set(all).size).toBe(all.length);
});

test("the same subnet is the same cluster: in capitals, as an output, with other settings of the network", async () => {
    const first = await triggerOf({ subnetId });
    expect(await triggerOf({ subnetId: subnetId.toUpperCase() })).toBe(first);
    expect(await triggerOf({ subnetId: pulumi.output(subnetId), networkPolicy: "cilium" })).toBe(first);
    const made = { vnetCidr: "10.60.0.0/16" };
    expect(await triggerOf({ ...made, subnetCidr: "10.60.0.0/18" })).toBe(await triggerOf(made));
});

test("the network is known in a preview where its subnet is made with it", async () => {
    const args = { location: "westeurope", enclavePools, network: { vnetCidr: "10.60.0.0/16" } };
    const resources = await construct("preview", () => new ConfidentialCluster("c", args));
    expect(JSON.stringify(one(resources, "ManagedCluster").options.replacementTrigger)).not.toContain(unknown);
});

test("AKS only lets a private DNS zone go: any other change is another cluster", async () => {
    const zone = "apiServerAccessProfile.privateDNSZone";
    const replacing = async (apiServer: ApiServerArgs) => (await optionsOf({}, apiServer)).replaceOnChanges;
    expect(await replacing({ privateCluster: true })).toContain(zone);
    expect(await replacing({ privateCluster: true, privateDnsZoneId })).toContain(zone);
    expect(await replacing({ privateCluster: true, privateDnsZone: "none" })).not.toContain(zone);
});
