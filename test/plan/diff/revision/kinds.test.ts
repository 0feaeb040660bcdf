import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { tempDir } from "../../../support/temp-dirs.js";
import { run } from "../../cli.js";
import { actionsOf, repositoryOf, stackOf, wordsOf } from "./repository.js";

const repository = repositoryOf("revisions");
const devDiff = (...args: string[]) => repository.diff("--base", "base", "--stack", "dev", ...args);

beforeEach(() => {
    repository.reset("base");
});

type Edit = [from: string, to: string];

describe("each kind of change", () => {
    // A saved plan spares planning the old revision each time.
    const before = path.join(tempDir(), "before.json");
    beforeAll(async () => {
        const { stdout } = await run("plan", "-C", repository.dir, "--stack", "dev", "--format", "json");
        writeFileSync(before, stdout);
    });

    it.each<{ kind: string; file?: string; edits: Edit[]; actions: string[]; words: string[]; paths: string[] }>([
        {
            kind: "the size of a pool",
            edits: [['vmSize: "Standard_DC4s_v3"', 'vmSize: "Standard_DC8s_v3"']],
            actions: ["replace pool (vmSize)"],
            words: [
                "new VM size Standard_DC4s_v3 -> Standard_DC8s_v3: pool enclave is replaced, and the old one is deleted with all pods on it: AKS drains nothing then",
                "EPC per node of pool enclave 16Gi -> 32Gi",
            ],
            paths: ["vmSize"],
        },
        {
            kind: "the image of AESM",
            edits: [["example.org/aesm:1", "example.org/aesm:2"]],
            actions: ["update aesm"],
            words: ["AESM image changes: rolling update, one node at a time; attestation pauses on each node"],
            paths: ["spec.template.spec.containers[aesm].image"],
        },
        {
            kind: "the image of a job",
            edits: [["example.org/app:1", "example.org/app:2"]],
            actions: ["replace report (spec.template.spec.containers[app].image)"],
            words: ["a Job cannot change: a new Job runs"],
            paths: ["spec.template.spec.containers[app].image"],
        },
        {
            kind: "EPC of a job",
            edits: [['"sgx.intel.com/epc": "64Mi"', '"sgx.intel.com/epc": "128Mi"']],
            actions: ['replace report (spec.template.spec.containers[app].resources.limits["sgx.intel.com/epc"])'],
            words: [
                "EPC per job of Job/report-* 64Mi -> 128Mi: about 23 jobs per node of pool enclave as before, by pods per node",
            ],
            paths: ['spec.template.spec.containers[app].resources.limits["sgx.intel.com/epc"]'],
        },
        {
            kind: "the number of nodes, in the stack's file",
            file: "Pulumi.dev.yaml",
            edits: [["nodes: 2", "nodes: 5"]],
            actions: ["update pool"],
            words: ["pool enclave goes from 2 to 5 nodes"],
            paths: ["count"],
        },
        {
            kind: "a rename with an alias",
            edits: [
                ['"report",', '"summary",'],
                ["dependsOn: [pool, namespace]", 'dependsOn: [pool, namespace], aliases: [{ name: "report" }]'],
            ],
            actions: ["move summary"],
            words: ["only Pulumi's name for it changes"],
            paths: [],
        },
        {
            kind: "a rename without an alias",
            edits: [['"report",', '"summary",']],
            actions: ["delete report", "create summary"],
            words: ['`aliases: [{ name: "report" }]` would keep it', "a Job runs, and the update waits"],
            paths: [],
        },
        {
            kind: "the network of the cluster",
            edits: [['networkPlugin: "azure"', 'networkPlugin: "none"']],
            actions: ["replace cluster (networkProfile.networkPlugin)", "replace namespace (deletedWith)"],
            words: ["the cluster is replaced: all nodes and all Kubernetes objects end"],
            paths: ["networkProfile.networkPlugin"],
        },
        {
            kind: "a network policy",
            edits: [["10.0.0.0/8", "10.9.0.0/16"]],
            actions: ["update egress"],
            words: ["which connections pods may make changes at once"],
            paths: ["spec.egress[0].to[0].ipBlock.cidr"],
        },
        {
            kind: "an admission policy",
            edits: [["hostNetwork == false", "hostPID == false"]],
            actions: ["update guard"],
            words: ["what the API server admits changes at once"],
            paths: ["spec.validations[0].expression"],
        },
    ])("$kind", async ({ file = "index.ts", edits, actions, words, paths }) => {
        repository.edit(file, ...edits);
        const found = await repository.diff("--from", before);
        expect(found.code).toBe(0);
        expect(actionsOf(found)).toEqual(actions);
        for (const text of words) expect(wordsOf(found)).toContain(text);
        const changes = stackOf(found).resources.flatMap((resource) => resource.changes);
        expect(changes.map(({ path }) => path)).toEqual(paths);
        // Every rendering shows only what differs.
        for (const name of actions.map((action) => action.split(" ")[1] ?? "")) {
            expect(found.stdout).toContain(name);
            expect(found.markdown).toContain(name);
        }
        expect(found.everything).not.toContain("example.org/web:1");
    });

    it("the value of a secret: a changed value is shown as changed, and neither value is", async () => {
        repository.edit("index.ts", ["first-token-value", "second-token-value"]);
        const found = await devDiff();
        expect(actionsOf(found)).toEqual(["replace credentials (stringData)"]);
        expect(stackOf(found).resources[0]?.changes).toEqual([
            { path: "stringData", kind: "change", before: { $plan: "secret" }, after: { $plan: "secret" } },
        ]);
        expect(stackOf(found).outputs.map(({ path }) => path)).toEqual(["tokenCopy"]);
        expect(found.stdout).toContain("output tokenCopy: [secret] -> [secret], another value");
        expect(found.everything).not.toContain("digest");
    });

    it("a secret that leaks into another input, and into what the program prints, stays masked", async () => {
        repository.edit(
            "index.ts",
            ["first-token-value", "second-token-value"],
            ["example.org/web:1", "example.org/web:second-token-value"],
            ["export const clusterId", 'console.log("second-token-value");\nexport const clusterId'],
        );
        const found = await devDiff();
        expect(actionsOf(found)).toEqual(["replace credentials (stringData)", "update web"]);
        expect(stackOf(found).warnings.added.map(({ code }) => code)).toEqual(["secret-in-plain-input"]);
        expect(found.markdown).toContain("new warning");
    });

    it("encrypted configuration: the key is named, because the value cannot be compared", async () => {
        repository.edit("Pulumi.dev.yaml", ["v1:AAAA:BBBB", "v1:CCCC:DDDD"]);
        const found = await devDiff();
        expect(actionsOf(found)).toEqual([]);
        expect(stackOf(found).secretKeys).toEqual(["fixture-revisions:password"]);
        expect(found.stdout).toContain("encrypted configuration fixture-revisions:password has another ciphertext");
    });
});

