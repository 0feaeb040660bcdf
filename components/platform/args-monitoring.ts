import type * as pulumi from "@pulumi/pulumi";
import type { AttestationMonitoringSettings } from "../monitoring/args";

/** Where the alerts of a platform are with Azure's managed Prometheus. */
export interface PlatformAzureAlertsArgs {
    /**
     * Azure Monitor workspace with the metrics of a cluster that exists, by its resource id. Required with `existing`,
     * and only there: a new cluster has that of `monitoring`. A change updates the rule groups; whether Azure takes
     * that of one that is there was not tried.
     */
    workspaceId?: pulumi.Input<string>;
    /**
     * Resource group of the rule groups, which has to be there. Default: the cluster's. A change replaces the rule
     * groups.
     */
    resourceGroupName?: pulumi.Input<string>;
    /**
     * Region of the rule groups, which is that of the workspace. Default: Azure is asked for it. Needed where that does
     * not find the workspace, because it is in another subscription or the one who updates may not read it. A change
     * replaces the rule groups.
     */
    location?: pulumi.Input<string>;
    /**
     * Action groups that every alert notifies, by their resource ids. Default none: the alerts are in the portal only.
     * A change updates the rule groups.
     */
    actionGroupIds?: pulumi.Input<string>[];
}

/** How Prometheus watches a platform: `AttestationMonitoring` without what the platform knows itself. */
export interface PlatformAttestationMonitoringArgs extends AttestationMonitoringSettings {
    /**
     * Where the alerts are in Azure, with `azureManaged` only. Default: in the cluster's resource group, for the
     * workspace of `monitoring`. The rule groups have the tags of the platform.
     */
    azure?: PlatformAzureAlertsArgs;
}
