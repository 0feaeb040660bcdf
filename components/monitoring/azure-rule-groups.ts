import { PrometheusRuleGroup } from "@pulumi/azure-native/alertsmanagement";
import * as pulumi from "@pulumi/pulumi";
import { textOf } from "../shared/text-of";
import { azureRules, rulesOfGroup } from "./rules";
import type { AzureAlertsSpec } from "./spec";
import { alertsLater, namesOf, type WatchedInputs } from "./watched";

/** The alerts for Azure's managed Prometheus, in groups of as many as Azure takes. */
export function azureRuleGroups(
    name: string,
    watched: WatchedInputs,
    { place, workspaceId, clusterId, actionGroupIds }: AzureAlertsSpec,
    opts: pulumi.CustomResourceOptions,
): PrometheusRuleGroup[] {
    const rules = alertsLater(watched).apply((alerts) => azureRules(alerts, actionGroupIds));
    // Azure keeps them beside the cluster, not in it.
    const { deletedWith: _, ...own } = opts;
    const groups = Math.ceil(namesOf(watched).length / rulesOfGroup);
    return Array.from({ length: groups }, (_each, index) => {
        const from = index * rulesOfGroup;
        return new PrometheusRuleGroup(
            index === 0 ? `${name}-alerts` : `${name}-alerts-${index + 1}`,
            {
                ...place,
                description: "Attestation with Intel SGX: quoting, proofs, EPC and devices.",
                enabled: true,
                interval: "PT1M",
                scopes: [workspaceId, clusterId],
                clusterName: pulumi.output(clusterId).apply((id) => textOf(id)?.split("/").at(-1) ?? ""),
                rules: rules.apply((all) => all.slice(from, from + rulesOfGroup)),
            },
            own,
        );
    });
}