describe("what cannot be planned is reported, not hidden", () => {
    it("a program that throws in the new revision: the other stacks are compared all the same", async () => {
        repository.edit("index.ts", [
            "const config =",
            'if (pulumi.getStack() === "dev") throw new Error("broken by first-token-value");\nconst config =',
        ]);
        repository.edit("Pulumi.prod.yaml", ["nodes: 3", "nodes: 4"]);
        // Only a value that is declared a secret is known to be one.
        repository.edit("index.ts", ["if (pulumi", 'pulumi.secret("first-token-value");\nif (pulumi']);
        const found = await repository.diff("--base", "base");
        expect(found.code).toBe(1);
        expect(stackOf(found)).toMatchObject({ status: "failed", failures: [{ side: "head" }], resources: [] });
        expect(stackOf(found).failures[0]?.message).toContain("broken by [secret]");
        expect(actionsOf(found, "prod")).toEqual(["update pool"]);
        for (const text of [found.stdout, found.markdown]) expect(text).toMatch(/new revision cannot be planned/i);
    });

    it("a program that does not compile in the old revision", async () => {
        repository.edit("index.ts", ["const config =", "const config = ;"]);
        const broken = repository.commit();
        repository.reset("base");
        const found = await repository.diff("--base", broken, "--stack", "dev");
        expect(found.code).toBe(1);
        expect(stackOf(found).failures.map(({ side }) => side)).toEqual(["base"]);
        expect(found.markdown).toMatch(/old revision cannot be planned/i);
        // The folder of the old revision has another name each time, that of the new one on each machine.
        expect(found.everything).not.toContain("confidential-aks-base-");
        expect(found.everything).not.toContain(repository.dir);
    });

    it("a stack's file that is no YAML, on either side", async () => {
        repository.write({ "Pulumi.dev.yaml": "config: [\n" });
        const broken = repository.commit();
        const ofHead = await repository.diff("--base", "base");
        repository.reset("base");
        const ofBase = await repository.diff("--base", broken);
        for (const [found, side] of [
            [ofHead, "head"],
            [ofBase, "base"],
        ] as const) {
            expect(found.code).toBe(1);
            expect(stackOf(found).failures).toMatchObject([
                { side, message: expect.stringContaining("Pulumi.dev.yaml is not valid YAML") as string },
            ]);
            expect(stackOf(found, "prod")).toMatchObject({ status: "compared", resources: [] });
        }
    });

    it("a Pulumi.yaml that says nothing, on either side: reported for every stack", async () => {
        repository.write({ "Pulumi.yaml": "runtime: nodejs\n" });
        const broken = repository.commit();
        const ofHead = await repository.diff("--base", "base");
        repository.reset("base");
        const ofBase = await repository.diff("--base", broken);
        for (const found of [ofHead, ofBase]) {
            expect(found.code).toBe(1);
            expect(found.diff.stacks.map(({ stack, status }) => [stack, status])).toEqual([
                ["dev", "failed"],
                ["prod", "failed"],
            ]);
            expect(found.markdown).toContain('"name" is missing');
        }
    });

    it("a new stack, and a deleted one", async () => {
        repository.write({ "Pulumi.test.yaml": "config:\n  fixture-revisions:nodes: 1\n" });
        repository.remove("Pulumi.prod.yaml");
        const found = await repository.diff("--base", "base");
        expect(found.code).toBe(0);
        expect(found.diff.stacks.map(({ stack, status }) => [stack, status])).toEqual([
            ["dev", "compared"],
            ["prod", "removed"],
            ["test", "new"],
        ]);
        expect(stackOf(found, "prod").counts).toMatchObject({ same: 10, delete: 0 });
        expect(stackOf(found, "test").counts).toMatchObject({ create: 10 });
        expect(found.stdout).toContain("Its 10 resources stay in the cloud until somebody runs `pulumi destroy`.");
        expect(found.markdown).toMatch(/`test` \|.*new stack/);
    });
});
