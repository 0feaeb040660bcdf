import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { typescriptProgram } from "./program.js";
import type { Project } from "./project.js";
import { changes, summary, words, type Step } from "./steps.js";
import { startWorld, type World, type Write } from "./world.js";

/*
 * Changes of a stack that runs: what each touches, and in which order. Every preview has to announce exactly what the
 * update then does. The tests follow each other on one stack with two pools and two jobs.
 */
let world: World;
let project: Project;
beforeAll(async () => {
    world = await startWorld();
    project = await world.project("dev", typescriptProgram({ warm: "all" }));
    project.configure((config) => {
        config.enclavePools = [
            { name: "first", vmSize: "Standard_DC2s_v3", count: 1 },
            { name: "second", vmSize: "Standard_DC4s_v3", count: 1 },
        ];
        config.jobs = ["report", "audit"].map((name) => ({ name, image: `example.azurecr.io/${name}:1`, epc: "8Mi" }));
    });
    await project.up();
});
afterAll(() => world.stop());

type Config = Record<string, unknown>;
const pools = (config: Config) => config.enclavePools as Config[];
const jobs = (config: Config) => config.jobs as Config[];

/** What an update did: its steps, and what reached Azure and the cluster, in order. */
interface Done {
    steps: Step[];
    azure: string[];
    cluster: string[];
}

/** Changes the configuration, and checks that the preview was right and that nothing is left to do. */
async function change(edit: (config: Config) => void): Promise<Done> {
    project.configure(edit);
    const preview = await project.preview();
    const [requests, writes] = [world.azure.requests.length, world.writes.length];
    const steps = await project.up();
    expect(summary(steps), "what the update did, as the preview announced it").toEqual(summary(preview));
    return {
        steps: changes(steps),
        azure: world.azure.requests.slice(requests).map(({ method, id }) => `${method} ${nameOf(id)}`),
        cluster: world.writes.slice(writes).map(writeText),
    };
}

/** The last part of an id, for pools without the hash at its end. */
const nameOf = (id: string) => (id.split("/").at(-1) ?? "").slice(0, id.includes("/agentPools/") ? -4 : undefined);

const writeText = ({ verb, object: { kind, name } }: Write) => `${verb} ${kind} ${name.replace(/-[0-9a-f]{8}$/, "-*")}`;

test("the VM size of a pool: only that pool is replaced, the new one first", async () => {
    const { steps, azure, cluster } = await change(
        (config) => (pools(config)[0] = { ...pools(config)[0], vmSize: "Standard_DC4s_v3" }),
    );
    expect(summary(steps)).toEqual(["replace AgentPool confidential-aks-first"]);
    expect(azure).toEqual(["PUT first", "DELETE first"]);
    expect(cluster).toEqual([]);
});

test("zones of a pool, which AKS fixes when it makes one: only that pool is replaced", async () => {
    const { azure, cluster } = await change(
        (config) => (pools(config)[1] = { ...pools(config)[1], availabilityZones: ["1"] }),
    );
    expect(azure).toEqual(["PUT second", "DELETE second"]);
    expect(cluster).toEqual([]);
});

test("a pool is added", async () => {
    const { steps, azure, cluster } = await change((config) =>
        pools(config).push({ name: "third", vmSize: "Standard_DC8s_v3", count: 1 }),
    );
    expect(words(steps)).toEqual(["create AgentPool confidential-aks-third"]);
    expect(azure).toEqual(["PUT third"]);
    expect(cluster).toEqual([]);
});

test("a pool is renamed: another pool, and the old one goes", async () => {
    const { steps, azure, cluster } = await change(
        (config) => (pools(config)[2] = { ...pools(config)[2], name: "fourth" }),
    );
    expect(words(steps)).toEqual([
        "create AgentPool confidential-aks-fourth",
        "delete AgentPool confidential-aks-third",
    ]);
    expect(azure).toEqual(["PUT fourth", "DELETE third"]);
    expect(cluster).toEqual([]);
});

test("a pool in the middle is removed: the one after it stays as it is", async () => {
    const { steps, azure, cluster } = await change((config) => pools(config).splice(1, 1));
    expect(words(steps)).toEqual(["delete AgentPool confidential-aks-second"]);
    expect(azure).toEqual(["DELETE second"]);
    expect(cluster).toEqual([]);
});

