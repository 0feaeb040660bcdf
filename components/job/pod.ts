import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { AttestationMode } from "../sgx";
import { attestedPodTemplate } from "../shared/attested-pod";
import { commonLabels } from "../shared/objects";
import type { AttestedJobArgs } from "./args";
import { defaults, waitDeadline } from "./spec";

/** Not the component's own name: another name of that would be another pod template, and run the Job again. */
export const app = "attested-job";

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
