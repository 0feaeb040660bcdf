import { attestedPod, attestingPod, enclave, epc, inProcess, outOfProcess, pod, type Pod } from "../pods";
import { socketMount, socketVolume, variable } from "../pods";

const helper = (name: string, more: object = {}) => ({ name, image: `example.org/${name}:1`, ...more });
const sgx = { resources: { limits: { ...epc, ...enclave } } };

/** Pods that attest and are complete: admitted, and not changed. */
export const completePods: Record<string, Pod> = {
    "made by withAttestation": attestedPod(),
    "made by withAttestation, of several containers": attestedPod({
        containers: [helper("second", { resources: { limits: epc } }), helper("plain")],
        initContainers: [helper("first", { resources: { limits: epc } })],
    }),
    "made by withAttestation, with everything of its own": attestedPod({
        app: {
            env: [{ name: "A", value: "b" }],
            volumeMounts: [{ name: "data", mountPath: "/data" }],
            securityContext: { runAsUser: 10_001, capabilities: { drop: ["ALL"] } },
            ports: [{ containerPort: 443 }],
        },
        volumes: [{ name: "data", emptyDir: {} }],
        spec: { tolerations: [{ key: "spot", operator: "Exists" }], nodeSelector: { "confidential-aks/sgx": "true" } },
    }),
    "set up by hand, without a label": attestingPod(),
    "set up by hand, with the label": attestingPod({ labels: outOfProcess }),
    "set up by hand under another volume name, as in Azure's documentation": attestingPod({
        app: { volumeMounts: [{ ...socketMount, name: "var-run-aesmd" }] },
        volumes: [{ ...socketVolume, name: "var-run-aesmd" }],
    }),
    "set up by hand under another volume name, with the label": attestingPod({
        app: { volumeMounts: [{ ...socketMount, name: "var-run-aesmd" }] },
        volumes: [{ ...socketVolume, name: "var-run-aesmd" }],
        labels: outOfProcess,
    }),
    "with the directory by its real path": attestingPod({
        app: { volumeMounts: [{ ...socketMount, mountPath: "/run/aesmd" }] },
    }),
    "with a slash at the end of the mount": attestingPod({
        app: { volumeMounts: [{ ...socketMount, mountPath: "/var/run/aesmd/" }] },
    }),
    "with mount propagation written out": attestingPod({
        app: { volumeMounts: [{ ...socketMount, mountPropagation: "None" }] },
    }),
    "with read-only all the way down": attestingPod({
        app: { volumeMounts: [{ ...socketMount, recursiveReadOnly: "IfPossible" }] },
    }),
    "with a helper that asks AESM as well": attestingPod({
        containers: [helper("helper", { env: [variable], volumeMounts: [socketMount] })],
    }),
    "with a sidecar that knows nothing of it": attestingPod({
        initContainers: [helper("proxy", { restartPolicy: "Always" })],
    }),
    "with an init container in an enclave": attestingPod({
        initContainers: [helper("seal", { ...sgx, env: [variable], volumeMounts: [socketMount] })],
    }),
    "an enclave that attests nothing": pod({ app: sgx }),
    "EPC in bytes": pod({ app: { resources: { limits: { ...enclave, "sgx.intel.com/epc": "33554432" } } } }),
    "EPC of one page": pod({ app: { resources: { limits: { ...enclave, "sgx.intel.com/epc": "4Ki" } } } }),
    "the in-process label on a pod that does nothing yet": pod({ labels: inProcess, app: sgx }),
    "the volume, which no container mounts": pod({ volumes: [socketVolume] }),
};

/** Pods with the label to be set up, in the shapes of charts: admitted, and made what withAttestation makes of them. */
export const labelledParts: Record<string, Parameters<typeof pod>[0]> = {
    "a container that asks for EPC": {},
    "a request without a limit": { app: { resources: { requests: epc } } },
    "limits and requests": { app: { resources: { limits: { ...epc, cpu: "1" }, requests: { ...epc, cpu: "100m" } } } },
    "the device already": { app: sgx },
    "the variable already": { app: { env: [variable] } },
    "variables of its own": {
        app: {
            env: [
                { name: "A", value: "b" },
                { name: "C", value: "$(A)" },
            ],
        },
    },
    "the mount and the volume already": { app: { volumeMounts: [socketMount] }, volumes: [socketVolume] },
    "the volume already": { volumes: [socketVolume] },
    "all but the device": {
        app: { env: [variable], volumeMounts: [socketMount] },
        volumes: [socketVolume],
    },
    "mounts of its own": {
        app: { volumeMounts: [{ name: "data", mountPath: "/data" }] },
        volumes: [{ name: "data", emptyDir: {} }],
    },
    "two containers with EPC": { containers: [helper("second", { resources: { limits: epc } })] },
    "a container without EPC": { containers: [helper("plain", { env: [{ name: "A", value: "b" }] })] },
    "an init container without EPC": { initContainers: [helper("setup")] },
    "an init container with EPC": { initContainers: [helper("seal", { resources: { limits: epc } })] },
    "a sidecar with EPC": {
        initContainers: [helper("proxy", { restartPolicy: "Always", resources: { limits: epc } })],
    },
    "a toleration of its own": { spec: { tolerations: [{ key: "spot", operator: "Exists" }] } },
    "a toleration of everything": { spec: { tolerations: [{ operator: "Exists" }] } },
    "the toleration already": {
        spec: {
            tolerations: [{ key: "confidential-aks/sgx", operator: "Equal", value: "true", effect: "NoSchedule" }],
        },
    },
    "a toleration for another effect": {
        spec: { tolerations: [{ key: "confidential-aks/sgx", operator: "Exists", effect: "NoExecute" }] },
    },
    "a pull policy": { app: { imagePullPolicy: "Always" } },
    "an image by digest": { app: { image: `example.org/app@sha256:${"a".repeat(64)}` } },
    "an image without a tag": { app: { image: "example.org/app" } },
    "restarts never": { spec: { restartPolicy: "Never" } },
    "no token": { spec: { automountServiceAccountToken: false } },
    "a priority and a run-time deadline": {
        spec: { activeDeadlineSeconds: 600, priorityClassName: "system-node-critical" },
    },
};
