import type * as pulumi from "@pulumi/pulumi";
import { flag, notAllowed, when, type Problem } from "../problems";
import type { MonitoringArgs } from "./args-monitoring";
import { checkResourceId } from "../shared/check-place";
import { monitoringDefaults } from "./defaults";
import { checkWorkspaceId } from "./spec-security";

/** Where metrics and logs of the cluster go. */
export interface MonitoringSpec {
    prometheus: boolean;
    /** Undefined: one is made, where there are metrics. */
    prometheusWorkspaceId: pulumi.Input<string> | undefined;
    containerInsights: boolean;
    auditLogs: boolean;
    /** Undefined: one is made, where there are logs. */
    logsWorkspaceId: pulumi.Input<string> | undefined;
}

/** The spec of arguments that may be left out altogether: nothing is collected then. */
export function monitoringSpec(args: MonitoringArgs | undefined): MonitoringSpec {
    const isOn = args !== undefined;
    return {
        prometheus: isOn && (args.prometheus ?? monitoringDefaults.prometheus),
        prometheusWorkspaceId: args?.prometheusWorkspaceId,
        containerInsights: isOn && (args.containerInsights ?? monitoringDefaults.containerInsights),
        auditLogs: isOn && (args.auditLogs ?? monitoringDefaults.auditLogs),
        logsWorkspaceId: args?.logsWorkspaceId,
    };
}

/** Problems of the arguments for monitoring. */
export function checkMonitoring(args: MonitoringArgs): Problem[] {
    const { prometheusWorkspaceId: metrics, logsWorkspaceId: logs } = args;
    const spec = monitoringSpec(args);
    const noMetrics = "without prometheus: nothing would be sent there";
    const noLogs = "without containerInsights and auditLogs: nothing would be sent there";
    return [
        ...(["prometheus", "containerInsights", "auditLogs"] as const).flatMap((key) => flag(key, args[key])),
        ...checkMetricsWorkspaceId("prometheusWorkspaceId", metrics),
        ...checkWorkspaceId("logsWorkspaceId", logs),
        ...when(
            metrics !== undefined && !spec.prometheus,
            notAllowed("prometheusWorkspaceId", metrics, noMetrics, "remove it, or prometheus: false"),
        ),
        ...when(
            logs !== undefined && !spec.containerInsights && !spec.auditLogs,
            notAllowed("logsWorkspaceId", logs, noLogs, "remove it, or switch one of the two on"),
        ),
    ];
}

export function checkMetricsWorkspaceId(path: string, value: unknown): Problem[] {
    return checkResourceId(path, value, "Microsoft.Monitor/accounts", "an Azure Monitor workspace");
}
