import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ConfidentialCluster, ConfidentialPlatform, ExistingCluster } from "../../../components";
import type { EnclavePoolArgs } from "../../../components";
import { ClusterError, type DrainClient } from "../../../components/cluster/drain/cluster-client";
import { ownerLabel } from "../../../components/cluster/pool-owner";
import { construct, constructed, one, valueOf, type Mode } from "../../support/construct";

/** The cluster's API server: it has no nodes, or does not let the program ask. */
const cluster = vi.hoisted(() => ({ asked: 0, refuses: false }));
vi.mock("../../../components/cluster/drain/kubernetes-client", () => ({
    kubernetesClient: (): Promise<Partial<DrainClient>> => {
        const nodes = () => {
            cluster.asked++;
            return cluster.refuses ? Promise.reject(new ClusterError("403 Forbidden", true)) : Promise.resolve([]);
        };
        return Promise.resolve({ nodes });
    },
}));

// A drain that fails ends the program by rejections that nothing handles, also after the test. A listener keeps them
// from failing the run.
const note = (): void => undefined;
beforeAll(() => void process.on("unhandledRejection", note));
afterAll(async () => {
    await new Promise((done) => setTimeout(done, 1000));
    process.off("unhandledRejection", note);
});

const pool: EnclavePoolArgs = { name: "enclave", vmSize: "Standard_DC4s_v3", minCount: 0, maxCount: 6 };
const ours = ownerLabel("project.stack.c", "c-pool-owner-id");

/** A cluster with a pool of this owner that the program does not have. */
const withOldPool = (owner: string) => ({
    "azure-native:containerservice:getManagedCluster": () => ({
        agentPoolProfiles: [
            {
                name: "enclaveold1",
                count: 3,
                nodeLabels: {
                    "confidential-aks/owner": owner,
                    "confidential-aks/pool": "enclave",
                    "confidential-aks/sgx": "true",
                },
            },
        ],
    }),
});

const newCluster = (more: object) =>
    new ConfidentialCluster("c", { location: "westeurope", enclavePools: [{ ...pool, ...more }] });
const onExisting = (more: object) =>
    new ExistingCluster("c", { resourceGroupName: "rg", clusterName: "aks", enclavePools: [{ ...pool, ...more }] });
const ofPlatform = (more: object) =>
    new ConfidentialPlatform("c", { location: "westeurope", enclavePools: [{ ...pool, ...more }] });

describe("a new pool that takes the place of another one", () => {
    const countIn = async (mode: Mode, owner = ours) => {
        const { resources } = await constructed(mode, () => newCluster({}), {}, withOldPool(owner));
        return one(resources, "AgentPool").inputs.count;
    };

    test("has its number of nodes, in previews as well", async () => {
        expect(await countIn("up")).toBe(3);
        expect(await countIn("update")).toBe(3);
    });

    test("has its smallest number in a first preview, and where the other one is not of this program", async () => {
        expect(one(await construct("preview", () => newCluster({})), "AgentPool").inputs.count).toBe(0);
        expect(await countIn("up", ownerLabel("project.stack.c", "of another state"))).toBe(0);
    });
});

test("a program with the same names of project, stack and component drains nothing of the other's", async () => {
    cluster.asked = 0;
    const other = withOldPool(ownerLabel("project.stack.c", "of another state"));
    await constructed("up", () => onExisting({}), {}, other);
    expect(cluster.asked).toBe(0);
    await constructed("up", () => onExisting({}), {}, withOldPool(ours));
    expect(cluster.asked).toBeGreaterThan(0);
});

const components = { ConfidentialCluster: newCluster, ExistingCluster: onExisting, ConfidentialPlatform: ofPlatform };

describe.each(Object.entries(components))("poolNames of a %s", (_, make) => {
    test("are known in a first preview, and in an update when the old pool is drained", async () => {
        const { result } = await constructed("preview", () => make({}));
        expect(await valueOf(result.poolNames)).toEqual([expect.stringMatching(/^enclave\w{4}$/)]);
        cluster.asked = 0;
        const done = await constructed("up", () => make({}), {}, withOldPool(ours));
        expect(await valueOf(done.result.poolNames)).toEqual(await valueOf(result.poolNames));
        expect(cluster.asked).toBeGreaterThan(0);
    });

    test.each(["createFirst", "deleteFirst"])(
        "fail with the drain, and with them a plugin: %s",
        async (replacement) => {
            cluster.refuses = true;
            let made: ReturnType<typeof make> | undefined;
            const build = () => void (made = make({ replacement }));
            void constructed("up", build, {}, withOldPool(ours)).catch(note);
            await vi.waitFor(
                () => {
                    expect(made).toBeDefined();
                },
                { timeout: 60_000 },
            );
            const { poolNames } = made as unknown as { poolNames: { promise(): Promise<unknown> } };
            await expect(poolNames.promise()).rejects.toThrow("403 Forbidden. The old nodes were not deleted");
            cluster.refuses = false;
        },
    );
});
