import { getClientConfig } from "@pulumi/azure-native/authorization";
import { getResource } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { invalid, isPlainObject, throwIfAny, when, type Problem } from "../problems";
import type { Subject } from "../shared/checked-later";
import { textOf } from "../shared/text-of";
import { vaultUrl } from "./new-vault";
import type { Vault } from "./vault-spec";

/** A vault that exists. That it can release keys is checked as soon as its id is known. */
export function existingVault(of: Subject, id: pulumi.Input<string>, parent: pulumi.Resource): Vault {
    const checked = pulumi.output(id).apply(async (known) => {
        await checkVault(of, known, parent);
        return known;
    });
    return { id: checked, url: checked.apply((known) => vaultUrl(known.split("/").at(-1) ?? "")), after: [] };
}

async function checkVault(of: Subject, id: string, parent: pulumi.Resource): Promise<void> {
    const [, subscription = "", resourceGroupName = ""] =
        /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\//i.exec(id) ?? [];
    // The question goes to the provider's own subscription.
    const own = textOf((await getClientConfig({ parent })).subscriptionId);
    if (own?.toLowerCase() !== subscription.toLowerCase()) return;
    const found: { properties: unknown } = await getResource(
        {
            resourceGroupName,
            resourceProviderNamespace: "Microsoft.KeyVault",
            parentResourcePath: "",
            resourceType: "vaults",
            resourceName: id.split("/").at(-1) ?? "",
            apiVersion: "2026-02-01",
        },
        { parent },
    );
    throwIfAny(of.subject, vaultProblems(id, found.properties), "the update stops here");
}

/** What is in the way of releasing a key of a vault, by what Azure says of it. */
export function vaultProblems(id: string, properties: unknown): Problem[] {
    if (!isPlainObject(properties)) return [];
    const sku = isPlainObject(properties.sku) ? textOf(properties.sku.name) : undefined;
    return [
        ...when(
            sku?.toLowerCase() === "standard",
            invalid("vaultId", id, "a vault of the tier Premium: only its keys can be released", "use another vault"),
        ),
        ...when(
            properties.enableRbacAuthorization !== true,
            invalid(
                "vaultId",
                id,
                "a vault with Azure's roles: with access policies nobody can be given the right on one key",
                "az keyvault update --enable-rbac-authorization true, when its users have roles",
            ),
        ),
    ];
}
