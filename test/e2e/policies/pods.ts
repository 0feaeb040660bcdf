import { AttestationMode, withAttestation } from "../../../components/sgx";
import type { Manifest } from "../support/api";
import type { Container, PodSpec } from "../support/manifests";

/** A pod as the tables of tests make them. */
export type Pod = Manifest & { spec: PodSpec };

/** What a pod has beyond one container `app`. */
export interface PodParts {
    /** Of the one container. */
    app?: Record<string, unknown>;
    /** More containers, init containers. */
    containers?: object[];
    initContainers?: object[];
    volumes?: object[];
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    /** Of the pod spec, beside these. */
    spec?: Record<string, unknown>;
    metadata?: Record<string, unknown>;
}

export const namespace = "team";
export const epc = { "sgx.intel.com/epc": "8Mi" };
export const enclave = { "sgx.intel.com/enclave": "1" };
export const provision = { "sgx.intel.com/provision": "1" };
export const outOfProcess = { "confidential-aks/attestation": "out-of-process" };
export const inProcess = { "confidential-aks/attestation": "in-process" };
export const variable = { name: "SGX_AESM_ADDR", value: "1" };
export const socketVolume = { name: "aesmd-socket", hostPath: { path: "/var/run/aesmd", type: "Directory" } };
export const socketMount = { name: "aesmd-socket", mountPath: "/var/run/aesmd", readOnly: true };

/** A pod of one plain container and what else is given. */
export function pod({ app, containers, initContainers, volumes, labels, annotations, spec, metadata }: PodParts): Pod {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name: "tried",
            namespace,
            ...(labels === undefined ? {} : { labels }),
            ...(annotations === undefined ? {} : { annotations }),
            ...metadata,
        },
        spec: {
            containers: [{ name: "app", image: "example.org/app:1", ...app }, ...(containers ?? [])] as Container[],
            ...(initContainers === undefined ? {} : { initContainers: initContainers as Container[] }),
            ...(volumes === undefined ? {} : { volumes: volumes as Record<string, unknown>[] }),
            ...spec,
        },
    };
}

/** A pod whose container asks for EPC and is set up out-of-process by hand, completely; parts of it may be changed. */
export function attestingPod({ app, volumes, ...parts }: PodParts = {}): Pod {
    return pod({
        ...parts,
        app: { env: [variable], resources: { limits: { ...epc, ...enclave } }, volumeMounts: [socketMount], ...app },
        volumes: volumes ?? [socketVolume],
    });
}

/** A pod as `withAttestation` makes it from one whose container asks for EPC. */
export function attestedPod({ app, ...parts }: PodParts = {}): Pod {
    return withAttestation(
        pod({ ...parts, app: { resources: { limits: epc }, ...app } }),
        AttestationMode.outOfProcess,
    );
}

/** A pod whose owner added the label, and nothing else. */
export function labelledPod({ app, labels, ...parts }: PodParts = {}): Pod {
    return pod({ ...parts, labels: { ...outOfProcess, ...labels }, app: { resources: { limits: epc }, ...app } });
}