test("the image of AESM: built first, then one rolling update, never two on a node", async () => {
    world.kubelets.mostOnOneNode = 0;
    const { steps, cluster } = await change(() => {
        appendFileSync(join(project.folder, "images/aesm/Dockerfile"), "# another content, another tag\n");
    });
    expect(summary(steps)).toEqual([
        "replace TaskRun confidential-aks-aesm-build",
        "update DaemonSet confidential-aks-quote-helper",
    ]);
    const order = words(steps);
    expect(order.indexOf("create-replacement TaskRun confidential-aks-aesm-build")).toBeLessThan(
        order.indexOf("update DaemonSet confidential-aks-quote-helper"),
    );
    expect(cluster).toEqual(["update DaemonSet sgx-quote-helper"]);
    expect(world.kubelets.mostOnOneNode).toBe(1);
});

test("an input of a job: that job runs again, and the old one goes", async () => {
    const { steps, cluster } = await change(
        (config) => (jobs(config)[0] = { ...jobs(config)[0], env: { REGION: "north" } }),
    );
    expect(words(steps)).toEqual([
        "create-replacement Job confidential-aks-report",
        "replace Job confidential-aks-report",
        "delete-replaced Job confidential-aks-report",
    ]);
    expect(cluster).toEqual(["create Job confidential-aks-report-*", "delete Job confidential-aks-report-*"]);
});

test("the component has another name, and an alias says so: nothing is changed in Azure, and the pools keep their owner", async () => {
    const done = await change(() => {
        const program = join(project.folder, "index.ts");
        const [old, aliased] = ['"confidential-aks", ', '"platform", '];
        const text = readFileSync(program, "utf8");
        writeFileSync(
            program,
            text.replace(
                `(${old}readPlatformConfig())`,
                `(${aliased}readPlatformConfig(), { aliases: [{ name: "confidential-aks" }] })`,
            ),
        );
        expect(readFileSync(program, "utf8")).not.toBe(text);
    });
    expect(words(done.steps)).toEqual([]);
    expect(done.azure).toEqual([]);
    expect(done.cluster).toEqual([]);
    await change(() => {
        const program = join(project.folder, "index.ts");
        writeFileSync(
            program,
            readFileSync(resolve("index.ts"), "utf8").replace(
                "readPlatformConfig())",
                'readPlatformConfig(), { aliases: [{ name: "platform" }] })',
            ),
        );
    });
});

test("admission policies come and go: nothing of them stays, and nothing else is touched", async () => {
    const policies = { namespaces: ["default"], kubernetesVersion: "1.36" };
    const before = await world.objects();
    const added = await change((config) => (config.policies = policies));
    const kinds = ["MutatingAdmissionPolicy", "ValidatingAdmissionPolicy"].flatMap((kind) => [kind, `${kind}Binding`]);
    const ofVerb = (verb: string) => kinds.map((kind): unknown => expect.stringContaining(`${verb} ${kind} `));
    expect(added.cluster.sort()).toEqual(ofVerb("create"));
    const removed = await change((config) => (config.policies = undefined));
    expect(removed.cluster.sort()).toEqual(ofVerb("delete"));
    expect([...added.azure, ...removed.azure]).toEqual([]);
    expect(await world.objects()).toEqual(before);
});

test("from DaemonSets to the add-on, by way of neither: no moment with two AESMs on a node", async () => {
    const none = await change((config) => (config.quoting = "none"));
    expect(new Set(none.steps.map(({ op }) => op))).toEqual(new Set(["delete"]));
    expect(await world.objects()).not.toContainEqual(expect.stringMatching(/DaemonSet|sgx-/));
    const addon = await change((config) => (config.quoting = "addon"));
    expect(words(addon.steps)).toEqual(["update ManagedCluster confidential-aks"]);
});

test("from the add-on to DaemonSets: the add-on is off before they come", async () => {
    const { steps } = await change((config) => (config.quoting = "daemonSets"));
    const order = words(steps);
    const off = "update ManagedCluster confidential-aks";
    expect(order.filter((text) => !text.startsWith("create "))).toEqual([off]);
    const [first] = order.filter((text) => /^create (DaemonSet|Namespace)/.test(text));
    expect(order.indexOf(off)).toBeLessThan(order.indexOf(first ?? ""));
});

test("from DaemonSets to the add-on in one update: the add-on comes first, which is why the docs go by way of neither", async () => {
    const { steps } = await change((config) => (config.quoting = "addon"));
    const order = words(steps);
    expect(order.indexOf("update ManagedCluster confidential-aks")).toBeLessThan(
        order.indexOf("delete DaemonSet confidential-aks-quote-helper"),
    );
});
