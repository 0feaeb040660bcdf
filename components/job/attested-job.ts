import { Job } from "@pulumi/kubernetes/batch/v1";
import * as pulumi from "@pulumi/pulumi";
import { throwIfAny } from "../problems";
import { Behind } from "../shared/behind";
import { commonLabels } from "../shared/objects";
import { childOptions } from "../shared/options";
import { specOf, subjectOf } from "../shared/part";
import { showWarnings } from "../shared/warnings";
import type { AttestedJobArgs } from "./args";
import { app, attestedJobPod } from "./pod";
import { attestedJobOutputs, attestedJobSpec } from "./spec";

const behind = new Behind<{ job: Job }>();

/**
 * A Job whose container runs enclaves and attests out-of-process (default) or in-process.
 *
 * Pulumi waits until the Job is complete, so `pulumi up` fails when it fails. The Job's name is left to Pulumi: a
 * change of its inputs runs a new Job and removes the old one.
 *
 * @example
 * ```ts
 * import { AttestedJob, ConfidentialCluster } from "confidential-aks";
 *
 * const cluster = new ConfidentialCluster("sgx", {
 *     location: "westeurope",
 *     enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
 * });
 * const args = { image: "example.azurecr.io/apps/report:1.0.0", epc: "64Mi" };
 * new AttestedJob("report", args, cluster.workloadOptions());
 * ```
 */
export class AttestedJob extends pulumi.ComponentResource {
    /** Name of the Job. */
    public readonly jobName: pulumi.Output<string>;
    /** Namespace of the Job. */
    public readonly namespace: pulumi.Output<string>;

    constructor(name: string, args: AttestedJobArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `attested job "${name}"`;
        const { spec: checked, problems, warnings } = specOf(args, attestedJobSpec);
        throwIfAny(subject, problems);
        super("confidential-aks:index:AttestedJob", name, args, opts);
        showWarnings(warnings, this);
        const spec = attestedJobOutputs(subjectOf(args, subject), checked);
        const job = new Job(
            name,
            {
                metadata: { namespace: spec.namespace, labels: commonLabels(app, "attested-job") },
                spec: {
                    backoffLimit: spec.backoffLimit,
                    activeDeadlineSeconds: spec.deadlineSeconds,
                    template: attestedJobPod(spec),
                },
            },
            // Kubernetes ends the Job at its deadline; Pulumi waits a little longer, to report why.
            { ...childOptions(this, opts), customTimeouts: { create: `${spec.deadlineSeconds + 120}s` } },
        );
        behind.keep(this, { job });
        this.jobName = job.metadata.name;
        this.namespace = pulumi.output(spec.namespace);
        this.registerOutputs({ jobName: this.jobName, namespace: this.namespace });
    }

    /** The Job. */
    get job(): Job {
        return behind.of(this).job;
    }
}
