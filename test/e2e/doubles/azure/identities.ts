import { textAt, type Properties, type Value } from "../values.js";
import { AzureError, subscription, type AzureResource, type FakeAzure } from "./azure.js";
import type { AzureType } from "./types.js";

/*
 * Federated credentials of user-assigned identities, after Entra ID's documentation
 * (`workload-identity-federation-considerations.md`, with its table of errors) and API version 2023-01-31.
 */

export const credentialType = "azure-native:managedidentity:FederatedIdentityCredential";

const most = 20;

const identityOf = (body: Properties) =>
    `${subscription}/resourceGroups/${textAt(body, "resourceGroupName")}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${textAt(body, "resourceName")}`;

export const credential: AzureType = {
    nameKey: "federatedIdentityCredentialResourceName",
    autoname: "random",
    pathKeys: ["resourceGroupName", "resourceName", "federatedIdentityCredentialResourceName"],
    forceNew: [],
    located: false,
    // Long enough for a second write to meet the first.
    slow: true,
    id: (body) =>
        `${identityOf(body)}/federatedIdentityCredentials/${textAt(body, "federatedIdentityCredentialResourceName")}`,
    parent: identityOf,
    shows: (_, id) => ({ name: id.split("/").at(-1) ?? "" }),
    readOnly: ["name", "type", "provisioningState"],
    apiVersion: "2023-01-31",
};

/** The credentials of the identity that a credential is of. */
function ofSameIdentity(id: string, azure: FakeAzure): AzureResource[] {
    return azure
        .below(id.replace(/\/federatedIdentityCredentials\/.*/, ""))
        .filter(({ type }) => type === credentialType);
}

/**
 * One write at a time, deletions included: the text is that of pulumi/pulumi-azure-native#4343, the deletions are of
 * hashicorp/terraform-provider-azurerm#29242.
 */
function refuseConcurrent(id: string, azure: FakeAzure): void {
    if (ofSameIdentity(id, azure).every(({ state }) => state === "Succeeded")) return;
    throw new AzureError(
        409,
        "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
        `Too many Federated Identity Credentials are written concurrently for the managed identity '${id.replace(/\/federatedIdentityCredentials\/.*/, "")}'. Concurrent Federated Identity Credentials writes under the same managed identity are not supported.`,
    );
}

const refuse = (text: string) => new AzureError(400, "BadRequest", text);

export const credentialRules = {
    put(id: string, body: Properties, azure: FakeAzure): void {
        const name = textAt(body, "federatedIdentityCredentialResourceName");
        if (!/^[A-Za-z0-9][\w-]{2,119}$/.test(name)) {
            throw refuse(`Federated Identity Credential name '${name}' is invalid.`);
        }
        if ((body.audiences as Value[]).length !== 1) {
            throw refuse("Federated identity credentials must have exactly one audience.");
        }
        if ([body.issuer, body.subject].includes("")) {
            throw refuse("Federated Identity Credential from HTTP body has empty properties");
        }
        refuseConcurrent(id, azure);
        const others = ofSameIdentity(id, azure).filter((other) => other.id.toLowerCase() !== id.toLowerCase());
        if (others.some((other) => other.body.issuer === body.issuer && other.body.subject === body.subject)) {
            throw refuse("Issuer and subject combination already exists for this Managed Identity.");
        }
        // The limit is documented, the words of the refusal are not.
        if (others.length >= most) throw refuse(`The Managed Identity has ${most} Federated Identity Credentials.`);
    },

    remove({ id }: AzureResource, azure: FakeAzure): void {
        refuseConcurrent(id, azure);
    },
};
