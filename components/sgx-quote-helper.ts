import * as pulumi from "@pulumi/pulumi";
import { DaemonSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import { checkedImage, kubernetesName, oneOf, requiredImage } from "./checks";
import { childOptions } from "./options";
import {
    AESM_SOCKET_DIR,
    aesmProbeCommand,
    aesmProbeScript,
    EPC_RESOURCE,
    ENCLAVE_RESOURCE,
    parseEpc,
    PROVISION_RESOURCE,
    SGX_NODE_LABEL,
    SGX_NODE_LABEL_VALUE,
    throwIfAny,
    type Problem,
} from "./sgx";
import { CollateralVersion, quotingConfig, QuotingLogLevel } from "./workload/quoting-config";
import { commonLabels, hardened, namespaceFor, oneAtATime, tolerateAll } from "./workload/objects";

/** Settings of the quote helper, whoever names its image. */
export interface QuoteHelperSettings {
    /** EPC for the quoting enclaves (QE3, PCE), a quantity. Default `2Mi`. A change rolls the DaemonSet. */
    epc?: string;
    /** Version of the collateral API, the same for quoting and verifying. Default `v4`; Intel ended v2 and v3 in 2026. */
    collateralVersion?: CollateralVersion;
    /** What the quote provider library logs. Default `error`. */
    logLevel?: QuotingLogLevel;
    /** A namespace that exists. Default: `sgx-quote-helper` is created. A change replaces the DaemonSet. */
    namespace?: pulumi.Input<string>;
    /** Labels of the nodes it runs on. Default: the label of this package's enclave pools. */
    nodeSelector?: Record<string, string>;
}

/** Arguments of `SgxQuoteHelper`. */
export interface SgxQuoteHelperArgs extends QuoteHelperSettings {
    /**
     * Image with Intel's AESM (PSW 2.22 to 2.29, or 2.30.1 and later), its quote-ex plugin and one quote provider library, on a base
     * with perl-base (every Debian and Ubuntu image), such as one built from `images/aesm`. A change rolls the DaemonSet: quoting
     * pauses on one node at a time.
     */
    image: pulumi.Input<string>;
}

const app = "sgx-quote-helper";
/** Where AESM runs unless the arguments say otherwise. */
export const quoteHelperNamespace = app;

/** Where the ConfigMap is mounted as a whole. */
const configFolder = "/etc/confidential-aks";

/** EPC the quote helper asks for where the arguments name none; Intel's own manifest asks for 1Mi, SCONE's for 4. */
export const quoteHelperEpc = "2Mi";

/**
 * One AESM on every enclave node, serving `/var/run/aesmd` for out-of-process quotes.
 *
 * It alone holds the provisioning device and the quoting enclaves, so platform updates touch this DaemonSet instead of every
 * application. Its probes ask AESM over its own protocol: a socket file alone says nothing. One per cluster, and
 * not beside the AKS add-on's quote helper: two AESMs on one directory remove each other's socket.
 */
export class SgxQuoteHelper extends pulumi.ComponentResource {
    /** Namespace of the DaemonSet. */
    public readonly namespace: pulumi.Output<string>;
    /** Name of the DaemonSet. */
    public readonly daemonSetName: pulumi.Output<string>;

    constructor(name: string, args: SgxQuoteHelperArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `quote helper "${name}"`;
        throwIfAny(subject, [
            ...requiredImage("image", args.image, "an image with AESM, built from images/aesm", "name it"),
            ...checkQuoteHelperSettings(args),
        ]);
        super("confidential-aks:index:SgxQuoteHelper", name, args, opts);
        const child = childOptions(this, opts);
        const namespace = namespaceFor(name, args.namespace, app, "quote-helper", child);
        // AESM reads its files once. Auto-named and immutable: other contents are another object, which rolls the pods.
        const config = new ConfigMap(
            `${name}-config`,
            {
                metadata: { namespace, labels: commonLabels(app, "quote-helper") },
                immutable: true,
                data: { ...quotingConfig(args), "aesm-probe.pl": aesmProbeScript },
            },
            child,
        );
        const daemonSet = new DaemonSet(
            name,
            {
                metadata: { name: app, namespace, labels: commonLabels(app, "quote-helper") },
                spec: {
                    selector: { matchLabels: { "app.kubernetes.io/name": app } },
                    updateStrategy: oneAtATime,
                    template: {
                        metadata: { labels: commonLabels(app, "quote-helper") },
                        spec: podSpec(args, checkedImage(subject, "image", args.image), config.metadata.name),
                    },
                },
            },
            child,
        );
        this.namespace = pulumi.output(namespace);
        this.daemonSetName = daemonSet.metadata.name;
        this.registerOutputs({ namespace: this.namespace, daemonSetName: this.daemonSetName });
    }
}

/** Problems of the settings that are known now. */
export function checkQuoteHelperSettings(args: QuoteHelperSettings): Problem[] {
    return [
        ...(args.epc === undefined ? [] : parseEpc(args.epc, "epc").problems),
        ...oneOf("collateralVersion", args.collateralVersion, CollateralVersion),
        ...oneOf("logLevel", args.logLevel, QuotingLogLevel),
        ...kubernetesName("namespace", args.namespace),
    ];
}

function podSpec(
    args: SgxQuoteHelperArgs,
    image: pulumi.Input<string>,
    configName: pulumi.Input<string>,
): inputs.core.v1.PodSpec {
    return {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        priorityClassName: "system-node-critical",
        nodeSelector: {
            "kubernetes.io/os": "linux",
            ...(args.nodeSelector ?? { [SGX_NODE_LABEL]: SGX_NODE_LABEL_VALUE }),
        },
        tolerations: tolerateAll,
        terminationGracePeriodSeconds: 30,
        containers: [aesmContainer(args, image)],
        volumes: [
            { name: "aesm-socket", hostPath: { path: AESM_SOCKET_DIR, type: "DirectoryOrCreate" } },
            { name: "config", configMap: { name: configName, defaultMode: 0o444 } },
            { name: "state", emptyDir: { sizeLimit: "64Mi" } },
            { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
        ],
    };
}

function aesmContainer(args: SgxQuoteHelperArgs, image: pulumi.Input<string>): inputs.core.v1.Container {
    const sgx = { [EPC_RESOURCE]: args.epc ?? quoteHelperEpc, [ENCLAVE_RESOURCE]: "1", [PROVISION_RESOURCE]: "1" };
    return {
        name: "aesm",
        image,
        imagePullPolicy: "IfNotPresent",
        // ECDSA required: without the flag AESM stays up when its quoting enclaves do not load. No syslog: log to stdout.
        command: [
            "/opt/intel/sgx-aesm-service/aesm/aesm_service",
            "--no-daemon",
            "--no-syslog",
            "--supported_attestation_types=ECDSA",
        ],
        env: [
            { name: "LD_LIBRARY_PATH", value: "/opt/intel/sgx-aesm-service/aesm" },
            { name: "AZDCAP_CACHE", value: "/tmp" },
            { name: "AZDCAP_COLLATERAL_VERSION", value: args.collateralVersion ?? CollateralVersion.v4 },
            { name: "AZDCAP_DEBUG_LOG_LEVEL", value: args.logLevel === QuotingLogLevel.info ? "INFO" : "ERROR" },
        ],
        resources: {
            requests: { cpu: "50m", memory: "64Mi", ...sgx },
            limits: { cpu: "500m", memory: "256Mi", ...sgx },
        },
        // Root, without any capability: the devices belong to root or to groups whose numbers differ from node to node.
        securityContext: { ...hardened, runAsUser: 0 },
        ...probes(),
        volumeMounts: [
            { name: "aesm-socket", mountPath: AESM_SOCKET_DIR },
            { name: "config", mountPath: configFolder, readOnly: true },
            { name: "config", mountPath: "/etc/aesmd.conf", subPath: "aesmd.conf", readOnly: true },
            {
                name: "config",
                mountPath: "/etc/sgx_default_qcnl.conf",
                subPath: "sgx_default_qcnl.conf",
                readOnly: true,
            },
            { name: "state", mountPath: "/var/opt/aesmd" },
            { name: "tmp", mountPath: "/tmp" },
        ],
    };
}

/**
 * All three ask for the number of attestation keys, which runs on AESM's one quoting thread: a probe waits behind a quote in
 * progress, so it gets several seconds and several tries. Liveness is slow on purpose: a collateral service that is away must
 * not restart every AESM of the cluster.
 */
function probes(): Pick<inputs.core.v1.Container, "startupProbe" | "readinessProbe" | "livenessProbe"> {
    const ask = (timeoutSeconds: number) => ({
        command: aesmProbeCommand({ timeoutSeconds, scriptFile: `${configFolder}/aesm-probe.pl` }),
    });
    return {
        startupProbe: {
            exec: ask(5),
            periodSeconds: 5,
            timeoutSeconds: 7,
            failureThreshold: 36,
        },
        readinessProbe: {
            exec: ask(8),
            periodSeconds: 15,
            timeoutSeconds: 10,
            failureThreshold: 3,
        },
        livenessProbe: {
            exec: ask(18),
            periodSeconds: 60,
            timeoutSeconds: 20,
            failureThreshold: 5,
        },
    };
}
