import * as pulumi from "@pulumi/pulumi";
import { DaemonSet } from "@pulumi/kubernetes/apps/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import { checkedImage, flag, imageReference, integerIn, kubernetesName, showWarnings } from "./checks";
import { epcHookAccount } from "./device-plugin/epc-hook";
import { childOptions, waitingFor } from "./options";
import { SGX_NODE_LABEL, SGX_NODE_LABEL_VALUE, throwIfAny, type Problem, type Warning } from "./sgx";
import { commonLabels, hardened, hardenedAs, namespaceFor, oneAtATime, tolerateAll } from "./workload/objects";
import { networkPolicyFor, reaches } from "./workload/network";

/** Arguments of `SgxDevicePlugin`. */
export interface SgxDevicePluginArgs {
    /**
     * Intel's device plugin. Default `intel/intel-sgx-plugin:0.36.0`, by tag, with a warning: name it with its digest
     * (`name:tag@sha256:...`), which `docker buildx imagetools inspect` shows. A change rolls the DaemonSet, one node at a time.
     */
    image?: pulumi.Input<string>;
    /** Intel's image with the EPC hook. Default `intel/intel-sgx-initcontainer:0.36.0`, as above. A change rolls the DaemonSet. */
    epcHookImage?: pulumi.Input<string>;
    /** How many containers of a node may have the enclave device at once, 2 to 10000 (AESM is one of them). Default 110, as Intel's plugin has it. */
    enclaveLimit?: number;
    /** How many containers of a node may have the provisioning device at once, 1 to 10000. Default 110. */
    provisionLimit?: number;
    /** A namespace that exists. Default: `sgx-device-plugin` is created. A change replaces the DaemonSet. */
    namespace?: pulumi.Input<string>;
    /** Labels of the nodes it runs on. Default: the label of this package's enclave pools. */
    nodeSelector?: Record<string, string>;
    /**
     * Whether a NetworkPolicy refuses connections to these pods, and lets them connect to the API server (ports 443 and 6443) and to resolvers only. It does nothing on a cluster
     * without a policy engine. Default `true`. A change takes effect at once, also on running pods.
     */
    networkPolicy?: boolean;
}

/** Images and limits used where the arguments name none (https://github.com/intel/intel-device-plugins-for-kubernetes). */
const defaults = {
    image: "intel/intel-sgx-plugin:0.36.0",
    epcHookImage: "intel/intel-sgx-initcontainer:0.36.0",
    limit: 110,
} as const;

const app = "sgx-device-plugin";
/** Where the device plugin runs unless the arguments say otherwise. */
export const devicePluginNamespace = app;

/**
 * Intel's SGX device plugin on every enclave node: offers `sgx.intel.com/enclave` and `sgx.intel.com/provision`, and registers
 * the node's EPC as `sgx.intel.com/epc`.
 *
 * The plugin serves only a socket of the kubelet's, in an image without a shell, so there is nothing to probe: the kubelet itself drops
 * the resources of a plugin that is gone. One per cluster, and not beside the AKS add-on: both would offer the same resources. Only the EPC hook, an init container, has a
 * token for the API server: it may read nodes, and change the EPC of the node that it runs on. An admission policy sees to that, so the
 * cluster needs Kubernetes 1.30.
 */
export class SgxDevicePlugin extends pulumi.ComponentResource {
    /** Namespace of the DaemonSet. */
    public readonly namespace: pulumi.Output<string>;
    /** Name of the DaemonSet. */
    public readonly daemonSetName: pulumi.Output<string>;

