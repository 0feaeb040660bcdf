import { beforeAll, describe, expect, it } from "vitest";
import { PLAN_VERSION, readPlan, type Plan } from "../../plan/model/format.js";
import { named, plan, planOf, type Run } from "./cli.js";

const URN = "urn:pulumi:dev::fixture-full::";

describe("plan of a program with Azure and Kubernetes resources", () => {
    let tree: Run;
    let json: Run;
    let again: Run;
    let made: Plan;
    beforeAll(async () => {
        [tree, json, again] = await Promise.all([
            plan("full"),
            plan("full", "--format", "json"),
            plan("full", "--format", "json"),
        ]);
        made = readPlan(json.stdout);
    });

    it("exits with 0 and keeps what the program prints off standard output", () => {
        expect([tree.code, json.code]).toEqual([0, 0]);
        expect(tree.stderr).toContain("printed by the program");
        expect(tree.stdout).not.toContain("printed by the program");
    });

    it("is byte-identical on every run", () => {
        expect(again.stdout).toBe(json.stdout);
    });

    it("shows the tree with what matters", () => {
        expect(tree.stdout.slice(0, tree.stdout.indexOf("\n\nWarnings"))).toMatchSnapshot();
    });

    it("says what it is not, without colours for a pipe", () => {
        expect(tree.stdout.split("\n")[0]).toBe(
            "fixture-full/dev  offline plan — not the Pulumi engine; it knows no deployed state",
        );
        expect(tree.stdout).not.toContain("\u001b");
    });

    it("gives URNs with the whole chain of parent types, as the engine makes them", () => {
        expect(named(made, "team-inner-map").urn).toBe(
            `${URN}fixture:index:Team$fixture:index:Inner$kubernetes:core/v1:ConfigMap::team-inner-map`,
        );
        expect(named(made, "team-inner").parent).toBe(named(made, "team").urn);
        expect(named(made, "group").parent).toBe(`${URN}pulumi:pulumi:Stack::fixture-full-dev`);
    });

    it("records inputs as registered: known, unknown and secret", () => {
        const cluster = named(made, "cluster");
        expect(cluster.inputs["resourceGroupName"]).toEqual({ $plan: "unknown" });
        expect(cluster.inputs["location"]).toBe("westeurope");
        expect(named(made, "k8s").inputs["clusterIdentifier"]).toEqual({ $plan: "unknown" });
        expect(named(made, "daemon").inputs["metadata"]).toMatchObject({ namespace: "team-a" });
    });

    it("records options, without the aliases of API versions", () => {
        expect(named(made, "group").options).toMatchObject({ protect: true });
        expect(named(made, "group").options.aliases).toBeUndefined();
        expect(named(made, "cluster").options).toMatchObject({
            ignoreChanges: ["kubernetesVersion"],
            customTimeouts: { create: "1h" },
            aliases: [{ name: "old-cluster" }],
        });
        expect(named(made, "pool").options).toMatchObject({
            deleteBeforeReplace: true,
            replaceOnChanges: ["vmSize"],
            replacementTrigger: "subnet-a",
        });
        const job = named(made, "job", "Job");
        expect(job.options.provider).toBe(named(made, "k8s").urn);
        expect(job.options.dependencies).toEqual([named(made, "pool").urn, named(made, "ns").urn].sort());
        expect(named(made, "ns").options).toMatchObject({
            deletedWith: named(made, "cluster").urn,
            retainOnDelete: true,
        });
    });

    it("names a Job without a name as the provider would, the same every time", () => {
        const { autoname, inputs } = named(made, "job", "Job");
        expect(autoname).toMatch(/^job-[0-9a-f]{8}$/);
        expect(inputs["metadata"]).not.toHaveProperty("name");
        expect(made.outputs["jobName"]).toBe(autoname);
    });

    it("answers as a first preview: inputs known, ids and all else unknown", () => {
        expect(made.outputs).toMatchObject({
            location: "westeurope",
            groupId: { $plan: "unknown" },
            fqdn: { $plan: "unknown" },
            clusterName: { $plan: "unknown" },
            token: { $plan: "secret" },
        });
    });

    it("computes the EPC table from pools, DaemonSets and workloads that can run there", () => {
        expect(made.epc).toEqual([
            {
                pool: "enclave",
                urn: named(made, "pool").urn,
                vmSize: "Standard_DC4s_v3",
                nodes: "1-3",
                nodeBytes: 16 * 1024 ** 3,
                reserved: [{ workload: "DaemonSet/daemon", urn: named(made, "daemon").urn, bytes: 16 * 1024 ** 2 }],
                reservedBytes: 16 * 1024 ** 2,
                availableBytes: 16 * 1024 ** 3 - 16 * 1024 ** 2,
                free: expect.objectContaining({ epc: 16 * 1024 ** 3 - 16 * 1024 ** 2 }) as object,
                workloads: [
                    {
                        workload: `Job/${named(made, "job", "Job").autoname ?? ""}`,
                        urn: named(made, "job", "Job").urn,
                        bytes: 1024 ** 3,
                        fitsPerNode: 15,
                        limitedBy: "epc",
                        fitsEach: expect.objectContaining({ epc: 15 }) as object,
                    },
                ],
            },
        ]);
    });

    it("takes codes of warnings from the message, and knows whom they are about", () => {
        expect(made.warnings).toContainEqual({
            code: "fixture-code",
            message: "something to know",
            urn: named(made, "job", "Job").urn,
        });
        expect(made.warnings).toContainEqual({ code: "program-warning", message: "no code here" });
    });

    it("counts without the stack itself", () => {
        expect(made.counts).toMatchObject({ resources: 11, components: 2 });
        expect(made.counts.byType).not.toHaveProperty("pulumi:pulumi:Stack");
        expect(made.counts.byType["kubernetes:apps/v1:DaemonSet"]).toBe(2);
    });

    it("is read back, other formats and newer versions are refused", () => {
        expect(readPlan(JSON.stringify(made))).toEqual(made);
        expect(() => readPlan("{")).toThrow("not a plan: this is not JSON");
        expect(() => readPlan(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)).toThrow(
            "nested more than 500 deep",
        );
        expect(() => readPlan("[]")).toThrow('expected "confidential-aks/plan"');
        expect(() => readPlan(JSON.stringify({ ...made, version: PLAN_VERSION + 1 }))).toThrow(
            `plan format version ${PLAN_VERSION + 1} is not supported`,
        );
        expect(() => readPlan(JSON.stringify({ ...made, mode: "update" }))).toThrow('mode "update" is not supported');
        expect(() => readPlan(JSON.stringify({ ...made, resources: {}, stack: undefined }))).toThrow(
            "stack, resources",
        );
    });
});

