import { Netmask } from "netmask";
import { describe, expect, it } from "vitest";
import type { ConfidentialClusterArgs } from "../../components";
import { addressIn, checkOverlaps, checkRange, firstPart, parseRange } from "../../components/shared/cidr";
import { clusterSpec } from "../../components/cluster/spec";

const pools = (...all: Partial<ConfidentialClusterArgs["enclavePools"][number]>[]): ConfidentialClusterArgs => ({
    enclavePools: all.map((pool, index) => ({ name: `pool${index}`, vmSize: "Standard_DC2s_v3", ...pool })),
});
const found = (args: ConfidentialClusterArgs) => {
    const { problems, warnings } = clusterSpec(args);
    const tight = warnings.filter(({ code }) => code === "address-space");
    return [...problems.map(({ path }) => `problem ${path}`), ...tight.map(({ path }) => `warning ${path}`)];
};

describe("with Azure CNI Overlay, each node takes a /24 of the pods' range", () => {
    // Two system nodes beside the pool.
    const overlay = (count: number, more: object = {}) =>
        found({ ...pools({ count, ...more }), network: { mode: "overlay", podCidr: "10.240.96.0/21" } });

    it("as many as fit, with one more for an upgrade", () => {
        expect(overlay(5)).toEqual([]);
    });

    it("an upgrade needs room for the surge, so without it there is a warning", () => {
        expect(overlay(6)).toEqual(["warning network.podCidr"]);
        expect(overlay(5, { maxSurge: "34%" })).toEqual(["warning network.podCidr"]);
        expect(overlay(6, { priority: "Spot" })).toEqual(["warning network.podCidr"]);
    });

    it("one too many is a problem, which names the pools, the need and the range that would do", () => {
        const args = { ...pools({ count: 7 }), network: { mode: "overlay" as const, podCidr: "10.240.96.0/21" } };
        expect(clusterSpec(args).problems).toEqual([
            {
                kind: "invalid",
                path: "network.podCidr",
                value: "10.240.96.0/21",
                expected:
                    "room for the nodes of all pools at their largest (agentpool 2, pool0 7): they take 9 ranges of /24, and 10.240.96.0/21 has 8",
                remedy: "set it to a range of /20 or larger, or ask for fewer nodes, or fewer pods on each",
            },
        ]);
    });

    it("the autoscaler's upper bounds count, of all pools", () => {
        const network = { mode: "overlay" as const, podCidr: "10.240.96.0/21" };
        const bounds = { minCount: 1, maxCount: 3 };
        expect(found({ ...pools(bounds), systemPool: { minCount: 1, maxCount: 4 }, network })).toEqual([]);
        expect(found({ ...pools(bounds, bounds), systemPool: { minCount: 1, maxCount: 4 }, network })).toEqual([
            "problem network.podCidr",
        ]);
    });

    it("the default range is judged, too", () => {
        expect(found(pools({ count: 253 }))).toEqual([]);
        expect(found(pools({ count: 255 }))).toEqual(["problem network.podCidr"]);
    });
});

