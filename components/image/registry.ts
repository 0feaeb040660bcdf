import { getClientConfigOutput, type RoleAssignment } from "@pulumi/azure-native/authorization";
import { Registry } from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import { checkedLater } from "../shared/checked-later";
import { nameOf } from "../shared/options";
import { assignRole, roles } from "../shared/role-assignments";
import { checkRegistryName, type RegistrySpec } from "./spec";

/** A registry, created or existing. */
export interface RegistryParts {
    name: pulumi.Output<string>;
    /** Its resource id. A function, since the id of a registry that exists takes an invoke. */
    id: () => pulumi.Output<string>;
    /** The registry that was created; undefined for one that exists. */
    registry: Registry | undefined;
}

/** Where a registry is made or looked up. */
export interface RegistryPlace {
    /** Subject of a problem. */
    subject: string;
    /** Name of the component. */
    component: string;
    child: pulumi.CustomResourceOptions;
    /** The component's aliases. */
    aliases: pulumi.ComponentResourceOptions["aliases"];
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

/** The registry of a component: one that exists, or a new one. */
export function registryOf(spec: RegistrySpec, place: RegistryPlace): RegistryParts {
    const { existingName } = spec;
    return existingName === undefined ? newRegistry(spec, place) : existingRegistry(spec, existingName, place);
}

function newRegistry(spec: RegistrySpec, { component, child, aliases }: RegistryPlace): RegistryParts {
    const { newName } = spec;
    const registry = new Registry(
        logicalName(component),
        {
            resourceGroupName: spec.resourceGroupName,
            registryName: newName,
            location: spec.location,
            tags: spec.tags,
            sku: { name: spec.sku },
            adminUserEnabled: false,
            anonymousPullEnabled: false,
            // A legacy setting (registries are zone redundant where they can be). The SDK would say "Disabled" for one
            // that is left out.
            zoneRedundancy: pulumi.output(undefined),
        },
        // A name that the arguments set is taken until the old registry is gone.
        {
            ...child,
            deleteBeforeReplace: newName === undefined ? undefined : true,
            aliases: formerNames(component, aliases),
        },
    );
    return {
        name: newName === undefined ? registry.name : nameOf(registry, newName),
        id: () => registry.id,
        registry,
    };
}

/** A registry that exists, by its name, which is checked as soon as it is known. */
function existingRegistry(
    { resourceGroupName }: RegistrySpec,
    existingName: pulumi.Input<string>,
    { subject, child: { parent } }: RegistryPlace,
): RegistryParts {
    const checked = checkedLater(subject, existingName, (known) => checkRegistryName("registryName", known));
    const name = pulumi.output(checked);
    return {
        name,
        // Not looked up by name: in a first preview the registry may be one that this program is about to create.
        id: () =>
            pulumi.interpolate`/subscriptions/${getClientConfigOutput({ parent }).subscriptionId}/resourceGroups/${resourceGroupName}/providers/Microsoft.ContainerRegistry/registries/${name}`,
        registry: undefined,
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
