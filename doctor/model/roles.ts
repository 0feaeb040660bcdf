import { PROVISION_RESOURCE } from "../../components/sgx/index.js";
import { isInSocketDir } from "../../components/sgx/aesm/socket-dir.js";
import type { DaemonSet, Meta, PodSpec } from "./objects.js";

/** What a pod does for SGX on its node. */
export type Role = "plugin" | "helper" | "workload";

/** Directory in which device plugins register. */
const DEVICE_PLUGINS_DIR = "/var/lib/kubelet/device-plugins";

/**
 * `app.kubernetes.io/name` of this package's DaemonSets, `app` of the add-on's and of Intel's, and the names of all of
 * them. Of the add-on's quote helper only the name is known (https://github.com/gramineproject/gsc/issues/99).
 */
const pluginNames = ["sgx-device-plugin", "sgx-plugin", "intel-sgx-plugin"];
const helperNames = ["sgx-quote-helper", "intel-sgx-aesmd"];

/** The role of a pod, by its labels and the name of its DaemonSet, else by what it has of the node. */
export function roleOf(metadata: Pick<Meta, "labels" | "ownerReferences">, spec: PodSpec): Role {
    const owner = metadata.ownerReferences?.find(({ kind }) => kind === "DaemonSet");
    return roleBy(metadata.labels, owner?.name, spec);
}

/** The role of the pods of a DaemonSet. */
export function roleOfDaemonSet({ metadata, spec: { template } }: Pick<DaemonSet, "metadata" | "spec">): Role {
    return roleBy(template.metadata?.labels, metadata.name, template.spec);
}

function roleBy(labels: Meta["labels"], daemonSet: string | undefined, spec: PodSpec): Role {
    const names = [labels?.["app.kubernetes.io/name"], labels?.["app"], daemonSet];
    const isOneOf = (known: readonly string[]) => names.some((name) => name !== undefined && known.includes(name));
    if (isOneOf(pluginNames) || offersDevices(spec, daemonSet)) return "plugin";
    if (isOneOf(helperNames) || servesQuotes(spec)) return "helper";
    return "workload";
}

/** It registers at the kubelet, and is for SGX: others than SGX's device plugins mount all of `/dev`. */
function offersDevices({ volumes = [], containers }: PodSpec, daemonSet = ""): boolean {
    const paths = volumes.map(({ hostPath }) => hostPath?.path ?? "");
    if (!paths.some((path) => path.replace(/\/+$/, "") === DEVICE_PLUGINS_DIR)) return false;
    if (paths.some((path) => path.startsWith("/dev/sgx"))) return true;
    const words = [
        daemonSet,
        ...containers.flatMap(({ name, image, command = [] }) => [name, image, command[0] ?? ""]),
    ];
    return paths.some((path) => path.replace(/\/+$/, "") === "/dev") && words.some((word) => /sgx/i.test(word));
}

/** It writes AESM's directory of the node, and has the provisioning device, which only AESM needs. */
function servesQuotes(spec: PodSpec): boolean {
    return socketWriters(spec).length > 0 && provisions(spec);
}

/** The containers that can write AESM's directory of the node. */
export function socketWriters({ volumes = [], containers, initContainers = [] }: PodSpec): string[] {
    const ofNode = new Set(volumes.flatMap(({ name, hostPath }) => (isInSocketDir(hostPath?.path) ? [name] : [])));
    return [...initContainers, ...containers]
        .filter(({ volumeMounts = [] }) =>
            volumeMounts.some(({ name, readOnly }) => ofNode.has(name) && readOnly !== true),
        )
        .map(({ name }) => name);
}

/** The container of a quote helper with AESM: `aesm` in this package's pods, else the one that writes its directory. */
export function aesmOf(spec: PodSpec): string | undefined {
    const names = spec.containers.map(({ name }) => name);
    return names.includes("aesm") ? "aesm" : socketWriters(spec).find((writer) => names.includes(writer));
}

function provisions({ containers }: PodSpec): boolean {
    return containers.some(({ resources }) => resources?.limits?.[PROVISION_RESOURCE] !== undefined);
}
