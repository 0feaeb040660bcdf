import { AgentPool, Registry } from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import type { Subject } from "../shared/checked-later";
import { nameOf } from "../shared/options";
import { privateEndpointOf } from "../shared/private-endpoint";
import type { RegistrySpec } from "./spec";

/** Where a registry is made or looked up. */
export interface RegistryPlace extends Subject {
    /** Name of the component. */
    component: string;
    child: pulumi.CustomResourceOptions;
    /** The component's aliases. */
    aliases: pulumi.ComponentResourceOptions["aliases"];
}

/** A registry that is created, and what comes with it. */
interface NewRegistry {
    registry: Registry;
    name: pulumi.Output<string>;
    /** Agents of its own that run its tasks; undefined where it has none. */
    agentPoolName: pulumi.Input<string> | undefined;
    /** What has to be there before a task can push to it. */
    after: pulumi.Resource[];
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

/** A new registry, with its private endpoint and its agents where the arguments ask for them. */
export function newRegistry(spec: RegistrySpec, place: RegistryPlace): NewRegistry {
    const { component, child, aliases } = place;
    const { newName, resourceGroupName, location, tags, sku, retentionDays, privateEndpoint } = spec;
    const registry = new Registry(
        logicalName(component),
        {
            resourceGroupName,
            registryName: newName,
            location,
            tags,
            sku: { name: sku },
            adminUserEnabled: false,
            anonymousPullEnabled: false,
            ...(privateEndpoint === undefined ? {} : { publicNetworkAccess: "Disabled" }),
            ...(retentionDays === undefined
                ? {}
                : { policies: { retentionPolicy: { days: retentionDays, status: "enabled" } } }),
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
    const name = newName === undefined ? registry.name : nameOf(registry, newName);
    const service = { name: `${component}-registry`, connection: "registry", id: registry.id, groupId: "registry" };
    const endpoint = privateEndpointOf(service, privateEndpoint, { resourceGroupName, location, tags }, child);
    const agents = agentPoolOf(spec, name, place);
    return { registry, name, agentPoolName: agents?.name, after: [...endpoint, ...(agents?.after ?? [])] };
}

/** Agents that run tasks for this registry alone, in a subnet from where they reach it. */
function agentPoolOf(
    { agentPool, resourceGroupName, location, tags }: RegistrySpec,
    registryName: pulumi.Output<string>,
    { component, child }: RegistryPlace,
): { name: pulumi.Output<string>; after: pulumi.Resource[] } | undefined {
    if (agentPool === undefined) return undefined;
    const { name, tier, count, subnetId } = agentPool;
    const pool = new AgentPool(
        `${component}-registry-agents`,
        {
            resourceGroupName,
            registryName,
            agentPoolName: name,
            location,
            tags,
            os: "Linux",
            tier,
            count,
            virtualNetworkSubnetResourceId: subnetId,
        },
        // Its name is taken until the old one is gone.
        { ...child, deleteBeforeReplace: true },
    );
    return { name: nameOf(pool, name), after: [pool] };
}
