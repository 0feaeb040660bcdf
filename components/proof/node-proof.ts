import { posix } from "node:path";
import { DaemonSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { PriorityClass } from "@pulumi/kubernetes/scheduling/v1";
import * as pulumi from "@pulumi/pulumi";
import { throwIfAny } from "../problems";
import { metricsPort } from "../sgx";
import { Behind } from "../shared/behind";
import { nodeProofNamespace as app } from "../shared/namespaces";
import { networkPolicyFor, reaches } from "../shared/network-policy";
import { commonLabels, namespaceFor } from "../shared/objects";
import { childOptions, waitingFor, waitingForPulls } from "../shared/options";
import { ownFile } from "../shared/package-root";
import { specOf, subjectOf } from "../shared/part";
import { showWarnings } from "../shared/warnings";
import type { NodeProofArgs } from "./args";
import { metricsServerFile, proofFile } from "./paths";
import { proofPod } from "./pod";
import { nodeProofOutputs, nodeProofSpec } from "./spec";

const behind = new Behind<{ daemonSet: DaemonSet }>();

/**
 * A proof on every enclave node that its quotes are made out-of-process, with the image and the judge of the sample: at
 * once on a node that is new, was restarted, or whose quote helper is another one, and every few hours.
 *
 * The verdict is the termination message of the pod's last run; Prometheus finds time, mode and duration at `/metrics`
 * of the port named `metrics`. A pod is ready as long as its node is proven. It reserves EPC, and gives it up to pods
 * that need it: then the pod waits, and says so.
 *
 * @example
 * ```ts
 * import { ConfidentialCluster, NodeProof } from "confidential-aks";
 *
 * const cluster = new ConfidentialCluster("sgx", {
 *     location: "westeurope",
 *     enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
 * });
 * const args = { image: "example.azurecr.io/sgx/attestation-sample:0.19.15" };
 * new NodeProof("proof", args, cluster.workloadOptions());
 * ```
 */
export class NodeProof extends pulumi.ComponentResource {
    /** Namespace of the DaemonSet. */
    public readonly namespace: pulumi.Output<string>;
    /** Name of the DaemonSet. */
    public readonly daemonSetName: pulumi.Output<string>;

    constructor(name: string, args: NodeProofArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `proof "${name}"`;
        const { spec: checked, problems, warnings } = specOf(args, nodeProofSpec);
        throwIfAny(subject, problems);
        super("confidential-aks:index:NodeProof", name, args, opts);
        showWarnings(warnings, this);
        const spec = nodeProofOutputs(subjectOf(args, subject), checked);
        const child = childOptions(this, opts);
        const labels = commonLabels(app, "node-proof");
        const namespace = namespaceFor({ name, given: spec.namespace, app, component: "node-proof" }, child);
        const files = {
            [posix.basename(proofFile)]: ownFile("images/node-proof/proof.pl"),
            [posix.basename(metricsServerFile)]: ownFile("images/quote-helper/metrics.pl"),
        };
        const config = new ConfigMap(
            `${name}-scripts`,
            { metadata: { namespace, labels }, immutable: true, data: files },
            child,
        );
        // Below the default, 0, and below what overprovisioning takes: any pod that asks for EPC goes first.
        const priority = new PriorityClass(
            `${name}-priority`,
            {
                metadata: { labels },
                value: -1_000_000,
                preemptionPolicy: "Never",
                description: "The proof of confidential-aks on every enclave node gives way to all work.",
            },
            child,
        );
        const pods = { app, component: "node-proof", namespace, egress: reaches.collateral, serves: [metricsPort] };
        const network = spec.networkPolicy ? [networkPolicyFor(name, pods, child)] : [];
        const daemonSet = new DaemonSet(
            name,
            {
                metadata: {
                    name: app,
                    namespace,
                    labels,
                    // Nodes whose EPC is given out have no proof, and updates do not wait for them.
                    annotations: { "pulumi.com/skipAwait": "true" },
                },
                spec: {
                    selector: { matchLabels: { "app.kubernetes.io/name": app } },
                    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: "100%" } },
                    template: proofPod(spec, { config: config.metadata.name, priorityClass: priority.metadata.name }),
                },
            },
            waitingForPulls(waitingFor(child, network)),
        );
        behind.keep(this, { daemonSet });
        this.namespace = pulumi.output(namespace);
        this.daemonSetName = daemonSet.metadata.name;
        this.registerOutputs({ namespace: this.namespace, daemonSetName: this.daemonSetName });
    }

    /** The DaemonSet of the proof. */
    get daemonSet(): DaemonSet {
        return behind.of(this).daemonSet;
    }
}
