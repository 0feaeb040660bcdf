import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { ConfidentialCluster, type ConfidentialClusterArgs, type NetworkArgs } from "../../components";
import { checkedInputs } from "../../components/cluster/checked-inputs";
import { clusterSpec, type NewClusterSpec } from "../../components/cluster/spec";
import { construct, one, type Constructed } from "../support/construct";
import { expectRejected, theTest } from "../support/failure";

const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3" }];
const inNetwork = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network";
const vnetId = `${inNetwork}/virtualNetworks/v`;
const subnetId = `${vnetId}/subnets/n`;
const natGatewayId = `${inNetwork}/natGateways/n`;
const routeTableId = `${inNetwork}/routeTables/r`;
const publicIpIds = [`${inNetwork}/publicIPAddresses/one`, `${inNetwork}/publicIPAddresses/two`];
const zoneId = `${inNetwork}/privateDnsZones/privatelink.westeurope.azmk8s.io`;

const make = (network: NetworkArgs, more: Partial<ConfidentialClusterArgs> = {}) =>
    construct("update", () => new ConfidentialCluster("c", { location: "westeurope", enclavePools, network, ...more }));
const profile = (resources: Constructed[]) =>
    one(resources, "ManagedCluster").inputs.networkProfile as Record<string, unknown>;
const problems = (network: NetworkArgs) =>
    clusterSpec({ enclavePools, network }).problems.map(({ path, expected }) => `${path}: ${expected}`);
const scopes = (resources: Constructed[]) =>
    resources
        .filter(({ type, name }) => type.endsWith(":RoleAssignment") && name !== "c-kubelet-operator")
        .map(({ name, inputs }) => [name, inputs.scope])
        .sort();

