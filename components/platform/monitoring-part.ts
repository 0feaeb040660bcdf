import { QuotingSource } from "../cluster/choices";
import { MonitoringFlavour, type AttestationMonitoringArgs, type AzureAlertsArgs } from "../monitoring/args";
import { monitoringSpec, type MonitoringSpec } from "../monitoring/spec";
import { isPlainObject, missing, notAllowed, prefixed, when, type Problem } from "../problems";
import { quoteHelperNamespace } from "../shared/namespaces";
import { partOf, type Part } from "../shared/part";
import type { ConfidentialPlatformArgs } from "./args";
import type { PlatformAttestationMonitoringArgs, PlatformAzureAlertsArgs } from "./args-monitoring";

/** The monitoring of a platform. */
export interface PlatformMonitoring {
    /** What the arguments say of it. */
    given: PlatformAttestationMonitoringArgs;
    /** With stand-ins for what is known when cluster and DaemonSets are there. */
    part: Part<AttestationMonitoringArgs, MonitoringSpec>;
}

/** In the place of what is known when the cluster is there. */
const later = {
    workspaceId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Monitor/accounts/w",
    clusterId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c",
    resourceGroupName: "group",
};

/** What the arguments ask for; undefined: nothing. */
export function monitoringOf({
    attestationMonitoring: given,
    existing,
}: ConfidentialPlatformArgs): PlatformMonitoring | undefined {
    if (given === undefined) return undefined;
    const own: AttestationMonitoringArgs = {
        ...given,
        azure: azureOf(given, existing === undefined),
        quoteHelper: { namespace: quoteHelperNamespace, daemonSetName: quoteHelperNamespace },
    };
    return { given, part: partOf(own, monitoringSpec) };
}

/**
 * What is no object, or has no place with this flavour, is left as it is for the check of the component. With a flavour
 * that there is not, what the platform knows is not missed beside it.
 */
function azureOf({ flavour, azure }: PlatformAttestationMonitoringArgs, isNew: boolean): AzureAlertsArgs | undefined {
    const isObject = azure === undefined || isPlainObject(azure);
    if (flavour === MonitoringFlavour.prometheusOperator || !isObject) return azure as AzureAlertsArgs | undefined;
    const { workspaceId, resourceGroupName, location, actionGroupIds }: PlatformAzureAlertsArgs = azure ?? {};
    return {
        workspaceId: isNew ? later.workspaceId : workspaceId,
        clusterId: later.clusterId,
        resourceGroupName: resourceGroupName ?? later.resourceGroupName,
        location,
        actionGroupIds,
    };
}

/** What is wrong with the monitoring: by its own check, and in what it watches. */
export function checkAttestationMonitoring(
    args: ConfidentialPlatformArgs,
    spec: { monitoring: PlatformMonitoring | undefined; cluster: { isNew: boolean } },
): Problem[] {
    if (spec.monitoring === undefined) return [];
    const { given, part } = spec.monitoring;
    const path = "attestationMonitoring";
    const { quoting } = args;
    const isElsewhere = quoting === QuotingSource.addon || quoting === QuotingSource.none;
    const none = `with quoting ${JSON.stringify(quoting)}: the platform has no quote helper whose metrics it could watch`;
    const blind = "with attestationMonitoring, which sees the quote helper by its metrics";
    const isManaged = given.flavour === MonitoringFlavour.azureManaged;
    return [
        ...when(isElsewhere, notAllowed(path, given, none, `remove ${path}, or set quoting to "daemonSets"`)),
        ...when(
            args.quoteHelper?.metrics === false,
            notAllowed("quoteHelper.metrics", false, blind, `leave it out, or remove ${path}`),
        ),
        ...(isManaged && spec.cluster.isNew ? checkNewCluster(args, given) : []),
        ...prefixed(path, part.problems),
    ];
}

/** A new cluster has managed Prometheus, and its workspace, by `monitoring` only. */
function checkNewCluster({ monitoring }: ConfidentialPlatformArgs, { azure }: PlatformAttestationMonitoringArgs) {
    const workspaceId = isPlainObject(azure) ? azure.workspaceId : undefined;
    const why = "with attestationMonitoring of Azure's managed Prometheus, which then has no metrics";
    const twice = "for a new cluster: its metrics go to the workspace of monitoring";
    const place = "attestationMonitoring.azure.workspaceId";
    return [
        ...when(
            monitoring === undefined,
            missing("monitoring", "Azure's managed Prometheus, which attestationMonitoring relies on", "set it"),
        ),
        ...when(
            isPlainObject(monitoring) && monitoring.prometheus === false,
            notAllowed("monitoring.prometheus", false, why, "leave it out"),
        ),
        ...when(
            workspaceId !== undefined,
            notAllowed(place, workspaceId, twice, "name it in monitoring.prometheusWorkspaceId"),
        ),
    ];
}
