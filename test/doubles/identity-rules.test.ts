import { beforeEach, expect, test } from "vitest";
import { FakeAzure, subscription } from "../e2e/doubles/azure/azure.js";
import { credentialType } from "../e2e/doubles/azure/identities.js";
import type { Properties } from "../e2e/doubles/values.js";

/** What the double refuses of federated credentials, after Entra ID's documentation. */
const group = { resourceGroupName: "apps" };
const groupId = `${subscription}/resourceGroups/apps`;
const identity = `${groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/payroll`;

let azure: FakeAzure;
beforeEach(async () => {
    azure = new FakeAzure();
    await azure.put("azure-native:resources:ResourceGroup", groupId, { ...group, location: "westeurope" });
    const type = "azure-native:managedidentity:UserAssignedIdentity";
    await azure.put(type, identity, { ...group, resourceName: "payroll" });
});

const idOf = (name: string) => `${identity}/federatedIdentityCredentials/${name}`;
const put = (name: string, more: Properties = {}) =>
    azure.put(credentialType, idOf(name), {
        ...{ ...group, resourceName: "payroll", federatedIdentityCredentialResourceName: name },
        ...{ issuer: `https://issuer.example/${name}/`, subject: "system:serviceaccount:a:b" },
        audiences: ["api://AzureADTokenExchange"],
        ...more,
    });

test("two writes to one identity at once, be they of one credential or a deletion", async () => {
    await put("first");
    azure.delay = 20;
    const concurrent = "Concurrent Federated Identity Credentials writes under the same managed identity";
    const writing = put("second");
    await expect(put("third")).rejects.toThrow(concurrent);
    await expect(put("second")).rejects.toThrow(concurrent);
    await expect(azure.delete(credentialType, idOf("first"))).rejects.toThrow(concurrent);
    await writing;
    const deleting = azure.delete(credentialType, idOf("first"));
    await expect(put("third")).rejects.toThrow(concurrent);
    await deleting;
    await put("third");
});

test("an issuer and a subject twice; the same credential again is fine", async () => {
    await put("first");
    const { issuer, subject } = { issuer: "https://issuer.example/first/", subject: "system:serviceaccount:a:c" };
    await expect(put("second", { issuer })).rejects.toThrow("Issuer and subject combination already exists");
    await put("second", { issuer, subject });
    await put("first");
});

test("a 21st credential, two audiences, no issuer, a bad name, and an identity that is not there", async () => {
    for (let at = 1; at <= 20; at++) await put(`number-${at}`);
    await expect(put("number-21")).rejects.toThrow("has 20 Federated Identity Credentials");
    await put("number-20");
    azure.remove(idOf("number-20"));
    await expect(put("more", { audiences: ["a", "b"] })).rejects.toThrow("exactly one audience");
    await expect(put("more", { issuer: "" })).rejects.toThrow("empty properties");
    await expect(put("no")).rejects.toThrow("Status=400");
    azure.remove(identity);
    await expect(put("more")).rejects.toThrow("ParentResourceNotFound");
});
