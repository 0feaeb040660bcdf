import * as pulumi from "@pulumi/pulumi";
import { RoleAssignment } from "@pulumi/azure-native/authorization";
import { getUserAssignedIdentityOutput, UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import type { AzurePlace } from "./network";

/** A built-in role of Azure, and what this package assigns it for. */
export interface Role {
    id: string;
    /** Its name and the purpose: readers of plans and of Azure's portal see this text, not the id. */
    description: string;
}

/** Azure's built-in roles that this package assigns (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles). */
export const roles = {
    networkContributor: {
        id: "4d97b98b-1d4f-4787-a291-c67834d212e7",
        description: "Network Contributor: the cluster joins its nodes to the subnet",
    },
    managedIdentityOperator: {
        id: "f1a07417-d97a-45cb-824c-7a7467783830",
        description: "Managed Identity Operator: the cluster gives its nodes the identity",
    },
    acrPull: { id: "7f951dda-4ed3-4680-a7ca-43fe172d538d", description: "AcrPull: the nodes pull images" },
    repositoryReader: {
        id: "b93aa761-3e63-49ed-ac28-beffa264f7ac",
        description: "Container Registry Repository Reader: the nodes pull images, should the registry be in ABAC mode",
    },
} as const satisfies Record<string, Role>;

/** A user-assigned identity and what other resources need of it. */
export interface ClusterIdentity {
    id: pulumi.Output<string>;
    clientId: pulumi.Output<string>;
    principalId: pulumi.Output<string>;
}

/**
 * A user-assigned identity. Its client and principal ids come from an invoke that takes only names: as outputs of the
 * resource they would turn unknown in the preview of any change to it, such as a tag, and every role assignment
 * would show as replaced.
 */
export function userAssignedIdentity(
    name: string,
    place: AzurePlace,
    opts: pulumi.CustomResourceOptions,
): ClusterIdentity {
    const identity = new UserAssignedIdentity(name, { ...place }, opts);
    const found = getUserAssignedIdentityOutput(
        { resourceGroupName: place.resourceGroupName, resourceName: identity.name },
        { parent: opts.parent },
    );
    return {
        id: identity.id,
        clientId: found.apply(({ clientId }) => clientId),
        principalId: found.apply(({ principalId }) => principalId),
    };
}

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
