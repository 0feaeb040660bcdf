import type { AutoscalerExpander, WeekDay } from "./choices";

/**
 * When the cluster autoscaler acts; one set for all pools that have `minCount` and `maxCount`
 * (https://learn.microsoft.com/azure/aks/cluster-autoscaler#use-the-cluster-autoscaler-profile). Every change applies
 * in place.
 */
export interface AutoscalerArgs {
    /** Minutes that a node has to be unneeded before it goes, 1 to 1440. Default 10. */
    scaleDownUnneededMinutes?: number;
    /** Minutes after a node was added in which none goes, 0 to 1440. Default 10. */
    scaleDownDelayAfterAddMinutes?: number;
    /** Minutes that a node may take to come, 1 to 120; then the autoscaler tries another one. Default 15. */
    maxNodeProvisionMinutes?: number;
    /**
     * Seconds that pods get to end when their node goes, 0 to 86400; what runs longer is ended by force. Default 600.
     */
    maxGracefulTerminationSeconds?: number;
    /** Which pool gets the next node where several would do. Default `random`. */
    expander?: AutoscalerExpander;
}

/** When AKS may upgrade by itself. Without a window it does so at any hour. */
export interface MaintenanceArgs {
    /** For new versions of Kubernetes, by `upgradeChannel`. Default none. */
    kubernetes?: MaintenanceWindowArgs;
    /** For new node images and security patches of them, by `nodeOsUpgradeChannel`. Default none. */
    nodeImages?: MaintenanceWindowArgs;
}

/**
 * A weekly window (https://learn.microsoft.com/azure/aks/planned-maintenance). AKS wants 15 minutes between a change of
 * it and its start. Every change applies in place.
 */
export interface MaintenanceWindowArgs {
    /** Day on which it starts. Default `Sunday`. */
    dayOfWeek?: WeekDay;
    /** Time at which it starts, `00:00` to `23:59`. Default `01:00`. */
    startTime?: string;
    /** Its length in hours, 4 to 24. Default 4. */
    durationHours?: number;
    /** Difference of `startTime` from UTC, such as `+01:00`. Default `+00:00`. */
    utcOffset?: string;
    /** Weeks from one window to the next, 1 to 4. Default 1. */
    everyWeeks?: number;
}