describe("in a node subnet, each node takes an address, and one for each pod that it may take", () => {
    const subnet = (subnetCidr: string, ...all: Parameters<typeof pools>) =>
        found({ ...pools(...all), network: { mode: "nodeSubnet", vnetCidr: "10.142.0.0/16", subnetCidr } });

    it("Azure keeps five, and a pool without maxPods takes 30", () => {
        // 2 x 31 + 2 x 31 = 124 of 123, and of 251.
        expect(subnet("10.142.26.0/25", { count: 2 })).toEqual(["problem network.subnetCidr"]);
        expect(subnet("10.142.26.0/24", { count: 2 })).toEqual([]);
        expect(subnet("10.142.26.0/25", { count: 1 })).toEqual(["warning network.subnetCidr"]);
    });

    it("maxPods counts", () => {
        expect(subnet("10.142.26.0/26", { count: 3, maxPods: 110 })).toEqual(["problem network.subnetCidr"]);
        expect(subnet("10.142.24.0/23", { count: 3, maxPods: 110 })).toEqual([]);
        expect(subnet("10.142.24.0/23", { count: 3, maxPods: 111 })).toEqual(["warning network.subnetCidr"]);
    });

    it("the remedy helps: a subnet by default is the first /20 of the VNet, whatever the size of that", () => {
        const args = pools({ minCount: 1, maxCount: 150 });
        const network = { mode: "nodeSubnet" as const };
        const [problem] = clusterSpec({ ...args, network }).problems;
        expect(problem).toMatchObject({ path: "network.subnetCidr", value: undefined });
        expect(problem?.remedy).toMatch(/^set it to a range of \/19 or larger, or/);
        expect(found({ ...args, network: { ...network, subnetCidr: "10.224.0.0/19" } })).toEqual([]);
        const small = clusterSpec({ ...args, network: { ...network, vnetCidr: "10.224.0.0/20" } }).problems[0];
        expect(small?.remedy).toContain("/19 or larger, in a vnetCidr that has it");
    });

    it("a subnet that follows from a small VNet is reported there, and one that is given not at all", () => {
        const small = { mode: "nodeSubnet" as const, vnetCidr: "10.142.26.0/26" };
        expect(found({ ...pools({ count: 3 }), network: small })).toEqual(["problem network.vnetCidr"]);
        const subnetId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/s";
        expect(found({ ...pools({ count: 300 }), network: { mode: "nodeSubnet", subnetId } })).toEqual([]);
    });
});

describe("ranges", () => {
    it.each([
        "10.1/16",
        "0x0a.0.0.0/8",
        "010.0.0.0/8",
        "10.0.0.0/8/8",
        "10.0.0.0",
        "10.0.0.0/33",
        "fd00::/8",
        10,
        null,
    ])("%j is none", (value) => {
        expect(checkRange("path", value)).toMatchObject([{ expected: expect.stringContaining("CIDR") as string }]);
        expect(parseRange(value)).toBeUndefined();
    });

    it("begin with their own first address, and have a size within the bounds", () => {
        const found = (value: string) => checkRange("path", value, { largest: 8, smallest: 28 });
        expect(found("10.0.0.1/24")).toMatchObject([{ remedy: "did you mean 10.0.0.0/24?" }]);
        expect([found("10.0.0.0/8"), found("10.0.0.0/28")]).toEqual([[], []]);
        expect(found("0.0.0.0/7")).toMatchObject([{ expected: "a range from /8 to /28" }]);
        expect(found("10.0.0.0/29")).toMatchObject([{ expected: "a range from /8 to /28" }]);
    });

    it("have addresses at an offset, and a first part that is no larger than themselves", () => {
        expect(addressIn(new Netmask("10.0.0.0/31"), 1)).toBe("10.0.0.1");
        expect(addressIn(new Netmask("0.0.0.0/0"), 2 ** 32 - 1)).toBe("255.255.255.255");
        expect(firstPart(new Netmask("10.0.0.0/8"), 20)).toBe("10.0.0.0/20");
        expect(firstPart(new Netmask("10.0.0.0/24"), 20)).toBe("10.0.0.0/24");
    });

    it("overlap where one contains the other, reported once, at the second", () => {
        const ranges = ["10.0.0.0/24", "10.0.1.0/24", "10.0.0.0/23", "10.0.1.7/32"].map((text) => ({
            path: text,
            range: new Netmask(text),
        }));
        expect(checkOverlaps(ranges).map(({ path, expected }) => [path, /of (\S+)/.exec(expected)?.[1]])).toEqual([
            ["10.0.0.0/23", "10.0.0.0/24"],
            ["10.0.0.0/23", "10.0.1.0/24"],
            ["10.0.1.7/32", "10.0.1.0/24"],
            ["10.0.1.7/32", "10.0.0.0/23"],
        ]);
    });
});