describe("programs of every shape", () => {
    it("waits for resources that come late, and runs transforms", async () => {
        const made = await planOf("late");
        expect(made.resources.map((resource) => resource.name)).toEqual([
            "fixture-late-dev",
            "ns",
            "after-exit",
            "after-timer",
            "in-apply",
        ]);
        const timer = named(made, "after-timer");
        expect(timer.inputs).toMatchObject({
            data: { transformed: "own" },
            metadata: { labels: { stack: "wide" }, namespace: named(made, "ns").autoname },
        });
        expect(timer.options.protect).toBe(true);
        expect(named(made, "in-apply").inputs["data"]).toEqual({ name: named(made, "ns").autoname });
    });

    it("runs ESM, JavaScript, exported async functions and programs in a folder of their own", async () => {
        const [esm, js, main] = await Promise.all([planOf("esm"), planOf("js"), planOf("main", "--stack", "prod")]);
        expect(esm.outputs).toEqual({ kind: "esm", stack: "dev" });
        expect(js.outputs).toEqual({ name: "js" });
        expect(main.outputs).toEqual({ cwd: "program" });
    });

    it("makes results of provider functions unknown, in plain and Output form", async () => {
        const made = await planOf("invokes");
        const unknown = { $plan: "unknown" };
        expect(named(made, "map").inputs["data"]).toEqual({
            plain: unknown,
            text: unknown,
            output: unknown,
            deep: unknown,
        });
        expect(made.outputs).toEqual({ tenant: unknown, fromStack: unknown, known: "yes", org: "organization" });
        expect(made.warnings).toHaveLength(1);
        expect(made.warnings[0]).toMatchObject({ code: "invoke-unknown" });
        expect(made.warnings[0]?.message).toContain("azure-native:authorization:getClientConfig");
        const token = "azure-native:authorization:getClientConfig";
        expect(made.invokes.filter((invoke) => invoke.token === token)).toEqual([
            { token, args: {}, result: "unknown" },
            { token, args: {}, result: "unknown" },
        ]);
    });

    it("reads Kubernetes manifests and other stacks as a program does", async () => {
        const made = await planOf("invokes");
        expect(named(made, "from-file", "Namespace").parent).toBe(named(made, "file").urn);
        expect(named(made, "other").readId).toBe("organization/other/dev");
    });
});
