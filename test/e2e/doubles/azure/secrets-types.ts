import { at, textAt, type Properties } from "../values.js";
import { subscription } from "./azure.js";
import type { AzureType } from "./types.js";

/*
 * What the doubles know of attestation providers and vaults. The data planes are doubles of their own
 * (test/doubles/azure).
 */

const group = (body: Properties) => `${subscription}/resourceGroups/${textAt(body, "resourceGroupName")}`;

const named = (id: string) => ({ name: id.split("/").at(-1) ?? "" });

export const secretsTypes: Record<string, AzureType> = {
    "azure-native:attestation:AttestationProvider": {
        nameKey: "providerName",
        autoname: "random",
        pathKeys: ["resourceGroupName", "providerName"],
        forceNew: ["location"],
        located: true,
        slow: false,
        id: (body) =>
            `${group(body)}/providers/Microsoft.Attestation/attestationProviders/${textAt(body, "providerName")}`,
        parent: group,
        shows: (body, id) => ({
            ...named(id),
            attestUri: `https://${named(id).name}.weu.attest.azure.net`,
            trustModel: at(body, "properties.policySigningCertificates") === undefined ? "AAD" : "Isolated",
            status: "Ready",
        }),
        readOnly: ["name", "type", "attestUri", "trustModel", "status"],
        apiVersion: "2021-06-01",
    },
    // azure-native's resource for any type; here for vaults.
    "azure-native:resources:Resource": {
        nameKey: "resourceName",
        autoname: "random",
        pathKeys: [
            "resourceGroupName",
            "resourceProviderNamespace",
            "parentResourcePath",
            "resourceType",
            "resourceName",
        ],
        forceNew: ["location"],
        located: true,
        slow: false,
        id: (body) =>
            `${group(body)}/providers/${textAt(body, "resourceProviderNamespace")}/${textAt(body, "resourceType")}/${textAt(body, "resourceName")}`,
        parent: group,
        shows: (_, id) => named(id),
        softDelete: true,
        readOnly: ["name", "type"],
        apiVersion: "2026-02-01",
    },
};
