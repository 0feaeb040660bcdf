import type * as pulumi from "@pulumi/pulumi";

/** Which Prometheus finds the metrics and watches the alerts. */
export const MonitoringFlavour = {
    /** The Prometheus operator: PodMonitor and PrometheusRule of `monitoring.coreos.com`. */
    prometheusOperator: "prometheusOperator",
    /** Azure's managed Prometheus: PodMonitor of `azmonitoring.coreos.com`, and rule groups of Azure Monitor. */
    azureManaged: "azureManaged",
} as const;
export type MonitoringFlavour = (typeof MonitoringFlavour)[keyof typeof MonitoringFlavour];

/** Where the alerts of Azure's managed Prometheus are. */
export interface AzureAlertsArgs {
    /** Azure Monitor workspace with the metrics, by its resource id. A change replaces the rule groups. */
    workspaceId: pulumi.Input<string>;
    /** The cluster whose metrics are watched, by its resource id. */
    clusterId: pulumi.Input<string>;
    /** Resource group of the rule groups. A change replaces them. */
    resourceGroupName: pulumi.Input<string>;
    /** Region of the workspace. Default: that of the azure-native provider. A change replaces the rule groups. */
    location?: pulumi.Input<string>;
    /** Tags of the rule groups. Default none. Changes in place. */
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** Action groups that are told, by their resource ids, 5 at most. Default none: the alerts show in the portal. */
    actionGroupIds?: pulumi.Input<string>[];
}

/** A DaemonSet whose pods serve metrics. */
export interface WatchedDaemonSet {
    /** Its namespace. */
    namespace: pulumi.Input<string>;
    /** Its name. */
    daemonSetName: pulumi.Input<string>;
}
