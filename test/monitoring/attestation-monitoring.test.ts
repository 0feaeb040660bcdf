import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import {
    AttestationMonitoring,
    ConfidentialCluster,
    MonitoringFlavour,
    SgxQuoteHelper,
    type AttestationMonitoringArgs,
} from "../../components";
import { alertNames } from "../../components/monitoring/alerts";
import { construct, constructed, one, typeAndName, unknownPaths, valueOf, type Mode } from "../support/construct";

const quoteHelper = { namespace: "sgx-quote-helper", daemonSetName: "sgx-quote-helper" };
const nodeProof = { namespace: "sgx-node-proof", daemonSetName: "sgx-node-proof" };
const id = (type: string, name: string) => `/subscriptions/s/resourceGroups/g/providers/${type}/${name}`;
const azure = {
    workspaceId: id("Microsoft.Monitor/accounts", "metrics"),
    clusterId: id("Microsoft.ContainerService/managedClusters", "team-a"),
    resourceGroupName: "team-a",
};
const operator: AttestationMonitoringArgs = { flavour: "prometheusOperator", quoteHelper };
const managed: AttestationMonitoringArgs = { flavour: "azureManaged", quoteHelper, azure };
const make = (args: AttestationMonitoringArgs, mode: Mode = "update") =>
    construct(mode, () => new AttestationMonitoring("watch", args));
const words = (resources: Awaited<ReturnType<typeof make>>) => resources.map(({ type, name }) => `${type} ${name}`);

interface Rules {
    groups: { name: string; rules: { alert: string; expr: string; labels: Record<string, string> }[] }[];
}
interface AzureRule {
    alert: string;
    expression: string;
    severity: number;
    actions: { actionGroupId: string }[];
}
const specOf = (inputs: Record<string, unknown>) => inputs.spec as Record<string, unknown>;
const rulesIn = (inputs: Record<string, unknown>) => (specOf(inputs) as unknown as Rules).groups[0]!.rules;
const azureRules = (inputs: Record<string, unknown>) => inputs.rules as AzureRule[];

