import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { hardened, hardenedAs, tolerateAll } from "../shared/objects";
import type { DevicePluginSpec } from "./spec";

/** Any user but root. */
const hookUser = 65_532;

/** The pod of the device plugin. */
export function devicePluginPod(
    spec: DevicePluginSpec,
    serviceAccountName: pulumi.Input<string>,
): inputs.core.v1.PodSpec {
    return {
        serviceAccountName,
        automountServiceAccountToken: false,
        priorityClassName: "system-node-critical",
        nodeSelector: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", ...spec.nodeSelector },
        tolerations: tolerateAll,
        initContainers: [
            {
                name: "epc-hook",
                image: spec.epcHookImage,
                imagePullPolicy: "IfNotPresent",
                // Registers the EPC that the processor reports; -affirm fails the pod, visibly, on a node that has
                // none.
                command: ["/usr/local/bin/sgx-sw/intel-sgx-epchook", "-register", "-affirm"],
                // A hook that fails says why in the pod's status too, where confidential-aks doctor reads it.
                terminationMessagePolicy: "FallbackToLogsOnError",
                env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
                resources: { requests: { cpu: "20m", memory: "32Mi" }, limits: { cpu: "200m", memory: "64Mi" } },
                // It asks the processor and the API server, which takes no root.
                securityContext: hardenedAs(hookUser),
                volumeMounts: [
                    { name: "api-token", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true },
                ],
            },
        ],
        containers: [
            {
                name: "plugin",
                image: spec.image,
                imagePullPolicy: "IfNotPresent",
                args: ["-enclave-limit", String(spec.enclaveLimit), "-provision-limit", String(spec.provisionLimit)],
                terminationMessagePolicy: "FallbackToLogsOnError",
                resources: { requests: { cpu: "40m", memory: "32Mi" }, limits: { cpu: "200m", memory: "64Mi" } },
                securityContext: { ...hardened, seLinuxOptions: { type: "container_device_plugin_t" } },
                volumeMounts: [
                    { name: "kubelet-sockets", mountPath: "/var/lib/kubelet/device-plugins" },
                    { name: "sgx-enclave", mountPath: "/dev/sgx_enclave", readOnly: true },
                    { name: "sgx-provision", mountPath: "/dev/sgx_provision", readOnly: true },
                ],
            },
        ],
        volumes: [
            { name: "kubelet-sockets", hostPath: { path: "/var/lib/kubelet/device-plugins", type: "Directory" } },
            { name: "sgx-enclave", hostPath: { path: "/dev/sgx_enclave", type: "CharDevice" } },
            { name: "sgx-provision", hostPath: { path: "/dev/sgx_provision", type: "CharDevice" } },
            { name: "api-token", projected: apiToken },
        ],
    };
}

/** What the token mount of a pod holds, for the one container that needs it. */
const apiToken: inputs.core.v1.ProjectedVolumeSource = {
    defaultMode: 0o444,
    sources: [
        { serviceAccountToken: { path: "token", expirationSeconds: 3607 } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        { downwardAPI: { items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }] } },
    ],
};
