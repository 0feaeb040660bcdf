import type * as pulumi from "@pulumi/pulumi";
import type { TcbCheckArgs } from "./tcb-args";

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
    /**
     * Azure Monitor workspace with the metrics, by its resource id: the output `metricsWorkspaceId` of a
     * `ConfidentialCluster` with `monitoring`. It has to be there; its type takes that output, which a cluster without
     * metrics does not have. A change updates the rule groups; whether Azure takes that of one that is there was not
     * tried.
     */
    workspaceId: pulumi.Input<string | undefined>;
    /** The cluster whose metrics the alerts are for, by its resource id. A change updates the rule groups. */
    clusterId: pulumi.Input<string>;
    /** Resource group of the rule groups, which has to be there. A change replaces them. */
    resourceGroupName: pulumi.Input<string>;
    /**
     * Azure region of the rule groups, which is the workspace's, such as `westeurope`. Default: the resource group's. A
     * change replaces them.
     */
    location?: pulumi.Input<string>;
    /** Tags of the rule groups. Default none. A change updates them. */
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /**
     * Action groups that every alert notifies, by their resource ids. Default none: the alerts are in the portal only.
     * A change updates the rule groups.
     */
    actionGroupIds?: pulumi.Input<string>[];
}

/** A DaemonSet whose pods serve metrics. */
export interface WatchedDaemonSet {
    /** Its namespace. A change replaces the PodMonitor. */
    namespace: pulumi.Input<string>;
    /** Its name. A change updates the PodMonitor and the alerts. */
    daemonSetName: pulumi.Input<string>;
}

/** Settings of the monitoring that do not depend on what is watched, and where. */
export interface AttestationMonitoringSettings {
    /** Which Prometheus finds the metrics and watches the alerts. A change replaces all that was made. */
    flavour: MonitoringFlavour;
    /**
     * Labels by which a Prometheus of the operator chooses PodMonitors and PrometheusRules, such as `release:
     * kube-prometheus-stack`. Default none. A change updates them.
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** Names of alerts that are left out. Default none. A change adds or removes them. */
    disabledAlerts?: string[];
    /**
     * Namespace in which the sidecar of a Grafana in the cluster finds dashboards: it gets a ConfigMap with the
     * dashboard, labelled `grafana_dashboard: "1"`. Default: none is made. A change replaces the ConfigMap.
     */
    dashboardNamespace?: pulumi.Input<string>;
    /**
     * A CronJob beside the quote helper that judges TCB and collateral every day, and an alert on what it finds.
     * Default none. A change adds or removes them.
     */
    tcb?: TcbCheckArgs;
}

/** Arguments of `AttestationMonitoring`. */
export interface AttestationMonitoringArgs extends AttestationMonitoringSettings {
    /** The quote helper: the outputs `namespace` and `daemonSetName` of `SgxQuoteHelper`, with `metrics`. */
    quoteHelper: WatchedDaemonSet;
    /**
     * The proof on every node: the same outputs of `NodeProof`. Default none: there are no alerts about proofs. A
     * change adds or removes them.
     */
    nodeProof?: WatchedDaemonSet;
    /** Where the alerts are in Azure. Required with `azureManaged`, and only there. */
    azure?: AzureAlertsArgs;
}
