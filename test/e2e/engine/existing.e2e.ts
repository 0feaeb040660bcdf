import { afterAll, beforeAll, expect, test } from "vitest";
import { subscription } from "../doubles/azure/azure.js";
import { at } from "../doubles/values.js";
import { azureCrds, install } from "../support/prometheus-crds.js";
import type { Project } from "./project.js";
import { changes, summary, words } from "./steps.js";
import { provideExistingCluster, startWorld, type World } from "./world.js";

/*
 * A cluster of another program that is not as ours needs it. Azure's double hands out the kubeconfig that Azure has for
 * a cluster with Entra ID. The tests follow each other on one stack.
 */
const id = `${subscription}/resourceGroups/team-a/providers/Microsoft.ContainerService/managedClusters/team-a-aks`;
const workspaceId = `${subscription}/resourceGroups/team-a/providers/Microsoft.Monitor/accounts/metrics`;

let world: World;
let project: Project;
beforeAll(async () => {
    world = await startWorld();
    await provideExistingCluster(world);
    await world.azure.put("azure-native:monitor:AzureMonitorWorkspace", workspaceId, {
        resourceGroupName: "team-a",
        azureMonitorWorkspaceName: "metrics",
        location: "northeurope",
    });
    project = await world.project("existing");
    world.azure.edit(id, (shown) => {
        shown.aadProfile = { managed: true, tenantID: "5b1b2a3c-0000-4000-8000-00000000000a" };
        shown.addonProfiles = { ACCSGXDevicePlugin: { enabled: true } };
        shown.powerState = { code: "Stopped" };
        shown.currentKubernetesVersion = "1.29.7";
    });
    project.configure((config) => {
        config.attestationMonitoring = { flavour: "azureManaged", azure: { workspaceId } };
    });
});
afterAll(() => world.stop());

test.each(["preview", "up"] as const)("%s says at once all that is in the way, and makes nothing", async (command) => {
    const before = world.azure.requests.length;
    const args = command === "up" ? ["up", "--yes", "--skip-preview"] : ["preview"];
    const { code, stdout, stderr } = await project.run(...args, "--stack", project.stack);
    expect(code).not.toBe(0);
    const said = stdout + stderr;
    for (const path of ["existing.clusterName = ", "kubeLogin = ", "quoting = ", "attestationMonitoring.flavour = "])
        expect(said).toContain(path);
    expect(said).toMatch(/5 problems in cluster "confidential-aks"; nothing was created on it/);
    expect(world.azure.requests).toHaveLength(before);
    expect(await world.objects()).toEqual([]);
});

test("as soon as the cluster and the configuration fit, it comes up, signs in by kubelogin, and is watched", async () => {
    await install(world.api, azureCrds());
    world.azure.edit(id, (shown) => {
        shown.addonProfiles = { ACCSGXDevicePlugin: { enabled: false } };
        shown.powerState = { code: "Running" };
        shown.currentKubernetesVersion = "1.33.5";
        shown.azureMonitorProfile = { metrics: { enabled: true } };
    });
    project.configure((config) => (config.kubeLogin = "azurecli"));
    const previewed = summary(await project.preview());
    expect(summary(await project.up())).toEqual(previewed);
    expect(words(changes(await project.preview()))).toEqual([]);
    const pools = world.azure.poolsOf(id).map(({ shown }) => at(shown, "vmSize"));
    expect(pools.sort()).toEqual(["Standard_D2s_v5", "Standard_DC4s_v3"]);
    expect((await world.objects()).length).toBeGreaterThan(5);
    const [group, ...others] = world.azure.all("azure-native:alertsmanagement:PrometheusRuleGroup");
    expect(others).toEqual([]);
    expect(group?.shown).toMatchObject({
        location: "northeurope",
        clusterName: "team-a-aks",
        scopes: [workspaceId, id],
    });
    const monitors = await world.api.list("azmonitoring.coreos.com/v1", "PodMonitor");
    expect(monitors.map((monitor) => at(monitor, "metadata.namespace"))).toEqual(["sgx-quote-helper"]);
});

test("a destroy removes the pool and the objects, and leaves the cluster", async () => {
    await project.destroy();
    expect(await world.objects()).toEqual([]);
    expect(world.azureResources()).toEqual([
        "ResourceGroup team-a",
        "ManagedCluster team-a-aks",
        "AzureMonitorWorkspace metrics",
    ]);
    expect(await world.api.list("azmonitoring.coreos.com/v1", "PodMonitor")).toEqual([]);
});
