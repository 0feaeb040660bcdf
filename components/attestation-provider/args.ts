import type * as pulumi from "@pulumi/pulumi";
import type { EnclaveArgs } from "../sgx";
import type { PrivateEndpointArgs } from "../shared/private-endpoint";

/**
 * What a workload sends to Azure Attestation; each has a policy of its own
 * (https://learn.microsoft.com/rest/api/attestation/attestation).
 */
export const AttestationType = {
    /** A quote, sent to `/attest/SgxEnclave`. */
    sgxEnclave: "SgxEnclave",
    /** A report of Open Enclave, sent to `/attest/OpenEnclave`, as EGo and MarbleRun do. */
    openEnclave: "OpenEnclave",
} as const;
export type AttestationType = (typeof AttestationType)[keyof typeof AttestationType];

/** What a provider of Azure Attestation is set up with. */
export interface AttestationProviderSettings {
    /**
     * Its name, 3 to 24 lower-case letters, digits and dashes; the attestation URL begins with it. Default: made from
     * the component's name, of 16 characters at most, with a random suffix. A change replaces the provider: keys that
     * are released to its tokens need the new URL.
     */
    name?: pulumi.Input<string>;
    /**
     * The enclaves that get a token; no other does, so what a relying party finds in a token is one of these. Required
     * without `policy` and `signedPolicy`; in a platform, the enclaves of its keys get a token as well. Changes in
     * place.
     */
    enclaves?: EnclaveArgs[];
    /**
     * The SGX policy as a text, in the place of `enclaves`
     * (https://learn.microsoft.com/azure/attestation/claim-rule-grammar). It is parsed before anything is made. Changes
     * in place.
     */
    policy?: string;
    /**
     * What the policy is set for. The others are closed: nobody gets a token for them, where Azure's own policy would
     * give one to every enclave. Not with `signedPolicy`, which is set for both. Default: both. Changes in place.
     */
    attestationTypes?: AttestationType[];
    /**
     * The least TCB that nodes need: `azuredefault`, or the number of a baseline of Azure's, of which higher ones ask
     * for a newer PSW in the quote helper
     * (https://learn.microsoft.com/azure/attestation/custom-tcb-baseline-enforcement; a preview). Only with `enclaves`.
     * Default: Azure's own. Changes in place.
     */
    tcbBaseline?: string;
    /**
     * Whether the public network reaches the provider. Default `true`. Without it, enclaves and the machine that runs
     * the update need `privateEndpoint`: the policy is set over the same way. Changes in place.
     */
    publicNetworkAccess?: boolean;
    /** An address of the provider in a network of yours. Default: none. */
    privateEndpoint?: PrivateEndpointArgs;
    /**
     * Certificates (PEM, RSA) whose keys sign policies: nobody, not even an owner of the subscription, sets a policy
     * that no such key has signed (isolated mode). An older policy with a signature can be set again, and an owner can
     * delete the provider and make another one of the same name. Default: none, and all who have the role Attestation
     * Contributor set policies. A change replaces the provider.
     */
    policySigningCertificates?: string[];
    /**
     * The policy as a JWT (RS256, with `x5c`) that one of `policySigningCertificates` has signed; required with them.
     * It is signed outside of Pulumi, so the key is in no state. Changes in place.
     */
    signedPolicy?: string;
}

/** Arguments of `AttestationProvider`. */
export interface AttestationProviderArgs extends AttestationProviderSettings {
    /** Resource group of the provider. A change replaces the provider. */
    resourceGroupName: pulumi.Input<string>;
    /**
     * Region. Default: that of the azure-native provider. Azure publishes no list of the regions that have the service.
     * A change replaces the provider.
     */
    location?: pulumi.Input<string>;
    /** Tags of the provider. Default none. Changes in place. */
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
