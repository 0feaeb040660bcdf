import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { AESM_ENV, AESM_ENV_VALUE, AESM_SOCKET_DIR, ENCLAVE_RESOURCE, EPC_RESOURCE } from "../sgx";
import { attestedContainer } from "./attested-pod";

/*
 * The judge of images/attestation-sample in its two roles: what the Job of the sample and the proof on every node have
 * in common.
 */

/** The user of the judge's containers. */
export const judgeUser = 10_001;

/** The empty folder in which the control finds no AESM. */
export const noAesmVolume = { name: "no-aesm", emptyDir: { sizeLimit: "1Mi" } } satisfies inputs.core.v1.Volume;

/** The judge in one role; the pod's own id ties the control to its proof. A run has a fifth of the time. */
export function judge(role: "control" | "prove", deadlineSeconds: number) {
    return {
        command: ["/usr/bin/perl", "/opt/attestation/prove.pl"],
        args: [role, `--deadline=${Math.floor(deadlineSeconds / 5)}`, "--run-id=$(POD_UID)"],
        // withAttestation adds the variable of AESM to the proof itself.
        env: [
            { name: "POD_UID", valueFrom: { fieldRef: { fieldPath: "metadata.uid" } } },
            { name: "OE_LOG_LEVEL", value: "INFO" },
            { name: "AZDCAP_CACHE", value: "/tmp" },
            ...(role === "control" ? [{ name: AESM_ENV, value: AESM_ENV_VALUE }] : []),
        ],
    };
}

/**
 * The same program without AESM at the socket, as an init container: it creates its enclaves before it asks for a
 * quote, so it needs the device as well.
 */
export function control(args: { image: pulumi.Input<string>; epc: string; deadlineSeconds: number }) {
    const container = { image: args.image, runAsUser: judgeUser, cpu: "100m", memory: "256Mi" };
    const sgx = { [EPC_RESOURCE]: args.epc, [ENCLAVE_RESOURCE]: "1" };
    return attestedContainer("negative-control", container, {
        ...judge("control", args.deadlineSeconds),
        resources: {
            requests: { cpu: container.cpu, memory: container.memory },
            limits: { memory: container.memory, ...sgx },
        },
        volumeMounts: [
            { name: "tmp", mountPath: "/tmp" },
            { name: noAesmVolume.name, mountPath: AESM_SOCKET_DIR, readOnly: true },
        ],
    });
}
