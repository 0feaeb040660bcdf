import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { AESM_SOCKET, AESM_SOCKET_DIR, ENCLAVE_RESOURCE, EPC_RESOURCE, PROVISION_RESOURCE } from "../sgx";
import { metricsContainer } from "../shared/metrics-container";
import { hardened, tolerateAll } from "../shared/objects";
import { QuoteHelperRollout, QuotingLogLevel } from "./args";
import {
    aesmOwnFolder,
    answeredNote,
    answersFile,
    configFolder,
    heartbeatFile,
    metricsFolder,
    metricsServerFile,
    notesFolder,
    proxyFile,
    quotesFile,
} from "./paths";
import { aesmProbes, proxyProbes, terminationSeconds } from "./probes";
import type { QuoteHelperSpec } from "./spec";

type Mount = inputs.core.v1.VolumeMount;

/** The volumes, by what is in them. */
const nodeSocket = "aesm-socket";
const ownSocket = "aesm-own-socket";
const config = "config";
const notes = "proxy-notes";
const metrics = "metrics";

/** The pod of the quote helper: AESM, and in front of it the proxy, unless that is switched off. */
export function quoteHelperPod(spec: QuoteHelperSpec, configName: pulumi.Input<string>): inputs.core.v1.PodSpec {
    const containers = [aesmContainer(spec)];
    const volumes: inputs.core.v1.Volume[] = [
        { name: nodeSocket, hostPath: { path: AESM_SOCKET_DIR, type: "DirectoryOrCreate" } },
        { name: config, configMap: { name: configName, defaultMode: 0o444 } },
        { name: "state", emptyDir: { sizeLimit: "64Mi" } },
        { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
    ];
    if (spec.socketProxy) {
        containers.push(proxyContainer(spec));
        volumes.push({ name: ownSocket, emptyDir: { sizeLimit: "1Mi" } });
        volumes.push({ name: notes, emptyDir: { sizeLimit: "1Mi" } });
    }
    if (spec.metrics) {
        containers.push(serverContainer(spec));
        volumes.push({ name: metrics, emptyDir: { medium: "Memory", sizeLimit: "1Mi" } });
    }
    return {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        priorityClassName: "system-node-critical",
        nodeSelector: { "kubernetes.io/os": "linux", ...spec.nodeSelector },
        tolerations: tolerateAll,
        terminationGracePeriodSeconds: terminationSeconds,
        containers,
        volumes,
    };
}

function aesmContainer(spec: QuoteHelperSpec): inputs.core.v1.Container {
    const proxied = spec.socketProxy;
    const sgx = { [EPC_RESOURCE]: spec.epc, [ENCLAVE_RESOURCE]: "1", [PROVISION_RESOURCE]: "1" };
    return {
        name: "aesm",
        image: spec.image,
        imagePullPolicy: "IfNotPresent",
        // ECDSA required: without the flag AESM stays up when QE3 does not load. No syslog: log to stdout.
        command: [
            "/opt/intel/sgx-aesm-service/aesm/aesm_service",
            "--no-daemon",
            "--no-syslog",
            "--supported_attestation_types=ECDSA",
        ],
        env: [
            { name: "LD_LIBRARY_PATH", value: "/opt/intel/sgx-aesm-service/aesm" },
            { name: "AZDCAP_CACHE", value: "/tmp" },
            { name: "AZDCAP_COLLATERAL_VERSION", value: spec.collateralVersion },
            { name: "AZDCAP_DEBUG_LOG_LEVEL", value: spec.logLevel === QuotingLogLevel.info ? "INFO" : "ERROR" },
        ],
        resources: {
            requests: { cpu: "50m", memory: "64Mi", ...sgx },
            limits: { cpu: "500m", memory: "256Mi", ...sgx },
        },
        // Root, without any capability: the devices belong to root or to groups whose numbers differ from node to node.
        securityContext: { ...hardened, runAsUser: 0 },
        ...aesmProbes(spec),
        volumeMounts: [
            { name: proxied ? ownSocket : nodeSocket, mountPath: AESM_SOCKET_DIR },
            ...(proxied ? [{ name: notes, mountPath: notesFolder.ofAesm, readOnly: true }] : []),
            configMount,
            { ...configMount, mountPath: "/etc/aesmd.conf", subPath: "aesmd.conf" },
            { ...configMount, mountPath: "/etc/sgx_default_qcnl.conf", subPath: "sgx_default_qcnl.conf" },
            ...(spec.metrics ? [metricsMount] : []),
            { name: "state", mountPath: "/var/opt/aesmd" },
            { name: "tmp", mountPath: "/tmp" },
        ],
    };
}

const metricsMount: Mount = { name: metrics, mountPath: metricsFolder };
const configMount: Mount = { name: config, mountPath: configFolder, readOnly: true };

/** Holds no device and no EPC: what pods send is read here, and AESM gets whole messages only. */
function proxyContainer(spec: QuoteHelperSpec): inputs.core.v1.Container {
    return {
        name: "proxy",
        image: spec.image,
        imagePullPolicy: "IfNotPresent",
        command: [
            "perl",
            proxyFile,
            AESM_SOCKET,
            AESM_SOCKET.replace(AESM_SOCKET_DIR, aesmOwnFolder),
            heartbeatFile,
            `${notesFolder.ofProxy}/${answeredNote}`,
            ...(spec.metrics ? [quotesFile] : []),
        ],
        resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "500m", memory: "96Mi" } },
        // Root, without any capability: the node's directory belongs to root.
        securityContext: { ...hardened, runAsUser: 0 },
        ...proxyProbes(),
        volumeMounts: [
            { name: nodeSocket, mountPath: AESM_SOCKET_DIR },
            { name: ownSocket, mountPath: aesmOwnFolder, readOnly: true },
            configMount,
            { name: notes, mountPath: notesFolder.ofProxy },
            ...(spec.metrics ? [metricsMount] : []),
        ],
    };
}

/** Serves what the two others have written. */
function serverContainer({ image, collateralVersion, rollout }: QuoteHelperSpec): inputs.core.v1.Container {
    const options = [
        "--package=psw=sgx-aesm-service",
        "--package=dcap=libsgx-pce-logic",
        "--package=provider=az-dcap-client",
        `--label=collateral=${collateralVersion}`,
    ];
    const ready = rollout === QuoteHelperRollout.proven ? "/readyz" : "/healthz";
    return {
        ...metricsContainer(image, metricsServerFile, [answersFile, quotesFile], { options, ready }),
        volumeMounts: [configMount, { ...metricsMount, readOnly: true }],
    };
}
