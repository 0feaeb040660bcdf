/** Where the device plugin runs unless its arguments say otherwise. */
export const devicePluginNamespace = "sgx-device-plugin";

/** Where AESM runs unless its arguments say otherwise. */
export const quoteHelperNamespace = "sgx-quote-helper";

/** Where the sample runs unless its arguments say otherwise. */
export const sampleNamespace = "attestation-sample";

/** Where the proof on every node runs unless its arguments say otherwise. */
export const nodeProofNamespace = "sgx-node-proof";
