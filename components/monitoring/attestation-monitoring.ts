import type { PrometheusRuleGroup } from "@pulumi/azure-native/alertsmanagement";
import type { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { throwIfAny } from "../problems";
import { Behind } from "../shared/behind";
import { commonLabels } from "../shared/objects";
import { childOptions, waitingFor } from "../shared/options";
import { ownFile } from "../shared/package-root";
import { specOf, subjectOf } from "../shared/part";
import { showWarnings } from "../shared/warnings";
import type { AttestationMonitoringArgs } from "./args";
import { azureRuleGroups } from "./azure-rule-groups";
import { podMonitor } from "./pod-monitors";
import { prometheusRule } from "./prometheus-rule";
import { monitoringOutputs, monitoringSpec, plainArgs, type MonitoringSpec } from "./spec";
import { tcbCheck, type TcbCheck } from "./tcb-job";
import { namesOf, type WatchedInputs } from "./watched";

const behind = new Behind<{
    podMonitors: readonly CustomResource[];
    prometheusRule: CustomResource | undefined;
    ruleGroups: readonly PrometheusRuleGroup[];
}>();

/**
 * Lets Prometheus find what the quote helper and the proof on every node say of themselves, and watches it: alerts on
 * nodes that cannot quote, proofs that are too old, EPC that is given out, devices that are gone, sizes that Azure
 * ends. For a Prometheus operator in the cluster, or for Azure's managed Prometheus; both get the same alerts.
 *
 * Most alerts need kube-state-metrics, which both have. The cluster has to know the kinds of its Prometheus: an update
 * says so in one error where it does not, before anything of this is made.
 *
 * @example
 * ```ts
 * import { AttestationMonitoring, ConfidentialCluster, MonitoringFlavour, SgxQuoteHelper } from "confidential-aks";
 *
 * const cluster = new ConfidentialCluster("sgx", {
 *     location: "westeurope",
 *     enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
 * });
 * const onCluster = cluster.workloadOptions();
 * const aesm = new SgxQuoteHelper("aesm", { image: "example.azurecr.io/sgx/aesm:2.29.100.1" }, onCluster);
 * new AttestationMonitoring(
 *     "watch",
 *     { flavour: MonitoringFlavour.prometheusOperator, quoteHelper: aesm, labels: { release: "prometheus" } },
 *     onCluster,
 * );
 * ```
 */
export class AttestationMonitoring extends pulumi.ComponentResource {
    /** Names of the alerts, without those that are disabled. */
    public readonly alertNames: pulumi.Output<string[]>;
    /** Azure resource ids of the rule groups; empty with the Prometheus operator. */
    public readonly ruleGroupIds: pulumi.Output<string[]>;

    constructor(name: string, args: AttestationMonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `monitoring "${name}"`;
        const { spec: checked, problems, warnings } = specOf(args, monitoringSpec);
        throwIfAny(subject, problems);
        super("confidential-aks:index:AttestationMonitoring", name, plainArgs(args), opts);
        showWarnings(warnings, this);
        const spec = monitoringOutputs(subjectOf(args, subject), checked);
        const child = childOptions(this, opts);
        // One after the other, so that a kind that the cluster does not know is one error, and nothing is made.
        const first = podMonitor(`${name}-quote-helper`, spec.quoteHelper, spec, child);
        const rest = waitingFor(child, [first]);
        const { nodeProof, azure, dashboardNamespace } = spec;
        const podMonitors =
            nodeProof === undefined ? [first] : [first, podMonitor(`${name}-node-proof`, nodeProof, spec, rest)];
        const { namespace } = spec.quoteHelper;
        const tcb = spec.tcb && tcbCheck(`${name}-tcb`, spec.tcb, namespace, rest);
        const watched = watchedBy(spec, tcb);
        const rules = { namespace, labels: spec.labels };
        const rule = azure === undefined ? prometheusRule(name, watched, rules, rest) : undefined;
        const ruleGroups = azure === undefined ? [] : azureRuleGroups(name, watched, azure, rest);
        if (dashboardNamespace !== undefined) dashboard(name, dashboardNamespace, rest);
        behind.keep(this, { podMonitors, prometheusRule: rule, ruleGroups });
        this.alertNames = pulumi.output(namesOf(watched));
        this.ruleGroupIds = pulumi.all(ruleGroups.map(({ id }) => id));
        this.registerOutputs({ alertNames: this.alertNames, ruleGroupIds: this.ruleGroupIds });
    }

    /** The PodMonitors: that of the quote helper first. */
    get podMonitors(): readonly CustomResource[] {
        return behind.of(this).podMonitors;
    }

    /** The PrometheusRule with the alerts; undefined with Azure's managed Prometheus. */
    get prometheusRule(): CustomResource | undefined {
        return behind.of(this).prometheusRule;
    }

    /** The rule groups of Azure with the alerts; none with the Prometheus operator. */
    get ruleGroups(): readonly PrometheusRuleGroup[] {
        return behind.of(this).ruleGroups;
    }
}

function watchedBy(
    { quoteHelper, nodeProof, disabledAlerts }: MonitoringSpec,
    tcb: TcbCheck | undefined,
): WatchedInputs {
    return {
        quoteHelper: { namespace: quoteHelper.namespace, name: quoteHelper.daemonSetName },
        hasProof: nodeProof !== undefined,
        tcbCheck: tcb?.cronJob.metadata.name,
        disabled: disabledAlerts,
    };
}

/** For the sidecar of Grafana's chart, which looks for the label. */
function dashboard(name: string, namespace: pulumi.Input<string>, opts: pulumi.CustomResourceOptions): void {
    const labels = { ...commonLabels("sgx-monitoring", "dashboard"), grafana_dashboard: "1" };
    new ConfigMap(
        `${name}-dashboard`,
        {
            metadata: { namespace, labels },
            data: { "confidential-aks.json": ownFile("dashboards/confidential-aks.json") },
        },
        opts,
    );
}
