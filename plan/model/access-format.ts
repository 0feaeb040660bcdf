/** One kind of enclave that gets a key, as the key's release policy describes it. */
export interface KeyEnclave {
    /** MRSIGNER. Absent: not compared. */
    signer?: string;
    /** ISVPRODID. Absent: not compared. */
    product?: number;
    minimumSvn: number;
    /** MRENCLAVE, one of these. Absent: not compared. */
    measurements?: string[];
    /** Debug enclaves get it as well. */
    debug: boolean;
}

/** An identity that may ask for a key. */
export interface KeyHolder {
    /** Logical name of the identity of this program. Absent: it is not of this program, or not known. */
    identity?: string;
    /** Its id in Entra ID, where the program knows it. */
    principalId?: string;
    /** Kubernetes ServiceAccounts that become this identity, as `namespace/name`. */
    serviceAccounts: string[];
}

/** A key that only attested enclaves get. */
export interface ReleasedKey {
    /** Name of the key in its vault; the logical name where that is unknown. */
    key: string;
    urn: string;
    /** Absent: known after the update. */
    keyVaultUrl?: string;
    /** Absent: known after the update. */
    enclaves?: KeyEnclave[];
    /** URL of the attestation service whose tokens count. Absent: known after the update. */
    authority?: string;
    /** Of an authority that is known after the update: the providers of this program that it may be. */
    providers?: string[];
    /** The authority is one of Azure's shared providers: any SGX enclave on Azure gets a token of it. */
    shared?: true;
    holders: KeyHolder[];
}

/** Which enclaves get a token of an attestation provider, for one of the two types of evidence. */
export interface TokenPolicy {
    /** Name of the provider in Azure, or the logical name of the resource. */
    provider: string;
    /** URN of the policy. Absent: the provider keeps the default policy for this type. */
    urn?: string;
    attestationType: string;
    /** In words, one for each rule that permits. Absent: the policy is known after the update. */
    permits?: string[];
    /** In words, one for each rule that denies. */
    denies: string[];
    /** Why the policy cannot be read. */
    problem?: string;
}
