export { AttestationPolicies } from "./policies/attestation-policies";
export { type AttestationPoliciesArgs } from "./policies/args";
export { AttestedJob } from "./job/attested-job";
export { type AttestedJobArgs } from "./job/args";
export {
    ClusterTier,
    KubeLogin,
    NetworkMode,
    NetworkPolicyEngine,
    NodeOsSku,
    NodeOsUpgradeChannel,
    NodePriority,
    PrivateDnsZone,
    QuotingSource,
    UpgradeChannel,
    type ApiServerArgs,
    type EnclavePoolArgs,
    type EntraArgs,
    type ExistingClusterArgs,
    type NetworkArgs,
    type SystemPoolArgs,
} from "./cluster/args";
export { ConfidentialCluster } from "./cluster/confidential-cluster";
export { type ConfidentialClusterArgs } from "./cluster/args";
export { ConfidentialPlatform } from "./platform/confidential-platform";
export {
    type ConfidentialPlatformArgs,
    type PlatformImagesArgs,
    type PlatformJobArgs,
    type PlatformQuoteHelperArgs,
    type PlatformSampleArgs,
} from "./platform/args";
export { EnclaveImage } from "./image/enclave-image";
export { type EnclaveImageArgs } from "./image/args";
export { RegistrySku, type NewRegistryArgs } from "./image/args";
export { OpenEnclaveSample } from "./sample/open-enclave-sample";
export { type OpenEnclaveSampleArgs, type SampleSettings } from "./sample/args";
export { SgxDevicePlugin } from "./device-plugin/sgx-device-plugin";
export { type SgxDevicePluginArgs } from "./device-plugin/args";
export type { QuoteHelperSettings, SgxQuoteHelperArgs } from "./quote-helper/args";
export { SgxQuoteHelper } from "./quote-helper/sgx-quote-helper";
export { CollateralVersion, QuotingLogLevel } from "./quote-helper/args";
export { GuardMode } from "./policies/args";
export { checkPlatform } from "./platform/spec";
export { prefixed, suggest, throwIfAny, ValidationError, type Problem, type Warning } from "./problems";
export * from "./sgx";
