import { Job } from "@pulumi/kubernetes/batch/v1";
import * as pulumi from "@pulumi/pulumi";
import { requiredImage, throwIfAny } from "../problems";
import { checkedImage } from "../shared/checked-image";
import { sampleNamespace as app } from "../shared/namespaces";
import { networkPolicyFor, reaches } from "../shared/network-policy";
import { commonLabels, namespaceFor } from "../shared/objects";
import { childOptions, waitingFor } from "../shared/options";
import type { OpenEnclaveSampleArgs } from "./args";
import { samplePod } from "./pod";
import { checkSampleSettings } from "./spec";

/**
 * Open Enclave's attestation sample as a Job that proves its quotes were made out-of-process.
 *
 * A Job that succeeds proves nothing: quotes look the same in both modes. So the program runs twice. First without AESM
 * (an empty socket directory, in an init container), where it has to fail for that reason; then with it, watched: exit
 * code, required and forbidden log lines, mapped libraries, devices, and an image without the libraries of in-process
 * quoting. The Job completes only if every check passed. The verdict, JSON with each check and its evidence, is the
 * pod's termination message and the last line of its log.
 */
export class OpenEnclaveSample extends pulumi.ComponentResource {
    /** Name of the Job. */
    public readonly jobName: pulumi.Output<string>;
    /** Namespace of the Job. */
    public readonly namespace: pulumi.Output<string>;

    constructor(name: string, args: OpenEnclaveSampleArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `sample "${name}"`;
        throwIfAny(subject, [
            ...requiredImage("image", args.image, "an image built from images/attestation-sample", "name it"),
            ...checkSampleSettings(args),
        ]);
        super("confidential-aks:index:OpenEnclaveSample", name, args, opts);
        const child = childOptions(this, opts);
        const namespace = namespaceFor(name, args.namespace, app, "sample", child);
        const deadline = args.deadlineSeconds ?? 900;
        const pods = { app, component: "sample", namespace, egress: reaches.collateral };
        const network = networkPolicyFor(name, pods, args.networkPolicy, child);
        const job = new Job(
            name,
            {
                metadata: { namespace, labels: commonLabels(app, "sample") },
                spec: {
                    // A retry is a new process: Open Enclave remembers a missing AESM for the life of one.
                    backoffLimit: 2,
                    activeDeadlineSeconds: deadline,
                    template: samplePod(args, checkedImage(subject, "image", args.image), deadline),
                },
            },
            // Kubernetes ends the Job at its deadline; Pulumi waits a little longer, to report why.
            { ...waitingFor(child, network), customTimeouts: { create: `${deadline + 120}s` } },
        );
        this.jobName = job.metadata.name;
        this.namespace = pulumi.output(namespace);
        this.registerOutputs({ jobName: this.jobName, namespace: this.namespace });
    }
}
