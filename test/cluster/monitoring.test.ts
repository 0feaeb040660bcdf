import { describe, expect, test } from "vitest";
import { ConfidentialCluster, type ConfidentialClusterArgs, type MonitoringArgs } from "../../components";
import { clusterSpec } from "../../components/cluster/spec";
import { construct, constructed, one, type Constructed } from "../support/construct";

const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3" }];
const inGroup = "/subscriptions/s/resourceGroups/g/providers";
const prometheusWorkspaceId = `${inGroup}/Microsoft.Monitor/accounts/m`;
const logsWorkspaceId = `${inGroup}/Microsoft.OperationalInsights/workspaces/w`;

const make = (monitoring?: MonitoringArgs) =>
    construct("update", () => new ConfidentialCluster("c", { location: "westeurope", enclavePools, monitoring }));
const missingWorkspace = (): never => {
    throw new Error("invocation of getWorkspace returned an error: Status=404 Code=ResourceNotFound");
};
const ofMonitoring = (resources: Constructed[]) =>
    resources.flatMap(({ type, name }) => {
        const [, service = "", kind = ""] = type.split(":");
        return ["monitor", "operationalinsights"].includes(service) ? [`${kind} ${name}`] : [];
    });
const problems = (monitoring: unknown) =>
    clusterSpec({ enclavePools, monitoring } as ConfidentialClusterArgs).problems.map(({ path }) => path);

describe("monitoring", () => {
    test("is off where nothing asks for it, which the cluster says", async () => {
        const resources = await make();
        expect(ofMonitoring(resources)).toEqual([]);
        expect(one(resources, "ManagedCluster").inputs).toMatchObject({
            azureMonitorProfile: { metrics: { enabled: false } },
            addonProfiles: { omsagent: { enabled: false } },
        });
    });

    test("makes both workspaces and connects the cluster with them", async () => {
        const resources = await make({ prometheus: true });
        expect(ofMonitoring(resources).sort()).toEqual([
            "AzureMonitorWorkspace c-metrics",
            "DataCollectionEndpoint c-metrics",
            "DataCollectionRule c-logs",
            "DataCollectionRule c-metrics",
            "DataCollectionRuleAssociation c-logs",
            "DataCollectionRuleAssociation c-metrics",
            "DiagnosticSetting c-control-plane",
            "Workspace c-logs",
        ]);
        const cluster = one(resources, "ManagedCluster").inputs;
        expect(cluster).toMatchObject({
            azureMonitorProfile: { metrics: { enabled: true } },
            addonProfiles: {
                omsagent: {
                    enabled: true,
                    config: { logAnalyticsWorkspaceResourceID: "c-logs-id", useAADAuth: "true" },
                },
            },
        });
        expect(one(resources, "DataCollectionRule", "c-metrics").inputs).toMatchObject({
            kind: "Linux",
            dataCollectionEndpointId: "c-metrics-id",
            destinations: { monitoringAccounts: [{ accountResourceId: "c-metrics-id" }] },
            dataFlows: [{ streams: ["Microsoft-PrometheusMetrics"], destinations: ["MonitoringAccount1"] }],
        });
        for (const name of ["c-metrics", "c-logs"]) {
            expect(one(resources, "DataCollectionRuleAssociation", name).inputs).toMatchObject({
                resourceUri: "c-id",
                dataCollectionRuleId: `${name}-id`,
            });
        }
        expect(one(resources, "DiagnosticSetting").inputs).toMatchObject({
            resourceUri: "c-id",
            workspaceId: "c-logs-id",
            logs: [
                { category: "kube-audit-admin", enabled: true },
                { category: "guard", enabled: true },
            ],
        });
    });

    test("uses workspaces that are given, and makes none", async () => {
        const resources = await make({ prometheusWorkspaceId, logsWorkspaceId });
        expect(ofMonitoring(resources).filter((text) => text.includes("Workspace"))).toEqual([]);
        expect(one(resources, "DataCollectionRule", "c-metrics").inputs).toMatchObject({
            destinations: { monitoringAccounts: [{ accountResourceId: prometheusWorkspaceId }] },
        });
        expect(one(resources, "DiagnosticSetting").inputs.workspaceId).toBe(logsWorkspaceId);
    });

    test("makes the rules in the region of a workspace that is given", async () => {
        const answer = (id: string) => () => ({ id, location: "northeurope" });
        const { resources } = await constructed(
            "update",
            () => {
                const monitoring = { prometheusWorkspaceId, logsWorkspaceId };
                return new ConfidentialCluster("c", { location: "westeurope", enclavePools, monitoring });
            },
            {},
            {
                "azure-native:monitor:getAzureMonitorWorkspace": answer(prometheusWorkspaceId),
                "azure-native:operationalinsights:getWorkspace": answer(logsWorkspaceId.toUpperCase()),
            },
        );
        const places = resources.flatMap(({ type, inputs }) =>
            type.includes(":monitor:") && "location" in inputs ? [inputs.location] : [],
        );
        expect(places).toEqual(["northeurope", "northeurope", "northeurope"]);
        expect(one(resources, "ManagedCluster").inputs.location).toBe("westeurope");
    });

    test.each<[what: string, answer: () => object]>([
        ["is not found", () => missingWorkspace()],
        ["has the name of one of another subscription", () => ({ id: "/subscriptions/x", location: "northeurope" })],
    ])("makes the rules in the region of the cluster where the workspace %s", async (_what, answer) => {
        const { resources } = await constructed(
            "update",
            () => {
                const monitoring = { prometheus: false, logsWorkspaceId };
                return new ConfidentialCluster("c", { location: "westeurope", enclavePools, monitoring });
            },
            {},
            { "azure-native:operationalinsights:getWorkspace": answer as () => Record<string, never> },
        );
        expect(one(resources, "DataCollectionRule").inputs.location).toBe("westeurope");
    });

    test.each<[what: string, monitoring: MonitoringArgs, made: string[]]>([
        [
            "metrics alone",
            { containerInsights: false, auditLogs: false },
            ["AzureMonitorWorkspace", "DataCollectionEndpoint", "DataCollectionRule", "DataCollectionRuleAssociation"],
        ],
        ["audit logs alone", { prometheus: false, containerInsights: false }, ["DiagnosticSetting", "Workspace"]],
        [
            "logs of containers alone",
            { prometheus: false, auditLogs: false },
            ["DataCollectionRule", "DataCollectionRuleAssociation", "Workspace"],
        ],
    ])("can be %s", async (_what, monitoring, made) => {
        const kinds = ofMonitoring(await make(monitoring)).map((text) => text.split(" ")[0]);
        expect(kinds.sort()).toEqual(made);
    });

    test.each<[what: string, monitoring: object, paths: string[]]>([
        ["a workspace by its name", { logsWorkspaceId: "w" }, ["monitoring.logsWorkspaceId"]],
        [
            "a workspace of the other kind",
            { prometheusWorkspaceId: logsWorkspaceId },
            ["monitoring.prometheusWorkspaceId"],
        ],
        [
            "a workspace for metrics that are off",
            { prometheus: false, prometheusWorkspaceId },
            ["monitoring.prometheusWorkspaceId"],
        ],
        [
            "a workspace for logs that are off",
            { containerInsights: false, auditLogs: false, logsWorkspaceId },
            ["monitoring.logsWorkspaceId"],
        ],
        ["a text for a flag", { auditLogs: "yes" }, ["monitoring.auditLogs"]],
    ])("does not accept %s", (_what, monitoring, paths) => {
        expect(problems(monitoring)).toEqual(paths);
    });
});
