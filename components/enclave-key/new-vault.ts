import { getClientConfigOutput, RoleAssignment } from "@pulumi/azure-native/authorization";
import { getResourceGroupOutput, Resource } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { errorHooks } from "../shared/hooks";
import { privateEndpointOf } from "../shared/private-endpoint";
import { roleDefinitionId, roles } from "../shared/role-assignments";
import { newVaultDefaults } from "./defaults";
import type { NewVaultSpec, Vault } from "./vault-spec";

/**
 * The API of vaults. azure-native's own resource uses 2024-11-01, which Azure retires on 2027-02-27 with all before
 * 2026-02-01 (https://learn.microsoft.com/azure/key-vault/general/access-control-default); a published package cannot
 * ask for another version there, so the vault is a generic resource.
 */
const apiVersion = "2026-02-01";

/** Properties of a vault that only Azure sets. */
const added = ["hsmPoolResourceId", "privateEndpointConnections", "provisioningState", "vaultUri"];

/** A new vault. Names of its resources begin with `name`. */
export function newVault(
    name: string,
    spec: NewVaultSpec,
    isProtected: boolean,
    child: pulumi.CustomResourceOptions,
): Vault & { resource: Resource } {
    const { resourceGroupName, tags, purgeProtection } = spec;
    // azure-native fills in the region of its own types only.
    const location =
        spec.location ?? new pulumi.Config("azure-native").get("location") ?? regionOf(resourceGroupName, child);
    const { tenantId } = getClientConfigOutput({ ...(child.parent === undefined ? {} : { parent: child.parent }) });
    const resource = new Resource(
        `${name}-vault`,
        {
            resourceGroupName,
            resourceProviderNamespace: "Microsoft.KeyVault",
            parentResourcePath: "",
            resourceType: "vaults",
            resourceName: spec.name,
            apiVersion,
            location,
            ...(tags === undefined ? {} : { tags }),
            properties: {
                tenantId,
                sku: { family: "A", name: "premium" },
                enableRbacAuthorization: true,
                // Azure takes no `false`.
                ...(purgeProtection ? { enablePurgeProtection: true } : {}),
                softDeleteRetentionInDays: spec.retentionDays,
                ...(spec.recover ? { createMode: "recover" } : {}),
                // Asked for wherever nothing is recovered, also with Azure's roles.
                accessPolicies: [],
                ...networkOf(spec),
            },
        },
        {
            ...child,
            protect: isProtected,
            // Its name is taken until the old one is gone.
            deleteBeforeReplace: true,
            // What Azure adds: azure-native takes it over in a refresh, and the next update would send it.
            ignoreChanges: added.map((name) => `properties.${name}`),
            hooks: { onError: errorHooks(name, "vault", tellOfDeletedVault(spec.name, resourceGroupName)) },
        },
    );
    const service = { name: `${name}-vault`, connection: "vault", id: resource.id, groupId: "vault" };
    const endpoint = privateEndpointOf(service, spec.privateEndpoint, spec, child);
    const officers = officersOf(name, spec, resource.id, child);
    return { resource, id: resource.id, url: vaultUrl(spec.name), after: [resource, ...endpoint, ...officers] };
}

/** URL of a vault in Azure's public cloud, where clusters are made. */
export const vaultUrl = (name: string): string => `https://${name.toLowerCase()}.vault.azure.net`;

function regionOf(group: pulumi.Input<string>, { parent }: pulumi.CustomResourceOptions): pulumi.Output<string> {
    return getResourceGroupOutput({ resourceGroupName: group }, parent === undefined ? {} : { parent }).location;
}

function networkOf({ publicNetworkAccess, allowedIpRanges, allowedSubnetIds }: NewVaultSpec): object {
    if (!publicNetworkAccess) return { publicNetworkAccess: "Disabled" };
    const isOpen = allowedIpRanges === undefined && allowedSubnetIds === undefined;
    return {
        publicNetworkAccess: "Enabled",
        // Said also where the vault is open: an update without it might keep the rules of before.
        networkAcls: {
            defaultAction: isOpen ? "Allow" : "Deny",
            bypass: "None",
            ipRules: (allowedIpRanges ?? []).map((value) => ({ value })),
            virtualNetworkRules: (allowedSubnetIds ?? []).map((id) => ({ id })),
        },
    };
}

/** Who makes the keys: nobody has that right by being the owner of a subscription. */
function officersOf(
    name: string,
    { keyOfficers }: NewVaultSpec,
    vaultId: pulumi.Output<string>,
    child: pulumi.CustomResourceOptions,
): RoleAssignment[] {
    const { id, description } = roles.keyVaultCryptoOfficer;
    const assignment = {
        roleDefinitionId: vaultId.apply((of) => roleDefinitionId(of, id)),
        scope: vaultId,
        description,
    };
    if (keyOfficers !== undefined)
        return keyOfficers.map(
            ({ principalId, principalType = newVaultDefaults.principalType }, index) =>
                new RoleAssignment(
                    // By the principal: Azure refuses the same assignment twice, also while another goes.
                    `${name}-officer-${typeof principalId === "string" ? principalId : index}`,
                    { ...assignment, principalId, principalType },
                    child,
                ),
        );
    const { objectId } = getClientConfigOutput({ ...(child.parent === undefined ? {} : { parent: child.parent }) });
    return [
        new RoleAssignment(
            `${name}-officer`,
            { ...assignment, principalId: objectId },
            // The next update may run as somebody else.
            { ...child, ignoreChanges: ["principalId"] },
        ),
    ];
}

/** Azure says of a deleted vault that its name is taken, and not what to do. */
function tellOfDeletedVault(vault: string, group: pulumi.Input<string>): pulumi.ErrorHookFunction {
    return async ({ errors, failedOperation }) => {
        if (failedOperation !== "create" || !errors.some((error) => /deleted|recover|purge/i.test(error))) return false;
        const isSame = pulumi
            .output(group)
            .apply((name) =>
                pulumi.log.error(
                    `A deleted vault has the name ${vault}. Fix: if it is yours (az keyvault list-deleted shows it, of the ` +
                        `resource group ${name}), set newVault.recover: true for one update, which brings it back with its ` +
                        "keys; or choose another newVault.name.",
                ),
            );
        await new Promise((done) => isSame.apply(done));
        return false;
    };
}
