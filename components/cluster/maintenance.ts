import { MaintenanceConfiguration } from "@pulumi/azure-native/containerservice";
import type * as pulumi from "@pulumi/pulumi";
import type { MaintenanceSpec, MaintenanceWindowSpec } from "./spec-operations";

/** Names that AKS knows the two windows by (https://learn.microsoft.com/azure/aks/planned-maintenance). */
const configNames = {
    kubernetes: "aksManagedAutoUpgradeSchedule",
    nodeImages: "aksManagedNodeOSUpgradeSchedule",
} as const;

/** The windows in which AKS upgrades by itself, each a resource below the cluster. */
export function maintenanceWindows(
    name: string,
    { kubernetes, nodeImages }: MaintenanceSpec,
    place: { resourceGroupName: pulumi.Input<string>; clusterName: pulumi.Input<string> },
    opts: pulumi.CustomResourceOptions,
): void {
    const make = (suffix: string, configName: string, window: MaintenanceWindowSpec | undefined) => {
        if (window === undefined) return;
        const { resourceGroupName, clusterName: resourceName } = place;
        const args = { resourceGroupName, resourceName, configName, maintenanceWindow: windowBody(window) };
        new MaintenanceConfiguration(`${name}-${suffix}`, args, opts);
    };
    make("kubernetes-window", configNames.kubernetes, kubernetes);
    make("node-image-window", configNames.nodeImages, nodeImages);
}

function windowBody({ dayOfWeek, startTime, durationHours, utcOffset, everyWeeks }: MaintenanceWindowSpec) {
    return { schedule: { weekly: { dayOfWeek, intervalWeeks: everyWeeks } }, startTime, durationHours, utcOffset };
}
