import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import type * as pulumi from "@pulumi/pulumi";
import { metricsPortName } from "../sgx";
import { commonLabels } from "../shared/objects";
import { MonitoringFlavour, type WatchedDaemonSet } from "./args";

/** The API groups of both; their fields are the same, as far as they are used here. */
const groups = {
    [MonitoringFlavour.prometheusOperator]: "monitoring.coreos.com/v1",
    [MonitoringFlavour.azureManaged]: "azmonitoring.coreos.com/v1",
} as const satisfies Record<MonitoringFlavour, string>;

/** Without them Azure's agent may leave samples out (https://learn.microsoft.com/azure/azure-monitor/containers/prometheus-metrics-scrape-crd). */
const limits = { labelLimit: 63, labelNameLengthLimit: 511, labelValueLengthLimit: 1023 };

/** The pods of a DaemonSet as a target; the node becomes a label of every series. */
export function podMonitor(
    name: string,
    flavour: MonitoringFlavour,
    { namespace, daemonSetName }: WatchedDaemonSet,
    labels: Record<string, pulumi.Input<string>>,
    opts: pulumi.CustomResourceOptions,
): CustomResource {
    return new CustomResource(
        name,
        {
            apiVersion: groups[flavour],
            kind: "PodMonitor",
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
        opts,
    );
}
