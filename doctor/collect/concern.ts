import { AESM_ENV, ATTESTATION_LABEL } from "../../components/sgx/index.js";
import { isInSocketDir } from "../../components/sgx/aesm/socket-dir.js";
import { LEGACY_EPC_RESOURCE } from "../../components/sgx/resources.js";
import type { PodSpec } from "../model/objects.js";
import { roleOf } from "../model/roles.js";
import { isRaw, itemsOf, under, type Raw } from "./keep/shape.js";

/**
 * Whether a pod or a template has to do with SGX: it asks for resources of SGX, says how it attests, mounts AESM's
 * directory or SGX devices, or is one of a device plugin or quote helper. One that mounts all of `/`, `/var` or `/run`,
 * or the kubelet's device plugins, as agents do, does something else.
 */
export function concernsSgx(metadata: Raw, spec: Raw): boolean {
    if (ATTESTATION_LABEL in under(metadata, "labels")) return true;
    const containers = [...itemsOf(spec, "containers"), ...itemsOf(spec, "initContainers")];
    if (containers.some((one) => asksForSgx(one) || namesAesm(one) || mountsSocketDir(one))) return true;
    if (itemsOf(spec, "volumes").some(reachesSgx)) return true;
    if (!Array.isArray(spec.containers)) return false;
    return roleOf(metadata, spec as unknown as PodSpec) !== "workload";
}

function asksForSgx({ resources }: Raw): boolean {
    if (!isRaw(resources)) return false;
    const names = [...Object.keys(under(resources, "limits")), ...Object.keys(under(resources, "requests"))];
    return names.some((name) => name.startsWith("sgx.intel.com/") || name === LEGACY_EPC_RESOURCE);
}

function namesAesm(container: Raw): boolean {
    return itemsOf(container, "env").some(({ name }) => name === AESM_ENV);
}

function mountsSocketDir(container: Raw): boolean {
    return itemsOf(container, "volumeMounts").some(({ mountPath }) => isInSocketDir(mountPath));
}

function reachesSgx(volume: Raw): boolean {
    const { path } = under(volume, "hostPath");
    return typeof path === "string" && (isInSocketDir(path) || path.startsWith("/dev/sgx"));
}
