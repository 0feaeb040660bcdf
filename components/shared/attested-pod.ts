import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { withAttestation, type AttestationMode, type KeyReleaseOptions } from "../sgx";
import { hardenedAs } from "./objects";
import type { TextMap } from "./text-map";

/** What the pods of this package's jobs differ in. */
export interface AttestedPodArgs {
    labels: Record<string, string>;
    /** Any text whose change runs the job again; undefined leaves the annotation out. */
    rerun: string | undefined;
    mode: AttestationMode;
    epc: string;
    image: pulumi.Input<string>;
    waitImage: pulumi.Input<string>;
    waitDeadlineSeconds: number;
    /** What the application's container has beyond what every one has: command, arguments, variables. */
    app: Partial<inputs.core.v1.Container>;
    runAsUser: number;
    cpu: string;
    memory: string;
    supplementalGroups: number[];
    nodeSelector: TextMap;
    tolerateSpot: boolean;
    initContainers: inputs.core.v1.Container[];
    volumes: inputs.core.v1.Volume[];
    /** Containers beside the application's; they have nothing to do with attestation. Default none. */
    sidecars?: inputs.core.v1.Container[];
    /** What the pod has otherwise than a job's. */
    pod?: Partial<inputs.core.v1.PodSpec>;
    /** Undefined: the pod asks for no key. */
    keyRelease?: { [Key in keyof KeyReleaseOptions]: pulumi.Input<string> } | undefined;
}

/** AKS's own taint of spot nodes (https://learn.microsoft.com/azure/aks/spot-node-pool). */
const spotToleration = {
    key: "kubernetes.azure.com/scalesetpriority",
    operator: "Equal",
    value: "spot",
    effect: "NoSchedule",
};

/**
 * A container as hardened as the application's: no root, no capabilities, a read-only root file system, its own `/tmp`.
 */
export function attestedContainer(
    name: string,
    args: Pick<AttestedPodArgs, "image" | "runAsUser" | "cpu" | "memory">,
    more: Partial<inputs.core.v1.Container>,
): inputs.core.v1.Container {
    return {
        name,
        image: args.image,
        imagePullPolicy: "IfNotPresent",
        resources: { requests: { cpu: args.cpu, memory: args.memory }, limits: { memory: args.memory } },
        securityContext: hardenedAs(args.runAsUser),
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
        ...more,
    };
}

/** The pod of a job: one container `app` in the attestation mode given. */
export function attestedPodTemplate(args: AttestedPodArgs): inputs.core.v1.PodTemplateSpec {
    const template = {
        metadata: {
            labels: args.labels,
            ...(args.rerun === undefined ? {} : { annotations: { "confidential-aks/rerun": args.rerun } }),
        },
        spec: {
            restartPolicy: "Never",
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            nodeSelector: args.nodeSelector,
            ...(args.tolerateSpot ? { tolerations: [spotToleration] } : {}),
            ...(args.supplementalGroups.length > 0
                ? { securityContext: { supplementalGroups: args.supplementalGroups } }
                : {}),
            ...(args.initContainers.length > 0 ? { initContainers: args.initContainers } : {}),
            containers: [attestedContainer("app", args, args.app), ...(args.sidecars ?? [])],
            volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }, ...args.volumes],
            ...args.pod,
        },
    } satisfies inputs.core.v1.PodTemplateSpec;
    return withAttestation(template, args.mode, {
        containers: ["app"],
        epc: args.epc,
        waitImage: args.waitImage,
        waitDeadlineSeconds: args.waitDeadlineSeconds,
        ...(args.keyRelease === undefined ? {} : { keyRelease: args.keyRelease }),
    });
}
