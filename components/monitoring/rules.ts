import type * as azure from "@pulumi/azure-native/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { docsOfCheck } from "../sgx";
import type { Alert, Severity } from "./alert";

/*
 * One list of alerts, in the form that Prometheus takes and in that of Azure.
 */

/** A rule as `monitoring.coreos.com/v1` has it. */
interface PrometheusRuleItem {
    alert: string;
    expr: string;
    for: string;
    labels: Record<string, string>;
    annotations: Record<string, string>;
}

/** A group of `monitoring.coreos.com/v1`. */
export interface PrometheusGroup {
    name: string;
    rules: PrometheusRuleItem[];
}

/** The usual values of the label `severity`, by Azure's numbers. */
const severities = { 0: "critical", 1: "critical", 2: "warning", 3: "info" } as const satisfies Record<
    Severity,
    string
>;

const annotationsOf = ({ summary, description, check }: Alert): Record<string, string> => ({
    summary,
    description,
    runbook_url: docsOfCheck(check),
});

const labelsOf = ({ severity, check }: Alert): Record<string, string> => ({
    severity: severities[severity],
    check,
});

/** The groups of a PrometheusRule. */
export function prometheusGroups(alerts: readonly Alert[]): PrometheusGroup[] {
    const rules = alerts.map((alert) => ({
        alert: alert.name,
        expr: alert.expression,
        for: `${alert.minutes}m`,
        labels: labelsOf(alert),
        annotations: annotationsOf(alert),
    }));
    return [{ name: "confidential-aks", rules }];
}

/**
 * Rules that Azure takes in one group
 * (https://learn.microsoft.com/azure/azure-monitor/metrics/prometheus-rule-groups).
 */
export const rulesOfGroup = 20;

/** The same as rules of Azure. */
export function azureRules(
    alerts: readonly Alert[],
    actionGroupIds: readonly pulumi.Input<string>[],
): azure.alertsmanagement.PrometheusRuleArgs[] {
    return alerts.map((alert) => ({
        alert: alert.name,
        expression: alert.expression,
        for: `PT${alert.minutes}M`,
        severity: alert.severity,
        labels: labelsOf(alert),
        annotations: annotationsOf(alert),
        enabled: true,
        resolveConfiguration: { autoResolved: true, timeToResolve: "PT10M" },
        actions: actionGroupIds.map((actionGroupId) => ({ actionGroupId })),
    }));
}
