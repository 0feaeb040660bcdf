import { EnclaveKeyCurve, EnclaveKeyType, PrincipalType } from "./args";

/** What a key has unless its arguments say otherwise. */
export const enclaveKeyDefaults = {
    keyType: EnclaveKeyType.rsa,
    rsaSize: 4096,
    symmetricSize: 256,
    curve: EnclaveKeyCurve.p256,
    protect: true,
} as const;

/** What a vault has unless its arguments say otherwise. */
export const newVaultDefaults = {
    purgeProtection: true,
    retentionDays: 90,
    recover: false,
    publicNetworkAccess: true,
    principalType: PrincipalType.servicePrincipal,
} as const;
