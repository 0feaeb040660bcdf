import type * as pulumi from "@pulumi/pulumi";
import type { EnclaveArgs } from "../sgx";
import type { PrivateEndpointArgs } from "../shared/private-endpoint";

/** Type of a key, always in hardware (https://learn.microsoft.com/azure/key-vault/keys/about-keys). */
export const EnclaveKeyType = {
    /** RSA, of 2048, 3072 or 4096 bits. */
    rsa: "RSA-HSM",
    /** Elliptic curve. */
    ec: "EC-HSM",
    /** Symmetric, of 128, 192 or 256 bits; only in a Managed HSM. */
    symmetric: "oct-HSM",
} as const;
export type EnclaveKeyType = (typeof EnclaveKeyType)[keyof typeof EnclaveKeyType];

/** Curve of an elliptic curve key. */
export const EnclaveKeyCurve = {
    /** NIST, 256 bits. */
    p256: "P-256",
    /** NIST, 384 bits. */
    p384: "P-384",
    /** NIST, 521 bits. */
    p521: "P-521",
    /** SECG secp256k1. */
    p256k: "P-256K",
} as const;
export type EnclaveKeyCurve = (typeof EnclaveKeyCurve)[keyof typeof EnclaveKeyCurve];

/** Kind of a principal of Entra ID. */
export const PrincipalType = {
    /** An application or a managed identity. */
    servicePrincipal: "ServicePrincipal",
    /** A person. */
    user: "User",
    /** A group of principals. */
    group: "Group",
} as const;
export type PrincipalType = (typeof PrincipalType)[keyof typeof PrincipalType];

/** Who makes and changes keys in a vault that is created. */
export interface KeyOfficerArgs {
    /** Object id of the principal. A change replaces the assignment. */
    principalId: pulumi.Input<string>;
    /** Kind of the principal. Default `ServicePrincipal`, as in pipelines. */
    principalType?: PrincipalType;
}

/** What a vault is created with: its tier is Premium, with Azure's roles. */
export interface KeyVaultSettings {
    /**
     * Its name, 3 to 24 letters, digits and dashes, unique in all of Azure, and taken for `retentionDays` after a
     * deletion. A change replaces the vault: its keys, and what they have sealed, are lost with it.
     */
    name: string;
    /**
     * Whether nobody can purge the vault and its keys before `retentionDays` have passed. Cannot be switched off once
     * it is on. Default `true`.
     */
    purgeProtection?: boolean;
    /** Days for which a deleted vault and deleted keys can be recovered, 7 to 90. Fixed at creation. Default 90. */
    retentionDays?: number;
    /**
     * Recovers the deleted vault of that name, with its keys, where there is one; set it for the update that says that
     * the name is taken by a deleted vault, and remove it afterwards. Default `false`.
     */
    recover?: boolean;
    /** Whether the public network reaches the vault. Default `true`. Changes in place. */
    publicNetworkAccess?: boolean;
    /**
     * Public addresses (CIDR) that reach the vault: those of the cluster's egress and of who runs the updates. Default:
     * all, unless `allowedSubnetIds` is set. Changes in place.
     */
    allowedIpRanges?: string[];
    /** Ids of subnets with the service endpoint `Microsoft.KeyVault` that reach the vault. Changes in place. */
    allowedSubnetIds?: pulumi.Input<string>[];
    /** An address of the vault in a network of yours. Default: none. */
    privateEndpoint?: PrivateEndpointArgs;
    /**
     * Who gets the role Key Vault Crypto Officer on the vault, to make keys and to set their release policies: the
     * principals that run the updates. An owner of the subscription has no such right. All who have it can change the
     * release policies, and so has to be trusted with the keys. Set it from the start: Azure refuses the same right
     * twice. Default: the one that runs the first update, which stays the only one.
     */
    keyOfficers?: KeyOfficerArgs[];
}

/** A vault that is created for one key. */
export interface NewKeyVaultArgs extends KeyVaultSettings {
    /** Resource group of the vault. A change replaces the vault. */
    resourceGroupName: pulumi.Input<string>;
    /** Region. Default: that of the azure-native provider. A change replaces the vault. */
    location?: pulumi.Input<string>;
    /** Tags of the vault. Default none. Changes in place. */
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** What a key is made with. */
export interface EnclaveKeySettings {
    /** The enclave that gets the key. Debug enclaves are refused. Changes in place. */
    enclave: EnclaveArgs;
    /**
     * Another enclave that gets the key as well while this is set: in an update of the application the new one goes
     * into `enclave`, the old one here, until no pod runs it. Default: none. Changes in place.
     */
    previousEnclave?: EnclaveArgs;
    /**
     * Name of the key in the vault, 1 to 127 letters, digits and dashes. Default: the component's name. A change makes
     * another key and deletes the old one.
     */
    keyName?: string;
    /** Type of the key. Default `RSA-HSM`. Another one needs another `keyName` as well. */
    keyType?: EnclaveKeyType;
    /** Bits of the key: 2048, 3072 or 4096 (default) of RSA, 128, 192 or 256 (default) of symmetric keys. */
    keySize?: number;
    /** Curve of an elliptic curve key. Default `P-256`. */
    curve?: EnclaveKeyCurve;
}

/** Arguments of `EnclaveKey`. */
export interface EnclaveKeyArgs extends EnclaveKeySettings {
    /**
     * Whose tokens count: `attestationUrl` of an `AttestationProvider`, or the URL of a provider that Azure shares,
     * such as `https://sharedweu.weu.attest.azure.net`. A shared provider gives a token to every SGX enclave on Azure,
     * debug ones included: then the release policy alone decides. Changes in place.
     */
    attestationUrl: pulumi.Input<string>;
    /** A vault that is created for this key. One of `newVault`, `vaultId` and `managedHsmName` is required. */
    newVault?: NewKeyVaultArgs;
    /**
     * ARM id of a vault that exists: tier Premium, with Azure's roles (not access policies). A change makes another
     * key.
     */
    vaultId?: pulumi.Input<string>;
    /**
     * Name of a Managed HSM that exists and is activated. Its roles are its own and are given there, so `releaseTo` is
     * not allowed with it. A change makes another key.
     */
    managedHsmName?: string;
    /**
     * Identities that may ask for the key, by a name of your choice: principal ids, such as that of an
     * `EnclaveIdentity`. Each gets the role Key Vault Crypto Service Release User on this key, and nothing else. For
     * another name of the same identity remove the old one in an update of its own: Azure refuses the same right twice.
     * Default: none.
     */
    releaseTo?: Record<string, pulumi.Input<string>>;
    /**
     * Refuse to delete or replace the key and the vault that was created for it: what the key has sealed is lost with
     * it. Default `true`. To delete them, run an update with `false` first.
     */
    protect?: boolean;
}
