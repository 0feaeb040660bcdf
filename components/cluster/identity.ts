import { getUserAssignedIdentityOutput, UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import type * as pulumi from "@pulumi/pulumi";
import type { AzurePlace } from "../shared/azure-place";

/** A user-assigned identity and what other resources need of it. */
export interface ClusterIdentity {
    id: pulumi.Output<string>;
    principalId: pulumi.Output<string>;
}

/**
 * A user-assigned identity. Its principal id comes from an invoke that takes only names: as an output of the resource
 * it would turn unknown in the preview of any change to it, such as a tag, and every role assignment would show as
 * replaced.
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
    return { id: identity.id, principalId: found.apply(({ principalId }) => principalId) };
}
