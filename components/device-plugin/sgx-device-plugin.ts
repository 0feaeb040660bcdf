import { DaemonSet } from "@pulumi/kubernetes/apps/v1";
import * as pulumi from "@pulumi/pulumi";
import { throwIfAny } from "../problems";
import { Behind } from "../shared/behind";
import { devicePluginNamespace as app } from "../shared/namespaces";
import { networkPolicyFor, reaches } from "../shared/network-policy";
import { commonLabels, namespaceFor, oneAtATime } from "../shared/objects";
import { childOptions, waitingFor, waitingForPulls } from "../shared/options";
import { specOf, subjectOf } from "../shared/part";
import { showWarnings } from "../shared/warnings";
import type { SgxDevicePluginArgs } from "./args";
import { epcHookAccount } from "./epc-hook";
import { devicePluginPod } from "./pod";
import { devicePluginOutputs, devicePluginSpec } from "./spec";
import { startupTaint } from "./startup-taint";

const behind = new Behind<{ daemonSet: DaemonSet }>();

/**
 * Intel's SGX device plugin on every enclave node: offers `sgx.intel.com/enclave` and `sgx.intel.com/provision`, and
 * registers the node's EPC as `sgx.intel.com/epc`.
 *
 * The plugin serves only a socket of the kubelet's, in an image without a shell, so there is nothing to probe: the
 * kubelet itself drops the resources of a plugin that is gone. One per cluster, and not beside the AKS add-on: both
 * would offer the same resources. Only the EPC hook, an init container, has a token for the API server: it may read
 * nodes, and change the EPC of the node that it runs on. An admission policy sees to that, so the cluster needs
 * Kubernetes 1.30.
 *
 * @example
 * ```ts
 * import { ConfidentialCluster, SgxDevicePlugin } from "confidential-aks";
 *
 * const cluster = new ConfidentialCluster("sgx", {
 *     location: "westeurope",
 *     enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
 * });
 * new SgxDevicePlugin("plugin", {}, cluster.workloadOptions());
 * ```
 */
export class SgxDevicePlugin extends pulumi.ComponentResource {
    /** Namespace of the DaemonSet. */
    public readonly namespace: pulumi.Output<string>;
    /** Name of the DaemonSet. */
    public readonly daemonSetName: pulumi.Output<string>;

    constructor(name: string, args: SgxDevicePluginArgs = {}, opts?: pulumi.ComponentResourceOptions) {
        const subject = `device plugin "${name}"`;
        const { spec: checked, problems, warnings } = specOf(args, devicePluginSpec);
        throwIfAny(subject, problems);
        super("confidential-aks:index:SgxDevicePlugin", name, args, opts);
        showWarnings(warnings, this);
        const spec = devicePluginOutputs(subjectOf(args, subject), checked);
        const child = childOptions(this, opts);
        const namespace = namespaceFor({ name, given: spec.namespace, app, component: "device-plugin" }, child);
        const hook = epcHookAccount(name, namespace, child);
        if (spec.startupTaint) startupTaint(name, namespace, spec.nodeSelector, child);
        const pods = { app, component: "device-plugin", namespace, egress: reaches.apiServer };
        const network = spec.networkPolicy ? [networkPolicyFor(name, pods, child)] : [];
        const daemonSet = new DaemonSet(
            name,
            {
                metadata: { name: app, namespace, labels: commonLabels(app, "device-plugin") },
                spec: {
                    selector: { matchLabels: { "app.kubernetes.io/name": app } },
                    updateStrategy: oneAtATime,
                    template: {
                        metadata: { labels: commonLabels(app, "device-plugin") },
                        spec: devicePluginPod(spec, hook.accountName),
                    },
                },
            },
            waitingForPulls(waitingFor(child, [...hook.ready, ...network])),
        );
        behind.keep(this, { daemonSet });
        this.namespace = pulumi.output(namespace);
        this.daemonSetName = daemonSet.metadata.name;
        this.registerOutputs({ namespace: this.namespace, daemonSetName: this.daemonSetName });
    }

    /** The DaemonSet of the device plugin. */
    get daemonSet(): DaemonSet {
        return behind.of(this).daemonSet;
    }
}
