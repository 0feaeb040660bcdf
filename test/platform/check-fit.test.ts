import { describe, expect, test } from "vitest";
import { checkPlatform, type ConfidentialPlatformArgs } from "../../components";
import { epcTable } from "../../plan/lens/epc";
import type { PlanResource } from "../../plan/model/format";
import { constructStack, stackArgs } from "../support/stacks";

/** What is said of how many pods fit. */
function warningsOf(args: ConfidentialPlatformArgs): [code: string, path: string, message: string][] {
    const { problems, warnings } = checkPlatform(args);
    expect(problems).toEqual([]);
    return warnings
        .filter(({ code }) => code === "needless-limit" || code === "does-not-fit")
        .map(({ code, path = "", message }) => [code, path, message]);
}

const job = { name: "report", image: "example.azurecr.io/report:1", epc: "64Mi" };
/** 8 GiB of EPC and 1.4 CPUs for workloads; without the proof, which gives way to them. */
const dev = (change: Partial<ConfidentialPlatformArgs>): ConfidentialPlatformArgs => ({
    ...stackArgs("dev"),
    nodeProof: { enabled: false },
    ...change,
});

describe("how many pods fit, checked before anything is made", () => {
    test.each(["dcsv2", "dev", "prod", "existing"] as const)("nothing to say of stack %s", (stack) => {
        expect(warningsOf(stackArgs(stack))).toEqual([]);
    });

    test("an enclaveLimit that binds before anything else, with the value that does not", () => {
        expect(warningsOf(dev({ devicePlugin: { enclaveLimit: 5 } }))).toEqual([
            [
                "needless-limit",
                "devicePlugin.enclaveLimit",
                "5 enclave devices per node bind before anything else: a node of pool enclave has room for about 14 pods of sample by EPC, CPU and " +
                    "memory. Set 15, or leave it out.",
            ],
        ]);
        expect(warningsOf(dev({ devicePlugin: { enclaveLimit: 15 } }))).toEqual([]);
        // A limit that is not needed at all causes no warning.
        expect(
            warningsOf(
                dev({
                    devicePlugin: { enclaveLimit: 2 },
                    runSample: false,
                    images: undefined,
                    quoteHelper: { image: "r.example/aesm:1" },
                }),
            ),
        ).toEqual([]);
    });

    test("the count is that of the plan's EPC table", async () => {
        const devicePlugin = { enclaveLimit: 5 };
        const [[, , message]] = warningsOf(dev({ devicePlugin })) as [[string, string, string]];
        const made = await constructStack("dev", "preview");
        const resources = made.filter(({ name }) => name !== "confidential-aks-proof");
        const [pool] = epcTable(resources.map((each) => ({ ...each, options: {} })) as unknown as PlanResource[]);
        expect(pool?.workloads[0]?.limitedBy).toBe("cpu");
        expect(message).toContain(`about ${pool?.workloads[0]?.fitsPerNode} pods of sample`);
    });

    test("a provisionLimit, where jobs attest in-process", () => {
        const [warning, ...more] = warningsOf(
            dev({ devicePlugin: { provisionLimit: 4 }, jobs: [{ ...job, mode: "inProcess" }] }),
        );
        expect(warning?.slice(0, 2)).toEqual(["needless-limit", "devicePlugin.provisionLimit"]);
        expect(warning?.[2]).toContain("about 14 pods of jobs[0]");
        expect(warning?.[2]).toContain("Set 15,");
        expect(more).toEqual([]);
    });

    test("maxPods that binds, with what a change costs; AKS's and the DaemonSets' pods are counted in", () => {
        const pools = (maxPods: number) => [{ name: "enclave", vmSize: "Standard_DC2s_v3", count: 1, maxPods }];
        const [warning, ...more] = warningsOf(dev({ enclavePools: pools(12) }));
        expect(warning?.slice(0, 2)).toEqual(["needless-limit", "enclavePools[0].maxPods"]);
        // 14 by CPU, 6 of AKS, 2 DaemonSets.
        expect(warning?.[2]).toContain("Set 22, or leave it out. A change replaces the pool");
        expect(more).toEqual([]);
        expect(warningsOf(dev({ enclavePools: pools(22) }))).toEqual([]);
    });

    test("a job that no node has the CPU for; one that another pool has it for is fine", () => {
        const greedy = { ...job, name: "greedy", cpu: "3" };
        expect(warningsOf(dev({ jobs: [job, greedy] }))).toEqual([
            [
                "does-not-fit",
                "jobs[1]",
                "no enclave node has enough CPU for it, less what AKS and DaemonSets take: its pods stay pending. Ask for less, or add a pool " +
                    "of a larger size",
            ],
        ]);
        const two = [...stackArgs("dev").enclavePools, { name: "large", vmSize: "Standard_DC8s_v3", count: 1 }];
        expect(warningsOf(dev({ jobs: [greedy], enclavePools: two }))).toEqual([]);
        const elsewhere = { ...greedy, nodeSelector: { size: "small" } };
        const labelled = two.map((pool, at) => (at === 0 ? { ...pool, labels: { size: "small" } } : pool));
        expect(warningsOf(dev({ jobs: [elsewhere], enclavePools: labelled })).map(([code]) => code)).toEqual([
            "does-not-fit",
        ]);
    });

    test("memory as well", () => {
        expect(warningsOf(dev({ jobs: [{ ...job, memory: "15Gi" }] }))[0]?.[2]).toContain("enough memory");
    });
});
