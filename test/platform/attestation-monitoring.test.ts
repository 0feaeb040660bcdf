/** The group `attestationMonitoring` of a platform: what it passes on, and what it knows by itself. */
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { ConfidentialPlatform, type ConfidentialPlatformArgs } from "../../components";
import { checkPlatform, platformSpec } from "../../components/platform/spec";
import { construct, constructed, one, unknownPaths, type Constructed, type Mode } from "../support/construct";

const id = (type: string, name: string) => `/subscriptions/s/resourceGroups/g/providers/${type}/${name}`;
const workspaceId = id("Microsoft.Monitor/accounts", "shared");
const clusterId = id("Microsoft.ContainerService/managedClusters", "aks");
const image = "r.example/app:1";
const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3" }];
const platform = { location: "westeurope", enclavePools } satisfies ConfidentialPlatformArgs;
const operator = { ...platform, attestationMonitoring: { flavour: "prometheusOperator" } } as const;
const managed = { ...platform, monitoring: {}, attestationMonitoring: { flavour: "azureManaged" } } as const;
const existing = {
    enclavePools,
    existing: { resourceGroupName: "team-c", clusterName: "aks" },
    quoteHelper: { image },
    nodeProof: { image },
    attestationMonitoring: { flavour: "azureManaged", azure: { workspaceId } },
} as const satisfies ConfidentialPlatformArgs;

const make = (args: ConfidentialPlatformArgs, mode: Mode = "update") =>
    construct(mode, () => new ConfidentialPlatform("sgx", args));
const ofMonitoring = (resources: readonly Constructed[]) =>
    resources.filter(({ parent }) => parent === "sgx-monitoring").map(({ type, name }) => `${type} ${name}`);
const expressions = (rule: Constructed) => JSON.stringify(rule.inputs);
const namespaceOf = ({ inputs }: Constructed) => (inputs.metadata as { namespace: string }).namespace;
const problemsOf = (args: object) => checkPlatform(args as ConfidentialPlatformArgs).problems;
const pathsOf = (args: object) => problemsOf(args).map(({ path }) => path);

describe("a platform", () => {
    test("has no monitoring unless the arguments ask for it", async () => {
        const resources = await make(platform);
        expect(resources.filter(({ type }) => type.endsWith(":AttestationMonitoring"))).toEqual([]);
    });

    test("passes on what only its user knows", async () => {
        const attestationMonitoring: ConfidentialPlatformArgs["attestationMonitoring"] = {
            flavour: "prometheusOperator",
            labels: { release: "prometheus" },
            disabledAlerts: ["SgxEpcAlmostFull"],
            dashboardNamespace: "grafana",
            tcb: { image: "r.example/tcb:1", fmspcs: ["00606A000000"] },
        };
        const resources = await make({ ...platform, attestationMonitoring });
        const rule = one(resources, "PrometheusRule");
        expect(rule.inputs.metadata).toMatchObject({ labels: { release: "prometheus" } });
        expect(expressions(rule)).not.toContain("SgxEpcAlmostFull");
        expect(expressions(rule)).toContain("SgxTcbCheckFailed");
        expect(namespaceOf(one(resources, "CronJob"))).toBe("sgx-quote-helper");
        expect(namespaceOf(one(resources, "ConfigMap", "sgx-monitoring-dashboard"))).toBe("grafana");
    });
});

