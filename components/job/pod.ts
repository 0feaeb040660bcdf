import type * as inputs from "@pulumi/kubernetes/types/input";
import { attestedPodTemplate } from "../shared/attested-pod";
import { commonLabels } from "../shared/objects";
import type { AttestedJobSpec } from "./spec";

/** Not the component's own name: another name of that would be another pod template, and run the Job again. */
export const app = "attested-job";

/** The pod of the Job. */
export function attestedJobPod(spec: AttestedJobSpec): inputs.core.v1.PodTemplateSpec {
    const { command, args } = spec;
    const env = Object.entries(spec.env).map(([name, value]) => ({ name, value }));
    return attestedPodTemplate({
        ...spec,
        labels: commonLabels(app, "attested-job"),
        app: { command, args, env },
        initContainers: [],
        volumes: [],
    });
}
