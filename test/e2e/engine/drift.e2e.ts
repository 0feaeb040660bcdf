import { afterAll, beforeAll, expect, test } from "vitest";
import type { Properties } from "../doubles/values.js";
import { differences, offlinePlan } from "./compare.js";
import type { Project } from "./project.js";
import { changes, summary, words } from "./steps.js";
import { startWorld, type World } from "./world.js";

/*
 * What happens outside of Pulumi, and what must not happen: drift, refresh, new connection data, a replacement that
 * `protect` refuses, a cluster that is gone. The tests follow each other on one stack.
 */
const cluster = "azure-native:containerservice:ManagedCluster";
const daemonSet = { apiVersion: "apps/v1", kind: "DaemonSet", namespace: "sgx-quote-helper", name: "sgx-quote-helper" };

let world: World;
let project: Project;
beforeAll(async () => {
    world = await startWorld();
    project = await world.project("dev");
    project.configure((config) => (config.protect = true));
    await project.up();
});
afterAll(() => world.stop());

const clusterId = () => world.azure.all(cluster)[0]?.id ?? "";

async function nothingToDo(): Promise<void> {
    expect(words(changes(await project.preview()))).toEqual([]);
}

test("a preview of the stack as it is and the offline plan in update mode agree", async () => {
    const plan = offlinePlan(project, "update");
    // The plan asks no provider: what only Azure knows is unknown, and ids and random names are invented.
    const asked = /: \{"\$plan":"unknown"\} in the plan, /;
    const madeUp =
        /(resources\[0\]\.name|resourceGroupName|resourceName|scope|roleDefinitionId|Identities\[0\]|resourceId|clusterIdentifier|confidential-aks\/owner"\]): /;
    const found = differences(plan.resources, await project.preview("--show-sames"));
    expect(found.filter((text) => !asked.test(text) && !madeUp.test(text))).toEqual([]);
    expect(found.filter((text) => text.startsWith("kubernetes:"))).toEqual([]);
});

test("a refresh of an untouched stack finds nothing to do", async () => {
    await project.refresh();
    await nothingToDo();
    expect(words(changes(await project.up()))).toEqual([]);
});

test("a tag that was added to the cluster: refresh finds it, up says how it is removed", async () => {
    world.azure.edit(clusterId(), (shown) => (shown.tags = { owner: "somebody" }));
    await nothingToDo();
    await project.refresh();
    // The refresh before has found the pools, so that the state has the versions of some.
    const { code, stdout, stderr } = await project.run("preview", "--stack", project.stack);
    expect(code).not.toBe(0);
    const [, urn = ""] = /pulumi up --replace '([^']+)'/.exec(stdout + stderr) ?? [];
    expect(words(changes(await project.up("--replace", urn)))).toEqual(["update ManagedCluster confidential-aks"]);
    expect(world.azure.get(clusterId())?.shown.tags).toBeUndefined();
    await nothingToDo();
});

test("a DaemonSet that was deleted, and one that was changed: refresh finds both, up repairs them", async () => {
    await world.api.delete(daemonSet);
    const other = { ...daemonSet, namespace: "sgx-device-plugin", name: "sgx-device-plugin" };
    const image = { name: "sgx-plugin", image: "example.azurecr.io/other:1" };
    const [container] = containersOf(await world.api.get(other));
    await world.api.strategic(other, { spec: { template: { spec: { containers: [{ ...image, name: container }] } } } });
    await project.refresh();
    expect(summary(await project.up())).toEqual([
        "create DaemonSet confidential-aks-quote-helper",
        "update DaemonSet confidential-aks-device-plugin",
    ]);
    await nothingToDo();
});

function containersOf(object: Properties | undefined): string[] {
    const { spec } = (object ?? {}) as { spec?: { template: { spec: { containers: { name: string }[] } } } };
    return (spec?.template.spec.containers ?? []).map(({ name }) => name);
}

test("another address and another user in the kubeconfig of the same cluster: only the provider is updated", async () => {
    const writes = world.writes.length;
    const before = world.azure.kubeconfig;
    world.azure.kubeconfig = (...args) => before(...args).replaceAll("127.0.0.1", "localhost");
    const preview = await project.preview();
    expect(words(changes(preview))).toEqual(["update kubernetes confidential-aks-kubernetes"]);
    expect(words(changes(await project.up()))).toEqual(["update kubernetes confidential-aks-kubernetes"]);
    expect(world.writes).toHaveLength(writes);
});

test("protect holds: what would replace the cluster is refused, and nothing is touched", async () => {
    const requests = world.azure.requests.length;
    project.configure((config) => (config.location = "northeurope"));
    const { code, stdout, stderr } = await project.update("up");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/protect/);
    expect(world.azure.requests.slice(requests).filter(({ method }) => method === "DELETE")).toEqual([]);
    expect(world.azure.all(cluster)).toHaveLength(1);
    project.configure((config) => (config.location = "westeurope"));
    await project.up();
    await nothingToDo();
});

test("a destroy does not wait for a cluster that is gone", async () => {
    project.configure((config) => (config.protect = false));
    await project.up();
    world.azure.remove(clusterId());
    await world.link.cut();
    const connections = world.link.connections;
    const { code, seconds, stdout, stderr } = await project.update("destroy");
    expect(code, stdout + stderr).toBe(0);
    expect(seconds).toBeLessThan(20);
    expect(world.link.connections).toBe(connections);
    expect(world.azureResources()).toEqual([]);
    expect((await project.state()).resources ?? []).toEqual([]);
});
