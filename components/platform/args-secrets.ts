import type * as pulumi from "@pulumi/pulumi";
import type { AttestationProviderSettings } from "../attestation-provider/args";
import type { EnclaveKeySettings, KeyVaultSettings } from "../enclave-key/args";

/** Whose tokens count in a platform: a provider of its own, or one that Azure shares. */
export interface PlatformAttestationArgs extends AttestationProviderSettings {
    /**
     * URL of a provider that Azure shares, such as `https://sharedweu.weu.attest.azure.net`, in the place of one of
     * your own; without any other setting here. It gives a token to every SGX enclave on Azure, debug ones included:
     * release policies of keys are all that decides. A change changes the release policies.
     */
    sharedUrl?: string;
}

/** A key of a platform, and the pods that ask for it. */
export interface PlatformKeyArgs extends EnclaveKeySettings {
    /**
     * Name of the key among the platform's keys, 1 to 30 lower-case letters, digits and dashes; also in the vault,
     * unless `keyName` is set. A change makes another key and deletes the old one.
     */
    name: string;
    /**
     * Namespace of the pods that ask for the key, which has to be there. Default `default`. A change moves the
     * ServiceAccount: pods in the old namespace get no more tokens.
     */
    namespace?: string;
    /**
     * Name of the ServiceAccount that is made for these pods, with an identity of its own. Keys with the same one share
     * the identity. Default: the name of the key. A change replaces it.
     */
    serviceAccountName?: string;
}

/** The keys of a platform. */
export interface PlatformSecretsArgs {
    /**
     * The vault that is created for the keys, in the cluster's resource group and region. One of `newVault`, `vaultId`
     * and `managedHsmName` is required.
     */
    newVault?: KeyVaultSettings;
    /**
     * ARM id of a vault that exists: tier Premium, with Azure's roles (not access policies). A change makes other keys.
     */
    vaultId?: pulumi.Input<string>;
    /**
     * Name of a Managed HSM that exists and is activated. Its roles are its own: give each identity the role Managed
     * HSM Crypto Service Release User on its key there. A change makes other keys.
     */
    managedHsmName?: string;
    /** The keys, at least one. Adding or removing one leaves the others alone. */
    keys: PlatformKeyArgs[];
    /**
     * Issuers of further clusters whose pods may ask for the keys as the same identities, such as the cluster that
     * takes over from this one. Default none.
     */
    otherIssuerUrls?: pulumi.Input<string>[];
    /**
     * Refuse to delete or replace the keys and the vault that was created for them. Default `true`. To delete them, run
     * an update with `false` first.
     */
    protect?: boolean;
}
