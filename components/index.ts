export { AttestationPolicies, type AttestationPoliciesArgs } from "./attestation-policies";
export { AttestedJob, type AttestedJobArgs } from "./attested-job";
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
export { ConfidentialCluster, type ConfidentialClusterArgs } from "./confidential-cluster";
export {
    ConfidentialPlatform,
    type ConfidentialPlatformArgs,
    type PlatformImagesArgs,
    type PlatformJobArgs,
    type PlatformQuoteHelperArgs,
    type PlatformSampleArgs,
} from "./confidential-platform";
export { EnclaveImage, type EnclaveImageArgs } from "./enclave-image";
export { RegistrySku, type NewRegistryArgs } from "./image/args";
export { OpenEnclaveSample, type OpenEnclaveSampleArgs, type SampleSettings } from "./open-enclave-sample";
export { SgxDevicePlugin, type SgxDevicePluginArgs } from "./sgx-device-plugin";
export type { QuoteHelperSettings, SgxQuoteHelperArgs } from "./quote-helper/args";
export { SgxQuoteHelper } from "./sgx-quote-helper";
export { CollateralVersion, QuotingLogLevel } from "./workload/quoting-config";
export { GuardMode } from "./policies/args";
export { checkPlatform } from "./platform/validate";
export * from "./sgx";
