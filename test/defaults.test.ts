import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { attestationProviderDefaults } from "../components/attestation-provider/defaults";
import {
    apiServerDefaults,
    autoscalerDefaults,
    clusterDefaults,
    enclavePoolDefaults,
    entraDefaults,
    monitoringDefaults,
    maintenanceWindowDefaults,
    networkDefaults,
    nodePoolDefaults,
    outboundDefaults,
    securityDefaults,
    systemPoolDefaults,
} from "../components/cluster/defaults";
import { devicePluginDefaults } from "../components/device-plugin/defaults";
import { enclaveIdentityDefaults } from "../components/enclave-identity/defaults";
import { enclaveKeyDefaults, newVaultDefaults } from "../components/enclave-key/defaults";
import { enclaveImageDefaults, registryAgentPoolDefaults } from "../components/image/defaults";
import { attestedJobDefaults } from "../components/job/defaults";
import { platformDefaults } from "../components/platform/defaults";
import { policiesDefaults } from "../components/policies/defaults";
import { quoteHelperDefaults } from "../components/quote-helper/defaults";
import { nodeProofDefaults } from "../components/proof/defaults";
import { sampleDefaults } from "../components/sample/defaults";
import schema from "../provider/schema.json";

/*
 * The defaults that the code applies are constants. The documentation of the arguments (provider/schema.json is made
 * of it) and Pulumi.yaml name the same.
 */

type Properties = Record<string, { description?: string }>;

const { resources, types } = schema;
const inputs = (component: keyof typeof resources): Properties => resources[component].inputProperties;
const { registrySku, ...imageDefaults } = enclaveImageDefaults;

const { publicNetworkAccess } = attestationProviderDefaults;
const { keyType, curve, protect } = enclaveKeyDefaults;
const { principalType, ...vaultDefaults } = newVaultDefaults;

const tables: [title: string, documented: Properties, defaults: object][] = [
    [
        "ConfidentialPlatform",
        inputs("confidential-aks:index:ConfidentialPlatform"),
        { ...clusterDefaults, ...platformDefaults },
    ],
    ["ConfidentialCluster", inputs("confidential-aks:index:ConfidentialCluster"), clusterDefaults],
    [
        "ExistingCluster",
        inputs("confidential-aks:index:ExistingCluster"),
        { quoting: clusterDefaults.quoting, allowRetiredSizes: clusterDefaults.allowRetiredSizes },
    ],
    ["SystemPool", types["confidential-aks:index:SystemPool"].properties, systemPoolDefaults],
    ["EnclavePool", types["confidential-aks:index:EnclavePool"].properties, enclavePoolDefaults],
    ["NodePool", types["confidential-aks:index:NodePool"].properties, nodePoolDefaults],
    ["Autoscaler", types["confidential-aks:index:Autoscaler"].properties, autoscalerDefaults],
    ["MaintenanceWindow", types["confidential-aks:index:MaintenanceWindow"].properties, maintenanceWindowDefaults],
    ["Network", types["confidential-aks:index:Network"].properties, networkDefaults],
    ["Outbound", types["confidential-aks:index:Outbound"].properties, outboundDefaults],
    ["Security", types["confidential-aks:index:Security"].properties, securityDefaults],
    ["Monitoring", types["confidential-aks:index:Monitoring"].properties, monitoringDefaults],
    ["Entra", types["confidential-aks:index:Entra"].properties, entraDefaults],
    ["ApiServer", types["confidential-aks:index:ApiServer"].properties, apiServerDefaults],
    ["SgxDevicePlugin", inputs("confidential-aks:index:SgxDevicePlugin"), devicePluginDefaults],
    ["SgxQuoteHelper", inputs("confidential-aks:index:SgxQuoteHelper"), quoteHelperDefaults],
    ["NodeProof", inputs("confidential-aks:index:NodeProof"), nodeProofDefaults],
    ["OpenEnclaveSample", inputs("confidential-aks:index:OpenEnclaveSample"), sampleDefaults],
    ["AttestedJob", inputs("confidential-aks:index:AttestedJob"), attestedJobDefaults],
    ["AttestationPolicies", inputs("confidential-aks:index:AttestationPolicies"), policiesDefaults],
    ["EnclaveIdentity", inputs("confidential-aks:index:EnclaveIdentity"), enclaveIdentityDefaults],
    ["AttestationProvider", inputs("confidential-aks:index:AttestationProvider"), { publicNetworkAccess }],
    ["PlatformAttestation", types["confidential-aks:index:PlatformAttestation"].properties, { publicNetworkAccess }],
    ["EnclaveKey", inputs("confidential-aks:index:EnclaveKey"), { keyType, curve, protect }],
    ["NewKeyVault", types["confidential-aks:index:NewKeyVault"].properties, vaultDefaults],
    ["KeyVaultSettings", types["confidential-aks:index:KeyVaultSettings"].properties, vaultDefaults],
    ["KeyOfficer", types["confidential-aks:index:KeyOfficer"].properties, { principalType }],
    ["PlatformSecrets", types["confidential-aks:index:PlatformSecrets"].properties, { protect }],
    [
        "PlatformKey",
        types["confidential-aks:index:PlatformKey"].properties,
        { keyType, curve, namespace: enclaveIdentityDefaults.namespace },
    ],
    ["Enclave", types["confidential-aks:index:Enclave"].properties, { minimumSvn: 0, debug: false }],
    ["EnclaveImage", inputs("confidential-aks:index:EnclaveImage"), imageDefaults],
    ["NewRegistry", types["confidential-aks:index:NewRegistry"].properties, { sku: registrySku }],
    ["RegistryAgentPool", types["confidential-aks:index:RegistryAgentPool"].properties, registryAgentPoolDefaults],
];

/** The value that a description names as the default: "Default `Basic`." or "Default 900."; undefined for words. */
function documentedDefault({ description = "" }: { description?: string }): string | undefined {
    const [, quoted, digits] = /\bDefault\s+(?:`([^`]*)`|(\d+))/.exec(description) ?? [];
    return quoted ?? digits;
}

test.each(tables)(
    "the documentation of %s names the defaults that the code applies",
    (_title, documented, defaults) => {
        const named = Object.entries(documented).flatMap(([name, property]) => {
            const value = documentedDefault(property);
            return value === undefined ? [] : [[name, value] as const];
        });
        const applied = Object.entries(defaults).map(([name, value]) => [name, String(value)] as const);
        expect(Object.fromEntries(named)).toEqual(Object.fromEntries(applied));
    },
);

test("Pulumi.yaml names the defaults that the code applies", () => {
    const { config } = parse(readFileSync("Pulumi.yaml", "utf8")) as {
        config: Record<string, { default?: unknown; description: string }>;
    };
    const defaults: Record<string, unknown> = { ...clusterDefaults, ...platformDefaults };
    const named = Object.keys(defaults).map((key) => {
        const { default: value, description } = config[key]!;
        // Empty text is how a key of text says that it is not set.
        return [key, value === "" ? /Empty: (\w+)/.exec(description)?.[1] : value];
    });
    expect(Object.fromEntries(named)).toEqual(defaults);
});
