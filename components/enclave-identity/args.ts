import type * as pulumi from "@pulumi/pulumi";

/** Arguments of `EnclaveIdentity`. */
export interface EnclaveIdentityArgs {
    /**
     * Resource group of the identity, which has to be there. A change replaces the identity, whose ids are others then.
     */
    resourceGroupName: pulumi.Input<string>;
    /**
     * Azure region of the identity, such as `westeurope`. Default: the resource group's. A change replaces the
     * identity. Not every region has federated credentials for identities
     * (https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations).
     */
    location?: pulumi.Input<string>;
    /** Tags of the identity in Azure. Default none. A change updates them. */
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /**
     * Address of the cluster's OIDC issuer, exactly as the tokens of its ServiceAccounts have it: the output
     * `oidcIssuerUrl` of `ConfidentialCluster` and `ExistingCluster`. AKS ends it with a slash, and without the slash
     * no token matches. It has to be there; its type takes the output of a cluster, which may have no issuer. Another
     * one updates the credential where it is an output. Where it is text, each issuer has a credential of its own: the
     * new one is made before the old one goes.
     */
    oidcIssuerUrl: pulumi.Input<string | undefined>;
    /**
     * Issuers of further clusters whose pods act as the same identity, 19 at most, since an identity has 20
     * credentials. Default none. An issuer that is text keeps its credential wherever it stands, here or in
     * `oidcIssuerUrl`; that of an output belongs to the place in the list.
     */
    otherIssuerUrls?: pulumi.Input<string>[];
    /**
     * Namespace of the ServiceAccount, and so of the pods that use it; it has to be there. Not `kube-system`, whose
     * pods the identity webhook leaves alone. Default `default`. A change replaces the ServiceAccount and updates the
     * credentials: pods in the old namespace get no more tokens.
     */
    namespace?: pulumi.Input<string>;
    /**
     * Name of the ServiceAccount that is made. Not `default`, which Kubernetes makes in each namespace. Default: the
     * component's name. A change replaces the ServiceAccount and updates the credentials: pods with the old one get no
     * more tokens.
     */
    serviceAccountName?: pulumi.Input<string>;
}
