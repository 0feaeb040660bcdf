import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { AESM_SOCKET, AttestationMode } from "../sgx";
import { attestedPodTemplate } from "../shared/attested-pod";
import { control, judge, judgeUser, noAesmVolume } from "../shared/judge";
import { metricsContainer } from "../shared/metrics-container";
import { nodeProofNamespace as app } from "../shared/namespaces";
import { commonLabels, tolerateAll } from "../shared/objects";
import { metricsFolder, metricsServerFile, proofFile, resultFile, scriptsFolder } from "./paths";
import type { NodeProofSpec } from "./spec";

const scripts = { name: "scripts", mountPath: scriptsFolder, readOnly: true };
const metrics = { name: "metrics", mountPath: metricsFolder };

/** The pod of the proof on one node: the judge runs again and again, as soon as a proof is due. */
export function proofPod(
    spec: NodeProofSpec,
    names: { config: pulumi.Input<string>; priorityClass: pulumi.Input<string> },
): inputs.core.v1.PodTemplateSpec {
    const { image, epc, deadlineSeconds } = spec;
    const interval = String(spec.everyHours * 3600);
    const { command, args, env } = judge("prove", deadlineSeconds);
    const server = metricsContainer(image, metricsServerFile, [resultFile]);
    return attestedPodTemplate({
        ...spec,
        image,
        runAsUser: judgeUser,
        cpu: "20m",
        memory: "256Mi",
        labels: commonLabels(app, "node-proof"),
        rerun: undefined,
        tolerateSpot: false,
        mode: AttestationMode.outOfProcess,
        waitImage: image,
        waitDeadlineSeconds: deadlineSeconds,
        app: {
            command: ["perl", proofFile, "run", interval, resultFile, AESM_SOCKET],
            // The control runs once, when the pod starts.
            args: [...command, ...args, `--control-max-age=${10 * 365 * 86_400}`],
            env,
            terminationMessagePolicy: "File",
            readinessProbe: {
                exec: { command: ["perl", proofFile, "ready", interval, resultFile] },
                periodSeconds: 30,
                timeoutSeconds: 10,
            },
            volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, scripts, metrics],
        },
        initContainers: [control({ image, epc, deadlineSeconds })],
        volumes: [
            noAesmVolume,
            { name: scripts.name, configMap: { name: names.config, defaultMode: 0o444 } },
            { name: metrics.name, emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
        ],
        sidecars: [{ ...server, volumeMounts: [scripts, { ...metrics, readOnly: true }] }],
        pod: { restartPolicy: "Always", priorityClassName: names.priorityClass, tolerations: tolerateAll },
    });
}
