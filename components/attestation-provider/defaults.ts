import { AttestationType } from "./args";

/** What a provider has unless its arguments say otherwise. */
export const attestationProviderDefaults = {
    attestationTypes: Object.values(AttestationType),
    publicNetworkAccess: true,
} as const;
