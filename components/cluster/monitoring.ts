import type { ManagedCluster, ManagedClusterArgs } from "@pulumi/azure-native/containerservice";
import {
    AzureMonitorWorkspace,
    DataCollectionEndpoint,
    DataCollectionRule,
    DataCollectionRuleAssociation,
    DiagnosticSetting,
} from "@pulumi/azure-native/monitor";
import { Workspace } from "@pulumi/azure-native/operationalinsights";
import type * as inputs from "@pulumi/azure-native/types/input";
import type * as pulumi from "@pulumi/pulumi";
import type { AzurePlace } from "../shared/azure-place";
import { logsRetentionDays } from "./defaults";
import type { MonitoringSpec } from "./spec-monitoring";
import { regionOfWorkspace } from "./workspace-region";

/** A workspace that metrics or logs go to, made or given. */
interface MonitoringWorkspace {
    id: pulumi.Input<string>;
    /** Where the rules for it go: beside the cluster, in the region of the workspace. */
    place: AzurePlace;
}

/** The workspaces that a cluster's metrics and logs go to. */
export interface MonitoringWorkspaces {
    /** Undefined: no metrics. */
    metrics: MonitoringWorkspace | undefined;
    /** Of Container Insights and of the audit logs. Undefined: no logs. */
    logs: MonitoringWorkspace | undefined;
}

/** Makes the workspaces that are asked for and not given: the body of the cluster names the one for logs. */
export function monitoringWorkspaces(
    name: string,
    spec: MonitoringSpec,
    place: AzurePlace,
    opts: pulumi.CustomResourceOptions,
): MonitoringWorkspaces {
    const { prometheus, containerInsights, auditLogs } = spec;
    const given = (kind: "metrics" | "logs", id: pulumi.Input<string>): MonitoringWorkspace => ({
        id,
        place: { ...place, location: regionOfWorkspace(kind, id, place.location, { parent: opts.parent }) },
    });
    const metrics = (): MonitoringWorkspace => {
        if (spec.prometheusWorkspaceId !== undefined) return given("metrics", spec.prometheusWorkspaceId);
        return { id: new AzureMonitorWorkspace(`${name}-metrics`, { ...place }, opts).id, place };
    };
    const logs = (): MonitoringWorkspace => {
        if (spec.logsWorkspaceId !== undefined) return given("logs", spec.logsWorkspaceId);
        const args = { ...place, sku: { name: "PerGB2018" }, retentionInDays: logsRetentionDays };
        return { id: new Workspace(`${name}-logs`, args, opts).id, place };
    };
    return {
        metrics: prometheus ? metrics() : undefined,
        logs: containerInsights || auditLogs ? logs() : undefined,
    };
}

/**
 * Labels of nodes that kube-state-metrics shows: alerts tell SGX nodes by them. Without the list there are none
 * (https://learn.microsoft.com/azure/azure-monitor/containers/prometheus-metrics-scrape-configuration).
 */
const nodeLabels = "nodes=[node.kubernetes.io/instance-type,kubernetes.azure.com/agentpool]";

/** The switch of managed Prometheus in the body of a cluster. */
export function monitoringBody({ prometheus }: MonitoringSpec): Pick<ManagedClusterArgs, "azureMonitorProfile"> {
    const kubeStateMetrics = { metricLabelsAllowlist: nodeLabels, metricAnnotationsAllowList: "" };
    return {
        azureMonitorProfile: { metrics: prometheus ? { enabled: true, kubeStateMetrics } : { enabled: false } },
    };
}

/** The add-on of Container Insights, by AKS's name. */
export function monitoringAddons(
    { containerInsights }: MonitoringSpec,
    { logs }: MonitoringWorkspaces,
): Record<string, inputs.containerservice.ManagedClusterAddonProfileArgs> {
    if (!containerInsights || logs === undefined) return { omsagent: { enabled: false } };
    return { omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: logs.id, useAADAuth: "true" } } };
}

/** Connects a cluster with its workspaces: what is collected, and where it goes. */
export function monitoringOf(
    name: string,
    spec: MonitoringSpec,
    { metrics, logs }: MonitoringWorkspaces,
    cluster: ManagedCluster,
    opts: pulumi.CustomResourceOptions,
): void {
    if (metrics !== undefined) collectMetrics(name, metrics, cluster, opts);
    if (logs !== undefined && spec.containerInsights) collectContainerLogs(name, logs, cluster, opts);
    if (logs !== undefined && spec.auditLogs) keepAuditLogs(name, logs.id, cluster, opts);
}

/** As Azure's own templates do it (https://github.com/Azure/prometheus-collector). */
function collectMetrics(
    name: string,
    { id: accountResourceId, place }: MonitoringWorkspace,
    cluster: ManagedCluster,
    opts: pulumi.CustomResourceOptions,
): void {
    const streams = ["Microsoft-PrometheusMetrics"];
    const destination = "MonitoringAccount1";
    const endpoint = new DataCollectionEndpoint(`${name}-metrics`, { ...place, kind: "Linux" }, opts);
    const rule = new DataCollectionRule(
        `${name}-metrics`,
        {
            ...place,
            kind: "Linux",
            dataCollectionEndpointId: endpoint.id,
            dataSources: { prometheusForwarder: [{ name: "PrometheusDataSource", streams, labelIncludeFilter: {} }] },
            destinations: { monitoringAccounts: [{ accountResourceId, name: destination }] },
            dataFlows: [{ streams, destinations: [destination] }],
        },
        opts,
    );
    new DataCollectionRuleAssociation(
        `${name}-metrics`,
        { resourceUri: cluster.id, dataCollectionRuleId: rule.id },
        opts,
    );
}

/** Name that the add-on looks for. */
const insights = "ContainerInsightsExtension";

function collectContainerLogs(
    name: string,
    { id: workspaceResourceId, place }: MonitoringWorkspace,
    cluster: ManagedCluster,
    opts: pulumi.CustomResourceOptions,
): void {
    const streams = ["Microsoft-ContainerInsights-Group-Default"];
    const destination = "ciworkspace";
    const collected = { interval: "1m", namespaceFilteringMode: "Off", enableContainerLogV2: true };
    const extension = {
        name: insights,
        streams,
        extensionName: "ContainerInsights",
        extensionSettings: { dataCollectionSettings: collected },
    };
    const rule = new DataCollectionRule(
        `${name}-logs`,
        {
            ...place,
            kind: "Linux",
            dataSources: { extensions: [extension] },
            destinations: { logAnalytics: [{ workspaceResourceId, name: destination }] },
            dataFlows: [{ streams, destinations: [destination] }],
        },
        opts,
    );
    new DataCollectionRuleAssociation(
        `${name}-logs`,
        { resourceUri: cluster.id, associationName: insights, dataCollectionRuleId: rule.id },
        opts,
    );
}

/**
 * `kube-audit-admin` has all but reads, `guard` the decisions about Entra ID
 * (https://learn.microsoft.com/azure/aks/monitor-aks).
 */
const auditCategories = ["kube-audit-admin", "guard"];

function keepAuditLogs(
    name: string,
    workspaceId: pulumi.Input<string>,
    cluster: ManagedCluster,
    opts: pulumi.CustomResourceOptions,
): void {
    new DiagnosticSetting(
        `${name}-control-plane`,
        {
            resourceUri: cluster.id,
            workspaceId,
            logAnalyticsDestinationType: "Dedicated",
            logs: auditCategories.map((category) => ({ category, enabled: true })),
        },
        opts,
    );
}
