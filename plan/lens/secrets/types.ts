import type { PlanObject } from "../../model/format.js";

/** Types of the resources that say who gets which secret. */
export const KEY_TYPE = "confidential-aks:index:ExportableKey";
export const KEY_COMPONENT = "confidential-aks:index:EnclaveKey";
export const POLICY_TYPE = "confidential-aks:index:SgxPolicy";

/** The two types of evidence of SGX, each with a policy of its own. */
export const ATTESTATION_TYPES = ["SgxEnclave", "OpenEnclave"] as const;

/** Roles that let an identity ask for a key: that of vaults, and the local one of Managed HSMs. */
const RELEASE_ROLES = ["08bbd89e-9f13-488c-ac41-acfcb10c90ab", "21dbd100-6940-42c2-9190-5d6cb909625c"];
const RELEASE_NAMES = /^(Key Vault|Managed HSM) Crypto Service Release User\b/;

/** Whether a role assignment lets an identity ask for keys. `unknown`: its role is known after the update. */
export function releaseRight({ roleDefinitionId, description }: PlanObject): boolean | "unknown" {
    if (typeof roleDefinitionId === "string")
        return RELEASE_ROLES.some((id) => roleDefinitionId.toLowerCase().endsWith(id));
    return typeof description === "string" ? RELEASE_NAMES.test(description) || "unknown" : "unknown";
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
