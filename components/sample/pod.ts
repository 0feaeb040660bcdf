import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { AESM_ENV, AESM_ENV_VALUE, AESM_SOCKET_DIR, AttestationMode, ENCLAVE_RESOURCE, EPC_RESOURCE } from "../sgx";
import { attestedContainer, attestedPodTemplate } from "../shared/attested-pod";
import { sampleNamespace as app } from "../shared/namespaces";
import { commonLabels } from "../shared/objects";
import type { SampleSettings } from "./args";
import { sampleEpc } from "./spec";

const runAsUser = 10_001;

/** The pod of the sample, from settings without problems. */
export function samplePod(
    args: SampleSettings,
    image: pulumi.Input<string>,
    deadline: number,
): inputs.core.v1.PodTemplateSpec {
    const epc = args.epc ?? sampleEpc;
    const container = { image, runAsUser, cpu: "100m", memory: "256Mi" };
    const sgx = { [EPC_RESOURCE]: epc, [ENCLAVE_RESOURCE]: "1" };
    // The same program with nobody at the socket: it creates its enclaves before it asks for a quote, so it needs the
    // device as well.
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
