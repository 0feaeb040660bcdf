/** Types of the resources that say who gets which secret. */
export const KEY_TYPE = "confidential-aks:index:ExportableKey";
export const KEY_COMPONENT = "confidential-aks:index:EnclaveKey";
export const POLICY_TYPE = "confidential-aks:index:SgxPolicy";

/** The two types of evidence of SGX, each with a policy of its own. */
export const ATTESTATION_TYPES = ["SgxEnclave", "OpenEnclave"] as const;

/** Role that lets an identity ask for a key: Key Vault Crypto Service Release User. */
const RELEASE_ROLE = "08bbd89e-9f13-488c-ac41-acfcb10c90ab";

/** True for the role that lets an identity ask for a key. */
export function isReleaseRole(roleDefinitionId: unknown): boolean {
    return typeof roleDefinitionId === "string" && roleDefinitionId.toLowerCase().endsWith(RELEASE_ROLE);
}

/** True for a type of azure-native, whatever its API version; `kind` as in `authorization:RoleAssignment`. */
export function isAzure(type: string, kind: string): boolean {
    const [module = "", name = ""] = kind.split(":");
    return new RegExp(`^azure-native(_\\w+)?:${module}(/v\\w+)?:${name}$`).test(type);
}

/** True for the URL of one of Azure's shared attestation providers. */
export function isSharedProvider(url: string): boolean {
    return /^https:\/\/shared([a-z0-9]+)\.\1\.attest\.azure\.net\/?$/i.test(url);
}
