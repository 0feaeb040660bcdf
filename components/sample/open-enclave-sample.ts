import { Job } from "@pulumi/kubernetes/batch/v1";
import * as pulumi from "@pulumi/pulumi";
import { throwIfAny } from "../problems";
import { Behind } from "../shared/behind";
import { sampleNamespace as app } from "../shared/namespaces";
import { networkPolicyFor, reaches } from "../shared/network-policy";
import { commonLabels, namespaceFor } from "../shared/objects";
import { childOptions, waitingFor } from "../shared/options";
import { specOf, subjectOf } from "../shared/part";
import { showWarnings } from "../shared/warnings";
import type { OpenEnclaveSampleArgs } from "./args";
import { samplePod } from "./pod";
import { sampleOutputs, sampleSpec } from "./spec";

const behind = new Behind<{ job: Job }>();

/**
 * Open Enclave's attestation sample as a Job that proves its quotes were made out-of-process.
 *
 * A Job that succeeds proves nothing: quotes look the same in both modes. So the program runs twice. First without AESM
 * (an empty socket directory, in an init container), where it has to fail for that reason; then with it, watched: exit
 * code, required and forbidden log lines, mapped libraries, devices, and an image without the libraries of in-process
 * quoting. The Job completes only if every check passed. The verdict, JSON with each check and its evidence, is the
 * pod's termination message and the last line of its log.
 *
 * @example
 * ```ts
 * import { ConfidentialCluster, OpenEnclaveSample } from "confidential-aks";
 *
 * const cluster = new ConfidentialCluster("sgx", {
 *     location: "westeurope",
 *     enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
 * });
 * const args = { image: "example.azurecr.io/sgx/attestation-sample:0.19.15" };
 * new OpenEnclaveSample("sample", args, cluster.workloadOptions());
 * ```
 */
export class OpenEnclaveSample extends pulumi.ComponentResource {
    /** Name of the Job. */
    public readonly jobName: pulumi.Output<string>;
    /** Namespace of the Job. */
    public readonly namespace: pulumi.Output<string>;

    constructor(name: string, args: OpenEnclaveSampleArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `sample "${name}"`;
        const { spec: checked, problems, warnings } = specOf(args, sampleSpec);
        throwIfAny(subject, problems);
        super("confidential-aks:index:OpenEnclaveSample", name, args, opts);
        showWarnings(warnings, this);
        const spec = sampleOutputs(subjectOf(args, subject), checked);
        const child = childOptions(this, opts);
        const namespace = namespaceFor({ name, given: spec.namespace, app, component: "sample" }, child);
        const pods = { app, component: "sample", namespace, egress: reaches.collateral };
        const network = spec.networkPolicy ? [networkPolicyFor(name, pods, child)] : [];
        const job = new Job(
            name,
            {
                metadata: { namespace, labels: commonLabels(app, "sample") },
                spec: {
                    // A retry is a new process: Open Enclave remembers a missing AESM for the life of one.
                    backoffLimit: 2,
                    activeDeadlineSeconds: spec.deadlineSeconds,
                    template: samplePod(spec),
                },
            },
            // Kubernetes ends the Job at its deadline; Pulumi waits a little longer, to report why.
            { ...waitingFor(child, network), customTimeouts: { create: `${spec.deadlineSeconds + 120}s` } },
        );
        behind.keep(this, { job });
        this.jobName = job.metadata.name;
        this.namespace = pulumi.output(namespace);
        this.registerOutputs({ jobName: this.jobName, namespace: this.namespace });
    }

    /** The Job. */
    get job(): Job {
        return behind.of(this).job;
    }
}
