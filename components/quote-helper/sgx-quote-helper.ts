import { posix } from "node:path";
import { DaemonSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { throwIfAny } from "../problems";
import { aesmProbeScript, metricsPort } from "../sgx";
import { Behind } from "../shared/behind";
import { quoteHelperNamespace as app } from "../shared/namespaces";
import { networkPolicyFor, reaches } from "../shared/network-policy";
import { commonLabels, namespaceFor, oneAtATime } from "../shared/objects";
import { childOptions, waitingFor, waitingForPulls } from "../shared/options";
import { ownFile } from "../shared/package-root";
import { specOf, subjectOf } from "../shared/part";
import { showWarnings } from "../shared/warnings";
import { QuoteHelperRollout, type SgxQuoteHelperArgs } from "./args";
import { messageFile, metricsServerFile, probeFile, proxyFile } from "./paths";
import { quoteHelperPod } from "./pod";
import { quotingConfig } from "./quoting-config";
import { quoteHelperOutputs, quoteHelperSpec, type QuoteHelperSpec } from "./spec";

const behind = new Behind<{ daemonSet: DaemonSet }>();

/**
 * One AESM on every enclave node, serving `/var/run/aesmd` for out-of-process quotes.
 *
 * It alone holds the provisioning device and the quoting enclaves, so platform updates touch this DaemonSet instead of
 * every application. Its probes ask AESM over its own protocol: a socket file alone says nothing. Pods talk to a small
 * proxy in front of AESM, so that none of them can freeze or kill it. One per cluster, and not beside the AKS add-on's
 * quote helper: two AESMs on one directory remove each other's socket.
 *
 * @example
 * ```ts
 * import { ConfidentialCluster, SgxQuoteHelper } from "confidential-aks";
 *
 * const cluster = new ConfidentialCluster("sgx", {
 *     location: "westeurope",
 *     enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
 * });
 * new SgxQuoteHelper("aesm", { image: "example.azurecr.io/sgx/aesm:2.29.100.1" }, cluster.workloadOptions());
 * ```
 */
export class SgxQuoteHelper extends pulumi.ComponentResource {
    /** Namespace of the DaemonSet. */
    public readonly namespace: pulumi.Output<string>;
    /** Name of the DaemonSet. */
    public readonly daemonSetName: pulumi.Output<string>;

    constructor(name: string, args: SgxQuoteHelperArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `quote helper "${name}"`;
        const { spec: checked, problems, warnings } = specOf(args, quoteHelperSpec);
        throwIfAny(subject, problems);
        super("confidential-aks:index:SgxQuoteHelper", name, args, opts);
        showWarnings(warnings, this);
        const spec = quoteHelperOutputs(subjectOf(args, subject), checked);
        const child = childOptions(this, opts);
        const namespace = namespaceFor({ name, given: spec.namespace, app, component: "quote-helper" }, child);
        // AESM reads its files once. Auto-named and immutable: other contents are another object, which rolls the pods.
        const config = new ConfigMap(
            `${name}-config`,
            {
                metadata: { namespace, labels: commonLabels(app, "quote-helper") },
                immutable: true,
                data: { ...quotingConfig(spec), ...scripts(spec) },
            },
            child,
        );
        const pods = {
            app,
            component: "quote-helper",
            namespace,
            egress: reaches.collateral,
            serves: spec.metrics ? [metricsPort] : [],
        };
        const network = spec.networkPolicy ? [networkPolicyFor(name, pods, child)] : [];
        const daemonSet = new DaemonSet(
            name,
            {
                metadata: { name: app, namespace, labels: commonLabels(app, "quote-helper") },
                spec: {
                    selector: { matchLabels: { "app.kubernetes.io/name": app } },
                    updateStrategy: spec.rollout === QuoteHelperRollout.onDelete ? { type: "OnDelete" } : oneAtATime,
                    template: {
                        metadata: { labels: commonLabels(app, "quote-helper") },
                        spec: quoteHelperPod(spec, config.metadata.name),
                    },
                },
            },
            waitingForPulls(waitingFor(child, network)),
        );
        behind.keep(this, { daemonSet });
        this.namespace = pulumi.output(namespace);
        this.daemonSetName = daemonSet.metadata.name;
        this.registerOutputs({ namespace: this.namespace, daemonSetName: this.daemonSetName });
    }

    /** The DaemonSet of AESM and its proxy. */
    get daemonSet(): DaemonSet {
        return behind.of(this).daemonSet;
    }
}

/** What the pod's containers run beside AESM, by file. */
function scripts({ socketProxy, metrics }: QuoteHelperSpec): Record<string, string> {
    const server = { [posix.basename(metricsServerFile)]: ownFile("images/quote-helper/metrics.pl") };
    const proxy = {
        [posix.basename(proxyFile)]: ownFile("images/quote-helper/aesm-proxy.pl"),
        [posix.basename(messageFile)]: ownFile("images/quote-helper/Message.pm"),
    };
    return { [posix.basename(probeFile)]: aesmProbeScript, ...(socketProxy ? proxy : {}), ...(metrics ? server : {}) };
}
