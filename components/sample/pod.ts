import type * as inputs from "@pulumi/kubernetes/types/input";
import { AESM_ENV, AESM_ENV_VALUE, AESM_SOCKET_DIR, AttestationMode, ENCLAVE_RESOURCE, EPC_RESOURCE } from "../sgx";
import { attestedContainer, attestedPodTemplate } from "../shared/attested-pod";
import { sampleNamespace as app } from "../shared/namespaces";
import { commonLabels } from "../shared/objects";
import { enclaveNodes } from "../shared/text-map";
import type { SampleSpec } from "./spec";

const runAsUser = 10_001;

/** The pod of the sample: a third of its time to wait for AESM, a fifth for each of the two runs. */
export function samplePod(spec: SampleSpec): inputs.core.v1.PodTemplateSpec {
    const { image, epc, deadlineSeconds } = spec;
    const container = { image, runAsUser, cpu: "100m", memory: "256Mi" };
    const sgx = { [EPC_RESOURCE]: epc, [ENCLAVE_RESOURCE]: "1" };
    // The same program without AESM at the socket: it creates its enclaves before it asks for a quote, so it needs the
    // device as well.
    const control = attestedContainer("negative-control", container, {
        ...judge("control", deadlineSeconds),
        resources: {
            requests: { cpu: container.cpu, memory: container.memory },
            limits: { memory: container.memory, ...sgx },
        },
        volumeMounts: [
            { name: "tmp", mountPath: "/tmp" },
            { name: "no-aesm", mountPath: AESM_SOCKET_DIR, readOnly: true },
        ],
    });
    const { env, ...proof } = judge("prove", deadlineSeconds);
    return attestedPodTemplate({
        ...spec,
        ...container,
        labels: commonLabels(app, "sample"),
        mode: AttestationMode.outOfProcess,
        waitImage: image,
        waitDeadlineSeconds: Math.floor(deadlineSeconds / 3),
        // withAttestation adds the variable here itself.
        app: { ...proof, env: env.filter(({ name }) => name !== AESM_ENV), terminationMessagePolicy: "File" },
        nodeSelector: enclaveNodes,
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
