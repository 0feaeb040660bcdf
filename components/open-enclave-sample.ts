import * as pulumi from "@pulumi/pulumi";
import { Job } from "@pulumi/kubernetes/batch/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import { checkedImage, flag, groupIds, integerIn, kubernetesName, requiredImage } from "./checks";
import { childOptions, waitingFor } from "./options";
import {
    AESM_ENV,
    AESM_ENV_VALUE,
    AESM_SOCKET_DIR,
    AttestationMode,
    ENCLAVE_RESOURCE,
    EPC_RESOURCE,
    parseEpc,
    throwIfAny,
    type Problem,
} from "./sgx";
import { attestedContainer, attestedPodTemplate } from "./workload/attested-pod";
import { commonLabels, namespaceFor } from "./workload/objects";
import { networkPolicyFor, reaches } from "./workload/network";

/** Settings of the sample, whoever names its image. */
export interface SampleSettings {
    /** EPC of the sample's two enclaves. Default `32Mi`: 4 MiB of heap and 8 MiB of stack each, and their code. */
    epc?: string;
    /** Any text; another one runs the sample again. Default none. */
    rerun?: string;
    /** Seconds after which the sample counts as failed, 150 to 86400. Default 900: a third to wait for AESM, a fifth for each of the two runs. */
    deadlineSeconds?: number;
    /** Numeric groups its user belongs to as well, such as the one that owns `/dev/sgx_enclave` on the nodes. Default none. */
    supplementalGroups?: number[];
    /** Whether it may run on spot nodes. Default `false`. */
    tolerateSpot?: boolean;
    /** A namespace that exists. Default: `attestation-sample` is created. A change runs the sample again there. */
    namespace?: pulumi.Input<string>;
    /**
     * Whether a NetworkPolicy refuses connections to these pods, and lets them connect to what collateral comes from (HTTPS on
     * port 443, Azure's host 169.254.169.254) and to resolvers only. It does nothing on a cluster
     * without a policy engine. Where the internet is reached through an HTTP proxy on another port, allow that port by a NetworkPolicy
     * of your own (policies add up), or switch this one off. Default `true`. A change takes effect at once, also on running pods.
     */
    networkPolicy?: boolean;
}

/** Arguments of `OpenEnclaveSample`. */
export interface OpenEnclaveSampleArgs extends SampleSettings {
    /** Image built from `images/attestation-sample`. A change runs the sample again. */
    image: pulumi.Input<string>;
}

/** EPC the sample asks for where the arguments name none. */
export const sampleEpc = "32Mi";

const app = "attestation-sample";
/** Where the sample runs unless the arguments say otherwise. */
export const sampleNamespace = app;
const runAsUser = 10_001;

/** Problems of the settings that are known now. */
export function checkSampleSettings(args: SampleSettings): Problem[] {
    return [
        ...(args.epc === undefined ? [] : parseEpc(args.epc, "epc").problems),
        ...integerIn("deadlineSeconds", args.deadlineSeconds, 150, 86_400),
        ...groupIds("supplementalGroups", args.supplementalGroups),
        ...kubernetesName("namespace", args.namespace),
        ...flag("networkPolicy", args.networkPolicy),
    ];
}

/**
 * Open Enclave's attestation sample as a Job that proves its quotes were made out-of-process.
 *
 * A Job that succeeds proves nothing: quotes look the same in both modes. So the program runs twice. First without AESM (an empty
 * socket directory, in an init container), where it has to fail for that reason; then with it, watched: exit code, required and
 * forbidden log lines, mapped libraries, devices, and an image without the libraries of in-process quoting. The Job completes only if
 * every check passed. The verdict, JSON with each check and its evidence, is the pod's termination message and the last line of its log.
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

/** The pod of the sample, from settings without problems. */
export function samplePod(
    args: SampleSettings,
    image: pulumi.Input<string>,
    deadline: number,
): inputs.core.v1.PodTemplateSpec {
    const epc = args.epc ?? sampleEpc;
    const container = { image, runAsUser, cpu: "100m", memory: "256Mi" };
    const sgx = { [EPC_RESOURCE]: epc, [ENCLAVE_RESOURCE]: "1" };
    // The same program with nobody at the socket: it creates its enclaves before it asks for a quote, so it needs the device as well.
    const control = attestedContainer("negative-control", container, {
        ...judge("control", deadline),
        resources: {
            requests: { cpu: container.cpu, memory: container.memory },
            limits: { memory: container.memory, ...sgx },
        },
        volumeMounts: [
            { name: "tmp", mountPath: "/tmp" },
            { name: "no-aesm", mountPath: AESM_SOCKET_DIR, readOnly: true },
        ],
    });
    const { env, ...proof } = judge("prove", deadline);
    return attestedPodTemplate({
        ...container,
        labels: commonLabels(app, "sample"),
        rerun: args.rerun,
        mode: AttestationMode.outOfProcess,
        epc,
        waitImage: image,
        waitDeadlineSeconds: Math.floor(deadline / 3),
        // withAttestation adds the variable here itself.
        app: { ...proof, env: env.filter(({ name }) => name !== AESM_ENV), terminationMessagePolicy: "File" },
        supplementalGroups: args.supplementalGroups,
        nodeSelector: undefined,
        tolerateSpot: args.tolerateSpot === true,
        initContainers: [control],
        volumes: [{ name: "no-aesm", emptyDir: { sizeLimit: "1Mi" } }],
    });
}

/** The judge of `images/attestation-sample` in one of its two roles; the pod's own id ties the control to its proof. */
function judge(role: "control" | "prove", deadline: number) {
    return {
        command: ["/usr/bin/perl", "/opt/attestation/prove.pl"],
        args: [role, `--deadline=${Math.floor(deadline / 5)}`, "--run-id=$(POD_UID)"],
        env: [
            { name: "POD_UID", valueFrom: { fieldRef: { fieldPath: "metadata.uid" } } },
            { name: "OE_LOG_LEVEL", value: "INFO" },
            { name: "AZDCAP_CACHE", value: "/tmp" },
            { name: AESM_ENV, value: AESM_ENV_VALUE },
        ],
    };
}
