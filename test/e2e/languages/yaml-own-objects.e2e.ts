import { afterAll, beforeAll, expect, test } from "vitest";
import { at, type Properties } from "../doubles/values.js";
import { everywhere, leaks } from "../engine/leaks.js";
import type { Project } from "../engine/project.js";
import { changes, words } from "../engine/steps.js";
import { startWorld, type World } from "../engine/world.js";
import { yamlProgram, type YamlProgram } from "./yaml.js";

/*
 * A program in YAML with objects of its own on a cluster of the package: by a Kubernetes provider from the outputs of
 * the cluster, and with a pod template from the package's function. The tests follow each other on one stack.
 */
const secret = "zebra-crossing-4711-in-yaml";

let world: World;
let project: Project;
beforeAll(async () => {
    // It installs the plugin, and nothing else runs meanwhile.
    const program = yamlProgram(ownObjects);
    world = await startWorld();
    project = await world.project("dev", program);
    await project.must("config", "set", "--secret", "token", secret, "--stack", "dev");
});
afterAll(() => world.stop());

const labels = { app: "enclave-app" };

/** A cluster, and on it a ConfigMap, a Deployment and a job of the package. */
function ownObjects({ location, enclavePools, tags }: YamlProgram): YamlProgram {
    const options = { provider: "${kubernetes}", dependsOn: ["${team}"], deletedWith: "${team}" };
    const env = [{ name: "TOKEN", value: "${token}" }];
    const container = { name: "app", image: "example.azurecr.io/enclaves/app:1.0.0", env };
    const workload = { metadata: { labels }, spec: { containers: [container] } };
    return {
        config: { token: { type: "string", secret: true } },
        variables: {
            attested: {
                "fn::invoke": {
                    function: "confidential-aks:index:withAttestation",
                    arguments: { workload, mode: "outOfProcess", containers: ["app"], epc: "64Mi" },
                    return: "workload",
                },
            },
        },
        resources: {
            team: {
                type: "confidential-aks:ConfidentialCluster",
                properties: { location, enclavePools, tags: { ...(tags as object | undefined), owner: "${token}" } },
            },
            kubernetes: {
                type: "pulumi:providers:kubernetes",
                properties: { kubeconfig: "${team.kubeconfig}", clusterIdentifier: "${team.clusterId}" },
            },
            settings: {
                type: "kubernetes:core/v1:ConfigMap",
                properties: { metadata: { name: "settings", namespace: "default" }, data: { colour: "blue" } },
                options,
            },
            app: {
                type: "kubernetes:apps/v1:Deployment",
                properties: {
                    metadata: { name: "enclave-app", namespace: "default" },
                    spec: { replicas: 1, selector: { matchLabels: labels }, template: "${attested}" },
                },
                options,
            },
            report: {
                type: "confidential-aks:AttestedJob",
                properties: { image: "example.azurecr.io/report:1", epc: "8Mi", env: { TOKEN: "${token}" } },
                options: { providers: ["${kubernetes}"], dependsOn: ["${team}"], deletedWith: "${team}" },
            },
        },
        outputs: { kubeconfig: "${team.kubeconfig}" },
    };
}

const settings = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "settings" };
const app = { apiVersion: "apps/v1", kind: "Deployment", namespace: "default", name: "enclave-app" };

test("they come up after the cluster's pools, with the pod template of the package's function", async () => {
    await project.preview();
    const steps = await project.up();
    const created = words(steps).filter((text) => text.startsWith("create "));
    const [pool, ...own] = [/ AgentPool /, / ConfigMap settings$/, / Deployment enclave-app$| Deployment app$/].map(
        (pattern) => created.findIndex((text) => pattern.test(text)),
    );
    expect(pool).toBeGreaterThan(-1);
    for (const index of own) expect(index).toBeGreaterThan(pool ?? Infinity);
    expect(at((await world.api.get(settings)) ?? {}, "data.colour")).toBe("blue");
    const pod = at((await world.api.get(app)) ?? {}, "spec.template.spec") as Properties;
    const [container] = pod.containers as Properties[];
    expect(container?.env).toEqual(
        expect.arrayContaining([
            { name: "TOKEN", value: secret },
            { name: "SGX_AESM_ADDR", value: "1" },
        ]),
    );
    expect(words(changes(await project.preview()))).toEqual([]);
});

test("no secret is in clear in what is printed, in the state and in the logs", async () => {
    const { resources = [] } = await project.state();
    const withToken = resources.filter(({ type }) => /:(Job|Deployment|ManagedCluster)$/.test(type));
    const encrypted = withToken.map(({ inputs }) => JSON.stringify(inputs).includes("ciphertext"));
    expect(encrypted).toEqual([true, true, true]);
    await project.must("stack", "output", "--json", "--stack", "dev");
    expect(leaks(world, secret, everywhere(project))).toEqual([]);
});

test("a tag of the cluster touches none of them", async () => {
    const writes = world.writes.length;
    project.configure((config) => (config.tags = { costs: "4711" }));
    const steps = await project.up();
    expect(changes(steps).map(({ type }) => type)).toContain("azure-native:containerservice:ManagedCluster");
    expect(changes(steps).filter(({ type }) => !type.startsWith("azure-native:"))).toEqual([]);
    expect(world.writes).toHaveLength(writes);
});

test("a destroy does not ask the API server to delete them", async () => {
    const writes = world.writes.length;
    await project.destroy();
    expect((await project.state()).resources ?? []).toEqual([]);
    expect(world.azureResources()).toEqual([]);
    expect(world.writes).toHaveLength(writes);
});
