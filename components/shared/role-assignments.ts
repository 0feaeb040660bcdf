import { RoleAssignment } from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";

/** A built-in role of Azure, and what this package assigns it for. */
export interface Role {
    id: string;
    /** Its name and the purpose: readers of plans and of Azure's portal see this text, not the id. */
    description: string;
}

/**
 * Azure's built-in roles that this package assigns
 * (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles).
 */
export const roles = {
    networkContributor: {
        id: "4d97b98b-1d4f-4787-a291-c67834d212e7",
        description: "Network Contributor: the cluster joins its nodes to the subnet",
    },
    outboundAddress: {
        id: "4d97b98b-1d4f-4787-a291-c67834d212e7",
        description: "Network Contributor: the cluster's connections leave by this public address",
    },
    keyVaultCryptoUser: {
        id: "12338af0-0e69-4776-bea7-57ae8d297424",
        description: "Key Vault Crypto User: the cluster encrypts its secrets with the key",
    },
    diskEncryptionReader: {
        id: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
        description: "Reader: the cluster uses the disk encryption set",
    },
    privateDnsZoneContributor: {
        id: "b12aa53e-6015-4669-85d0-8515ebb3ae7f",
        description: "Private DNS Zone Contributor: the cluster writes the name of its API server",
    },
    keyVaultCryptoOfficer: {
        id: "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
        description: "Key Vault Crypto Officer: makes keys and sets their release policies",
    },
    keyRelease: {
        id: "08bbd89e-9f13-488c-ac41-acfcb10c90ab",
        description: "Key Vault Crypto Service Release User: asks for the key, which attested enclaves get",
    },
    acrPull: { id: "7f951dda-4ed3-4680-a7ca-43fe172d538d", description: "AcrPull: the nodes pull images" },
    repositoryReader: {
        id: "b93aa761-3e63-49ed-ac28-beffa264f7ac",
        description: "Container Registry Repository Reader: the nodes pull images, should the registry be in ABAC mode",
    },
} as const satisfies Record<string, Role>;

/** Gives an identity a built-in role on one resource. */
export function assignRole(
    name: string,
    principalId: pulumi.Input<string>,
    role: Role,
    scope: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
): RoleAssignment {
    return new RoleAssignment(
        name,
        {
            principalId,
            // Without the type, Azure looks the principal up before it has spread (PrincipalNotFound).
            principalType: "ServicePrincipal",
            roleDefinitionId: pulumi.output(scope).apply((id) => roleDefinitionId(id, role.id)),
            scope,
            description: role.description,
        },
        opts,
    );
}

/** The id of a role definition in the subscription of a resource. */
export function roleDefinitionId(resourceId: string, role: string): string {
    const subscription = /^\/subscriptions\/[^/]+/i.exec(resourceId)?.[0] ?? "";
    return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
}