describe("for the Prometheus operator", () => {
    test("its own quote helper and proof are watched, on its cluster", async () => {
        const resources = await make({
            ...operator,
            quoteHelper: { namespace: "quoting" },
            nodeProof: { namespace: pulumi.output("proving") },
        });
        expect(ofMonitoring(resources).sort()).toEqual([
            "kubernetes:monitoring.coreos.com/v1:PodMonitor sgx-monitoring-node-proof",
            "kubernetes:monitoring.coreos.com/v1:PodMonitor sgx-monitoring-quote-helper",
            "kubernetes:monitoring.coreos.com/v1:PrometheusRule sgx-monitoring-alerts",
        ]);
        expect(namespaceOf(one(resources, "PodMonitor", "sgx-monitoring-quote-helper"))).toBe("quoting");
        expect(namespaceOf(one(resources, "PodMonitor", "sgx-monitoring-node-proof"))).toBe("proving");
        const rule = one(resources, "PrometheusRule");
        expect(namespaceOf(rule)).toBe("quoting");
        expect(expressions(rule)).toContain('namespace=\\"quoting\\",pod=~\\"sgx-quote-helper-.+\\"');
        for (const { options } of resources.filter(({ parent }) => parent === "sgx-monitoring")) {
            expect(options).toMatchObject({ provider: "sgx-kubernetes", deletedWith: "sgx" });
        }
    });

    test("without a proof there are no alerts about proofs", async () => {
        const about = async (args: ConfidentialPlatformArgs) =>
            expressions(one(await make(args), "PrometheusRule")).includes("SgxProofStale");
        expect(await about(operator)).toBe(true);
        expect(await about({ ...operator, nodeProof: { enabled: false } })).toBe(false);
    });

    test("a first preview knows all of it", async () => {
        const resources = (await make(operator, "preview")).filter(({ parent }) => parent === "sgx-monitoring");
        expect(resources.flatMap(({ inputs }) => unknownPaths(inputs))).toEqual([]);
    });
});

describe("for Azure's managed Prometheus", () => {
    const ruleGroup = async (args: ConfidentialPlatformArgs, more = {}) => {
        const { resources } = await constructed("update", () => new ConfidentialPlatform("sgx", args), {}, more);
        return one(resources, "PrometheusRuleGroup").inputs;
    };

    test("the alerts are for the cluster of the platform and its workspace, in its resource group", async () => {
        const resources = await make({ ...managed, tags: { team: "payments" } });
        const { inputs } = one(resources, "PrometheusRuleGroup");
        const group = one(resources, "ManagedCluster").inputs.resourceGroupName;
        expect(inputs).toMatchObject({
            resourceGroupName: group,
            location: "westeurope",
            tags: { team: "payments" },
        });
        expect(inputs.scopes).toEqual([
            idOf(one(resources, "AzureMonitorWorkspace")),
            idOf(one(resources, "ManagedCluster")),
        ]);
        expect(one(resources, "PodMonitor", "sgx-monitoring-quote-helper").type).toContain("azmonitoring.coreos.com");
    });

    test("with a workspace that exists they are in the region of that one", async () => {
        const asked = {
            "azure-native:monitor:getAzureMonitorWorkspace": () => ({ id: workspaceId, location: "northeurope" }),
        };
        const monitoring = { prometheusWorkspaceId: workspaceId };
        const inputs = await ruleGroup({ ...managed, monitoring }, asked);
        expect(inputs.location).toBe("northeurope");
        expect((inputs.scopes as string[])[0]).toBe(workspaceId);
    });

    test("of a cluster that exists Azure says its id", async () => {
        const asked = {
            "azure-native:containerservice:getManagedCluster": () => ({
                id: clusterId,
                provisioningState: "Succeeded",
                azureMonitorProfile: { metrics: { enabled: true } },
            }),
        };
        const inputs = await ruleGroup(existing, asked);
        expect(inputs).toMatchObject({
            resourceGroupName: "team-c",
            scopes: [workspaceId, clusterId],
            clusterName: "aks",
        });
    });

    test.each(["azureManaged", "prometheusOperator"] as const)(
        "of a cluster that exists it is needed, so that Azure is asked whether it is on: %s",
        (flavour) => {
            const given = { ...existing, attestationMonitoring: { flavour } };
            const { cluster } = platformSpec(given).spec;
            const needed = { path: "attestationMonitoring.flavour", value: "azureManaged" };
            const needsPrometheus = flavour === "azureManaged" ? needed : undefined;
            expect(cluster).toMatchObject({ isNew: false, spec: { needsPrometheus } });
        },
    );

    test("with a region that is given, nobody is asked for that of the workspace", async () => {
        const refuse = () => {
            throw new Error("403: may not read the workspace");
        };
        const azure = { workspaceId, location: "uksouth" };
        const inputs = await ruleGroup(
            { ...existing, attestationMonitoring: { flavour: "azureManaged", azure } },
            { "azure-native:monitor:getAzureMonitorWorkspace": refuse },
        );
        expect(inputs.location).toBe("uksouth");
    });

    test("another resource group and action groups", async () => {
        const actionGroupIds = [id("Microsoft.Insights/actionGroups", "on-call")];
        const azure = { resourceGroupName: "alerts", actionGroupIds };
        const inputs = await ruleGroup({ ...managed, attestationMonitoring: { flavour: "azureManaged", azure } });
        expect(inputs.resourceGroupName).toBe("alerts");
        const [rule] = inputs.rules as { actions: object[] }[];
        expect(rule?.actions).toEqual([{ actionGroupId: actionGroupIds[0] }]);
    });
});

