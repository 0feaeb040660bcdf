import * as pulumi from "@pulumi/pulumi";
import { Job } from "@pulumi/kubernetes/batch/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import {
    checkedImage,
    groupIds,
    imageReference,
    integerIn,
    isLate,
    kubernetesName,
    matches,
    oneOf,
    required,
    requiredImage,
} from "./checks";
import { childOptions } from "./options";
import { AttestationMode, parseEpc, throwIfAny, type Problem } from "./sgx";
import { attestedPodTemplate } from "./workload/attested-pod";
import { commonLabels } from "./workload/objects";

/** Arguments of `AttestedJob`. */
export interface AttestedJobArgs {
    /** Image of the enclave application, with a tag or digest. A change runs the Job again. */
    image: pulumi.Input<string>;
    /** EPC of the application's enclaves, as a quantity such as `32Mi`. A change runs the Job again. */
    epc: string;
    /** Where quotes are made. Default `outOfProcess`. A change runs the Job again. */
    mode?: AttestationMode;
    /** Command in place of the image's entry point. A change runs the Job again. */
    command?: pulumi.Input<string>[];
    /** Arguments in place of the image's. A change runs the Job again. */
    args?: pulumi.Input<string>[];
    /**
     * Environment variables; every value is text. `SGX_AESM_ADDR` is set by `mode`, not here. `AZDCAP_CACHE` is `/tmp` unless it is here:
     * the image's file system is read-only, and Azure's quote provider keeps collateral in the first folder that it finds named there or
     * in `HOME`. A change runs the Job again.
     */
    env?: Record<string, pulumi.Input<string>>;
    /** Namespace, which must allow hostPath in `outOfProcess` mode (Pod Security level `privileged`). Default `default`. */
    namespace?: pulumi.Input<string>;
    /** Any text; another one runs the Job again without any other change. Default none. */
    rerun?: string;
    /** How many times a failed pod is tried anew, 0 to 20. Default 3: Open Enclave remembers a missing AESM for the life of its process. */
    backoffLimit?: number;
    /** Seconds after which the Job is stopped and counts as failed, 30 to 86400. Default 900. */
    deadlineSeconds?: number;
    /** Seconds a pod waits for AESM before it fails, 10 to 3600, less than the deadline. Default 300, or half the deadline where that is less. Only in `outOfProcess` mode. */
    waitDeadlineSeconds?: number;
    /** Image for the container that waits for AESM; needs perl-base. Default: the application's image. */
    waitImage?: pulumi.Input<string>;
    /** CPU the container asks for, a quantity. Default `100m`. */
    cpu?: string;
    /** Memory the container may use, a quantity. Default `256Mi`. */
    memory?: string;
    /** Numeric user of the container, 0 to 65535. Default 10001. Needs access to the node's `/dev/sgx_enclave`; see `supplementalGroups`. */
    runAsUser?: number;
    /** Numeric groups the container belongs to as well, such as the one that owns `/dev/sgx_enclave` on the nodes. Default none. */
    supplementalGroups?: number[];
    /** Whether the Job may run on spot nodes. Default `false`. */
    tolerateSpot?: boolean;
    /** Labels of the nodes it may run on. Default: the label of this package's enclave pools. */
    nodeSelector?: Record<string, string>;
}

/**
 * A Job whose container runs enclaves and attests out-of-process (default) or in-process.
 *
 * Pulumi waits until the Job is complete, so `pulumi up` fails when it fails. The Job's name is left to Pulumi: a change of
 * its inputs runs a new Job and removes the old one.
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

/** Not the component's own name: another name of that would be another pod template, and run the Job again. */
const app = "attested-job";

const defaults = {
    backoffLimit: 3,
    deadlineSeconds: 900,
    waitDeadlineSeconds: 300,
    runAsUser: 10_001,
    cpu: "100m",
    memory: "256Mi",
} as const;

