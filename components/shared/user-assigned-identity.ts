import { getUserAssignedIdentityOutput, UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import type * as pulumi from "@pulumi/pulumi";
import type { AzurePlace } from "./azure-place";

/** A user-assigned identity and what other resources need of it. */
export interface Identity {
    resource: UserAssignedIdentity;
    id: pulumi.Output<string>;
    principalId: pulumi.Output<string>;
    clientId: pulumi.Output<string>;
    tenantId: pulumi.Output<string>;
}

/**
 * A user-assigned identity. Its ids come from an invoke that takes only names: as outputs of the resource they would
 * turn unknown in the preview of any change to it, such as a tag, and every role assignment would show as replaced.
 */
export function userAssignedIdentity(name: string, place: AzurePlace, opts: pulumi.CustomResourceOptions): Identity {
    const resource = new UserAssignedIdentity(name, { ...place }, opts);
    const found = getUserAssignedIdentityOutput(
        { resourceGroupName: place.resourceGroupName, resourceName: resource.name },
        { parent: opts.parent },
    );
    return {
        resource,
        id: resource.id,
        principalId: found.apply(({ principalId }) => principalId),
        clientId: found.apply(({ clientId }) => clientId),
        tenantId: found.apply(({ tenantId }) => tenantId),
    };
}
