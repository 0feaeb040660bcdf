import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { subscription } from "../doubles/azure/azure.js";
import { at, type Properties } from "../doubles/values.js";
import { azureCrds, install, operatorCrds } from "../support/prometheus-crds.js";
import { typescriptProgram, type Program } from "./program.js";
import type { Project } from "./project.js";
import { changes, summary, words } from "./steps.js";
import { startWorld, type World } from "./world.js";

/*
 * AttestationMonitoring by the real engine, on a real API server: first without any CRD, then with those of the
 * Prometheus operator, then with Azure's. The tests follow each other on one stack.
 */
const text = `
import { readFileSync } from "node:fs";
import { Provider } from "@pulumi/kubernetes";
import { AttestationMonitoring } from "./components";

const { kubeconfig, ...args } = JSON.parse(readFileSync("monitoring.json", "utf8"));
const providers = [new Provider("cluster", { kubeconfig })];
export const { alertNames, ruleGroupIds } = new AttestationMonitoring("watch", args, { providers });
`;

let world: World;
let project: Project;
beforeAll(async () => {
    world = await startWorld();
    const group = `${subscription}/resourceGroups/team-a`;
    await world.azure.put("azure-native:resources:ResourceGroup", group, {
        resourceGroupName: "team-a",
        location: "westeurope",
    });
    for (const name of ["quoting", "dashboards"])
        await world.api.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    const base = typescriptProgram();
    const program: Program = {
        ...base,
        write(folder, stack) {
            base.write(folder, stack);
            writeFileSync(join(folder, "index.ts"), text);
        },
    };
    project = await world.project("dev", program);
});
afterAll(() => world.stop());

const watched = { namespace: "quoting", daemonSetName: "sgx-quote-helper" };
const operator = {
    flavour: "prometheusOperator",
    quoteHelper: watched,
    nodeProof: { namespace: "quoting", daemonSetName: "sgx-node-proof" },
    dashboardNamespace: "dashboards",
    labels: { release: "prometheus" },
};
const provider = `${subscription}/resourceGroups/team-a/providers`;
const managed = {
    flavour: "azureManaged",
    quoteHelper: watched,
    azure: {
        workspaceId: `${provider}/Microsoft.Monitor/accounts/metrics`,
        clusterId: `${provider}/Microsoft.ContainerService/managedClusters/team-a`,
        resourceGroupName: "team-a",
        location: "westeurope",
    },
};

/** Writes the arguments. */
function give(args: object): void {
    const all = { ...args, kubeconfig: world.plane.kubeconfig.text };
    writeFileSync(join(project.folder, "monitoring.json"), JSON.stringify(all));
}

/** Gives the arguments, and updates; what a preview said before is what was done. */
async function upTo(args: object, meanwhile = () => Promise.resolve()): Promise<string[]> {
    give(args);
    const previewed = summary(await project.preview());
    const [done] = await Promise.all([project.up(), meanwhile()]);
    expect(summary(done)).toEqual(previewed);
    expect(words(changes(await project.preview()))).toEqual([]);
    return previewed;
}

const errorsIn = (stdout: string) => stdout.split("\n").filter((line) => /^ +error: /.test(line));

test.each([
    [operator, "PodMonitor of monitoring.coreos.com/v1", "install the Prometheus operator"],
    [managed, "PodMonitor of azmonitoring.coreos.com/v1", "switch on managed Prometheus"],
])("a cluster that does not know the kind of $flavour: one sentence says what to do", async (args, kind, what) => {
    give(args);
    const before = world.writes.length;
    const { code, stdout } = await project.update("up");
    expect(code).not.toBe(0);
    const ours = errorsIn(stdout).filter((line) => line.includes("What to do"));
    expect(ours, stdout).toHaveLength(1);
    expect(ours[0]).toContain(`watch-quote-helper: the cluster knows no ${kind}`);
    expect(ours[0]).toContain(what);
    // Nothing of it was made: neither objects nor rule groups.
    expect(world.writes.slice(before)).toEqual([]);
    expect(world.azureResources().filter((word) => word.startsWith("PrometheusRuleGroup"))).toEqual([]);
});

const objects = async (apiVersion: string, kind: string) => {
    const found = await world.api.list(apiVersion, kind);
    return found.map((object) => ({ labels: at(object, "metadata.labels") as Properties, spec: object.spec }));
};

test("with the operator's CRDs, the API server takes all of it", async () => {
    await install(world.api, operatorCrds());
    await upTo(operator);
    const monitors = await objects("monitoring.coreos.com/v1", "PodMonitor");
    expect(monitors.map(({ labels }) => labels.release)).toEqual(["prometheus", "prometheus"]);
    const [rule] = await objects("monitoring.coreos.com/v1", "PrometheusRule");
    const groups = at(rule, "spec.groups") as { rules: { alert: string }[] }[];
    expect(groups[0]?.rules.map(({ alert }) => alert)).toContain("SgxProofStale");
});

test("an alert that is disabled goes, in place", async () => {
    const done = await upTo({ ...operator, disabledAlerts: ["SgxProofStale"] });
    expect(done.filter((word) => !word.includes("same"))).toHaveLength(1);
    const [rule] = await objects("monitoring.coreos.com/v1", "PrometheusRule");
    expect(JSON.stringify(rule)).not.toContain("SgxProofStale");
});

test("with Azure's CRDs, which come while they are waited for, the other flavour takes its place", async () => {
    // A second of the components takes a hundredth of one here: a tenth leaves time to install them.
    const pace = join(project.folder, "components/shared/pace.ts");
    writeFileSync(pace, readFileSync(pace, "utf8").replace("second: 10,", "second: 100,"));
    const refused = new Promise<void>((done) => {
        world.watchers.add((moment) => {
            if (moment === "done") done();
        });
    });
    await upTo(managed, async () => {
        await refused;
        expect(await objects("azmonitoring.coreos.com/v1", "PodMonitor").catch(() => "unknown")).toBe("unknown");
        await install(world.api, azureCrds());
    });
    expect(await objects("monitoring.coreos.com/v1", "PodMonitor")).toEqual([]);
    expect(await objects("azmonitoring.coreos.com/v1", "PodMonitor")).toHaveLength(1);
    expect(world.azureResources().filter((word) => word.startsWith("PrometheusRuleGroup"))).toHaveLength(1);
});

test("nothing stays behind", async () => {
    await project.destroy();
    expect(await objects("azmonitoring.coreos.com/v1", "PodMonitor")).toEqual([]);
    expect(world.azureResources().filter((word) => word.startsWith("PrometheusRuleGroup"))).toEqual([]);
});
