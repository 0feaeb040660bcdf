import { posix } from "node:path";
import { DaemonSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { requiredImage, throwIfAny } from "../problems";
import { aesmProbeScript } from "../sgx";
import { checkedImage } from "../shared/checked-image";
import { quoteHelperNamespace as app } from "../shared/namespaces";
import { networkPolicyFor, reaches } from "../shared/network-policy";
import { commonLabels, namespaceFor, oneAtATime } from "../shared/objects";
import { childOptions, waitingFor } from "../shared/options";
import { ownFile } from "../shared/package-root";
import type { QuoteHelperSettings, SgxQuoteHelperArgs } from "./args";
import { messageFile, probeFile, proxyFile } from "./paths";
import { hasProxy, quoteHelperPod } from "./pod";
import { quotingConfig } from "./quoting-config";
import { checkQuoteHelperSettings } from "./spec";

/**
 * One AESM on every enclave node, serving `/var/run/aesmd` for out-of-process quotes.
 *
 * It alone holds the provisioning device and the quoting enclaves, so platform updates touch this DaemonSet instead of
 * every application. Its probes ask AESM over its own protocol: a socket file alone says nothing. Pods talk to a small
 * proxy in front of AESM, so that none of them can freeze or kill it. One per cluster, and not beside the AKS add-on's
 * quote helper: two AESMs on one directory remove each other's socket.
 */
export class SgxQuoteHelper extends pulumi.ComponentResource {
    /** Namespace of the DaemonSet. */
    public readonly namespace: pulumi.Output<string>;
    /** Name of the DaemonSet. */
    public readonly daemonSetName: pulumi.Output<string>;

    constructor(name: string, args: SgxQuoteHelperArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `quote helper "${name}"`;
        throwIfAny(subject, [
            ...requiredImage("image", args.image, "an image with AESM, built from images/aesm", "name it"),
            ...checkQuoteHelperSettings(args),
        ]);
        super("confidential-aks:index:SgxQuoteHelper", name, args, opts);
        const child = childOptions(this, opts);
        const namespace = namespaceFor(name, args.namespace, app, "quote-helper", child);
        // AESM reads its files once. Auto-named and immutable: other contents are another object, which rolls the pods.
        const config = new ConfigMap(
            `${name}-config`,
            {
                metadata: { namespace, labels: commonLabels(app, "quote-helper") },
                immutable: true,
                data: { ...quotingConfig(args), ...scripts(args) },
            },
            child,
        );
        const pods = { app, component: "quote-helper", namespace, egress: reaches.collateral };
        const network = networkPolicyFor(name, pods, args.networkPolicy, child);
        const daemonSet = new DaemonSet(
            name,
            {
                metadata: { name: app, namespace, labels: commonLabels(app, "quote-helper") },
                spec: {
                    selector: { matchLabels: { "app.kubernetes.io/name": app } },
                    updateStrategy: oneAtATime,
                    template: {
                        metadata: { labels: commonLabels(app, "quote-helper") },
                        spec: quoteHelperPod(args, checkedImage(subject, "image", args.image), config.metadata.name),
                    },
                },
            },
            waitingFor(child, network),
        );
        this.namespace = pulumi.output(namespace);
        this.daemonSetName = daemonSet.metadata.name;
        this.registerOutputs({ namespace: this.namespace, daemonSetName: this.daemonSetName });
    }
}

/** What the pod's containers run beside AESM, by file. */
function scripts(args: QuoteHelperSettings): Record<string, string> {
    const proxy = {
        [posix.basename(proxyFile)]: ownFile("images/quote-helper/aesm-proxy.pl"),
        [posix.basename(messageFile)]: ownFile("images/quote-helper/Message.pm"),
    };
    return { [posix.basename(probeFile)]: aesmProbeScript, ...(hasProxy(args) ? proxy : {}) };
}
