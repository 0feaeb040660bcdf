import { PROVISION_RESOURCE } from "../../components/sgx/index.js";
import { isInSocketDir } from "../../components/sgx/aesm/socket-dir.js";
import type { Meta, PodSpec } from "./objects.js";

/** What a pod does for SGX on its node. */
export type Role = "plugin" | "helper" | "workload";

/** Directory in which device plugins register. */
export const DEVICE_PLUGINS_DIR = "/var/lib/kubelet/device-plugins";

/** `app.kubernetes.io/name` of this package's DaemonSets, `app` of the add-on's and of Intel's. */
const pluginApps = ["sgx-device-plugin", "sgx-plugin", "intel-sgx-plugin"];
const helperApps = ["sgx-quote-helper", "intel-sgx-aesmd"];

/** The role of a pod, by the labels of whose pods it is, else by what it has of the node. */
export function roleOf(metadata: Pick<Meta, "labels">, spec: PodSpec): Role {
    const apps = [metadata.labels?.["app.kubernetes.io/name"], metadata.labels?.["app"]];
    const isOneOf = (names: readonly string[]) => apps.some((app) => app !== undefined && names.includes(app));
    if (isOneOf(pluginApps) || offersDevices(spec)) return "plugin";
    if (isOneOf(helperApps) || servesQuotes(spec)) return "helper";
    return "workload";
}

/** It registers at the kubelet, and has the devices of SGX. */
function offersDevices({ volumes = [] }: PodSpec): boolean {
    const paths = volumes.map(({ hostPath }) => hostPath?.path ?? "");
    const registers = paths.some((path) => path.replace(/\/+$/, "") === DEVICE_PLUGINS_DIR);
    return registers && paths.some((path) => path.startsWith("/dev/sgx") || path.replace(/\/+$/, "") === "/dev");
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

function provisions({ containers }: PodSpec): boolean {
    return containers.some(({ resources }) => resources?.limits?.[PROVISION_RESOURCE] !== undefined);
}
