import { GuardMode } from "./args";

/** What the policies do unless their arguments say otherwise. */
export const policiesDefaults = {
    inject: true,
    guardMode: GuardMode.enforce,
    allowInProcess: false,
    /**
     * Inline volumes of this driver hold secrets of Azure Key Vault
     * (https://learn.microsoft.com/azure/aks/csi-secrets-store-driver).
     */
    csiDrivers: ["secrets-store.csi.k8s.io"] as readonly string[],
} as const;