describe("what is refused", () => {
    const path = "attestationMonitoring";
    test.each([
        ["no flavour", { ...platform, [path]: {} }, [`${path}.flavour`]],
        ["another flavour", { ...platform, [path]: { flavour: "grafana" } }, [`${path}.flavour`]],
        [
            "a misspelt flavour with Azure's settings, of which the platform knows the rest",
            { ...managed, [path]: { flavour: "azuremanaged", azure: { resourceGroupName: "alerts" } } },
            [`${path}.flavour`],
        ],
        ["managed Prometheus without metrics", { ...managed, monitoring: undefined }, ["monitoring"]],
        ["the same, switched off", { ...managed, monitoring: { prometheus: false } }, ["monitoring.prometheus"]],
        [
            "a workspace beside that of a new cluster",
            { ...managed, [path]: { flavour: "azureManaged", azure: { workspaceId } } },
            [`${path}.azure.workspaceId`],
        ],
        [
            "no workspace for a cluster that exists",
            { ...existing, [path]: { flavour: "azureManaged" } },
            [`${path}.azure.workspaceId`],
        ],
        [
            "Azure's settings with the operator",
            { ...operator, [path]: { flavour: "prometheusOperator", azure: {} } },
            [`${path}.azure`],
        ],
        [
            "Azure's settings of another shape",
            { ...managed, [path]: { flavour: "azureManaged", azure: "x" } },
            [`${path}.azure`],
        ],
        ["the add-on", { ...operator, quoting: "addon" }, [path]],
        ["no quoting", { ...operator, quoting: "none" }, [path]],
        ["a quote helper without metrics", { ...operator, quoteHelper: { metrics: false } }, ["quoteHelper.metrics"]],
    ])("%s", (_what, args, paths) => {
        expect(pathsOf(args)).toEqual(paths);
    });

    test("all that is wrong is one error", () => {
        const all = {
            ...platform,
            quoteHelper: { metrics: false },
            attestationMonitoring: {
                flavour: "azureManaged",
                dashboardNamespace: "Grafana",
                disabledAlerts: ["SgxNothing"],
                tcb: { image },
                azure: { workspaceId, resourceGroupName: "group.", actionGroupIds: ["on-call"] },
            },
        };
        expect(pathsOf(all)).toEqual([
            "quoteHelper.metrics",
            "monitoring",
            "attestationMonitoring.azure.workspaceId",
            "attestationMonitoring.disabledAlerts[0]",
            "attestationMonitoring.dashboardNamespace",
            "attestationMonitoring.tcb.fmspcs",
            "attestationMonitoring.azure.resourceGroupName",
            "attestationMonitoring.azure.actionGroupIds[0]",
        ]);
        expect(() => new ConfidentialPlatform("sgx", all as never)).toThrow(/8 problems in platform "sgx"/);
    });
});

/** What the double of the engine has as the id of a resource. */
function idOf({ name }: Constructed): string {
    return `${name}-id`;
}
