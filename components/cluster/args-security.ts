import type * as pulumi from "@pulumi/pulumi";

/** Encryption, what may change the nodes, and add-ons that guard the cluster. */
export interface SecurityArgs {
    /** A key of yours that encrypts the cluster's secrets in etcd. Default: Azure's keys. Changes in place. */
    keyVaultKms?: KeyVaultKmsArgs;
    /**
     * A disk encryption set that exists, by its resource id: your key encrypts the disks of the nodes. The cluster's
     * identity gets Reader on it (https://learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys). Default:
     * Azure's keys. A change replaces the cluster.
     */
    diskEncryptionSetId?: pulumi.Input<string>;
    /**
     * Whether the host of a node encrypts its temporary disk and caches, for all pools. The subscription needs the
     * feature `Microsoft.Compute/EncryptionAtHost`, and the VM size has to support it
     * (https://learn.microsoft.com/azure/aks/enable-host-encryption). Default `false`. Only for a new cluster: AKS
     * cannot change it of the system pool.
     */
    encryptionAtHost?: boolean;
    /**
     * Whether the nodes run an SSH server. `false` needs the feature `Microsoft.ContainerService/DisableSSHPreview`,
     * and takes effect on nodes that exist with their next image
     * (https://learn.microsoft.com/azure/aks/manage-ssh-node-access). Default `true`, as AKS has it. Changes in place; back to `true`
     * takes `az aks nodepool update --ssh-access localuser` as well.
     */
    nodeSsh?: boolean;
    /**
     * Whether Azure refuses changes to what AKS made in the resource group of the nodes, except through AKS
     * (https://learn.microsoft.com/azure/aks/node-resource-group-lockdown). Default `true`. Changes in place.
     */
    nodeResourceGroupLockdown?: boolean;
    /**
     * Whether the add-on for Azure Policy enforces the policies assigned to the cluster. Default `false`. Changes in
     * place.
     */
    azurePolicy?: boolean;
    /**
     * Log Analytics workspace, by its resource id, that Microsoft Defender for Containers reports to; it is on with it,
     * and is charged for. Default: no Defender. Changes in place.
     */
    defenderWorkspaceId?: pulumi.Input<string>;
    /**
     * Whether pods can mount secrets of a key vault, by the Secrets Store CSI driver. A policy that guards hostPath has
     * to know the driver: see `policies.csiDrivers`. Default `false`. Changes in place.
     */
    keyVaultSecretsProvider?: boolean;
    /**
     * Hours between runs of the image cleaner, which removes unused images with known vulnerabilities from the nodes:
     * 24 to 2160. Default: it does not run. Changes in place.
     */
    imageCleanerHours?: number;
}

/** A key of a key vault that encrypts etcd (https://learn.microsoft.com/azure/aks/use-kms-etcd-encryption). */
export interface KeyVaultKmsArgs {
    /**
     * Id of the key with its version, `https://VAULT.vault.azure.net/keys/NAME/VERSION`. Never delete a key that was
     * used: the cluster cannot be read without it. A change turns to the new key in place.
     */
    keyId: pulumi.Input<string>;
    /**
     * Resource id of its vault, which decides by Azure roles (not by access policies) and is reachable from public
     * networks, without a firewall. The cluster's identity gets Key Vault Crypto User on it.
     */
    keyVaultId: pulumi.Input<string>;
}
