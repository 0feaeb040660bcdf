/**
 * What the device plugin runs with unless its arguments say otherwise
 * (https://github.com/intel/intel-device-plugins-for-kubernetes).
 */
export const devicePluginDefaults = {
    /** By tag: this package knows no digest of the two images, and warns of it. */
    image: "intel/intel-sgx-plugin:0.36.0",
    epcHookImage: "intel/intel-sgx-initcontainer:0.36.0",
    /** As Intel's plugin has both limits. */
    enclaveLimit: 110,
    provisionLimit: 110,
    networkPolicy: true,
    startupTaint: false,
} as const;
