import { getClientConfigOutput, type RoleAssignment } from "@pulumi/azure-native/authorization";
import { Registry } from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import { throwIfAny } from "../problems";
import { nameOf } from "../shared/options";
import { assignRole, roles } from "../shared/role-assignments";
import { RegistrySku, type NewRegistryArgs } from "./args";
import { checkRegistryName } from "./spec";

/** A registry, created or given. */
export interface RegistryParts {
    name: pulumi.Output<string>;
    /** Its resource id, made only if somebody needs it. */
    id: () => pulumi.Output<string>;
}

/** Where a registry is, and what it is like when it is created. */
export interface RegistryPlace {
    resourceGroupName: pulumi.Input<string>;
    newRegistry?: NewRegistryArgs;
    location?: pulumi.Input<string>;
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Registry names hold letters and digits only, and an automatic one begins with the logical name. */
function logicalName(component: string): string {
    return `${component.replace(/[^A-Za-z0-9]/g, "").slice(0, 30)}registry`;
}

/**
 * What the registry was called below a component that has other names, too. Pulumi works that out itself for children
 * whose names begin with the component's, and the registry's cannot. Without it, a rename would delete the registry
 * with all its images.
 */
function formerNames(
    component: string,
    aliases: pulumi.ComponentResourceOptions["aliases"],
): pulumi.Input<pulumi.Alias>[] {
    if (!Array.isArray(aliases)) return [];
    return aliases.map((alias) =>
        pulumi.output(alias).apply((known) => {
            const name = typeof known === "string" ? known.split("::").at(-1) : known.name;
            return { name: pulumi.output(name).apply((former) => logicalName(former ?? component)) };
        }),
    );
}

/** Creates a registry for a component; `aliases` are the component's. */
export function newRegistry(
    component: string,
    args: RegistryPlace,
    child: pulumi.CustomResourceOptions,
    aliases: pulumi.ComponentResourceOptions["aliases"],
): RegistryParts {
    const given = args.newRegistry?.name;
    const registry = new Registry(
        logicalName(component),
        {
            resourceGroupName: args.resourceGroupName,
            ...(given === undefined ? {} : { registryName: given }),
            ...(args.location === undefined ? {} : { location: args.location }),
            ...(args.tags === undefined ? {} : { tags: args.tags }),
            sku: { name: args.newRegistry?.sku ?? RegistrySku.basic },
            adminUserEnabled: false,
            anonymousPullEnabled: false,
            // A legacy setting (registries are zone redundant where they can be). The SDK would say "Disabled" for one
            // not given.
            zoneRedundancy: pulumi.output(undefined),
        },
        // A name of one's own is taken until the old registry is gone.
        {
            ...child,
            ...(given === undefined ? {} : { deleteBeforeReplace: true }),
            aliases: formerNames(component, aliases),
        },
    );
    return {
        name: given === undefined ? registry.name : nameOf(registry, given),
        id: () => registry.id,
    };
}

/** A registry that exists, by its name, which is checked as soon as it is known. */
export function givenRegistry(
    subject: string,
    args: { resourceGroupName: pulumi.Input<string>; registryName: pulumi.Input<string> },
    parent: pulumi.Resource,
): RegistryParts {
    const name = pulumi.output(args.registryName).apply((known) => {
        throwIfAny(subject, checkRegistryName("registryName", known));
        return known;
    });
    return {
        name,
        // Not looked up by name: in a first preview the registry may be one that this program is about to create.
        id: () =>
            pulumi.interpolate`/subscriptions/${getClientConfigOutput({ parent }).subscriptionId}/resourceGroups/${args.resourceGroupName}/providers/Microsoft.ContainerRegistry/registries/${name}`,
    };
}

/**
 * Pull rights on a registry in either mode
 * (https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions).
 */
export function pullRights(
    name: string,
    principalId: pulumi.Input<string> | undefined,
    registryId: () => pulumi.Output<string>,
    child: pulumi.CustomResourceOptions,
): RoleAssignment[] {
    if (principalId === undefined) return [];
    const scope = registryId();
    return [
        assignRole(`${name}-acr-pull`, principalId, roles.acrPull, scope, child),
        assignRole(`${name}-repository-reader`, principalId, roles.repositoryReader, scope, child),
    ];
}