/** Problems of the arguments that are known now; those of late values stop the program inside `apply`. */
export function checkAttestedJob(args: AttestedJobArgs): Problem[] {
    return [
        ...requiredImage("image", args.image, "the image of the enclave application", "name it, with a tag or digest"),
        ...imageReference("waitImage", args.waitImage),
        ...required("epc", args.epc, "the EPC of the application's enclaves", 'add a quantity, such as "32Mi"'),
        ...((args.epc as string | undefined) === undefined ? [] : parseEpc(args.epc, "epc").problems),
        ...oneOf("mode", args.mode, AttestationMode),
        ...checkEnvironment(args.env ?? {}),
        ...integerIn("backoffLimit", args.backoffLimit, 0, 20),
        ...integerIn("deadlineSeconds", args.deadlineSeconds, 30, 86_400),
        ...integerIn("waitDeadlineSeconds", args.waitDeadlineSeconds, 10, 3600),
        ...checkWait(args),
        ...integerIn("runAsUser", args.runAsUser, 0, 65_535),
        ...groupIds("supplementalGroups", args.supplementalGroups),
        ...matches("cpu", args.cpu, /^(\d+m|\d+(\.\d+)?)$/, "a CPU quantity, such as 100m", "correct it"),
        ...matches(
            "memory",
            args.memory,
            /^\d+(Ki|Mi|Gi)$/,
            "a memory quantity, such as 256Mi",
            "write a whole number with Ki, Mi or Gi; a number alone counts bytes",
        ),
        ...kubernetesName("namespace", args.namespace),
    ];
}

/** Waiting has to end before the Job does, or its reason is never seen. */
function checkWait({ waitDeadlineSeconds: wait, deadlineSeconds }: AttestedJobArgs): Problem[] {
    const deadline = deadlineSeconds ?? defaults.deadlineSeconds;
    if (wait === undefined || wait < deadline) return [];
    const expected = `less than deadlineSeconds (${deadline})`;
    return [{ path: "waitDeadlineSeconds", value: wait, expected, remedy: "wait less, or give the Job more time" }];
}

function waitDeadline(args: AttestedJobArgs, deadline: number): number {
    return args.waitDeadlineSeconds ?? Math.min(defaults.waitDeadlineSeconds, Math.floor(deadline / 2));
}

function checkEnvironment(env: Record<string, unknown>): Problem[] {
    return Object.entries(env).flatMap(([key, value]) => {
        const path = `env.${key}`;
        if (key === "SGX_AESM_ADDR") {
            return [
                {
                    path,
                    value,
                    expected: "nothing: mode sets it, and any value at all means out-of-process",
                    remedy: "remove it and set mode",
                },
            ];
        }
        if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key)) {
            return [{ path, value: key, expected: "the name of an environment variable", remedy: "correct the name" }];
        }
        if (typeof value === "string" || isLate(value)) return [];
        const scalar = typeof value === "number" || typeof value === "boolean";
        const remedy = scalar ? `write ${JSON.stringify(String(value))}` : "write one text";
        return [{ path, value, expected: "text: Kubernetes refuses anything else", remedy }];
    });
}

/** The pod of the Job, from arguments without problems. */
export function attestedJobPod(
    args: AttestedJobArgs,
    image: pulumi.Input<string>,
    waitImage: pulumi.Input<string>,
): inputs.core.v1.PodTemplateSpec {
    const env = Object.entries({ AZDCAP_CACHE: "/tmp", ...args.env }).map(([key, value]) => ({ name: key, value }));
    return attestedPodTemplate({
        labels: commonLabels(app, "attested-job"),
        rerun: args.rerun,
        mode: args.mode ?? AttestationMode.outOfProcess,
        epc: args.epc,
        image,
        waitImage,
        waitDeadlineSeconds: waitDeadline(args, args.deadlineSeconds ?? defaults.deadlineSeconds),
        app: {
            ...(args.command === undefined ? {} : { command: args.command }),
            ...(args.args === undefined ? {} : { args: args.args }),
            env,
        },
        runAsUser: args.runAsUser ?? defaults.runAsUser,
        cpu: args.cpu ?? defaults.cpu,
        memory: args.memory ?? defaults.memory,
        supplementalGroups: args.supplementalGroups,
        nodeSelector: args.nodeSelector,
        tolerateSpot: args.tolerateSpot === true,
    });
}
