import { AgentTier, RegistrySku } from "./args";

/** What an image is built with unless its arguments say otherwise. */
export const enclaveImageDefaults = {
    registrySku: RegistrySku.basic,
    /** ACR's own. */
    timeoutSeconds: 3600,
    /** Room for this package's own sample. The service's own limit on the encoded definition is written nowhere. */
    maxTaskCharacters: 131_072,
} as const;

/** The agents of a registry's own unless its arguments say otherwise; large enough for the sample's compiler. */
export const registryAgentPoolDefaults = { name: "builds", tier: AgentTier.s2, count: 1 } as const;
