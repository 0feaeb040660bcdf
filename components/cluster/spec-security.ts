import type * as pulumi from "@pulumi/pulumi";
import { flag, integerIn, isPlainObject, matches, isLate, missing, required, when, type Problem } from "../problems";
import type { SecurityArgs } from "./args-security";
import { checkResourceId } from "../shared/check-place";
import { securityDefaults } from "./defaults";

/** A key that encrypts etcd, and its vault. */
interface KeyVaultKmsSpec {
    keyId: pulumi.Input<string>;
    keyVaultId: pulumi.Input<string>;
}

/** What a pool has of `security`. */
export interface PoolSecurity {
    encryptionAtHost: boolean;
    nodeSsh: boolean;
}

/** The security settings of a new cluster. */
export interface SecuritySpec extends PoolSecurity {
    /** Undefined: etcd is encrypted with Azure's keys. */
    keyVaultKms: KeyVaultKmsSpec | undefined;
    /** Undefined: disks are encrypted with Azure's keys. */
    diskEncryptionSetId: pulumi.Input<string> | undefined;
    nodeResourceGroupLockdown: boolean;
    azurePolicy: boolean;
    /** Undefined: no Defender. */
    defenderWorkspaceId: pulumi.Input<string> | undefined;
    keyVaultSecretsProvider: boolean;
    /** Undefined: no image cleaner. */
    imageCleanerHours: number | undefined;
}

export function securitySpec(args: SecurityArgs): SecuritySpec {
    return {
        keyVaultKms: args.keyVaultKms,
        diskEncryptionSetId: args.diskEncryptionSetId,
        encryptionAtHost: args.encryptionAtHost ?? securityDefaults.encryptionAtHost,
        nodeSsh: args.nodeSsh ?? securityDefaults.nodeSsh,
        nodeResourceGroupLockdown: args.nodeResourceGroupLockdown ?? securityDefaults.nodeResourceGroupLockdown,
        azurePolicy: args.azurePolicy ?? securityDefaults.azurePolicy,
        defenderWorkspaceId: args.defenderWorkspaceId,
        keyVaultSecretsProvider: args.keyVaultSecretsProvider ?? securityDefaults.keyVaultSecretsProvider,
        imageCleanerHours: args.imageCleanerHours,
    };
}

/** The part of them that a pool has. */
export function poolSecurity({ encryptionAtHost, nodeSsh }: SecuritySpec): PoolSecurity {
    return { encryptionAtHost, nodeSsh };
}

/** Problems of the security settings. */
export function checkSecurity(args: SecurityArgs): Problem[] {
    const flags = [
        "encryptionAtHost",
        "nodeSsh",
        "nodeResourceGroupLockdown",
        "azurePolicy",
        "keyVaultSecretsProvider",
    ] as const;
    return [
        ...(args.keyVaultKms === undefined ? [] : checkKms(args.keyVaultKms)),
        ...checkDiskEncryptionSetId("diskEncryptionSetId", args.diskEncryptionSetId),
        ...flags.flatMap((key) => flag(key, args[key])),
        ...checkWorkspaceId("defenderWorkspaceId", args.defenderWorkspaceId),
        // A day to three months (https://learn.microsoft.com/azure/aks/image-cleaner).
        ...integerIn("imageCleanerHours", args.imageCleanerHours, 24, 2160),
    ];
}

function checkKms(kms: unknown): Problem[] {
    const path = "keyVaultKms";
    const expected = "the key that encrypts etcd and its vault: keyId, keyVaultId";
    if (!isPlainObject(kms)) return [missing(path, expected, "name both, or remove keyVaultKms", kms)];
    const { keyId, keyVaultId } = kms;
    const noKey = required(`${path}.keyId`, keyId, "the key that encrypts etcd", "add its id, with a version");
    const noVault = required(`${path}.keyVaultId`, keyVaultId, "the vault of the key", "add the vault's resource id");
    return [
        ...noKey,
        ...noVault,
        ...when(noKey.length === 0, ...checkKeyId(`${path}.keyId`, keyId)),
        ...when(noVault.length === 0, ...checkKeyVaultId(`${path}.keyVaultId`, keyVaultId)),
    ];
}

/** A key with a version: AKS rotates nothing by itself (https://learn.microsoft.com/azure/aks/use-kms-etcd-encryption). */
export function checkKeyId(path: string, value: unknown): Problem[] {
    const pattern = /^https:\/\/[A-Za-z0-9-]+\.vault\.[a-z0-9.]+\/keys\/[A-Za-z0-9-]+\/[0-9a-f]{32}$/;
    const expected = "the id of a key with its version (https://VAULT.vault.azure.net/keys/NAME/VERSION)";
    return isLate(value)
        ? []
        : matches(path, value, pattern, expected, "az keyvault key show --query key.kid prints it");
}

export function checkKeyVaultId(path: string, value: unknown): Problem[] {
    return checkResourceId(path, value, "Microsoft.KeyVault/vaults", "a key vault");
}

export function checkDiskEncryptionSetId(path: string, value: unknown): Problem[] {
    return checkResourceId(path, value, "Microsoft.Compute/diskEncryptionSets", "a disk encryption set");
}

export function checkWorkspaceId(path: string, value: unknown): Problem[] {
    return checkResourceId(path, value, "Microsoft.OperationalInsights/workspaces", "a Log Analytics workspace");
}
