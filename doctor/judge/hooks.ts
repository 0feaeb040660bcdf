import type { Container, PodSpec } from "../model/objects.js";

/**
 * Names of the init containers that register EPC: this package's, and those of the AKS add-on and of Intel's manifests
 * (https://github.com/Azure/AKS/issues/2363, https://github.com/intel/intel-device-plugins-for-kubernetes).
 */
const hookNames = ["epc-hook", "sgx-plugin-init", "sgx-epc-initcontainer", "intel-sgx-initcontainer"];

/** The init container of a device plugin that registers the node's EPC. */
export function hookOf({ initContainers = [] }: PodSpec): Container | undefined {
    return initContainers.find(
        ({ name, image, command = [] }) =>
            hookNames.includes(name) ||
            /sgx-(init|epc)[a-z-]*/.test(image) ||
            command.some((word) => /epchook/.test(word)),
    );
}
