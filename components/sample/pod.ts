import type * as inputs from "@pulumi/kubernetes/types/input";
import { AttestationMode } from "../sgx";
import { attestedPodTemplate } from "../shared/attested-pod";
import { control, judge, judgeUser, noAesmVolume } from "../shared/judge";
import { sampleNamespace as app } from "../shared/namespaces";
import { commonLabels } from "../shared/objects";
import { enclaveNodes } from "../shared/text-map";
import type { SampleSpec } from "./spec";

/** The pod of the sample: a third of its time to wait for AESM, a fifth for each of the two runs. */
export function samplePod(spec: SampleSpec): inputs.core.v1.PodTemplateSpec {
    const { image, deadlineSeconds } = spec;
    return attestedPodTemplate({
        ...spec,
        runAsUser: judgeUser,
        cpu: "100m",
        memory: "256Mi",
        labels: commonLabels(app, "sample"),
        mode: AttestationMode.outOfProcess,
        waitImage: image,
        waitDeadlineSeconds: Math.floor(deadlineSeconds / 3),
        app: { ...judge("prove", deadlineSeconds), terminationMessagePolicy: "File" },
        nodeSelector: enclaveNodes,
        initContainers: [control(spec)],
        volumes: [noAesmVolume],
    });
}
