import type { ManagedClusterArgs } from "@pulumi/azure-native/containerservice";
import type * as inputs from "@pulumi/azure-native/types/input";
import { imageCleanerWeek } from "./defaults";
import type { PoolSecurity, SecuritySpec } from "./spec-security";

/**
 * The security settings in the body of a cluster. What is off is sent as off: AKS keeps what a body leaves out. Only
 * KMS is left out, because switching it off is a procedure of its own.
 */
export function securityBody(
    spec: SecuritySpec,
): Pick<ManagedClusterArgs, "securityProfile" | "diskEncryptionSetID" | "nodeResourceGroupProfile"> {
    const { keyVaultKms: kms, defenderWorkspaceId, imageCleanerHours } = spec;
    return {
        securityProfile: {
            workloadIdentity: { enabled: true },
            ...(kms === undefined
                ? {}
                : { azureKeyVaultKms: { enabled: true, keyId: kms.keyId, keyVaultNetworkAccess: "Public" } }),
            defender:
                defenderWorkspaceId === undefined
                    ? { securityMonitoring: { enabled: false } }
                    : {
                          logAnalyticsWorkspaceResourceId: defenderWorkspaceId,
                          securityMonitoring: { enabled: true },
                      },
            imageCleaner: {
                enabled: imageCleanerHours !== undefined,
                intervalHours: imageCleanerHours ?? imageCleanerWeek,
            },
        },
        diskEncryptionSetID: spec.diskEncryptionSetId,
        nodeResourceGroupProfile: { restrictionLevel: spec.nodeResourceGroupLockdown ? "ReadOnly" : "Unrestricted" },
    };
}

type AddonProfile = inputs.containerservice.ManagedClusterAddonProfileArgs;

/** The add-ons of the security settings, by AKS's names. */
export function securityAddons(spec: SecuritySpec): Record<string, AddonProfile> {
    return {
        azurepolicy: { enabled: spec.azurePolicy },
        azureKeyvaultSecretsProvider: spec.keyVaultSecretsProvider
            ? { enabled: true, config: { enableSecretRotation: "true", rotationPollInterval: "2m" } }
            : { enabled: false },
    };
}

/** The security settings in the body of a pool. */
export function poolSecurityBody({ encryptionAtHost, nodeSsh }: PoolSecurity) {
    return {
        enableEncryptionAtHost: encryptionAtHost ? true : undefined,
        securityProfile: nodeSsh ? undefined : { sshAccess: "Disabled" },
    };
}
