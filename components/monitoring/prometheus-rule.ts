import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import type * as pulumi from "@pulumi/pulumi";
import { commonLabels } from "../shared/objects";
import type { ChildOptions } from "../shared/options";
import type { TextMap } from "../shared/text-map";
import { MonitoringFlavour } from "./args";
import { crdHooks } from "./crds";
import { prometheusGroups } from "./rules";
import { alertsLater, type WatchedInputs } from "./watched";

/** Where a PrometheusRule goes, and by which labels a Prometheus chooses it. */
interface Place {
    namespace: pulumi.Input<string>;
    labels: TextMap;
}

/** The alerts for the Prometheus operator. */
export function prometheusRule(
    name: string,
    watched: WatchedInputs,
    { namespace, labels }: Place,
    opts: ChildOptions,
): CustomResource {
    const { apiVersion, kind } = { apiVersion: "monitoring.coreos.com/v1", kind: "PrometheusRule" };
    return new CustomResource(
        `${name}-alerts`,
        {
            apiVersion,
            kind,
            metadata: { namespace, labels: { ...commonLabels("sgx-monitoring", "monitoring"), ...labels } },
            spec: { groups: alertsLater(watched).apply(prometheusGroups) },
        },
        {
            ...opts,
            hooks: crdHooks(name, `${kind} of ${apiVersion}`, MonitoringFlavour.prometheusOperator, opts.parent),
        },
    );
}