    constructor(name: string, args: SgxDevicePluginArgs, opts?: pulumi.ComponentResourceOptions) {
        const valid = validate(name, args);
        super("confidential-aks:index:SgxDevicePlugin", name, args, opts);
        showWarnings(devicePluginWarnings(args), this);
        const child = childOptions(this, opts);
        const namespace = namespaceFor(name, args.namespace, app, "device-plugin", child);
        const hook = epcHookAccount(name, namespace, child);
        const pods = { app, component: "device-plugin", namespace, egress: reaches.apiServer };
        const network = networkPolicyFor(name, pods, args.networkPolicy, child);
        const daemonSet = new DaemonSet(
            name,
            {
                metadata: { name: app, namespace, labels: commonLabels(app, "device-plugin") },
                spec: {
                    selector: { matchLabels: { "app.kubernetes.io/name": app } },
                    updateStrategy: oneAtATime,
                    template: {
                        metadata: { labels: commonLabels(app, "device-plugin") },
                        spec: devicePluginPod(valid, hook.accountName),
                    },
                },
            },
            waitingFor(child, [...hook.ready, ...network]),
        );
        this.namespace = pulumi.output(namespace);
        this.daemonSetName = daemonSet.metadata.name;
        this.registerOutputs({ namespace: this.namespace, daemonSetName: this.daemonSetName });
    }
}

/** The arguments with their defaults. */
export interface DevicePluginSpec {
    image: pulumi.Input<string>;
    epcHookImage: pulumi.Input<string>;
    enclaveLimit: number;
    provisionLimit: number;
    nodeSelector: Record<string, string>;
}

/** The default images, where they are used: by tag, since this package knows no digest of them. What was named on purpose passes. */
export function devicePluginWarnings(args: SgxDevicePluginArgs): Warning[] {
    const byTag = (["image", "epcHookImage"] as const).filter((path) => args[path] === undefined);
    if (byTag.length === 0) return [];
    const images = byTag.map((path) => defaults[path]).join(" and ");
    return [
        {
            code: "image-by-tag",
            path: byTag.join(", "),
            message:
                `${images} by tag from Docker Hub, on every enclave node and with its devices: who can move the tag decides what runs there; ` +
                "name the image with its digest (name:tag@sha256:..., as docker buildx imagetools inspect shows it)",
        },
    ];
}

/** Problems of the arguments that are known now. */
export function checkDevicePlugin(args: SgxDevicePluginArgs): Problem[] {
    return [
        ...imageReference("image", args.image),
        ...imageReference("epcHookImage", args.epcHookImage),
        ...integerIn("enclaveLimit", args.enclaveLimit, 2, 10_000),
        ...integerIn("provisionLimit", args.provisionLimit, 1, 10_000),
        ...kubernetesName("namespace", args.namespace),
        ...flag("networkPolicy", args.networkPolicy),
    ];
}

function validate(name: string, args: SgxDevicePluginArgs): DevicePluginSpec {
    const subject = `device plugin "${name}"`;
    throwIfAny(subject, checkDevicePlugin(args));
    const spec = devicePluginSpec(args);
    return {
        ...spec,
        image: checkedImage(subject, "image", spec.image),
        epcHookImage: checkedImage(subject, "epcHookImage", spec.epcHookImage),
    };
}

/** The arguments with their defaults, unchecked. */
export function devicePluginSpec(args: SgxDevicePluginArgs): DevicePluginSpec {
    return {
        image: args.image ?? defaults.image,
        epcHookImage: args.epcHookImage ?? defaults.epcHookImage,
        enclaveLimit: args.enclaveLimit ?? defaults.limit,
        provisionLimit: args.provisionLimit ?? defaults.limit,
        nodeSelector: args.nodeSelector ?? { [SGX_NODE_LABEL]: SGX_NODE_LABEL_VALUE },
    };
}

/** Any user but root. */
const hookUser = 65_532;

/** The pod of the device plugin. */
export function devicePluginPod(
    args: DevicePluginSpec,
    serviceAccountName: pulumi.Input<string>,
): inputs.core.v1.PodSpec {
    return {
        serviceAccountName,
        automountServiceAccountToken: false,
        priorityClassName: "system-node-critical",
        nodeSelector: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", ...args.nodeSelector },
        tolerations: tolerateAll,
        initContainers: [
            {
                name: "epc-hook",
                image: args.epcHookImage,
                imagePullPolicy: "IfNotPresent",
                // Registers the EPC that the processor reports; -affirm fails the pod, visibly, on a node that has none.
                command: ["/usr/local/bin/sgx-sw/intel-sgx-epchook", "-register", "-affirm"],
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
                image: args.image,
                imagePullPolicy: "IfNotPresent",
                args: ["-enclave-limit", String(args.enclaveLimit), "-provision-limit", String(args.provisionLimit)],
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
