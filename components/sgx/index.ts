export { aksNode, aksSystemPods, defaultMaxPods, PodNetwork } from "./aks-node";
export { AESM_ENV, AESM_ENV_VALUE, AESM_SOCKET, AESM_SOCKET_DIR } from "./aesm/aesm";
export { ATTESTATION_LABEL, AttestationLabelValue } from "./attestation/mode";
export { checkKubernetesVersion, parseKubernetesVersion, type KubernetesVersion } from "./kubernetes-version";
export { parseQuantity } from "./quantity";
export {
    POOL_LABEL,
    POOL_OWNER_LABEL,
    SGX_NODE_LABEL,
    SGX_NODE_LABEL_VALUE,
    SGX_TAINT_KEY,
    STARTUP_TAINT_KEY,
    STARTUP_TAINT_POLICY,
} from "./nodes";
export { refusedUpgrade } from "./kubernetes-upgrade";
export { aesmProbeCommand, AesmQuestion, type AesmProbeOptions } from "./aesm/probe";
export { aesmProbeScript } from "./aesm/scripts";
export { checkKeyRelease, keyReleaseChecks, keyReleaseVariables } from "./attestation/key-release";
export { AttestationMode, type KeyReleaseOptions, type WithAttestationOptions } from "./attestation/mode";
export { withAttestation } from "./attestation/with-attestation";
export { convertLegacyEpc, formatEpc, parseEpc } from "./epc/epc";
export { ENCLAVE_RESOURCE, EPC_RESOURCE, PROVISION_RESOURCE } from "./resources";
export {
    checkEpcFits,
    epcBudget,
    type EpcBudget,
    type EpcBudgetArgs,
    type EpcBudgetWorkload,
    type EpcShare,
} from "./epc/budget";
export { fitPods, leftOf } from "./node-fit";
export { nodeAmounts, NodeResource, podRequests, type NodeAmounts } from "./pod-requests";
export { convertLegacyResources } from "./attestation/legacy-resources";
export { metricsPort, metricsPortName } from "./metrics";
export { podSpecsOf } from "./pod-spec";
export { retirements, type Retirement } from "./retirements";
export { vmFamily } from "./vm-family";
export { checkVmSize, findVmSize, sgxSeries, sgxVmSizes, type SgxSeriesName, type VmSize } from "./vm-sizes";
export { docsOfCheck, type CheckCode } from "./check-docs";
export { checkEnclave, enclaveOf, type Enclave, type EnclaveArgs } from "./enclave/enclave";
export { attestationPolicyOf } from "./attestation-policy/of-enclave";
export { PolicySyntaxError } from "./attestation-policy/lex";
export { parsePolicy } from "./attestation-policy/parse";
export { printPolicy } from "./attestation-policy/print";
export { policyHash, policyIn, unsignedPolicy } from "./attestation-policy/upload";
export { readReleasePolicy, writeReleasePolicy } from "./release-policy/json";
export { releasePolicyOf } from "./release-policy/of-enclave";
export { evaluatePolicy, type Claim } from "./attestation-policy/evaluate";
