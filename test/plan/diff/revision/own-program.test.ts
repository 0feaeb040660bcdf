import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { actionsOf, ownProgram, stackOf, wordsOf, type TestRepository } from "./repository.js";

/** A stack of which the numbers are easy to follow: of 8Gi, AESM takes 512Mi. */
const ROUND = `config:
  confidential-aks:existing: { resourceGroupName: team-a, clusterName: team-a-aks }
  confidential-aks:enclavePools: [{ name: enclave, vmSize: Standard_DC2s_v3, count: 2 }]
  confidential-aks:quoteHelper: { image: "example.azurecr.io/sgx/aesm:2.29.100.1", epc: 512Mi }
  confidential-aks:runSample: false
  confidential-aks:jobs: [{ name: report, image: "example.azurecr.io/report:1", epc: 640Mi }]
`;

describe("the program of this repository, in a repository of its own", () => {
    let repository: TestRepository;
    beforeAll(() => {
        repository = ownProgram({ "stacks/Pulumi.round.yaml": ROUND });
    });
    beforeEach(() => {
        repository.reset("base");
    });

    it("differs in nothing from itself, in any stack", async () => {
        const { stdout, code } = await repository.diff("--base", "base", "--fail-on", "change");
        expect({ code, lines: stdout.split("\n").slice(2) }).toEqual({
            code: 0,
            lines: ["", "No changes in dcsv2, dev, existing, prod, round.", ""],
        });
    });

    it("a new VM size: a new pool comes first, the old one is drained, and a node holds more jobs", async () => {
        repository.edit("stacks/Pulumi.dcsv2.yaml", ["Standard_DC2s_v2", "Standard_DC4s_v2"]);
        const found = await repository.diff("--base", "base", "--stack", "dcsv2", "--fail-on", "replace");
        expect(found.code).toBe(3);
        expect(actionsOf(found, "dcsv2")).toEqual(["replace confidential-aks-enclave (agentPoolName, vmSize)"]);
        expect(wordsOf(found, "dcsv2")).toBe(
            [
                "new VM size Standard_DC2s_v2 -> Standard_DC4s_v2: the new pool enclave comes first, then the old one is drained within 30 minutes and deleted; both are billed meanwhile",
                "EPC per node of pool enclave 56Mi -> 112Mi",
                "EPC per job of Job/confidential-aks-sample-* 32Mi: 1 -> 3 jobs per node of pool enclave",
            ].join("\n"),
        );
        expect(stackOf(found, "dcsv2").counts).toMatchObject({ replace: 1, update: 0, create: 0, delete: 0 });
    });

    it("more EPC for a job: half as many fit on a node", async () => {
        repository.edit("stacks/Pulumi.round.yaml", ["epc: 640Mi", "epc: 1280Mi"]);
        const found = await repository.diff("--base", "base", "--stack", "round");
        expect(found.stdout).toContain(
            "EPC per job of Job/confidential-aks-report-* 640Mi -> 1280Mi: 12 -> 6 jobs per node of pool enclave",
        );
    });

    it("arguments that the program refuses: the JSON has each of them", async () => {
        repository.edit("stacks/Pulumi.round.yaml", ["Standard_DC2s_v3", "standard_dc2s_v3"]);
        const { failures } = stackOf(await repository.diff("--base", "base", "--stack", "round"), "round");
        expect(failures).toMatchObject([{ side: "head", problems: [{ path: "enclavePools[0].vmSize" }] }]);
        expect(failures[0]?.problems[0]?.remedy).toContain("did you mean Standard_DC2s_v3?");
    });

    it("AESM's image: a rolling update, and only of AESM", async () => {
        repository.edit("stacks/Pulumi.existing.yaml", ["aesm:2.29.100.1", "aesm:2.30.100.1"]);
        const found = await repository.diff("--base", "base", "--stack", "existing");
        expect(actionsOf(found, "existing")).toHaveLength(1);
        expect(wordsOf(found, "existing")).toContain(
            "AESM image changes: rolling update, one node at a time; attestation pauses on each node meanwhile",
        );
    });

    it("the component has another name: with an alias nothing is replaced, without one that is said once", async () => {
        const made = 'ConfidentialPlatform("confidential-aks", readPlatformConfig())';
        const renamed = 'ConfidentialPlatform("platform", readPlatformConfig())';
        repository.edit("index.ts", [made, renamed.replace("())", '(), { aliases: [{ name: "confidential-aks" }] })')]);
        const kept = stackOf(await repository.diff("--base", "base", "--stack", "dev"), "dev");
        expect(kept.counts).toMatchObject({ create: 0, delete: 0, replace: 0, update: 0 });
        expect(kept.counts.move).toBeGreaterThan(20);
        repository.reset("base");
        repository.edit("index.ts", [made, renamed]);
        const lost = await repository.diff("--base", "base", "--stack", "dev");
        expect(lost.stdout.match(/looks like/g)).toHaveLength(1);
        expect(lost.stdout).toContain(
            'ConfidentialPlatform platform looks like confidential-aks by a new name: without `aliases: [{ name: "confidential-aks" }]`',
        );
        expect(lost.stdout).toContain("also named confidentialaksdev in Azure");
    });
});
