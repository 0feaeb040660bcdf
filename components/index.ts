// The public face of the package. A name goes in here only when programs of users need it.

// Components and their arguments. The schema for other languages has them in this order.
export { AttestationMonitoring } from "./monitoring/attestation-monitoring";
export {
    MonitoringFlavour,
    type AttestationMonitoringArgs,
    type AzureAlertsArgs,
    type WatchedDaemonSet,
} from "./monitoring/args";
export type { TcbCheckArgs } from "./monitoring/tcb-args";
export { AttestationPolicies } from "./policies/attestation-policies";
export { GuardMode, type AttestationPoliciesArgs } from "./policies/args";
export { AttestationProvider } from "./attestation-provider/attestation-provider";
export {
    AttestationType,
    type AttestationProviderArgs,
    type AttestationProviderSettings,
} from "./attestation-provider/args";
export { AttestedJob } from "./job/attested-job";
export type { AttestedJobArgs, KeyReleaseArgs } from "./job/args";
export { ConfidentialCluster } from "./cluster/confidential-cluster";
export type { ConfidentialClusterArgs } from "./cluster/args";
export type { EgressRule } from "./cluster/egress";
export { ExistingCluster } from "./cluster/existing-cluster";
export type { ExistingClusterArgs } from "./cluster/existing-args";
export type { ApiServerArgs, EntraArgs, NetworkArgs, OutboundArgs } from "./cluster/args-network";
export type { AutoscalerArgs, MaintenanceArgs, MaintenanceWindowArgs } from "./cluster/args-operations";
export type { EnclavePoolArgs, SystemPoolArgs } from "./cluster/args-pools";
export type { MonitoringArgs } from "./cluster/args-monitoring";
export type { NodePoolArgs } from "./cluster/args-production";
export type { KeyVaultKmsArgs, SecurityArgs } from "./cluster/args-security";
export {
    AutoscalerExpander,
    ClusterTier,
    KubeLogin,
    NetworkMode,
    NetworkPolicyEngine,
    NodeOsSku,
    NodeOsUpgradeChannel,
    NodePriority,
    PoolReplacement,
    OutboundType,
    PrivateDnsZone,
    QuotingSource,
    UndrainableNodes,
    UpgradeChannel,
    WeekDay,
} from "./cluster/choices";
export { EnclaveIdentity } from "./enclave-identity/enclave-identity";
export type { EnclaveIdentityArgs } from "./enclave-identity/args";
export { ConfidentialPlatform } from "./platform/confidential-platform";
export type {
    ConfidentialPlatformArgs,
    PlatformExistingClusterArgs,
    PlatformImagesArgs,
    PlatformJobArgs,
    PlatformNodeProofArgs,
    PlatformQuoteHelperArgs,
    PlatformSampleArgs,
} from "./platform/args";
export type { PlatformAttestationMonitoringArgs, PlatformAzureAlertsArgs } from "./platform/args-monitoring";
export type { PlatformAttestationArgs, PlatformKeyArgs, PlatformSecretsArgs } from "./platform/args-secrets";
export { EnclaveImage } from "./image/enclave-image";
export {
    AgentTier,
    RegistrySku,
    type EnclaveImageArgs,
    type NewRegistryArgs,
    type RegistryAgentPoolArgs,
    type RegistryPrivateEndpointArgs,
} from "./image/args";
export { EnclaveKey } from "./enclave-key/enclave-key";
export {
    EnclaveKeyCurve,
    EnclaveKeyType,
    PrincipalType,
    type EnclaveKeyArgs,
    type EnclaveKeySettings,
    type KeyOfficerArgs,
    type KeyVaultSettings,
    type NewKeyVaultArgs,
} from "./enclave-key/args";
export { NodeProof } from "./proof/node-proof";
export type { NodeProofArgs } from "./proof/args";
export { OpenEnclaveSample } from "./sample/open-enclave-sample";
export type { OpenEnclaveSampleArgs } from "./sample/args";
export { SgxDevicePlugin } from "./device-plugin/sgx-device-plugin";
export type { SgxDevicePluginArgs } from "./device-plugin/args";
export { SgxQuoteHelper } from "./quote-helper/sgx-quote-helper";
export { CollateralVersion, QuoteHelperRollout, QuotingLogLevel, type SgxQuoteHelperArgs } from "./quote-helper/args";

export type { PrivateEndpointArgs } from "./shared/private-endpoint";
export type { EnclaveArgs } from "./sgx";

// Checks of arguments without a program, and what they find.
export { checkPlatform } from "./platform/spec";
export { ProblemKind, suggest, ValidationError, type Findings, type Problem, type Warning } from "./problems";

// Pods that attest.
export {
    ATTESTATION_LABEL,
    AttestationLabelValue,
    AttestationMode,
    convertLegacyEpc,
    convertLegacyResources,
    ENCLAVE_RESOURCE,
    EPC_RESOURCE,
    type KeyReleaseOptions,
    POOL_LABEL,
    PROVISION_RESOURCE,
    SGX_NODE_LABEL,
    SGX_NODE_LABEL_VALUE,
    SGX_TAINT_KEY,
    withAttestation,
    type WithAttestationOptions,
} from "./sgx";

// Virtual machines with SGX, and what fits into their EPC.
export {
    epcBudget,
    findVmSize,
    formatEpc,
    sgxVmSizes,
    type EpcBudget,
    type EpcBudgetArgs,
    type EpcBudgetWorkload,
    type EpcShare,
    type SgxSeriesName,
    type VmSize,
} from "./sgx";