describe("for the Prometheus operator", () => {
    test("are a PodMonitor for each DaemonSet, and one PrometheusRule", async () => {
        const resources = await make({ ...operator, nodeProof, dashboardNamespace: "monitoring" });
        expect(words(resources).sort()).toEqual([
            "confidential-aks:index:AttestationMonitoring watch",
            "kubernetes:core/v1:ConfigMap watch-dashboard",
            "kubernetes:monitoring.coreos.com/v1:PodMonitor watch-node-proof",
            "kubernetes:monitoring.coreos.com/v1:PodMonitor watch-quote-helper",
            "kubernetes:monitoring.coreos.com/v1:PrometheusRule watch-alerts",
        ]);
    });

    test("a PodMonitor finds the pods of its DaemonSet by their port's name, and makes the node a label", async () => {
        const { inputs } = one(await make({ ...operator, nodeProof }), "PodMonitor", "watch-node-proof");
        expect(inputs.metadata).toMatchObject({ namespace: "sgx-node-proof" });
        expect(specOf(inputs)).toEqual({
            selector: { matchLabels: { "app.kubernetes.io/name": "sgx-node-proof" } },
            podMetricsEndpoints: [
                {
                    port: "metrics",
                    path: "/metrics",
                    interval: "30s",
                    relabelings: [{ sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "node" }],
                },
            ],
        });
    });

    test("selects the pods of the real quote helper, and a port that they have", async () => {
        const resources = await construct("update", () => {
            const aesm = new SgxQuoteHelper("aesm", { image: "r.example/aesm:1" });
            new AttestationMonitoring("watch", { flavour: MonitoringFlavour.prometheusOperator, quoteHelper: aesm });
        });
        const monitor = specOf(one(resources, "PodMonitor").inputs);
        const { template } = specOf(one(resources, "DaemonSet").inputs) as {
            template: { metadata: { labels: object }; spec: { containers: { ports?: { name: string }[] }[] } };
        };
        const { matchLabels } = monitor.selector as { matchLabels: object };
        expect(template.metadata.labels).toMatchObject(matchLabels);
        const ports = template.spec.containers.flatMap((container) => container.ports ?? []);
        expect(ports.map(({ name }) => name)).toEqual(["metrics"]);
    });

    test("objects carry the labels by which a Prometheus chooses them", async () => {
        const resources = await make({ ...operator, labels: { release: "prometheus" } });
        for (const type of ["PodMonitor", "PrometheusRule"]) {
            const { metadata } = one(resources, type).inputs as { metadata: { labels: object } };
            expect(metadata.labels).toMatchObject({ release: "prometheus" });
        }
    });

    test("alerts ask for the helper by its namespace and name, and have a severity and a link", async () => {
        const resources = await make({
            ...operator,
            quoteHelper: { namespace: "quoting", daemonSetName: pulumi.output("own-helper") },
        });
        const rules = rulesIn(one(resources, "PrometheusRule").inputs);
        const helper = rules.find(({ alert }) => alert === "SgxNodeWithoutReadyQuoteHelper");
        expect(helper?.expr).toContain('kube_pod_info{namespace="quoting",pod=~"own-helper-.+",node!=""}');
        for (const { labels, ...rule } of rules) {
            expect(labels.severity).toMatch(/^(critical|warning|info)$/);
            const { annotations } = rule as unknown as { annotations: Record<string, string> };
            expect(annotations.runbook_url).toMatch(/doctor\.md#ca-[a-z]\d\d$/);
        }
    });

    test("what the kind is unknown for is the first PodMonitor: all else waits for it", async () => {
        for (const args of [{ ...operator, nodeProof, dashboardNamespace: "monitoring" }, managed]) {
            const resources = await make(args);
            const others = resources.filter(({ name, custom }) => custom && name !== "watch-quote-helper");
            expect(others.length).toBeGreaterThan(0);
            for (const { options } of others) expect(options.dependsOn).toContain("watch-quote-helper");
        }
    });

    test("the dashboard is a ConfigMap for Grafana's sidecar", async () => {
        const { inputs } = one(await make({ ...operator, dashboardNamespace: "monitoring" }), "ConfigMap");
        expect(inputs.metadata).toMatchObject({ namespace: "monitoring", labels: { grafana_dashboard: "1" } });
        const { data } = inputs as { data: Record<string, string> };
        expect(JSON.parse(data["confidential-aks.json"]!)).toMatchObject({ uid: "confidential-aks" });
    });
});

describe("which alerts there are", () => {
    test("one about the TCB check where there is one, whose CronJob is beside the quote helper", async () => {
        const tcb = { image: "r.example/tcb:1", fmspcs: ["00606A000000"] };
        const resources = await make({ ...operator, tcb });
        const { inputs } = one(resources, "CronJob");
        expect(inputs.metadata).toMatchObject({ namespace: "sgx-quote-helper" });
        expect(rulesIn(one(resources, "PrometheusRule").inputs).map(({ alert }) => alert)).toContain(
            "SgxTcbCheckFailed",
        );
        expect(await names(operator)).not.toContain("SgxTcbCheckFailed");
    });

    const names = async (args: AttestationMonitoringArgs) =>
        rulesIn(one(await make(args), "PrometheusRule").inputs).map(({ alert }) => alert);

    test("those about proofs only where there is a proof", async () => {
        const about = (name: string) => name.startsWith("SgxProof");
        expect((await names(operator)).filter(about)).toEqual([]);
        expect((await names({ ...operator, nodeProof })).filter(about)).toEqual(["SgxProofStale", "SgxProofMissing"]);
    });

    test("not those that are disabled; the output says which there are", async () => {
        const disabledAlerts = ["SgxEpcAlmostFull", "SgxAesmSlow"];
        const all = await names(operator);
        const { resources, result } = await constructed("update", () => {
            return new AttestationMonitoring("watch", { ...operator, disabledAlerts }).alertNames;
        });
        const left = rulesIn(one(resources, "PrometheusRule").inputs).map(({ alert }) => alert);
        expect(left).toEqual(all.filter((name) => !disabledAlerts.includes(name)));
        expect(await valueOf(result)).toEqual(left);
    });
});

describe("for Azure's managed Prometheus", () => {
    test("are PodMonitors of Azure's group with the limits that its agent wants, and no rules in the cluster", async () => {
        const resources = await make({ ...managed, nodeProof });
        expect(words(resources).sort()).toEqual([
            "azure-native:alertsmanagement:PrometheusRuleGroup watch-alerts",
            "confidential-aks:index:AttestationMonitoring watch",
            "kubernetes:azmonitoring.coreos.com/v1:PodMonitor watch-node-proof",
            "kubernetes:azmonitoring.coreos.com/v1:PodMonitor watch-quote-helper",
        ]);
        const { inputs } = one(resources, "PodMonitor", "watch-quote-helper");
        expect(specOf(inputs)).toMatchObject({
            labelLimit: 63,
            labelNameLengthLimit: 511,
            labelValueLengthLimit: 1023,
        });
    });

    /*
     * The schema of Microsoft.AlertsManagement is not among those that the tests have. So bodies are held against what
     * is documented: prometheus-rule-groups of Azure Monitor, and the schema in Azure/prometheus-collector.
     */
    test("are rules within the limits of Azure", async () => {
        const actionGroupIds = [id("Microsoft.Insights/actionGroups", "on-call")];
        const tcb = { image: "r.example/tcb:1", fmspcs: ["00606A000000"] };
        const all = { ...managed, nodeProof, tcb, azure: { ...azure, actionGroupIds } };
        const groups = (await make(all)).filter(({ type }) => type.endsWith(":PrometheusRuleGroup"));
        expect(groups.flatMap(({ inputs }) => azureRules(inputs).map(({ alert }) => alert))).toEqual(alertNames);
        for (const { inputs } of groups) {
            expect(Object.keys(inputs).sort()).toEqual(
                ["clusterName", "description", "enabled", "interval", "resourceGroupName", "rules", "scopes"].sort(),
            );
            expect(azureRules(inputs).length).toBeLessThanOrEqual(20);
            expect(inputs.interval).toBe("PT1M");
            for (const rule of azureRules(inputs) as unknown as Record<string, unknown>[]) {
                const keys = ["actions", "alert", "annotations", "enabled", "expression", "for", "labels"];
                expect(Object.keys(rule).sort()).toEqual([...keys, "resolveConfiguration", "severity"]);
                expect(rule.alert).toMatch(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/);
                expect(rule.for).toMatch(/^PT[1-9][0-9]*M$/);
                expect(rule.resolveConfiguration).toEqual({ autoResolved: true, timeToResolve: "PT10M" });
                expect([0, 1, 2, 3, 4]).toContain(rule.severity);
                const { labels, annotations } = rule as Record<string, Record<string, string>>;
                expect(Object.keys(labels!).length).toBeLessThanOrEqual(10);
                for (const [name, value] of Object.entries({ ...labels, ...annotations })) {
                    expect(name).toMatch(/^(?!__)[a-zA-Z_]\w*$/);
                    expect(value.length).toBeLessThanOrEqual(1024);
                }
                // The longest that Microsoft ships has 1,302 characters; no limit is documented.
                expect(String(rule.expression).length, String(rule.alert)).toBeLessThanOrEqual(1302);
            }
        }
    });

    test("the same alerts as in the operator's rule, about one cluster of the workspace", async () => {
        const group = one(await make({ ...managed, nodeProof }), "PrometheusRuleGroup").inputs;
        const rules = rulesIn(one(await make({ ...operator, nodeProof }), "PrometheusRule").inputs);
        expect(azureRules(group).map(({ alert, expression }) => [alert, expression])).toEqual(
            rules.map(({ alert, expr }) => [alert, expr]),
        );
        expect(group).toMatchObject({ scopes: [azure.workspaceId, azure.clusterId], clusterName: "team-a" });
    });

    test("every alert notifies the action groups", async () => {
        const actionGroupIds = [id("Microsoft.Insights/actionGroups", "on-call")];
        const group = one(
            await make({ ...managed, azure: { ...azure, actionGroupIds } }),
            "PrometheusRuleGroup",
        ).inputs;
        for (const { actions } of azureRules(group)) expect(actions).toEqual([{ actionGroupId: actionGroupIds[0] }]);
    });

    const onCluster = () =>
        construct("preview", () => {
            const cluster = new ConfidentialCluster("sgx", {
                location: "westeurope",
                monitoring: {},
                enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
            });
            const { metricsWorkspaceId, clusterId, resourceGroupName } = cluster;
            const here = { workspaceId: metricsWorkspaceId, clusterId, resourceGroupName };
            new AttestationMonitoring("watch", { ...managed, azure: here }, cluster.workloadOptions());
        });

    test("rule groups stay when the cluster goes whose objects go with it", async () => {
        const resources = await onCluster();
        expect(one(resources, "PodMonitor").options.deletedWith).toBe("sgx");
        expect(one(resources, "PrometheusRuleGroup").options.deletedWith).toBeUndefined();
    });

    test("a preview knows all of it but what the cluster and the workspace are called", async () => {
        const { inputs, options } = one(await onCluster(), "PrometheusRuleGroup");
        expect(unknownPaths(inputs).sort()).toEqual(["clusterName", "resourceGroupName", "scopes.0", "scopes.1"]);
        expect(options.dependsOn).toContain("sgx-metrics");
    });
});

describe("what is exposed", () => {
    test("the resources behind it", async () => {
        const { result } = await constructed("update", () => [
            new AttestationMonitoring("a", { ...operator, nodeProof }),
            new AttestationMonitoring("b", managed),
        ]);
        const [ours, theirs] = [result[0]!, result[1]!];
        expect(await Promise.all(ours.podMonitors.map(typeAndName))).toEqual([
            "kubernetes:monitoring.coreos.com/v1:PodMonitor a-quote-helper",
            "kubernetes:monitoring.coreos.com/v1:PodMonitor a-node-proof",
        ]);
        expect(await typeAndName(ours.prometheusRule!)).toMatch(/PrometheusRule a-alerts$/);
        expect(ours.ruleGroups).toEqual([]);
        expect(theirs.prometheusRule).toBeUndefined();
        expect(await Promise.all(theirs.ruleGroups.map(typeAndName))).toEqual([
            "azure-native:alertsmanagement:PrometheusRuleGroup b-alerts",
        ]);
        expect(await valueOf(theirs.ruleGroupIds)).toHaveLength(1);
    });
});
