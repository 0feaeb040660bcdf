import { expect, test } from "vitest";
import type { AzurePool } from "../../../doctor/model/azure";
import type { Pod } from "../../../doctor/model/objects";
import { onAzure, type AzureParts } from "../support/azure";
import { attestingPod, found, resultOf } from "../support/cluster";
import { noPlace, podOfStack, proofName } from "../support/node-proofs";

const withPool = (change: Partial<AzurePool>, also: (parts: AzureParts) => void = () => undefined) =>
    onAzure((parts) => {
        parts.pools[1] = { ...parts.pools[1], ...change };
        also(parts);
    });
const finding = (...args: Parameters<typeof withPool>) => resultOf(withPool(...args), "CA-A03").findings;
const withoutNodes = ({ objects }: AzureParts) => {
    objects.nodes = objects.nodes.filter(({ metadata }) => !metadata.name.startsWith("aks-enclave"));
};

test("pools that are as they should be give no finding", () => {
    expect(resultOf(onAzure(), "CA-A03").result).toBe("ok");
});

test("a stopped pool is started with a command that can be typed", () => {
    expect(finding({ powerState: "Stopped" }, withoutNodes)).toMatchObject([
        {
            reason: "stopped",
            severity: "problem",
            fix: "`az aks nodepool start --resource-group rg-1 --cluster-name aks-1 --nodepool-name enclave`",
        },
    ]);
});

test("a stopped pool beside one that runs is a problem only while a pod waits for a node, not one for a proof", () => {
    const reasons = (...waiting: Pod[]) =>
        finding({ powerState: "Stopped" }, ({ objects }) => {
            objects.pods.push(...waiting);
        }).map(({ reason }) => reason);
    expect(reasons()).toEqual([]);
    expect(reasons(podOfStack(proofName, "aks-enclave-0", noPlace(), { bound: false }))).toEqual([]);
    expect(reasons(attestingPod("web"))).toEqual(["stopped"]);
});

test.each([{ autoscaling: true, maxCount: 9 }, { priority: "Spot" }])(
    "a pool whose nodes come and go by themselves (%j) may have any number of them; with none it is a warning",
    (change) => {
        expect(finding({ ...change, count: 3 })).toEqual([]);
        expect(finding({ ...change, count: 1 })).toEqual([]);
        expect(finding({ ...change, count: 1 }, withoutNodes)).toMatchObject([
            { reason: "other-count", severity: "warning" },
        ]);
    },
);

test("a failed pool says with which error of Azure", () => {
    expect(finding({ provisioningState: "Failed", error: "AllocationFailed", count: 3 })).toMatchObject([
        { reason: "failed", severity: "problem", seen: expect.stringContaining("(AllocationFailed)") as string },
    ]);
});

test("a pool whose last change failed, and whose nodes are all there, is a warning", () => {
    expect(finding({ provisioningState: "Failed", error: "PodDrainFailure" })).toMatchObject([
        { reason: "failed", severity: "warning", seen: expect.stringContaining("(PodDrainFailure)") as string },
    ]);
});

test("fewer nodes in Kubernetes than in Azure are a problem, more of them a warning", () => {
    expect(finding({ count: 3 })).toMatchObject([
        { reason: "other-count", severity: "problem", seen: "Azure has 3 nodes of the pool, and Kubernetes has 2" },
    ]);
    expect(finding({ count: 1 })).toMatchObject([{ reason: "other-count", severity: "warning" }]);
});

test("a pool that is just being changed may have any number", () => {
    expect(finding({ count: 3, provisioningState: "Scaling" })).toEqual([]);
});

test("an odd spelling of the size is found before there are nodes; of nodes CA-N08 says it", () => {
    const odd = { vmSize: "standard_dc2s_V3" };
    expect(finding({ ...odd, count: 0 }, withoutNodes)).toMatchObject([
        { reason: "odd-spelling", fix: expect.stringContaining("Standard_DC2s_v3") as string },
    ]);
    expect(finding(odd)).toEqual([]);
});

test("pools without SGX are none of its business; a failed cluster is a warning", () => {
    const snapshot = onAzure(({ pools, cluster }) => {
        pools[0].provisioningState = "Failed";
        cluster.provisioningState = "Failed";
    });
    expect(found(snapshot)).toEqual(["CA-A03 cluster-failed"]);
});
