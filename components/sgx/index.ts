export { aksNode, aksSystemPods, defaultMaxPods, PodNetwork } from "./aks-node";
export {
    AESM_ALIVE_REQUEST,
    AESM_ENV,
    AESM_ENV_VALUE,
    AESM_HEALTHY_RESPONSE,
    AESM_PROBE_REQUEST,
    AESM_SOCKET,
    AESM_SOCKET_DIR,
    AESM_VOLUME,
    AESM_WAIT_CONTAINER,
    aesmErrorName,
    aesmErrors,
    ATTESTATION_LABEL,
    AttestationLabelValue,
    SGX_NODE_LABEL,
    SGX_NODE_LABEL_VALUE,
    SGX_TAINT_KEY,
} from "./aesm";
export {
    aesmProbeCommand,
    AesmQuestion,
    aesmWaitCommand,
    type AesmProbeOptions,
    type AesmWaitOptions,
} from "./aesm-probe";
export { aesmProbeScript } from "./aesm-scripts";
export { AttestationMode, type WithAttestationOptions } from "./attestation-mode";
export { withAttestation } from "./attestation";
export {
    convertLegacyEpc,
    ENCLAVE_RESOURCE,
    EPC_RESOURCE,
    formatEpc,
    LEGACY_EPC_RESOURCE,
    mibToEpc,
    parseEpc,
    PROVISION_RESOURCE,
    type ParsedEpc,
} from "./epc";
export {
    checkEpcFits,
    epcBudget,
    type EpcBudget,
    type EpcBudgetArgs,
    type EpcBudgetWorkload,
    type EpcShare,
} from "./epc-budget";
export { fitPods, leftOf, type NodeFit } from "./node-fit";
export { NodeResource, podRequests, type NodeAmounts } from "./pod-requests";
export { convertLegacyResources } from "./legacy-resources";
export { findPodSpec, podSpecsOf, type FoundPodSpec, type PodSpecLocation } from "./pod-spec";
export { prefixed, suggest, throwIfAny, ValidationError, type Problem, type Warning } from "./problems";
export {
    checkVmSize,
    findVmSize,
    sgxSeries,
    SgxSeriesName,
    sgxVmSizes,
    type CheckedVmSize,
    type CheckVmSizeOptions,
    type SgxSeries,
    type SgxSeriesLifecycle,
    type VmSize,
} from "./vm-sizes";
