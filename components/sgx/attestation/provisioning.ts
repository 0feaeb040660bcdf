import { PROVISION_RESOURCE } from "../resources";

/** What out-of-process attestation is about, in the words of withAttestation's messages and of the guard's. */
export const ONLY_AESM_PROVISIONS = "out-of-process only the node's AESM may reach the provisioning device";

/** The ways to the provisioning device that withAttestation and the guard both refuse, each in the words of both. */
export const provisioningWays = {
    resource: "asks for the provisioning device",
    hostPath: "is a directory or file of the node",
    privileged: "is privileged, which gives it the whole node",
    capability: "adds a capability beyond those that a runtime gives by default",
    annotation: "asks the container runtime or a plug-in of it for devices, mounts, networks or settings of the node",
} as const;

/**
 * Resources of Intel's plug-in that come with the provisioning device; the last two are for DCAP's own infrastructure.
 */
export const provisioningResources: readonly string[] = [
    PROVISION_RESOURCE,
    "sgx.intel.com/qe",
    "sgx.intel.com/registration",
];
