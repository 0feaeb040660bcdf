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
} from "./aesm/aesm";
export { ATTESTATION_LABEL, AttestationLabelValue } from "./attestation/mode";
export { checkKubernetesVersion, parseKubernetesVersion, type KubernetesVersion } from "./kubernetes-version";
export { SGX_NODE_LABEL, SGX_NODE_LABEL_VALUE, SGX_TAINT_KEY } from "./nodes";
export {
    aesmProbeCommand,
    AesmQuestion,
    aesmWaitCommand,
    type AesmProbeOptions,
    type AesmWaitOptions,
} from "./aesm/probe";
export { aesmProbeScript } from "./aesm/scripts";
export { AttestationMode, type WithAttestationOptions } from "./attestation/mode";
export { withAttestation } from "./attestation/with-attestation";
export { convertLegacyEpc, formatEpc, mibToEpc, parseEpc, type ParsedEpc } from "./epc/epc";
export { ENCLAVE_RESOURCE, EPC_RESOURCE, LEGACY_EPC_RESOURCE, PROVISION_RESOURCE } from "./resources";
export {
    checkEpcFits,
    epcBudget,
    type EpcBudget,
    type EpcBudgetArgs,
    type EpcBudgetWorkload,
    type EpcShare,
} from "./epc/budget";
export { fitPods, leftOf, type NodeFit } from "./node-fit";
export { NodeResource, podRequests, type NodeAmounts } from "./pod-requests";
export { convertLegacyResources } from "./attestation/legacy-resources";
export { findPodSpec, podSpecsOf, type FoundPodSpec, type PodSpecLocation } from "./pod-spec";
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
