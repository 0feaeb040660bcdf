import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { metricsPortName } from "../sgx";
import { commonLabels } from "../shared/objects";
import type { ChildOptions } from "../shared/options";
import { MonitoringFlavour, type WatchedDaemonSet } from "./args";
import { crdHooks } from "./crds";
import type { MonitoringSpec } from "./spec";

/** The API groups of both; their fields are the same, as far as they are used here. */
const groups = {
    [MonitoringFlavour.prometheusOperator]: "monitoring.coreos.com/v1",
    [MonitoringFlavour.azureManaged]: "azmonitoring.coreos.com/v1",
} as const satisfies Record<MonitoringFlavour, string>;

/**
 * Without them Azure's agent may leave samples out
 * (https://learn.microsoft.com/azure/azure-monitor/containers/prometheus-metrics-scrape-crd).
 */
const limits = { labelLimit: 63, labelNameLengthLimit: 511, labelValueLengthLimit: 1023 };

/** The pods of a DaemonSet as a target; the node becomes a label of every series. */
export function podMonitor(
    name: string,
    { namespace, daemonSetName }: WatchedDaemonSet,
    { flavour, labels }: Pick<MonitoringSpec, "flavour" | "labels">,
    opts: ChildOptions,
): CustomResource {
    const { apiVersion, kind } = { apiVersion: groups[flavour], kind: "PodMonitor" };
    return new CustomResource(
        name,
        {
            apiVersion,
            kind,
            metadata: { namespace, labels: { ...commonLabels("sgx-monitoring", "monitoring"), ...labels } },
            spec: {
                ...(flavour === MonitoringFlavour.azureManaged ? limits : {}),
                selector: { matchLabels: { "app.kubernetes.io/name": daemonSetName } },
                podMetricsEndpoints: [
                    {
                        port: metricsPortName,
                        path: "/metrics",
                        interval: "30s",
                        relabelings: [{ sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "node" }],
                    },
                ],
            },
        },
        { ...opts, hooks: crdHooks(name, `${kind} of ${apiVersion}`, flavour, opts.parent) },
    );
}
