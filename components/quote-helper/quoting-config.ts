import type { QuoteHelperSpec } from "./spec";

/** Azure's cache of collateral, and the service on each Azure host that hands out its certificate. */
const azureCollateral = "https://global.acccache.azure.net/sgx/certification";
const azureHostCertificates = "http://169.254.169.254/metadata/THIM/sgx/certification";

/**
 * AESM's two files: its own, and the one of Intel's quote provider library, pointed at Azure (its default is a cache on
 * localhost, which fails on AKS with 0xe046). Azure's own library, az-dcap-client, needs no file and reads the
 * variables instead.
 */
export function quotingConfig({
    collateralVersion: version,
    logLevel,
}: Pick<QuoteHelperSpec, "collateralVersion" | "logLevel">): Record<string, string> {
    const qcnl = {
        pccs_url: `${azureCollateral}/${version}/`,
        use_secure_cert: true,
        collateral_service: `https://api.trustedservices.intel.com/sgx/certification/${version}/`,
        pccs_api_version: "3.1",
        retry_times: 6,
        retry_delay: 5,
        local_pck_url: `${azureHostCertificates}/${version}/`,
        pck_cache_expire_hours: 48,
        custom_request_options: {
            get_cert: { headers: { metadata: "true" }, params: { "api-version": "2021-07-22-preview" } },
        },
    };
    return {
        "aesmd.conf": `default quoting type = ecdsa_256\nqpl log level = ${logLevel}\n`,
        "sgx_default_qcnl.conf": `${JSON.stringify(qcnl, null, 2)}\n`,
    };
}
