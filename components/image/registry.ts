import { getClientConfigOutput, type RoleAssignment } from "@pulumi/azure-native/authorization";
import { getRegistry, type Registry } from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import { cloudOf } from "../shared/clouds";
import { knownOr } from "../shared/known";
import { assignRole, roles } from "../shared/role-assignments";
import { textOf } from "../shared/text-of";
import { unlessMissing } from "../shared/unless-missing";
import { checkedRegistry } from "./checked-inputs";
import { newRegistry, type RegistryPlace } from "./new-registry";
import type { RegistrySpec } from "./spec";

/** A registry, created or existing. */
export interface RegistryParts {
    name: pulumi.Output<string>;
    /** The host that images are pulled from. */
    loginServer: pulumi.Output<string>;
    /** Region of its tasks. Undefined: the provider's. */
    location: pulumi.Input<string | undefined>;
    /** Its resource id. A function, since the id of a registry that exists takes an invoke. */
    id: () => pulumi.Output<string>;
    /** Known as soon as the registry is there; in a first preview of one that is created, it is not. */
    exists: pulumi.Output<unknown>;
    /** Agents that run its tasks; undefined for those that all registries share. */
    agentPoolName: pulumi.Input<string> | undefined;
    /** What has to be there before a task can push to it. */
    after: pulumi.Resource[];
    /** The registry that was created; undefined for one that exists. */
    registry: Registry | undefined;
}

/** The registries of this program, by the output that has their name. */
const made = new WeakMap<object, RegistryParts>();

/** The registry of a component: one that exists, or a new one. */
export function registryOf(given: RegistrySpec, place: RegistryPlace): RegistryParts {
    const spec = checkedRegistry(place, given);
    const { existingName, loginServer, agentPoolName } = spec;
    if (existingName === undefined) {
        const registry = createdRegistry(spec, place);
        made.set(registry.name, registry);
        return registry;
    }
    // By the output itself: the checked one is another.
    const known = typeof given.existingName === "object" ? made.get(given.existingName) : undefined;
    const registry = known ?? existingRegistry(spec, existingName, place);
    return {
        ...registry,
        loginServer: loginServer === undefined ? registry.loginServer : pulumi.output(loginServer),
        agentPoolName: agentPoolName ?? registry.agentPoolName,
        registry: undefined,
    };
}

/**
 * A registry that is created here has no domain name label: its API version knows none, so its login server follows
 * from its name and its cloud. What Azure says counts as soon as the registry is there. It is asked by names: an output
 * of the registry is unknown in a preview that updates it, and all that uses its images would show as changed.
 */
function createdRegistry(spec: RegistrySpec, place: RegistryPlace): RegistryParts {
    const { component, child } = place;
    const { registry, name, agentPoolName, after } = newRegistry(spec, place);
    const answer = pulumi
        .all([spec.resourceGroupName, name, registry.id])
        .apply(async ([group, known]) => (await lookUp(group, known, child.parent)).loginServer);
    return {
        name,
        loginServer: pulumi.all([name, spec.location, knownOr(answer, undefined)]).apply(
            // A mock of a unit test may leave a created registry without its name.
            ([known = component, location, found]: [string | undefined, string | undefined, string | undefined]) =>
                found ?? loginServerOf(known, location),
        ),
        location: spec.location,
        id: () => registry.id,
        exists: registry.id,
        agentPoolName,
        after,
        registry,
    };
}

/** A registry that exists, by its name. */
function existingRegistry(
    { resourceGroupName, location, agentPoolName, loginServer }: RegistrySpec,
    existingName: pulumi.Input<string>,
    { child: { parent } }: RegistryPlace,
): RegistryParts {
    const name = pulumi.output(existingName);
    const found = pulumi
        .all([resourceGroupName, name])
        .apply(async ([group, known]) => (loginServer === undefined ? lookUp(group, known, parent) : undefined));
    return {
        name,
        loginServer: pulumi
            .all([found, name, location])
            .apply(([answer, known, region]) => answer?.loginServer ?? loginServerOf(known, region)),
        // A task lies where its registry does.
        location: pulumi.all([found, location]).apply(([answer, region]) => answer?.location ?? region),
        // Not looked up by name: in a first preview the registry may be one that this program is about to create.
        id: () =>
            pulumi.interpolate`/subscriptions/${getClientConfigOutput({ parent }).subscriptionId}/resourceGroups/${resourceGroupName}/providers/Microsoft.ContainerRegistry/registries/${name}`,
        exists: name,
        agentPoolName,
        after: [],
        registry: undefined,
    };
}

function loginServerOf(name: string, location: string | undefined): string {
    return `${name.toLowerCase()}.${cloudOf(location).registrySuffix}`;
}

/**
 * What Azure says of a registry; nothing of one that is not there, since in a first preview it may be one that this
 * program is about to create.
 */
async function lookUp(
    resourceGroupName: string,
    registryName: string,
    parent: pulumi.Resource | undefined,
): Promise<{ loginServer: string | undefined; location: string | undefined }> {
    const found = await unlessMissing(getRegistry({ resourceGroupName, registryName }, { parent }));
    return { loginServer: textOf(found?.loginServer), location: textOf(found?.location) };
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