describe("the way out of the network", () => {
    test("is the load balancer by default, with Azure's own settings", async () => {
        const resources = await make({});
        expect(profile(resources)).toMatchObject({ outboundType: "loadBalancer", loadBalancerSku: "standard" });
        expect(profile(resources)).not.toHaveProperty("loadBalancerProfile.managedOutboundIPs");
    });

    test("is a load balancer with so many addresses and a timeout", async () => {
        const resources = await make({ outbound: { ipCount: 3, idleTimeoutMinutes: 10 } });
        expect(profile(resources).loadBalancerProfile).toMatchObject({
            managedOutboundIPs: { count: 3 },
            idleTimeoutInMinutes: 10,
        });
    });

    test("is a load balancer with addresses of the user's, on which the cluster's identity gets a role first", async () => {
        const resources = await make({ outbound: { publicIpIds } });
        expect(profile(resources).loadBalancerProfile).toMatchObject({
            outboundIPs: { publicIPs: publicIpIds.map((id) => ({ id })) },
        });
        expect(scopes(resources)).toEqual([
            ["c-outbound-1", publicIpIds[0]],
            ["c-outbound-2", publicIpIds[1]],
        ]);
        expect(one(resources, "ManagedCluster").options.dependsOn).toEqual(
            expect.arrayContaining(["c-outbound-1", "c-outbound-2"]),
        );
    });

    test("is AKS's own NAT gateway where AKS makes the network", async () => {
        const resources = await make({ outbound: { type: "natGateway", ipCount: 2 } });
        expect(profile(resources)).toMatchObject({
            outboundType: "managedNATGateway",
            natGatewayProfile: { managedOutboundIPProfile: { count: 2 } },
        });
        expect(resources.filter(({ type }) => type.includes(":network:"))).toEqual([]);
    });

    test("is a NAT gateway of this component in a VNet of this component", async () => {
        const outbound = { type: "natGateway" as const, ipCount: 2, idleTimeoutMinutes: 8 };
        const resources = await make({ vnetCidr: "10.60.0.0/16", outbound });
        expect(profile(resources).outboundType).toBe("userAssignedNATGateway");
        expect(one(resources, ":NatGateway").inputs).toMatchObject({
            sku: { name: "Standard" },
            idleTimeoutInMinutes: 8,
            publicIpAddresses: [{ id: "c-outbound-1-id" }, { id: "c-outbound-2-id" }],
        });
        expect(one(resources, ":PublicIPAddress", "c-outbound-1").inputs).toMatchObject({
            sku: { name: "Standard" },
            publicIPAllocationMethod: "Static",
        });
        expect(one(resources, ":Subnet").inputs.natGateway).toEqual({ id: "c-nat-id" });
    });

    test.each<[what: string, network: NetworkArgs, azure: string, subnet: object | undefined]>([
        [
            "a NAT gateway that exists, on a subnet of this component",
            { outbound: { type: "natGateway", natGatewayId } },
            "userAssignedNATGateway",
            { natGateway: { id: natGatewayId } },
        ],
        [
            "the NAT gateway of a subnet that exists",
            { subnetId, outbound: { type: "natGateway" } },
            "userAssignedNATGateway",
            undefined,
        ],
        [
            "the routes of a table that exists, on a subnet of this component",
            { outbound: { type: "userDefinedRouting", routeTableId } },
            "userDefinedRouting",
            { routeTable: { id: routeTableId } },
        ],
        [
            "the routes of a subnet that exists",
            { subnetId, outbound: { type: "userDefinedRouting" } },
            "userDefinedRouting",
            undefined,
        ],
    ])("is %s", async (_what, network, azure, subnet) => {
        const resources = await make(network);
        expect(profile(resources).outboundType).toBe(azure);
        const made = resources.filter(({ type }) => type.endsWith(":Subnet"));
        expect(made.map(({ inputs }) => inputs)).toEqual(subnet === undefined ? [] : [expect.objectContaining(subnet)]);
        expect(resources.filter(({ type }) => type.endsWith(":NatGateway"))).toEqual([]);
    });

    test.each<[what: string, network: NetworkArgs, problem: string]>([
        ["of no known type", { outbound: { type: "nat" as never } }, "network.outbound.type"],
        ["with too many addresses", { outbound: { type: "natGateway", ipCount: 17 } }, "network.outbound.ipCount"],
        ["with a short timeout", { outbound: { idleTimeoutMinutes: 3 } }, "network.outbound.idleTimeoutMinutes"],
        ["with a name for an id", { outbound: { publicIpIds: ["one"] } }, "network.outbound.publicIpIds[0]"],
        ["with an empty list of addresses", { outbound: { publicIpIds: [] } }, "network.outbound.publicIpIds"],
        ["with addresses and a number of them", { outbound: { publicIpIds, ipCount: 2 } }, "network.outbound.ipCount"],
        [
            "with own addresses in AKS's network",
            { outbound: { type: "natGateway", publicIpIds } },
            "network.outbound.publicIpIds: in a network that AKS makes",
        ],
        [
            "by routes that nothing leads out of",
            { outbound: { type: "userDefinedRouting" } },
            "network.outbound.routeTableId: a way out",
        ],
        [
            "by routes, with a number of addresses",
            { subnetId, outbound: { type: "userDefinedRouting", ipCount: 1 } },
            "network.outbound.ipCount: with type",
        ],
        [
            "with a NAT gateway for a subnet that has its own",
            { subnetId, outbound: { type: "natGateway", natGatewayId } },
            "network.outbound.natGatewayId: with subnetId",
        ],
        [
            "with a timeout of a NAT gateway that exists",
            { outbound: { type: "natGateway", natGatewayId, idleTimeoutMinutes: 9 } },
            "network.outbound.idleTimeoutMinutes: with a NAT gateway of yours",
        ],
        ["with an unused NAT gateway", { outbound: { natGatewayId } }, "network.outbound.natGatewayId: without type"],
    ])("is refused %s", (_what, network, problem) => {
        expect(problems(network)).toEqual([expect.stringContaining(problem)]);
    });

    test.each<[path: string, outbound: NetworkArgs["outbound"], read: (network: NewClusterSpec["network"]) => unknown]>(
        [
            ["natGatewayId", { type: "natGateway", natGatewayId: pulumi.output("n") }, (n) => n.outbound.natGatewayId],
            [
                "routeTableId",
                { type: "userDefinedRouting", routeTableId: pulumi.output("r") },
                (n) => n.outbound.routeTableId,
            ],
            ["publicIpIds[0]", { publicIpIds: [pulumi.output("ip")] }, (n) => n.outbound.publicIpIds[0]],
        ],
    )("%s as an output is checked when it is known", async (path, outbound, read) => {
        const { spec, problems: found } = clusterSpec({ enclavePools, network: { outbound } });
        expect(found).toEqual([]);
        const { network } = checkedInputs(theTest, spec).cluster;
        await expectRejected(read(network), `network.outbound.${path}`);
    });
});

