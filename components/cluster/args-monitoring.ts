import type * as pulumi from "@pulumi/pulumi";

/**
 * Where metrics and logs of the cluster go. Azure charges for what is collected and kept. Alerts
 * are those of `AttestationMonitoring`.
 */
export interface MonitoringArgs {
    /** Whether Azure's managed Prometheus collects metrics. Default `true`. Changes in place. */
    prometheus?: boolean;
    /**
     * Azure Monitor workspace for the metrics, by its resource id; one of another subscription has to be in the region
     * of the cluster. Default: one is made. Only with `prometheus`.
     */
    prometheusWorkspaceId?: pulumi.Input<string>;
    /** Whether Container Insights collects the logs of containers. Default `true`. Changes in place. */
    containerInsights?: boolean;
    /**
     * Whether the control plane's audit logs are kept: who changed what, without reads, and sign-ins by Entra ID.
     * Default `true`. Changes in place.
     */
    auditLogs?: boolean;
    /**
     * Log Analytics workspace for the logs, by its resource id; one of another subscription has to be in the region of
     * the cluster. Default: one is made, which keeps logs for 30 days. Only with `containerInsights` or `auditLogs`.
     */
    logsWorkspaceId?: pulumi.Input<string>;
}
