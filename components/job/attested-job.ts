import { Job } from "@pulumi/kubernetes/batch/v1";
import * as pulumi from "@pulumi/pulumi";
import { throwIfAny } from "../problems";
import { checkedImage } from "../shared/checked-image";
import { commonLabels } from "../shared/objects";
import { childOptions } from "../shared/options";
import type { AttestedJobArgs } from "./args";
import { app, attestedJobPod } from "./pod";
import { checkAttestedJob, defaults } from "./spec";

/**
 * A Job whose container runs enclaves and attests out-of-process (default) or in-process.
 *
 * Pulumi waits until the Job is complete, so `pulumi up` fails when it fails. The Job's name is left to Pulumi: a
 * change of its inputs runs a new Job and removes the old one.
 */
export class AttestedJob extends pulumi.ComponentResource {
    /** Name of the Job. */
    public readonly jobName: pulumi.Output<string>;
    /** Namespace of the Job. */
    public readonly namespace: pulumi.Output<string>;

    constructor(name: string, args: AttestedJobArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `attested job "${name}"`;
        throwIfAny(subject, checkAttestedJob(args));
        super("confidential-aks:index:AttestedJob", name, args, opts);
        const namespace = args.namespace ?? "default";
        const deadline = args.deadlineSeconds ?? defaults.deadlineSeconds;
        const image = checkedImage(subject, "image", args.image);
        const waitImage = args.waitImage === undefined ? image : checkedImage(subject, "waitImage", args.waitImage);
        const job = new Job(
            name,
            {
                metadata: { namespace, labels: commonLabels(app, "attested-job") },
                spec: {
                    backoffLimit: args.backoffLimit ?? defaults.backoffLimit,
                    activeDeadlineSeconds: deadline,
                    template: attestedJobPod(args, image, waitImage),
                },
            },
            // Kubernetes ends the Job at its deadline; Pulumi waits a little longer, to report why.
            { ...childOptions(this, opts), customTimeouts: { create: `${deadline + 120}s` } },
        );
        this.jobName = job.metadata.name;
        this.namespace = pulumi.output(namespace);
        this.registerOutputs({ jobName: this.jobName, namespace: this.namespace });
    }
}