describe("a VNet that the component makes, with Azure CNI Overlay", () => {
    test("is made where its range is given: nodes in the subnet, pods in their own range", async () => {
        const resources = await make({ vnetCidr: "10.60.0.0/16", mode: "overlay" });
        expect(one(resources, ":VirtualNetwork").inputs.addressSpace).toEqual({ addressPrefixes: ["10.60.0.0/16"] });
        expect(one(resources, ":Subnet").inputs.addressPrefix).toBe("10.60.0.0/20");
        expect(profile(resources)).toMatchObject({ networkPluginMode: "overlay", podCidr: "10.244.0.0/16" });
        expect(scopes(resources)).toEqual([["c-network", "c-nodes-id"]]);
    });

    test("needs addresses for nodes only, also during an upgrade", () => {
        const found = (count: number) => {
            const pools = [{ ...enclavePools[0]!, count }];
            const network = { vnetCidr: "10.60.0.0/28", mode: "overlay" as const };
            const { problems: all, warnings } = clusterSpec({ enclavePools: pools, network });
            return [...all, ...warnings.filter(({ code }) => code === "address-space")].map(({ path }) => path);
        };
        // 16 addresses, five of which Azure keeps; two system nodes.
        expect(found(8)).toEqual([]);
        expect(found(9)).toEqual(["network.vnetCidr"]);
        expect(found(10)).toEqual(["network.vnetCidr"]);
    });

    test.each<[range: string, network: NetworkArgs]>([
        ["network.podCidr", { podCidr: "172.30.0.0/17" }],
        ["network.podCidr", { podCidr: "172.16.0.0/12" }],
        ["network.serviceCidr", { serviceCidr: "172.31.4.0/24" }],
        ["network.vnetCidr", { vnetCidr: "172.31.0.0/16" }],
    ])("%s has no addresses that AKS keeps for itself", (path, network) => {
        expect(problems(network).filter((text) => text.includes("AKS keeps"))[0]).toContain(path);
    });
});

test("in nodeSubnet mode no range of pods is sent, which azure-native fills in by itself", async () => {
    expect(profile(await make({ mode: "nodeSubnet" }))).not.toHaveProperty("podCidr");
});

describe("a private cluster", () => {
    const apiServer = { privateCluster: true, privateDnsZoneId: zoneId };

    test("with a DNS zone of the user's has a role on the zone, and on the VNet in place of the subnet", async () => {
        const resources = await make({ subnetId }, { apiServer });
        expect(one(resources, "ManagedCluster").inputs.apiServerAccessProfile).toMatchObject({
            enablePrivateCluster: true,
            privateDNSZone: zoneId,
        });
        expect(scopes(resources)).toEqual([
            ["c-dns-zone", zoneId],
            ["c-network", vnetId],
        ]);
        expect(one(resources, "ManagedCluster").options.dependsOn).toEqual(
            expect.arrayContaining(["c-network", "c-dns-zone"]),
        );
    });

    test.each<[what: string, apiServer: ConfidentialClusterArgs["apiServer"], path: string]>([
        ["a zone of another name", { privateCluster: true, privateDnsZoneId: zoneId.replace("azmk8s", "x") }, "Id"],
        ["a zone for a public cluster", { privateDnsZoneId: zoneId }, "Id"],
        ["two answers about the zone", { ...apiServer, privateDnsZone: "system" }, ""],
    ])("does not take %s", (_what, given, path) => {
        const found = clusterSpec({ enclavePools, apiServer: given }).problems.map((problem) => problem.path);
        expect(found).toEqual([`apiServer.privateDnsZone${path}`]);
    });

    test("takes the id of the zone as an output, and checks it when it is known", async () => {
        const late = { privateCluster: true, privateDnsZoneId: pulumi.output("zone") };
        const { spec } = clusterSpec({ enclavePools, apiServer: late });
        const { apiServer: checked } = checkedInputs(theTest, spec).cluster;
        await expectRejected(checked.privateDnsZoneId, "apiServer.privateDnsZoneId");
    });
});
